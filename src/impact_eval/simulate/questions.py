"""The columns of answers of one audience's forms, notes included."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.cells import leave_gaps, seven_steps, write_cells
from impact_eval.simulate.codes import Texts
from impact_eval.simulate.faults import SCHOOLS_WITH_999
from impact_eval.simulate.people import ATTENTIVE
from impact_eval.simulate.streams import own_stream
from impact_eval.simulate.survey import AudienceSurvey, SimulatedSurvey
from impact_eval.simulate.tables import asked
from impact_eval.study import Study

# satisfaction: seven in ten tick the highest step, three in a hundred read the scale backwards
_SATISFACTION = (0.03, 0.02, 0.08, 0.17, 0.70)


def answered_questions(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    study: Study,
    person: NDArray[np.int64],
    wave: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Items of every form as text, named by group and item, and the batches with faults.

    Returns
    -------
    items : DataFrame
        Columns such as `knowledge/k01`; empty where a wave does not ask the item.
    batches : dict
        Schools whose forms say -999 for "don't know", and the school and wave with seven steps.
    """
    name = audience.model.audience
    ids = survey.sites.table["school_id"].to_numpy()
    site = audience.people.site[person]
    odd = rng.choice(len(ids), size=min(SCHOOLS_WITH_999, len(ids) // 8), replace=False)
    dont_know = np.where(np.isin(site, odd), "-999", "98").astype(object)
    stretched = _stretched_school(audience)
    phases = survey.programme.phases
    rate = np.array([phase.item_missing for phase in phases])[audience.people.phase[person]]
    columns: dict[str, Texts] = {}
    for outcome, answers in audience.answers.items():
        if audience.fitted[outcome].construct.drawn_apart:
            continue
        items = study.items_of(name, outcome)
        block = audience.fitted[outcome].block
        cells = write_cells(block, items, answers[person, wave], dont_know, rng)
        if block.form == "rating":
            seven_steps(cells, (site == stretched) & (wave == 0), rng)
        leave_gaps(cells, rate, rng)
        cells[~asked(survey, study, name, outcome)[wave]] = ""
        columns |= {f"{outcome}/{item}": cells[:, k] for k, item in enumerate(items["item_id"])}
    columns |= _notes(survey, audience, study, person, wave, rng)
    batches = {
        "dont_know_is_-999": sorted(ids[odd]),
        "seven_steps_at_first_wave": [] if stretched < 0 else [str(ids[stretched])],
    }
    return pd.DataFrame(columns), batches


def questions_drawn_apart(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    study: Study,
    person: NDArray[np.int64],
    wave: NDArray[np.int64],
) -> pd.DataFrame:
    """Items of outcomes that are drawn apart, as `answered_questions` writes the others."""
    name = audience.model.audience
    phases = survey.programme.phases
    rate = np.array([phase.item_missing for phase in phases])[audience.people.phase[person]]
    dont_know = np.full(person.size, "98", dtype=object)
    columns: dict[str, Texts] = {}
    for outcome, answers in audience.answers.items():
        if not audience.fitted[outcome].construct.drawn_apart:
            continue
        rng = own_stream(survey.seed, name, outcome, "forms")
        items = study.items_of(name, outcome)
        block = audience.fitted[outcome].block
        cells = write_cells(block, items, answers[person, wave], dont_know, rng)
        leave_gaps(cells, rate, rng)
        cells[~asked(survey, study, name, outcome)[wave]] = ""
        columns |= {f"{outcome}/{item}": cells[:, k] for k, item in enumerate(items["item_id"])}
    return pd.DataFrame(columns, index=range(person.size))


def _stretched_school(audience: AudienceSurvey) -> int:
    """Pick the school whose first wave was collected with seven steps: among teachers only."""
    if audience.model.audience != "teacher" or not len(audience.people):
        return -1
    return int(audience.people.site[-1])


def _notes(
    survey: SimulatedSurvey,
    audience: AudienceSurvey,
    study: Study,
    person: NDArray[np.int64],
    wave: NDArray[np.int64],
    rng: np.random.Generator,
) -> dict[str, Texts]:
    """Answer the instructed item and, where it is asked, the one on satisfaction."""
    items = study.items_of(audience.model.audience)
    columns: dict[str, Texts] = {}
    steps = np.array(["1", "2", "3", "4", "5"], dtype=object)
    for item in items[items["type"].isin(["note", "instructed"])].itertuples():
        if item.type == "note":
            cells = steps[rng.choice(5, size=person.size, p=_SATISFACTION)]
        else:
            cells = steps[rng.integers(0, 5, size=person.size)]
            follows = audience.people.care[person] == ATTENTIVE
            follows &= rng.random(person.size) < survey.programme.fieldwork.follows_instruction
            cells[follows] = item.correct
        waves = str(item.waves).split("|") if item.waves else list(survey.programme.waves)
        cells[~np.isin(np.array(survey.programme.waves)[wave], waves)] = ""
        columns[f"closing/{item.item_id}"] = cells
    return columns
