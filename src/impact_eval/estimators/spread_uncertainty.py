"""Intervals of single schools that keep the uncertainty of the variance between schools."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from impact_eval.estimators.inputs import Floats

POINTS = 199
BISECTIONS = 50


def tau2_distribution(y: Floats, v: Floats) -> Floats:
    """Return equally likely values of tau2: those at which Cochran's Q equals chi-square quantiles.

    Shape (POINTS,); 0 where Q at tau2 = 0 is already below the quantile.
    """
    quantiles = stats.chi2.ppf((np.arange(POINTS) + 0.5) / POINTS, y.size - 1)
    low = np.zeros(POINTS)
    high = np.full(POINTS, float(y.var(ddof=1) + v.mean()))
    while (open_above := _q(y, v, high) > quantiles).any():
        high[open_above] *= 2
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        above = _q(y, v, middle) > quantiles
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(_q(y, v, np.zeros(POINTS)) > quantiles, (low + high) / 2, 0.0)


def predict_school(y: Floats, v: Floats, conf_level: float) -> tuple[float, float]:
    """Return the limits of a further school's true change."""
    tau2 = tau2_distribution(y, v)
    mu, variance = _means(y, v, tau2)
    tail = (1 - conf_level) / 2
    limits = _mixture_quantiles(mu[:, None], np.sqrt(tau2 + variance)[:, None], tail)
    return float(limits[0][0]), float(limits[1][0])


def shrink_limits(y: Floats, v: Floats, conf_level: float) -> tuple[Floats, Floats]:
    """Return the limits of the given schools' true changes."""
    tau2 = tau2_distribution(y, v)
    mu, variance = _means(y, v, tau2)
    own = tau2[:, None] / (tau2[:, None] + v)
    centre = own * y + (1 - own) * mu[:, None]
    spread = np.sqrt(own * v + (1 - own) ** 2 * variance[:, None])
    return _mixture_quantiles(centre, spread, (1 - conf_level) / 2)


def _means(y: Floats, v: Floats, tau2: Floats) -> tuple[Floats, Floats]:
    """Compute the weighted mean, and its variance, at each value of tau2."""
    w = 1 / (v + tau2[:, None])
    total = w.sum(axis=1)
    return w @ y / total, 1 / total


def _q(y: Floats, v: Floats, tau2: Floats) -> Floats:
    mu, _ = _means(y, v, tau2)
    return np.asarray(((y - mu[:, None]) ** 2 / (v + tau2[:, None])).sum(axis=1))


def _mixture_quantiles(centre: Floats, spread: Floats, tail: float) -> tuple[Floats, Floats]:
    """Find both tail quantiles of equal mixtures of normals, one mixture a column."""
    reach = special.ndtri(1 - tail / (2 * POINTS))
    limits = []
    for probability in (tail, 1 - tail):
        low = (centre - reach * spread).min(axis=0)
        high = (centre + reach * spread).max(axis=0)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = special.ndtr((middle - centre) / spread).mean(axis=0) < probability
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        limits.append((low + high) / 2)
    return limits[0], limits[1]
