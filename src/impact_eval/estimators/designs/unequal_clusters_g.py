"""The total-variance effect size of a cluster-randomised trial with clusters of unequal size."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.inputs import Floats

FEWEST_OF_AN_ARM = 3
TOO_FEW = "a side has two clusters alone, from which nobody can tell how clusters vary"
_METHOD = "effect size by the total variance, clusters of unequal size"


def total_variance_g(
    difference: float,
    total_variance: float,
    icc: float,
    programme_sizes: ArrayLike,
    comparison_sizes: ArrayLike,
    *,
    conf_level: float = 0.95,
) -> Estimate:
    """Divide a model's difference by its total standard deviation, for clusters of unequal size.

    Parameters
    ----------
    difference
        Programme minus comparison, in score points, from a mixed model or least squares.
    total_variance
        Between plus within clusters, of the model: without covariates for the unconditional effect
        size (the headline), with them for the conditional one.
    icc
        Between over total, of the same model, 0 to 1.
    programme_sizes, comparison_sizes
        People of each cluster, at least 2 clusters an arm.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        In standard deviations, t on the number of clusters minus 2. The standard error is the
        model's own: normal scores, one icc. Not estimable with fewer than 3 clusters an arm, where
        95 % intervals of the conditional effect size covered 89 to 92 % (docs/simulation.md).

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Notes
    -----
    With N_a people in m_a clusters of arm a, k_a = (N_a^2 - sum n^2) / (N_a (m_a - 1)), r the icc:
    d = (b / s) sqrt(1 - r [(N - k_T m_T - k_C m_C) + k_T + k_C - 2] / (N - 2)); its variance is N /
    (N_T N_C) (1 + (k - 1) r) + [(N - 2)(1 - r)^2 + A r^2 + 2 B r (1 - r)] d^2 / [2 (N - 2) ((N - 2)
    - r (N - 2 - B))] with k = N_C sum n_T^2 / (N_T N) + N_T sum n_C^2 / (N_C N), B = sum over arms
    of k_a (m_a - 1), A = sum over arms of [N_a^2 sum n^2 + (sum n^2)^2 - 2 N_a sum n^3] / N_a^2. R:
    ``eefAnalytics::crtFREQ`` gives the same with 1.96 in place of t.

    References
    ----------
    Hedges (2007), Journal of Educational and Behavioral Statistics 32(4), 341-370, section on
    unequal cluster sample sizes.

    Examples
    --------
    >>> g = total_variance_g(0.2, 1.0, 0.1, [20, 30, 25, 35], [28, 22, 30, 30])
    >>> f"{g.estimate:.3f} with standard error {g.std_error:.3f}"
    '0.197 with standard error 0.260'
    """
    sizes = [_read_sizes(s) for s in (programme_sizes, comparison_sizes)]
    if not total_variance > 0 or not 0 <= icc <= 1:
        raise EstimatorCallError("`total_variance` must be positive and `icc` from 0 to 1")
    m = [float(s.size) for s in sizes]
    people = [float(s.sum()) for s in sizes]
    squares = [float(s @ s) for s in sizes]
    cubes = [float((s**3).sum()) for s in sizes]
    n = sum(people)
    if min(m) < FEWEST_OF_AN_ARM:
        return not_estimable(
            TOO_FEW, n=int(n), n_clusters=int(sum(m)), method=_METHOD, conf_level=conf_level
        )
    k = [(p**2 - q) / (p * (c - 1)) for p, q, c in zip(people, squares, m, strict=True)]
    outside = n - sum(ka * c for ka, c in zip(k, m, strict=True)) + sum(k) - 2
    d = difference / sqrt(total_variance) * sqrt(1 - icc * outside / (n - 2))
    average = (people[1] * squares[0] / people[0] + people[0] * squares[1] / people[1]) / n
    b = sum(ka * (c - 1) for ka, c in zip(k, m, strict=True))
    a = sum(
        (p**2 * q + q**2 - 2 * p * cube) / p**2
        for p, q, cube in zip(people, squares, cubes, strict=True)
    )
    spread = (n - 2) * (1 - icc) ** 2 + a * icc**2 + 2 * b * icc * (1 - icc)
    variance = n / (people[0] * people[1]) * (1 + (average - 1) * icc) + spread * d**2 / (
        2 * (n - 2) * ((n - 2) - icc * (n - 2 - b))
    )
    return from_std_error(
        d,
        sqrt(variance),
        sum(m) - 2,
        n=int(n),
        n_clusters=int(sum(m)),
        method=_METHOD,
        conf_level=conf_level,
    )


def _read_sizes(values: ArrayLike) -> Floats:
    sizes = np.asarray(values, dtype=np.float64)
    if sizes.ndim != 1 or sizes.size < 2 or not (sizes >= 1).all():
        raise EstimatorCallError("each arm needs the sizes of at least 2 clusters, each at least 1")
    return sizes
