"""Filled forms of one audience as text, with faults; the last step before the files."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.about import about_forms, spoil_about, typed_codes
from impact_eval.simulate.carelessness import answer_without_reading, make_up
from impact_eval.simulate.cells import to_urdu
from impact_eval.simulate.codes import Texts, draw_codes
from impact_eval.simulate.faults import WITHDRAWN, RowFaults, draw_row_faults
from impact_eval.simulate.fieldwork import draw_fieldwork
from impact_eval.simulate.questions import answered_questions, questions_drawn_apart
from impact_eval.simulate.streams import own_stream
from impact_eval.simulate.survey import AudienceSurvey, SimulatedSurvey
from impact_eval.simulate.tables import answered_on, present_forms
from impact_eval.simulate.times import put_times
from impact_eval.study import Study

CARE = np.array(["attentive", "straightlining", "random"], dtype=object)
_FATES = {
    "no_consent": "no_consent",
    "empty_form": "quarantined",
    "no_wave": "quarantined",
    "unknown_school": "quarantined",
}


@dataclass(frozen=True)
class Forms:
    """Forms of one audience: what is true of each row, and what was typed.

    `batches` names the schools whose batch of forms has a fault of its own; `codes` are the true
    codes of all people, shape (people, 4).
    """

    truth: pd.DataFrame
    about: pd.DataFrame
    items: pd.DataFrame
    withdrawals: pd.DataFrame
    batches: dict[str, list[str]]
    codes: Texts


def fill_forms(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    study: Study,
    rng: np.random.Generator,
    field_rng: np.random.Generator,
) -> Forms:
    """Write what everybody typed, faults included, in the order in which it was submitted.

    `field_rng` draws interviewers, devices, times, speeders and invented forms, and nothing else.
    """
    person, wave = present_forms(audience)
    settings = survey.programme.fieldwork
    field = draw_fieldwork(survey, audience, person, wave, field_rng)
    days = answered_on(survey, audience)[person, wave]
    faults = draw_row_faults(survey.programme, audience.people.phase[person], rng)
    codes = draw_codes(len(audience.people), rng)
    withdrawn = _withdrawn(audience, study, rng)
    truth = _truth(survey, audience, person, wave, faults, withdrawn)
    truth = truth.assign(speeding=field.speeding, made_up=field.made_up)
    about = about_forms(survey, truth, audience.model, days, field, rng)
    if study.audience(audience.model.audience).link == "code":
        typed = typed_codes(codes[person], audience.mistyped[person, wave], rng)
        about = pd.concat([about, typed], axis=1)
    items, batches = answered_questions(survey, audience, study, person, wave, rng)
    answer_without_reading(items, audience, study, field, person, wave, settings, field_rng)
    more = questions_drawn_apart(survey, audience, study, person, wave)
    own = own_stream(survey.seed, audience.model.audience, "", "forms")
    make_up(more, field.made_up, wave, settings.commonest_answer, own)
    items = pd.concat([items, more], axis=1)
    spoil_about(about, truth["fault"], survey, rng)
    _spoil_items(items, about, truth["fault"])
    answered = (items.to_numpy(dtype=object) != "").sum(axis=1)
    put_times(about, answered, field, audience.model, settings, field_rng)
    batches["made_up_by"] = field.inventors
    lost = _withdrawals(survey, audience, codes, withdrawn)
    forms = Forms(truth, about, items, lost, batches, codes)
    return _in_order(_with_repeats(forms, faults, more.shape[1], rng))


def _withdrawn(
    audience: AudienceSurvey, study: Study, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """People who withdraw afterwards; impossible where nobody gives a code."""
    if study.audience(audience.model.audience).link != "code":
        return np.zeros(len(audience.people), dtype=bool)
    return rng.random(len(audience.people)) < WITHDRAWN


def _truth(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    person: NDArray[np.int64],
    wave: NDArray[np.int64],
    faults: RowFaults,
    withdrawn: NDArray[np.bool_],
) -> pd.DataFrame:
    people, name = audience.people, audience.model.audience
    roster = survey.sites.table
    site = people.site[person]
    workshop = np.full(person.size, "", dtype=object)
    if audience.workshops is not None:
        workshop = audience.workshops.workshop_id.astype(object)[people.workshop[person]]
    truth = pd.DataFrame(
        {
            "person": [f"{name}-{number}" for number in person],
            "audience": name,
            "school_id": roster["school_id"].to_numpy()[site],
            "phase": roster["phase"].to_numpy()[site],
            "workshop_id": workshop,
            "wave": np.array(survey.programme.waves)[wave],
            "sex": np.where(people.female[person], "female", "male"),
            "care": CARE[people.care[person]],
            "mistyped": audience.mistyped[person, wave],
            "interviewer": people.interviewer[person],
            "withdrawn": withdrawn[person],
            "fault": faults.fault,
            "repeat": "",
        }
    )
    fate = truth["fault"].map(_FATES).fillna("")
    found = truth["withdrawn"] & ~truth["mistyped"] & ~truth["fault"].isin(["no_consent", *_LOST])
    truth["expected_fate"] = fate.where(~found, "withdrawn")
    return truth


# rows whose school is wrong are not found by the school and code of a withdrawal
_LOST = ("wrong_school", "unknown_school")


def _spoil_items(items: pd.DataFrame, about: pd.DataFrame, fault: pd.Series) -> None:
    """Empty the forms of those who refuse and the forms left empty; Urdu digits; in place."""
    blank = fault.isin(["no_consent", "empty_form"]).to_numpy()
    items.loc[blank, :] = ""
    private = [name for name in about.columns if name.startswith("code_") or name == "sex"]
    about.loc[fault.eq("no_consent").to_numpy(), private] = ""
    urdu = fault.eq("urdu_digits").to_numpy()
    for frame in (items, about[[name for name in private if name != "sex"]]):
        cells = frame.to_numpy(dtype=object)
        to_urdu(cells, urdu)
        for position, name in enumerate(frame.columns):
            (items if name in items else about)[name] = cells[:, position]


def _withdrawals(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    codes: Texts,
    withdrawn: NDArray[np.bool_],
) -> pd.DataFrame:
    site = audience.people.site[withdrawn]
    rows = {
        "school_id": survey.sites.table["school_id"].to_numpy()[site],
        "audience": audience.model.audience,
    }
    rows |= {f"code_{k + 1}": codes[withdrawn, k] for k in range(4)}
    return pd.DataFrame(rows)


def _with_repeats(
    forms: Forms, faults: RowFaults, drawn_apart: int, rng: np.random.Generator
) -> Forms:
    """Add the rows that came twice: the same upload again, and the same person again."""
    upload, again = np.flatnonzero(faults.uploaded_twice), np.flatnonzero(faults.filled_twice)
    extra = np.concatenate([np.arange(len(forms.truth)), upload, again])
    truth, about, items = (
        frame.iloc[extra].reset_index(drop=True)
        for frame in (forms.truth, forms.about, forms.items)
    )
    start = len(forms.truth)
    later = np.s_[start + upload.size :]
    truth.loc[start:, "repeat"] = "double_upload"
    truth.loc[truth.index[later], "repeat"] = "filled_twice"
    minutes = rng.integers(2, 40, size=extra.size).astype("timedelta64[m]")
    minutes[:start] = 0
    about["submitted"] = about["submitted"].to_numpy() + minutes
    shift = np.where(truth["repeat"].eq("filled_twice"), minutes, np.timedelta64(0, "m"))
    about["start"], about["end"] = (
        about["start"].to_numpy() + shift,
        about["end"].to_numpy() + shift,
    )
    about.loc[about.index[later], "uuid"] = ""
    items = _answered_again(items, truth["repeat"].eq("filled_twice").to_numpy(), drawn_apart, rng)
    return replace(forms, truth=truth, about=about, items=items)


def _answered_again(
    items: pd.DataFrame, here: NDArray[np.bool_], drawn_apart: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Let a fifth of the answers differ in a second form by the same person.

    The last columns, which are drawn apart, get their numbers after all others.
    """
    cells = items.to_numpy(dtype=object, copy=True)
    rows = np.flatnonzero(here)
    if rows.size:
        others = cells[rng.integers(0, len(cells), size=rows.size)]
        count, width = others.shape
        chance = [rng.random((count, width - drawn_apart)), rng.random((count, drawn_apart))]
        changed = (np.hstack(chance) < 0.2) & (others != "") & (cells[rows] != "")
        cells[rows] = np.where(changed, others, cells[rows])
    return pd.DataFrame(cells, columns=items.columns)


def _in_order(forms: Forms) -> Forms:
    order = np.argsort(forms.about["submitted"].to_numpy(), kind="stable")
    truth, about, items = (
        frame.iloc[order].reset_index(drop=True)
        for frame in (forms.truth, forms.about, forms.items)
    )
    return replace(forms, truth=truth, about=about, items=items)
