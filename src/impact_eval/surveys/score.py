"""Items to outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study import Outcome, Study
from impact_eval.surveys.encoded import Encoded, as_series, is_text
from impact_eval.surveys.typed import typed_table
from impact_eval.table_columns import SCORES

Numbers = np.ndarray[Any, np.dtype[np.float64]]
_SCORES: Final = dict(zip(SCORES, ("int64", "str", "float64", "int64"), strict=True))


def score(submissions: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Score of each form on each outcome of its audience.

    Parameters
    ----------
    submissions : DataFrame
        With `submission_id`, `audience` and a float column for each item, scored to numbers.
    study : Study
        Which declares the outcomes and how many answers they need.

    Returns
    -------
    DataFrame
        Columns SCORES; `score` in the outcome's unit, NaN with fewer answers than needed.

    Notes
    -----
    Index: weights of right answers, prorated to all items, ``sum(weight * right) / sum(weight of
    answered) * sum(weight)``; with the usual weight of 1, ``right / answered * items``. Scale:
    weighted mean of the items answered. How many answers are needed does not depend on weights.
    Ready-made: the score as it stands. An outcome that declares no
    `minimum_answered` needs all its items.
    """
    names: list[str] = []
    parts: list[tuple[Any, ...]] = []
    submission_id = submissions["submission_id"].to_numpy()
    for audience in study.audience_ids:
        rows = np.flatnonzero(is_text(submissions["audience"], audience))
        everybody = len(rows) == len(submissions)
        for outcome in study.outcomes_of(audience):
            mine = (audience, outcome.id)
            items = [one for one in study.item_rows if (one.audience, one.outcome) == mine]
            answers = [submissions[item.item_id].to_numpy() for item in items]
            answers = answers if everybody else [one.take(rows) for one in answers]
            weights = np.array([item.weight for item in items], dtype=float)
            scores, answered = _scores(answers, len(rows), outcome, weights=weights)
            place = np.full(len(rows), len(names), dtype=np.int16)
            parts.append((submission_id[rows], place, scores, answered))
            names.append(outcome.id)
    if not parts:
        return typed_table(_SCORES, {})
    number, place, values, n_answered = map(np.concatenate, zip(*parts, strict=True))
    parts.clear()
    order = np.argsort(number, kind="stable")
    table = {
        "submission_id": number[order],
        "outcome": as_series(Encoded(place[order], names)).array,
        "score": values[order],
        "n_answered": n_answered[order],
    }
    return typed_table(_SCORES, table)


def score_answers(
    answers: Numbers,
    outcome: Outcome,
    *,
    weights: Numbers | None = None,
) -> tuple[Numbers, np.ndarray[Any, np.dtype[np.int64]]]:
    """Scores, shape (n,), and numbers of answers, shape (n,), from answers of shape (n, items)."""
    scores, answered = _scores(list(answers.T), len(answers), outcome, weights=weights)
    return scores, answered.astype(np.int64)


def _scores(
    columns: Sequence[Numbers],
    n: int,
    outcome: Outcome,
    *,
    weights: Numbers | None,
) -> tuple[Numbers, np.ndarray[Any, np.dtype[np.int16]]]:
    n_items = len(columns)
    needed = outcome.minimum_answered or n_items
    weight = np.ones(n_items) if weights is None else weights
    n_answered, total, known = np.zeros(n, dtype=np.int16), np.zeros(n), np.zeros(n)
    equal = (weight == 1.0).all()
    for item, answers in enumerate(columns):  # one at a time stays in the processor's cache
        answered = np.isfinite(answers)
        given = _without_gaps(answers, answered)
        n_answered += answered.view(np.int8)
        total += given if equal else given * weight[item]
        if not equal:
            known += answered * weight[item]
    known = n_answered.astype(float) if equal else known
    mean = np.divide(total, known, out=np.full(n, np.nan), where=known > 0)
    values = mean * weight.sum() if outcome.kind == "index" else mean
    return np.where(n_answered >= needed, values, np.nan), n_answered


def _without_gaps(answers: Numbers, answered: np.ndarray[Any, np.dtype[np.bool_]]) -> Numbers:
    """Put 0 where nothing was answered; a maximum is many times as fast as a choice."""
    lowest, highest = (ends.reduce(answers, initial=0.0) for ends in (np.fmin, np.fmax))
    if lowest == 0.0 and highest < np.inf:
        return np.fmax(answers, 0.0)
    return np.where(answered, answers, 0.0)
