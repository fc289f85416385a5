"""Items to outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from impact_eval.study import Outcome, Study
from impact_eval.surveys.text import repeated
from impact_eval.vocabulary import SCORES


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
    parts = [_empty()]
    for audience in study.audience_ids:
        rows = np.flatnonzero(submissions["audience"] == audience)
        submission_id = submissions["submission_id"].to_numpy()[rows]
        for outcome in study.outcomes_of(audience):
            items = study.items_of(audience, outcome.id)
            answers = submissions[items["item_id"].tolist()].to_numpy(dtype=float).T[:, rows]
            weights = items["weight"].to_numpy(dtype=float)
            values, n_answered = score_answers(answers.T, outcome, weights=weights)
            part = {
                "submission_id": submission_id,
                "outcome": repeated(outcome.id, len(rows)),
                "score": values,
                "n_answered": n_answered,
            }
            parts.append(pd.DataFrame(part))
    scores = pd.concat(parts, ignore_index=True)
    return scores.sort_values("submission_id", kind="stable", ignore_index=True)


def score_answers(
    answers: np.ndarray[Any, np.dtype[np.float64]],
    outcome: Outcome,
    *,
    weights: np.ndarray[Any, np.dtype[np.float64]] | None = None,
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Scores, shape (n,), and numbers of answers, shape (n,), from answers of shape (n, items)."""
    n_items = answers.shape[1]
    answered = np.isfinite(answers)
    n_answered = answered.sum(axis=1)
    needed = outcome.minimum_answered or n_items
    weight = np.ones(n_items) if weights is None else weights
    total = np.where(answered, answers, 0.0) @ weight
    known = n_answered if (weight == 1.0).all() else answered @ weight
    mean = np.divide(total, known, out=np.full(len(answers), np.nan), where=known > 0)
    values = mean * weight.sum() if outcome.kind == "index" else mean
    return np.where(n_answered >= needed, values, np.nan), n_answered


def _empty() -> pd.DataFrame:
    dtypes = {"submission_id": "int64", "outcome": "str", "score": "float64", "n_answered": "int64"}
    return pd.DataFrame({name: pd.Series([], dtype=dtypes[name]) for name in SCORES})
