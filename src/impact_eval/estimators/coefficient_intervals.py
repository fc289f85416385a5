"""Intervals of a coefficient of items by jackknife or bootstrap of whole clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, nan
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from impact_eval.estimators.cluster_moments import (
    cluster_moments,
    covariances,
    leave_one_out,
    redraw,
)
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_interval,
    not_estimable,
)
from impact_eval.estimators.inputs import Codes, Floats, check_option, read_codes
from impact_eval.estimators.item_statistics import read_items

Interval = Literal["jackknife", "bootstrap"]
Coefficient: TypeAlias = Callable[[Floats], Floats]

LEAST_FOR_INTERVAL = 6
LEAST_FOR_BOOTSTRAP = 50
DRAWS = 2000
MOST_LOST_DRAWS = 0.05


@dataclass(frozen=True, slots=True)
class ItemSample:
    """Complete rows with their clusters, and the interval that was asked for."""

    rows: Floats
    codes: Codes
    n_clusters: int
    interval: Interval
    conf_level: float
    seed: int | None

    @property
    def covariance(self) -> Floats:
        """Covariance matrix, shape (1, k, k)."""
        return np.asarray(np.cov(self.rows.T))[None]


def read_sample(
    items: ArrayLike,
    cluster: ArrayLike | None,
    interval: Interval,
    conf_level: float,
    seed: int | None,
) -> ItemSample:
    """Check a call's arrays and options, and keep the complete rows."""
    check_conf_level(conf_level)
    check_option(interval, "interval", get_args(Interval))
    if interval == "bootstrap" and seed is None:
        raise EstimatorCallError("a bootstrap needs a `seed`, such as seed=1")
    answers = read_items(items)
    complete = ~np.isnan(answers).any(axis=1)
    rows = answers[complete]
    if cluster is None:
        return ItemSample(rows, np.zeros(len(rows), np.intp), 0, interval, conf_level, seed)
    codes, _ = read_codes(cluster, "cluster", len(answers))
    codes, labels = read_codes(codes[complete], "cluster", len(rows))
    return ItemSample(rows, codes, labels.size, interval, conf_level, seed)


def refuse_sample(sample: ItemSample, method: str, reason: str) -> Estimate:
    """Say why these rows give no coefficient."""
    return not_estimable(
        reason,
        n=len(sample.rows),
        n_clusters=sample.n_clusters,
        method=method,
        conf_level=sample.conf_level,
    )


def estimate_with_interval(
    sample: ItemSample, value: float, coefficient: Coefficient, method: str
) -> Estimate:
    """Add the interval that was asked for, where there are clusters enough."""
    low, high = nan, nan
    if sample.interval == "bootstrap" and sample.n_clusters >= LEAST_FOR_BOOTSTRAP:
        low, high = _bootstrap(sample, coefficient)
    if sample.interval == "jackknife" and sample.n_clusters >= LEAST_FOR_INTERVAL:
        low, high = _jackknife(sample, value, coefficient)
    return from_interval(
        value,
        low,
        high,
        n=len(sample.rows),
        n_clusters=sample.n_clusters,
        method=method,
        conf_level=sample.conf_level,
    )


def _jackknife(sample: ItemSample, value: float, coefficient: Coefficient) -> tuple[float, float]:
    """Leave out one cluster at a time, on the scale of log(1 - coefficient)."""
    g = sample.n_clusters
    moments = cluster_moments(sample.rows, sample.codes, g)
    without = coefficient(covariances(moments, leave_one_out(g)))
    if value >= 1 or not (without < 1).all() or np.isneginf(without).any():
        return nan, nan
    logs = np.log1p(-without)
    variance = (g - 1) / g * float(((logs - logs.mean()) ** 2).sum())
    half = float(stats.t.ppf((1 + sample.conf_level) / 2, g - 1)) * variance**0.5
    centre = log(1 - value)
    return 1 - exp(centre + half), 1 - exp(centre - half)


def _bootstrap(sample: ItemSample, coefficient: Coefficient) -> tuple[float, float]:
    """Take percentiles over redrawn clusters; nan if one draw in twenty gives no number."""
    g = sample.n_clusters
    moments = cluster_moments(sample.rows, sample.codes, g)
    draws = coefficient(covariances(moments, redraw(g, DRAWS, sample.seed or 0)))
    known = draws[np.isfinite(draws)]
    if known.size < (1 - MOST_LOST_DRAWS) * DRAWS:
        return nan, nan
    tail = (1 - sample.conf_level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)
