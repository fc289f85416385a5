"""A model with one random intercept by cluster, by restricted likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from impact_eval.estimators.cr2 import read_design
from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Floats, counts, read_codes, read_scores, sums

_LARGEST_RATIO = 1e4
_GRID = 60


@dataclass(frozen=True, slots=True)
class RandomIntercept:
    """Coefficients beside the constant, and the variances between and within clusters."""

    coefficients: Floats
    between: float
    within: float

    @property
    def total(self) -> float:
        """Variance between and within clusters together."""
        return self.between + self.within

    @property
    def icc(self) -> float:
        """Share of the variance that lies between clusters."""
        return self.between / self.total


def random_intercept(
    score: ArrayLike, covariates: ArrayLike | None, cluster: ArrayLike
) -> RandomIntercept:
    """Fit scores on covariates with a random intercept by cluster.

    Parameters
    ----------
    score
        Shape (n,).
    covariates
        Shape (n,) or (n, q) without a constant; None for a mean alone.
    cluster
        Shape (n,), codes.

    Returns
    -------
    RandomIntercept
        With `between` 0 where clusters differ by no more than chance.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is missing, covariates repeat, or too few rows are left.

    Notes
    -----
    ``lme4::lmer(score ~ covariates + (1 | cluster))``. With q = between / within, an intercept of
    n people counts n / (1 + n q) of what it would count without clusters, so that the restricted
    likelihood is a function of q alone, of sums by cluster. From a grid, the root of its slope.

    References
    ----------
    Bates, Machler, Bolker and Walker (2015), Journal of Statistical Software 67(1), 1-48.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> school = np.repeat(np.arange(40), 25)
    >>> score = rng.normal(size=1000) + 0.5 * rng.normal(size=40)[school] + 0.3 * (school % 2)
    >>> fit = random_intercept(score, school % 2, school)
    >>> f"{fit.coefficients[0]:.2f}, icc {fit.icc:.2f}"
    '0.48, icc 0.16'
    """
    y = read_scores(score, "score")
    own = [] if covariates is None else [read_design(covariates, y.size)]
    x = np.column_stack([np.ones(y.size), *own])
    clusters, labels = read_codes(cluster, "cluster", y.size)
    if y.size <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        raise EstimatorCallError("the covariates are constant, repeat, or leave no rows")
    both = np.column_stack([x, y])
    products = both.T @ both
    sizes = counts(clusters, labels.size).astype(np.float64)
    totals = np.column_stack([sums(column, clusters, labels.size) for column in both.T])

    def crossed(ratio: float) -> Floats:
        """Cross-products of (x, y) in the metric of the whole covariance."""
        return np.asarray(products - (totals * (ratio / (1 + sizes * ratio))[:, None]).T @ totals)

    df = y.size - x.shape[1]

    def deviance(log_ratio: float) -> float:
        ratio = float(np.exp(log_ratio))
        inner = crossed(ratio)
        rest = _rest(inner)
        determinant = float(np.linalg.slogdet(inner[:-1, :-1])[1])
        return float(np.log1p(sizes * ratio).sum() + determinant + df * np.log(rest))

    grid = np.linspace(np.log(1e-8), np.log(_LARGEST_RATIO), _GRID)
    best = int(np.argmin([deviance(one) for one in grid]))

    def slope(log_ratio: float) -> float:
        """Differentiate the deviance by the ratio; by itself it is too flat to end on."""
        ratio = float(np.exp(log_ratio))
        inner, own = crossed(ratio), totals / (1 + sizes * ratio)[:, None]
        fixed = np.linalg.solve(inner[:-1, :-1], inner[:-1, -1])
        left = own[:, -1] - own[:, :-1] @ fixed
        swept = np.linalg.solve(inner[:-1, :-1], own[:, :-1].T @ own[:, :-1])
        grown = float((sizes / (1 + sizes * ratio)).sum() - np.trace(swept))
        return float(grown - (left @ left) * df / _rest(inner))

    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, _GRID - 1)])
    ratio = 0.0
    if best > 0 and slope(low) < 0 < slope(high):
        ratio = float(np.exp(optimize.brentq(slope, low, high, xtol=1e-13)))
    elif best > 0:
        ratio = float(np.exp(grid[best]))
    inner = crossed(ratio)
    within = _rest(inner) / df
    coefficients = np.linalg.solve(inner[:-1, :-1], inner[:-1, -1])
    return RandomIntercept(np.asarray(coefficients[1:]), ratio * within, within)


def _rest(inner: Floats) -> float:
    """Sum of squares that the covariates leave."""
    explained = inner[:-1, -1] @ np.linalg.solve(inner[:-1, :-1], inner[:-1, -1])
    return float(inner[-1, -1] - explained)
