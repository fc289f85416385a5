"""The variance of true school changes: its estimators and its interval."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
from scipy import optimize, stats

from impact_eval.estimators.inputs import Floats

GRID_POINTS = 200


def tau2_by_reml(y: Floats, v: Floats) -> float:
    """Maximise the restricted likelihood, from a grid so that a local maximum cannot win."""
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 1e2, GRID_POINTS) * _scale(y, v)])
    best = int(_restricted_log_likelihood(y, v, grid).argmax())
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    if _reml_score(y, v, left) <= 0 or _reml_score(y, v, right) >= 0:
        return float(grid[best])
    return _root(lambda tau2: _reml_score(y, v, tau2), float(left), float(right))


def tau2_by_paule_mandel(y: Floats, v: Floats) -> float:
    """Choose tau2 so that Cochran's Q equals its expectation, G - 1; 0 where Q starts below it."""
    return _tau2_at_q(y, v, y.size - 1)


def tau2_limits(y: Floats, v: Floats, conf_level: float) -> tuple[float, float]:
    """Invert Cochran's Q; nan where even tau2 = 0 is too large for the data."""
    tail = (1 - conf_level) / 2
    upper_q, lower_q = (float(stats.chi2.ppf(p, y.size - 1)) for p in (1 - tail, tail))
    if cochran_q(y, v, 0.0) < lower_q:
        return nan, nan
    return _tau2_at_q(y, v, upper_q), _tau2_at_q(y, v, lower_q)


def cochran_q(y: Floats, v: Floats, tau2: float) -> float:
    """Compute the weighted sum of squares around the weighted mean."""
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _tau2_at_q(y: Floats, v: Floats, target: float) -> float:
    """Find the tau2 at which Q, which falls in tau2, equals the target."""
    if cochran_q(y, v, 0.0) <= target:
        return 0.0
    high = _scale(y, v)
    while cochran_q(y, v, high) > target:
        high *= 2
    return _root(lambda tau2: cochran_q(y, v, tau2) - target, 0.0, high)


def _restricted_log_likelihood(y: Floats, v: Floats, tau2: Floats) -> Floats:
    """Compute it, but for a constant, at each value of tau2."""
    w = 1 / (v + tau2[:, None])
    total = w.sum(axis=1)
    q = (w * (y - (w @ y / total)[:, None]) ** 2).sum(axis=1)
    return np.asarray(-0.5 * (np.log(total) + q - np.log(w).sum(axis=1)))


def _reml_score(y: Floats, v: Floats, tau2: float) -> float:
    """Compute twice the derivative of the restricted log-likelihood."""
    w = 1 / (v + tau2)
    mu = w @ y / w.sum()
    return float(w**2 @ (y - mu) ** 2 - w.sum() + (w @ w) / w.sum())


def _scale(y: Floats, v: Floats) -> float:
    return float(y.var(ddof=1) + v.mean())


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    return float(optimize.brentq(function, low, high, xtol=1e-15 * high, rtol=1e-14))
