"""A mean gain of schools like these, or of these schools alone, by least squares."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, from_std_error
from impact_eval.estimators.inputs import Codes, Floats, sums


def held_gain(  # noqa: PLR0913
    gain: Floats,
    cluster: Codes,
    *,
    school: Codes | None = None,
    school_all: Codes | None = None,
    weights: Floats | None = None,
    weights_all: Floats | None = None,
    programme: Codes | None = None,
    conf_level: float = 0.95,
    method: str,
) -> Estimate:
    """Estimate a mean gain; with schools, each has its own and nothing is said of others.

    Parameters
    ----------
    gain, cluster
        Shape (n,), score points and codes.
    school
        Shape (n,), codes of the schools that are held; None lets the schools stand for others.
    school_all
        Shape (m,), the schools of everybody whom the gains stand for, by whose numbers schools
        count; the same as `school` if not given.
    weights
        Shape (n,), positive.
    weights_all
        Shape (m,), what each of everybody counts for the schools' shares; all alike if not given.
    programme
        Shape (n,), 1 or 0; given, the estimate is the first side's mean gain less the other's.
    conf_level
        Between 0 and 1.
    method
        Words for the methods table.

    Returns
    -------
    Estimate
        gain = constant (beside it the side, whose coefficient it is), or gain = school with the
        schools' shares as the contrast, shares of a side and negative on the second; CR2 by
        cluster.

    Notes
    -----
    With schools the fit falls apart into one for each, so that theirs are put together: variance
    sum_s share_s^2 V_s, df = (sum_s a_s)^2 / sum_s (a_s^2 / df_s) with a_s = share_s^2 sum w^2 /
    (sum w)^2. A school with a single cluster adds nothing to either, as in the fit
    of all together by the Moore-Penrose inverse.

    Examples
    --------
    >>> gain, school = np.array([1.0, 2, 3, 4]), np.array([0, 0, 1, 1])
    >>> held_gain(gain, np.arange(4), school=school, method="").df.__round__(6)
    2.0
    """
    if school is None:
        ones = np.ones(gain.size)
        return fit_cr2(
            gain,
            ones if programme is None else np.column_stack([programme, ones]),
            cluster,
            coefficient=None if programme is None else 0,
            weights=weights,
            conf_level=conf_level,
            method=method,
        )
    everybody = school if school_all is None else school_all
    labels, codes = np.unique(school, return_inverse=True)
    share = _shares(labels, everybody, weights_all)
    if programme is not None:
        side = programme[np.unique(school, return_index=True)[1]]
        share = np.where(side == 1, 1.0, -1.0) * share / sums(share, side, 2)[side]
    own = np.ones(gain.size) if weights is None else weights
    total = sums(own, codes, labels.size)
    mean = sums(own * gain, codes, labels.size) / total
    part = sums(own**2, codes, labels.size) / total**2
    each = _plain(gain - mean[codes], cluster, codes, labels.size)
    if weights is not None:
        each = _weighted(gain, cluster, codes, weights, labels.size)
    variance, df = each
    known = df > 0
    scaled = (share**2 * part)[known]
    return from_std_error(
        float(share @ mean),
        float(np.sqrt(share[known] ** 2 @ variance[known])),
        float(scaled.sum() ** 2 / (scaled**2 / df[known]).sum()) if known.any() else 0.0,
        n=gain.size,
        n_clusters=np.unique(cluster).size,
        method=method,
        conf_level=conf_level,
    )


def _shares(labels: Codes, everybody: Codes, weights_all: Floats | None) -> Floats:
    """Give the schools' shares of everybody; they sum to 1 where all of these are in a school."""
    own = np.ones(everybody.size) if weights_all is None else weights_all
    parts = [float(own[everybody == label].sum()) for label in labels]
    return np.array(parts, dtype=np.float64) / float(own.sum())


def _plain(rest: Floats, cluster: Codes, school: Codes, n_schools: int) -> tuple[Floats, Floats]:
    """Give each school's CR2 variance of its mean, and its df; 0 with a single cluster."""
    pairs, place = np.unique(school * (int(cluster.max()) + 1) + cluster, return_inverse=True)
    home = pairs // (int(cluster.max()) + 1)
    size = sums(np.ones(rest.size), place, pairs.size)
    total = sums(size, home, n_schools)
    share = size / total[home]
    left = np.where(share < 1, 1 - share, np.inf)
    by_cluster = sums(rest, place, pairs.size) / total[home]
    products = share**2 / left
    square = sums(share**2, home, n_schools) - sums(products**2, home, n_schools)
    square += sums(products, home, n_schools) ** 2
    several = np.bincount(home, minlength=n_schools) > 1
    variance = sums(by_cluster**2 / left, home, n_schools)
    return variance, np.where(several, 1 / square, 0.0)


def _weighted(
    gain: Floats, cluster: Codes, school: Codes, weights: Floats, n_schools: int
) -> tuple[Floats, Floats]:
    """Fit each school by itself; df 0 where it gives no variance."""
    variance, df = np.zeros(n_schools), np.zeros(n_schools)
    for code in range(n_schools):
        own = school == code
        fit = fit_cr2(gain[own], np.ones(int(own.sum())), cluster[own], weights=weights[own])
        if not fit.reason:
            variance[code], df[code] = fit.std_error**2, fit.df
    return variance, df
