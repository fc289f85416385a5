"""A drawn survey as the processed tables, without the way through files and their faults."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.response import Floats
from impact_eval.simulate.survey import AudienceSurvey, SimulatedSurvey
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.table_columns import COUNTS, QUARANTINE, REJECTED_ANSWERS, WORKSHOPS

_FILE = "simulated in memory"
SESSIONS, MINUTES = 6, 45  # planned in each workshop, and the length of one


def survey_tables(survey: SimulatedSurvey, study: Study) -> SurveyTables:
    """Tables of a drawn survey: every present person's form is used and complete.

    A person whose code is mistyped in a wave has an identity of its own there, as a reader of the
    files would see it. Items of outcomes that were not drawn are missing.
    """
    parts = [_forms(survey, audience, study) for audience in survey.audiences.values()]
    submissions = pd.concat([part[0] for part in parts], ignore_index=True)
    number = np.arange(len(submissions))
    submissions.insert(0, "submission_id", number)
    submissions["source_row"] = number + 2
    links = pd.DataFrame(
        {
            "submission_id": number,
            "respondent_id": pd.concat([part[1] for part in parts], ignore_index=True),
            "method": pd.concat([part[2] for part in parts], ignore_index=True),
        }
    )
    return SurveyTables(
        schools=survey.sites.table,
        workshops=workshops_table(survey),
        submissions=submissions,
        links=links,
        scores=_scores(survey, study),
        counts=_counts(submissions),
        quarantine=pd.DataFrame(columns=list(QUARANTINE)),
        rejected_answers=pd.DataFrame(columns=list(REJECTED_ANSWERS)),
    )


def workshops_table(survey: SimulatedSurvey) -> pd.DataFrame:
    """Workshops with the numbers of people, in the columns of the attendance file."""
    parts = [pd.DataFrame(columns=list(WORKSHOPS))]
    site_ids = survey.sites.table["school_id"].to_numpy()
    teams = survey.sites.table["trainer_team"].to_numpy()
    for name, audience in survey.audiences.items():
        if audience.workshops is None:
            continue
        held = audience.workshops
        attended = held.attended.astype(float)
        sessions = np.round(SESSIONS * survey.sites.delivered[held.site])
        order = np.array([int(each.rsplit(name[0], 1)[1]) for each in held.workshop_id])
        parts.append(
            pd.DataFrame(
                {
                    "workshop_id": held.workshop_id.astype("U"),
                    "school_id": site_ids[held.site],
                    "audience": name,
                    "held_on": held.held_on.astype("datetime64[s]"),
                    "facilitator_id": [
                        f"{teams[site]}-{'ab'[k % 2]}"
                        for site, k in zip(held.site, order, strict=True)
                    ],
                    "enrolled": np.ceil(attended * 1.25),
                    "invited": np.ceil(attended * 1.1),
                    "attended": attended,
                    "sessions_planned": float(SESSIONS),
                    "sessions_held": sessions,
                    "minutes": MINUTES * sessions,
                }
            )
        )
    return pd.concat(parts[1:] or parts, ignore_index=True)


def present_forms(audience: AudienceSurvey) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """People and waves of the forms that were filled in, waves one after the other."""
    wave, person = np.nonzero(audience.present.T)
    return person, wave


def answered_on(survey: SimulatedSurvey, audience: AudienceSurvey) -> NDArray[np.datetime64]:
    """Day of each person's form in each wave, shape (people, waves).

    Pre: the day of the workshop or up to two days before; post: the same day; follow-up: five to
    eight weeks later, a day for each workshop. Rounds of a campaign: a day for each site.
    """
    waves = len(survey.programme.waves)
    if audience.workshops is None:
        starts = np.array(["2024-01-10", "2024-10-01"], dtype="datetime64[D]")
        days = starts[None, :] + (np.arange(len(survey.sites)) * 7 % 19)[:, None]
        return np.asarray(days[audience.people.site])
    held = audience.workshops.held_on
    index = np.arange(held.size)
    days = np.stack([held - index % 3, held, held + 35 + index * 5 % 22], axis=1)
    return np.asarray(days[audience.people.workshop][:, :waves])


def _forms(
    survey: SimulatedSurvey, audience: AudienceSurvey, study: Study
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    person, wave = present_forms(audience)
    people, site = audience.people, audience.people.site[person]
    roster = survey.sites.table
    workshop = np.full(person.size, "", dtype="U32")
    if audience.workshops is not None:
        workshop = audience.workshops.workshop_id[people.workshop[person]]
    about = pd.DataFrame(
        {
            "source_file": _FILE,
            "source_row": 0,
            "school_id": roster["school_id"].to_numpy()[site],
            "workshop_id": workshop,
            "audience": audience.model.audience,
            "phase": roster["phase"].to_numpy()[site],
            "wave": np.array(survey.programme.waves)[wave],
            "answered_on": answered_on(survey, audience)[person, wave].astype("datetime64[s]"),
            "flags": "",
            "sex": np.where(people.female[person], "female", "male"),
        }
    )
    items = _item_columns(survey, audience, study, person, wave)
    name = audience.model.audience
    linked = study.audience(name).link != "none"
    typed = audience.mistyped[person, wave]
    respondent = [
        f"{name}-{who}{f'-{when}' if wrong else ''}" if linked else ""
        for who, when, wrong in zip(person, wave, typed, strict=True)
    ]
    method = pd.Series(["exact" if linked else "none"] * person.size, dtype="str")
    return pd.concat([about, items], axis=1), pd.Series(respondent, dtype="str"), method


def _item_columns(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    study: Study,
    person: NDArray[np.int64],
    wave: NDArray[np.int64],
) -> pd.DataFrame:
    """Items as numbers after reversal; NaN for those of other audiences and of other waves."""
    columns = {item: np.full(person.size, np.nan) for item in dict.fromkeys(study.items["item_id"])}
    for outcome, answers in audience.answers.items():
        block = audience.fitted[outcome].block
        values = answers[person, wave].astype(float)
        values = np.where(block.reverse, block.low + block.high - values, values)
        values[~asked(survey, study, audience.model.audience, outcome)[wave]] = np.nan
        columns |= {item: values[:, k] for k, item in enumerate(block.item_ids)}
    return pd.DataFrame(columns)


def asked(survey: SimulatedSurvey, study: Study, audience: str, outcome: str) -> NDArray[np.bool_]:
    """Whether the items of an outcome are asked in each wave."""
    waves = study.items_of(audience, outcome)["waves"].iloc[0]
    return np.array([not waves or wave in waves.split("|") for wave in survey.programme.waves])


def _scores(survey: SimulatedSurvey, study: Study) -> pd.DataFrame:
    parts, start = [], 0
    for name, audience in survey.audiences.items():
        person, wave = present_forms(audience)
        number = start + np.arange(person.size)
        start += person.size
        for outcome, scores in audience.scores.items():
            here = asked(survey, study, name, outcome)[wave]
            score: Floats = np.where(here, scores[person, wave], np.nan)
            count = len(audience.fitted[outcome].block.item_ids)
            parts.append(
                pd.DataFrame(
                    {
                        "submission_id": number,
                        "outcome": pd.Series([outcome] * person.size, dtype="str"),
                        "score": score,
                        "n_answered": np.where(here, count, 0),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def _counts(submissions: pd.DataFrame) -> pd.DataFrame:
    keys = ["source_file", "school_id", "audience", "phase", "wave"]
    counts = submissions.groupby(keys, sort=False).size().reset_index(name="rows")
    return counts.assign(fate="used", reason="")[list(COUNTS)]
