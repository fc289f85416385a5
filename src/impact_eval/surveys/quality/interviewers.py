"""Interviewers and devices whose forms are too much alike, or too unlike those of the others."""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
import pandas as pd

Floats = np.ndarray[Any, np.dtype[np.float64]]

FEWEST_FORMS: Final = 10
FEWEST_INTERVIEWERS: Final = 4
LEAST_WITHIN: Final = 0.5
MOST_BETWEEN: Final = 0.25


def interviewer_clusters(
    answers: Floats, interviewer: np.ndarray[Any, Any], school: np.ndarray[Any, Any]
) -> pd.DataFrame:
    """How much answers vary within each interviewer's forms, and how far they lie from the others'.

    Parameters
    ----------
    answers : array of float, shape (n, k)
        Answers of one audience and wave as numbers; NaN is missing.
    interviewer : array of str, shape (n,)
        Who asked; empty if not known.
    school : array of str, shape (n,)
        Where: interviewers are compared with others in the same schools.

    Returns
    -------
    DataFrame
        `unit_id, n, within, between`: a row for each interviewer with at least 10 forms, if there
        are at least 4 such. `within`: variance among the interviewer's forms, as a ratio to the
        median of all interviewers. `between`: share of the variance that lies between the
        interviewer's mean and that of others in the same schools, NaN if nobody else asked there.

    Notes
    -----
    Items are standardised, variances taken within schools and averaged over items. Sampling error
    (s^2 / n of both means) is taken off `between`, which can then be below 0. Interviewers'
    shares of variance are mostly between 0.01 and 0.12 (West & Blom 2017, *Journal of Survey
    Statistics and Methodology* 5), so that 0.25 (`MOST_BETWEEN`) is far from usual; half the usual
    variance within (`LEAST_WITHIN`) is this package's own cut-off. A person who interviews in one
    school alone cannot be told from that school.
    """
    known = (interviewer != "") & np.isfinite(answers).any(axis=1)
    answers, interviewer, school = answers[known], interviewer[known], school[known]
    names, counts = np.unique(interviewer, return_counts=True)
    names = names[counts >= FEWEST_FORMS]
    if len(names) < FEWEST_INTERVIEWERS:
        return pd.DataFrame({"unit_id": [], "n": [], "within": [], "between": []})
    centred = _standardised(answers)
    rows = [_measure(name, centred, interviewer, school) for name in names]
    table = pd.DataFrame(rows, columns=["unit_id", "n", "within", "between"])
    return table.assign(within=table["within"] / table["within"].median())


def _measure(
    name: str, answers: Floats, interviewer: np.ndarray[Any, Any], school: np.ndarray[Any, Any]
) -> tuple[str, int, float, float]:
    own = interviewer == name
    within, freedom, between, weights = [], [], [], []
    for place in np.unique(school[own]):
        here = school == place
        mine, others = answers[own & here], answers[~own & here]
        if len(mine) > 1:
            within.append(_mean_variance(mine))
            freedom.append(len(mine) - 1)
        if len(mine) > 1 and len(others) > 1:
            between.append(_distance(mine, others))
            weights.append(len(mine))
    total = float(np.average(within, weights=freedom)) if within else np.nan
    apart = float(np.average(between, weights=weights)) if between else np.nan
    return str(name), int(own.sum()), total, apart


def _distance(mine: Floats, others: Floats) -> float:
    """Squared distance of two means less its sampling error, halved: their share of variance."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an item that nobody answered here
        apart = float(np.nanmean((np.nanmean(mine, axis=0) - np.nanmean(others, axis=0)) ** 2))
    error = _mean_variance(mine) / len(mine) + _mean_variance(others) / len(others)
    return (apart - error) / 2


def _mean_variance(answers: Floats) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an item with one answer has no variance
        return float(np.nanmean(np.nanvar(answers, axis=0, ddof=1)))


def _standardised(answers: Floats) -> Floats:
    """Items with mean 0 and SD 1; those that do not vary or that nobody answered are left out."""
    counted = np.isfinite(answers).sum(axis=0) > 1
    answers = answers[:, counted]
    spread = np.nanstd(answers, axis=0)
    varies = spread > 0
    answers = answers[:, varies]
    return np.asarray((answers - np.nanmean(answers, axis=0)) / spread[varies])
