"""A change as a mean of schools' parts: all that its estimate, its CR2 error and its df need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import Estimate, from_std_error, not_estimable
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    lies_within,
    read_codes,
    read_scores,
    read_zero_one,
    sums,
)
from impact_eval.estimators.school_weights import in_both_waves

_METHOD = "least squares from schools' means, CR2"


@dataclass(frozen=True, slots=True)
class SchoolParts:
    """An entry for each school and side: the estimate is the mean of side 1 less that of side 0.

    With nobody on side 0 it is the mean of side 1 alone. `weight` is the inverse variance of
    `value` where people are independent with variance 1. `school` holds the schools' codes as
    given, `rows` the rows behind each.
    """

    school: Codes
    value: Floats
    weight: Floats
    cluster: Codes
    side: Codes
    rows: Codes


@dataclass(frozen=True, slots=True)
class SideSums:
    """One side's weights and weighted sums of values by cluster, a column each; rows are sets."""

    size: Floats
    total: Floats


@dataclass(frozen=True, slots=True)
class Moments:
    """Estimate, CR2 variance, the traces of P and of P P, and the clusters, one entry a set."""

    estimate: Floats
    variance: Floats
    trace: Floats
    square: Floats
    clusters: Codes

    @property
    def df(self) -> Floats:
        """Satterthwaite's degrees of freedom."""
        known = np.isfinite(self.variance) & (self.square > 0)
        return np.where(known, self.trace**2 / np.where(known, self.square, 1.0), np.nan)


def parts_of_changes(
    score: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    programme: ArrayLike | None = None,
) -> SchoolParts | None:
    """Take a change with school effects, or the difference of two sides' changes, apart.

    Parameters
    ----------
    score, wave, cluster
        As for `mean_change`.
    school
        Shape (n,), codes of the schools whose effects are removed, not negative integers.
    programme
        Shape (n,), 1 for schools with the programme and 0 for the others; None for one group.

    Returns
    -------
    SchoolParts or None
        Of schools seen in both waves; a school counts n_pre n_post / (n_pre + n_post), as least
        squares weighs it. None where a school has several clusters or is on both sides: the
        estimate is then no mean of clusters' parts.

    Examples
    --------
    >>> parts = parts_of_changes([4, 6, 5, 8], [0, 1, 0, 1], [0, 0, 1, 1], school=[0, 0, 1, 1])
    >>> parts.value.tolist(), parts.weight.tolist()
    ([2.0, 3.0], [0.5, 0.5])
    """
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools, labels = read_codes(school, "school", scores.size)
    sides = (
        np.ones(scores.size, np.intp)
        if programme is None
        else read_zero_one(programme, "programme", scores.size)
    )
    both = in_both_waves(waves, schools, labels.size)
    kept = both[schools]
    if not (lies_within(schools[kept], clusters[kept]) and lies_within(schools[kept], sides[kept])):
        return None
    place = 2 * schools + waves
    n = sums(np.ones(scores.size), place, 2 * labels.size).reshape(-1, 2)
    means = sums(scores, place, 2 * labels.size).reshape(-1, 2) / np.maximum(n, 1)
    home, side = _of_school(clusters, schools, labels.size), _of_school(sides, schools, labels.size)
    n, means = n[both], means[both]
    return SchoolParts(
        school=np.asarray(labels[both]),
        value=means[:, 1] - means[:, 0],
        weight=n.prod(axis=1) / n.sum(axis=1),
        cluster=home[both],
        side=side[both],
        rows=n.sum(axis=1).astype(np.intp),
    )


