"""The standard error of a coefficient by leaving out one cluster at a time."""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np

from impact_eval.estimators.estimate import Estimate, from_std_error
from impact_eval.estimators.inputs import Codes, Floats, n_distinct
from impact_eval.estimators.linear_model import fit_linear

MOST_AT_ONE_END = 0.4
# with fewer, the t quantile of CR2's few degrees of freedom is wide enough and this far too wide;
# with more, the two hardly differ and leaving out each takes long
FEWEST, MOST = 10, 200
_SINGULAR: Final = 1e-9


def most_at_one_end(values: Floats) -> bool:
    """Whether two in five or more have the highest value that anybody has, or the lowest.

    Examples
    --------
    >>> most_at_one_end(np.array([1.0, 3, 4, 5, 5, 5]))
    True
    """
    ends = (values.min(), values.max())
    return max(float((values == end).mean()) for end in ends) >= MOST_AT_ONE_END


def no_narrower_than_jackknife(
    found: Estimate,
    y: Floats,
    design: Floats,
    cluster: Codes,
    *,
    coefficient: int,
    stratum: Codes | None = None,
    weights: Floats | None = None,
) -> Estimate:
    """Give a least-squares coefficient the wider of its own standard error and the jackknife's.

    Parameters
    ----------
    found
        The coefficient by `fit_cr2` from the same answers.
    y, design, cluster, coefficient, stratum, weights
        As `fit_cr2` had them; strata are its `school`, numbered from 0.

    Returns
    -------
    Estimate
        With CR2's degrees of freedom; as it was where it has no interval, with fewer than 10 or
        more than 200 clusters, or where the jackknife's error is the smaller.

    Notes
    -----
    V = (G - 1) / G sum_g (b_(g) - b)^2, b_(g) without cluster g. In R, (G - 1) / G times
    ``vcovCR(fit, cluster = cluster, type = "CR3")``. CR2 is exact if errors are independent; where
    clusters are alike, differ in size and most scores stand at an end, it is a twentieth too small.

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181.

    Examples
    --------
    >>> from impact_eval.estimators.cr2 import fit_cr2
    >>> y, one = np.array([1.0, 2, 2, 3, 3, 3, 4, 5, 5, 5]), np.ones((10, 1))
    >>> e = fit_cr2(y, one, np.arange(10))
    >>> wider = no_narrower_than_jackknife(e, y, one, np.arange(10), coefficient=0)
    >>> f"{e.std_error:.4f}, {wider.std_error:.4f}: the same for a mean of single people"
    '0.4485, 0.4485: the same for a mean of single people'
    """
    if found.reason or not FEWEST <= n_distinct(cluster) <= MOST:
        return found
    columns = design if stratum is None else np.column_stack([design, _indicators(stratum)])
    std_error = jackknife_error(y, columns, cluster, coefficient=coefficient, weights=weights)
    if not std_error > found.std_error:
        return found
    return from_std_error(
        found.estimate,
        std_error,
        found.df,
        n=found.n,
        n_clusters=found.n_clusters,
        method=f"{found.method}, error by leaving out one cluster at a time",
        conf_level=found.conf_level,
    )


def jackknife_error(
    y: Floats, design: Floats, cluster: Codes, *, coefficient: int, weights: Floats | None
) -> float:
    """Return it, 0 where the coefficients are not identified.

    What only one cluster tells (the mean of its stratum) is no part of what leaving it out changes.

    Examples
    --------
    >>> y, one = np.array([0.0, 2.0]), np.ones((2, 1))
    >>> round(jackknife_error(y, one, np.array([0, 1]), coefficient=0, weights=None), 6)
    1.0
    """
    fit = fit_linear(y, design, weights=weights, school=None)
    if fit is None:
        return 0.0
    target = np.zeros(design.shape[1])
    target[coefficient] = 1.0
    direction = np.linalg.solve(fit.triangle.T, target)
    squares, order = [], np.argsort(cluster, kind="stable")
    ends = np.flatnonzero(np.diff(cluster[order])) + 1
    for rows in np.split(order, ends):
        basis = fit.basis[rows]
        scaled = basis if weights is None else basis * weights[rows, None]
        left = np.eye(direction.size) - basis.T @ scaled
        moved = np.linalg.pinv(left, rcond=_SINGULAR, hermitian=True) @ (
            scaled.T @ fit.residuals[rows]
        )
        squares.append(float(direction @ moved) ** 2)
    clusters = len(squares)
    return sqrt((clusters - 1) / clusters * sum(squares))


def _indicators(stratum: Codes) -> Floats:
    return np.asarray(stratum[:, None] == np.unique(stratum), dtype=np.float64)
