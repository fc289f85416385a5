"""An outcome's scores under another rule: how many answers it takes, and what they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from impact_eval.findings.beside.ways import PLANNED, Way
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats
from impact_eval.findings.outcomes.items import percentages
from impact_eval.surveys.score import score_answers

if TYPE_CHECKING:
    import pandas as pd

    from impact_eval.study import Study
    from impact_eval.study.outcome import Outcome

HALF: Final = 0.5


def rescored(
    study: Study, people: AudienceData, outcome: Outcome, way: Way, waves: Sequence[Codes]
) -> Floats:
    """Score an audience's forms on one outcome as a way says.

    Parameters
    ----------
    study
        Declares the items.
    people
        The audience.
    outcome
        An index or a scale; a ready-made score stays as it is.
    way
        Its `answers` and `scoring`.
    waves
        Positions of each wave's forms, the earliest first.

    Returns
    -------
    numpy.ndarray
        Shape of the audience, in the outcome's unit; NaN with fewer answers than needed. Shares of
        answers at the top are stretched to the standard deviation that the declared scores have in
        the earlier wave, so that they can be held against the same change that matters.
    """
    if (way.answers, way.scoring) == (PLANNED, PLANNED):
        return people.scores[outcome.id]
    items = study.items_of(people.audience.id, outcome.id)
    items = items[items["item_id"].isin(list(people.items))]
    if items.empty:
        return people.scores[outcome.id]
    answers = np.column_stack([people.items[str(item)] for item in items["item_id"]])
    counted = outcome.model_copy(
        update={"minimum_answered": _needed(way.answers, outcome, len(items))}
    )
    weights = items["weight"].to_numpy(dtype=float)
    scores, _ = score_answers(answers, counted, weights=weights)
    if way.scoring == "missing_wrong":
        return np.where(np.isfinite(scores), _missing_wrong(answers, weights, waves), np.nan)
    if way.scoring == "top_box":
        top = np.where(np.isfinite(scores), _top_box(answers, items), np.nan)
        return top * _stretch(people.scores[outcome.id], top, waves[0])
    return scores


def _needed(answers: str, outcome: Outcome, n_items: int) -> int:
    needed: Mapping[str, int] = {"complete": n_items, "half": ceil(HALF * n_items)}
    return needed.get(answers, outcome.minimum_answered or n_items)


def _missing_wrong(answers: Floats, weights: Floats, waves: Sequence[Codes]) -> Floats:
    """Add up what is right, with an empty answer as wrong; items that a wave did not ask aside."""
    total = np.full(len(answers), np.nan)
    for rows in waves:
        asked = np.isfinite(answers[rows]).any(axis=0)
        right = np.nan_to_num(answers[rows][:, asked]) @ weights[asked]
        total[rows] = right * weights.sum() / weights[asked].sum() if asked.any() else np.nan
    return total


def _top_box(answers: Floats, items: pd.DataFrame) -> Floats:
    """Share of the answered items with an answer at the top, as single items are counted."""
    parts = [
        percentages(
            answers[:, place],
            kind=str(row.type),
            minimum=float(str(row.minimum)),
            maximum=float(str(row.maximum)),
        )[0]
        for place, row in enumerate(items.itertuples())
    ]
    counted = np.column_stack(parts) / 100
    known = np.isfinite(counted).sum(axis=1)
    return np.where(known > 0, np.nansum(counted, axis=1) / np.maximum(known, 1), np.nan)


def _stretch(declared: Floats, top: Floats, before: Codes) -> float:
    """Ratio of the two ways' standard deviations in the earlier wave; nan where one is 0."""
    both = np.isfinite(declared[before]) & np.isfinite(top[before])
    if both.sum() < 2:
        return float("nan")
    spread = float(top[before][both].std(ddof=1))
    return float(declared[before][both].std(ddof=1)) / spread if spread > 0 else float("nan")