def parts_of_rounds(
    score: ArrayLike, wave: ArrayLike, cluster: ArrayLike, *, school: ArrayLike
) -> SchoolParts | None:
    """Take the difference of two rounds' means apart, where each round drew schools of its own.

    Parameters
    ----------
    score, wave, cluster, school
        As for `parts_of_changes`.

    Returns
    -------
    SchoolParts or None
        A school's value is its mean, its weight its people and its side its wave; a school that was
        asked in both rounds has two entries. None where a school has several clusters.
    """
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools, labels = read_codes(school, "school", scores.size)
    if not lies_within(schools, clusters):
        return None
    place, cell = np.unique(2 * schools + waves, return_inverse=True)
    n = sums(np.ones(scores.size), cell, place.size)
    return SchoolParts(
        school=np.asarray(labels[place // 2]),
        value=sums(scores, cell, place.size) / n,
        weight=n,
        cluster=_of_school(clusters, schools, labels.size)[place // 2],
        side=place % 2,
        rows=n.astype(np.intp),
    )


def parts_estimate(
    parts: SchoolParts, *, conf_level: float = 0.95, method: str = _METHOD
) -> Estimate:
    """Estimate the difference of the two sides' means, or the mean of one, with CR2 and its df.

    Parameters
    ----------
    parts
        From `parts_of_changes` or `parts_of_rounds`.
    conf_level
        Between 0 and 1.
    method
        Words for the methods table.

    Returns
    -------
    Estimate
        The same as `mean_change` with weights by respondents gives, from as many numbers as there
        are schools; not estimable with fewer than 2 clusters on a side.

    Notes
    -----
    On one side, with clusters g of weight s_g in D, the design enters a cluster's hat matrix
    through one column, so A_g scales its sum of residuals by (1 - s_g / D)^(-1/2): with
    u_g = sum_(j in g) w_j (v_j - mean) / D / (1 - s_g / D)^(1/2) the CR2 variance is sum_g u_g^2.
    With d_g = s_g / D^2 and q_g = s_g / D^(3/2) / (1 - s_g / D)^(1/2), P has d_g on its diagonal
    and -q_g q_h beside it. Of two sides the u_g are subtracted and the matrices added.

    References
    ----------
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683,
    equations 8 to 11.

    Examples
    --------
    >>> parts = parts_of_changes(
    ...     [4, 6, 5, 8, 3, 3], [0, 1] * 3, [0, 0, 1, 1, 2, 2], school=[0, 0, 1, 1, 2, 2]
    ... )
    >>> e = parts_estimate(parts)
    >>> f"{e.estimate:.2f}, df {e.df:.1f}"
    '1.67, df 2.0'
    """
    n, clusters = int(parts.rows.sum()), number_clusters(parts)
    n_clusters = int(clusters.max(initial=-1)) + 1
    found = moments(*(side_sums(parts, clusters, side) for side in (1, 0)))
    if not np.isfinite(found.variance[0]):
        reason = "a side has fewer than 2 clusters"
        return not_estimable(
            reason, n=n, n_clusters=n_clusters, method=method, conf_level=conf_level
        )
    return from_std_error(
        float(found.estimate[0]),
        float(np.sqrt(found.variance[0])),
        float(found.df[0]),
        n=n,
        n_clusters=n_clusters,
        method=method,
        conf_level=conf_level,
    )


def number_clusters(parts: SchoolParts) -> Codes:
    """Give the clusters of all entries numbers from 0."""
    return np.asarray(np.unique(parts.cluster, return_inverse=True)[1], dtype=np.intp)


def side_sums(parts: SchoolParts, clusters: Codes, side: int) -> SideSums:
    """Add the schools of one side up by cluster, shape (1, clusters) each."""
    own = parts.side == side
    count = int(clusters.max(initial=-1)) + 1
    weight = parts.weight[own]
    return SideSums(
        sums(weight, clusters[own], count)[None, :],
        sums(weight * parts.value[own], clusters[own], count)[None, :],
    )


def moments(first: SideSums, other: SideSums) -> Moments:
    """Subtract the other side from the first, set by set; a side without any weight is left out.

    A cluster of weight 0 counts as absent; with fewer than two on a side the variance is nan.
    """
    mean_1, u_1, d_1, q_1 = _of_side(first)
    mean_0, u_0, d_0, q_0 = _of_side(other)
    both = q_1 * q_0
    square = _square(d_1, q_1) + _square(d_0, q_0)
    square += 2 * ((d_1 * d_0).sum(axis=1) + both.sum(axis=1) ** 2 - (both**2).sum(axis=1))
    return Moments(
        estimate=mean_1 - mean_0,
        variance=((u_1 - u_0) ** 2).sum(axis=1),
        trace=d_1.sum(axis=1) + d_0.sum(axis=1),
        square=square,
        clusters=((first.size > 0) | (other.size > 0)).sum(axis=1),
    )


def _of_side(side: SideSums) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, and u, d and q of each cluster; all zero on a side on which no set has anything."""
    if not (side.size > 0).any():
        none = np.zeros_like(side.size)
        return none.sum(axis=1), none, none, none
    whole = side.size.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = side.total.sum(axis=1, keepdims=True) / whole
        several = (side.size > 0).sum(axis=1, keepdims=True) > 1
        rest = np.where(several, 1 - side.size / whole, np.nan)
        u = (side.total - mean * side.size) / whole / np.sqrt(rest)
        return mean[:, 0], u, side.size / whole**2, side.size / whole**1.5 / np.sqrt(rest)


def _square(d: Floats, q: Floats) -> Floats:
    """Trace of P P of one side."""
    square: Floats = (d**2).sum(axis=1) + (q**2).sum(axis=1) ** 2 - (q**4).sum(axis=1)
    return square


def _of_school(codes: Codes, schools: Codes, n_schools: int) -> Codes:
    """Give each school the code of its rows."""
    found = np.zeros(n_schools, np.intp)
    check_length(codes, "codes", schools.size)
    found[schools] = codes
    return found
