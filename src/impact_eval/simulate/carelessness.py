"""Answers that are given without reading: to the instructed item, and on invented forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.codes import Texts
from impact_eval.simulate.fieldwork import FieldworkDrawn
from impact_eval.simulate.model import Fieldwork
from impact_eval.simulate.people import STRAIGHTLINER
from impact_eval.simulate.survey import AudienceSurvey
from impact_eval.study import Study

_STEPS = ("1", "2", "3", "4", "5")


def answer_without_reading(
    items: pd.DataFrame,
    audience: AudienceSurvey,
    study: Study,
    field: FieldworkDrawn,
    person: NDArray[np.int64],
    wave: NDArray[np.int64],
    settings: Fieldwork,
    rng: np.random.Generator,
) -> None:
    """Put in what is ticked without reading; in place, and never into empty cells."""
    asked = study.items_of(audience.model.audience)
    straight = audience.people.care[person] == STRAIGHTLINER
    rushed = field.speeding & ~straight & (rng.random(person.size) < settings.speeders_miss)
    for item in asked[asked["type"] == "instructed"].itertuples():
        name = f"closing/{item.item_id}"
        cells = items[name].to_numpy(dtype=object, copy=True)
        given = cells != ""
        ticked = _ticked(audience, person, wave)
        cells[straight & given] = ticked[straight & given]
        others = np.array([step for step in _STEPS if step != item.correct], dtype=object)
        wrong = others[rng.integers(0, others.size, size=person.size)]
        cells[rushed & given] = wrong[rushed & given]
        items[name] = cells
    make_up(items, field.made_up, wave, settings.commonest_answer, rng)


def _ticked(audience: AudienceSurvey, person: NDArray[np.int64], wave: NDArray[np.int64]) -> Texts:
    """Give what each form ticks in the first question of the last list of ratings."""
    ratings = [
        answers
        for outcome, answers in audience.answers.items()
        if audience.fitted[outcome].block.form == "rating"
    ]
    return np.asarray(ratings[-1][person, wave, 0].astype("U1"), dtype=object)


def make_up(
    items: pd.DataFrame,
    made_up: NDArray[np.bool_],
    wave: NDArray[np.int64],
    share: float,
    rng: np.random.Generator,
) -> None:
    """Put the commonest answer of the wave into most cells of invented forms; in place."""
    for each in np.unique(wave[made_up]):
        rows = np.flatnonzero(made_up & (wave == each))
        others = np.flatnonzero(~made_up & (wave == each))
        for name in items.columns:
            cells = items[name].to_numpy(dtype=object, copy=True)
            usual = rng.random(rows.size) < share
            known = cells[others][cells[others] != ""]
            if known.size:
                answers, counts = np.unique(known.astype(str), return_counts=True)
                chosen = rows[usual & (cells[rows] != "")]
                cells[chosen] = str(answers[counts.argmax()])
                items[name] = cells
