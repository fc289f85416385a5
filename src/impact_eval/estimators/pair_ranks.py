"""Answers as shares of the other wave's answers below them, and estimates around a half."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from impact_eval.estimators.estimate import Estimate, from_std_error, not_estimable
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.inputs import Codes, Floats, n_distinct

HALF = 0.5
ALL_ALIKE = "everybody gave the same answer"


def ranks(answers: Floats, waves: Codes, schools: Codes, n_schools: int) -> Floats:
    """Share of the school's answers in the other wave below each answer, ties as a half."""
    _, level = np.unique(answers, return_inverse=True)
    n_levels = int(level.max(initial=0)) + 1
    cell = (2 * schools + waves) * n_levels + level
    table = np.bincount(cell, minlength=2 * n_schools * n_levels).astype(np.float64)
    table = table.reshape(n_schools, 2, n_levels)
    below = np.cumsum(table, axis=2) - table / 2
    share = below / np.maximum(table.sum(axis=2, keepdims=True), 1)
    return np.asarray(share[schools, 1 - waves, level])


def around_half(deviation: Estimate) -> Estimate:
    """Move an estimate of PS - 0.5 to PS, with the p-value of PS - 0.5."""
    if deviation.reason:
        return deviation
    e = from_std_error(
        deviation.estimate,
        deviation.std_error,
        deviation.df,
        n=deviation.n,
        n_clusters=deviation.n_clusters,
        method=deviation.method,
        conf_level=deviation.conf_level,
    )
    return replace(
        e,
        estimate=HALF + e.estimate,
        conf_low=max(HALF + e.conf_low, 0.0),
        conf_high=min(HALF + e.conf_high, 1.0),
    )


def unfit(answers: Floats, clusters: Codes) -> str:
    """Say why answers give no comparison; empty if they may."""
    if answers.size == 0:
        return "no school has answers in both waves"
    if np.ptp(answers) == 0:
        return ALL_ALIKE
    n_clusters = n_distinct(clusters)
    return refusal(n_clusters, unit="cluster") if n_clusters < 2 else ""


def refusing(answers: Floats, clusters: Codes, method: str, conf_level: float) -> partial[Estimate]:
    """Prepare the estimate of what these answers do not give; it takes the reason."""
    return partial(
        not_estimable,
        n=answers.size,
        n_clusters=n_distinct(clusters),
        method=method,
        conf_level=conf_level,
    )
