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
    """One entry a school: the estimate is the weighted mean of side 1 less that of side 0.

    With nobody on side 0 it is the mean of side 1 alone. `weight` is the inverse variance of
    `value` where people are independent with variance 1. Every cluster lies on one side. `school`
    holds the schools' codes as given, `rows` the rows behind each.
    """

    school: Codes
    value: Floats
    weight: Floats
    cluster: Codes
    side: Codes
    rows: Codes


@dataclass(frozen=True, slots=True)
class SideSums:
    """One side's clusters: their weights, and their weighted sums of values."""

    size: Floats
    total: Floats


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
        squares weighs it. None where a school has several clusters, or a cluster two sides: the
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
    if not lies_within(schools[kept], clusters[kept]) or not lies_within(
        clusters[kept], sides[kept]
    ):
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
        A school's value is its mean, its weight its people and its side its wave; None where a
        cluster was asked in both rounds.
    """
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools, labels = read_codes(school, "school", scores.size)
    if not lies_within(schools, clusters) or not lies_within(clusters, waves):
        return None
    n = sums(np.ones(scores.size), schools, labels.size)
    return SchoolParts(
        school=np.asarray(labels),
        value=sums(scores, schools, labels.size) / n,
        weight=n,
        cluster=_of_school(clusters, schools, labels.size),
        side=_of_school(waves, schools, labels.size),
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
    With clusters g of weight s_g in D = sum s_g and A_g = (1 - s_g / D)^(-1/2), the CR2 variance of
    a weighted mean is sum_g (sum_(j in g) w_j (v_j - mean))^2 / (1 - s_g / D) / D^2, because the
    design enters a cluster's hat matrix through one column. The sides share no cluster, so
    variances, and the traces that Satterthwaite's df are made of, add up.

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
    n, n_clusters = int(parts.rows.sum()), int(np.unique(parts.cluster).size)
    estimate, variance, trace, square = 0.0, 0.0, 0.0, 0.0
    for side, sign in ((1, 1.0), (0, -1.0)):
        if (parts.side == side).any():
            own = side_moments(side_sums(parts, side))
            mean, of_side, one, two = (float(values[0]) for values in own)
            estimate += sign * mean
            variance, trace, square = variance + of_side, trace + one, square + two
    if not np.isfinite(variance):
        reason = "a side has fewer than 2 clusters"
        return not_estimable(
            reason, n=n, n_clusters=n_clusters, method=method, conf_level=conf_level
        )
    return from_std_error(
        estimate,
        float(np.sqrt(variance)),
        trace**2 / square if square > 0 else 0.0,
        n=n,
        n_clusters=n_clusters,
        method=method,
        conf_level=conf_level,
    )


def side_sums(parts: SchoolParts, side: int) -> SideSums:
    """Add the schools of one side up by cluster, shape (1, clusters) each."""
    own = parts.side == side
    _, cluster = np.unique(parts.cluster[own], return_inverse=True)
    count = int(cluster.max()) + 1 if cluster.size else 0
    weight = parts.weight[own]
    return SideSums(
        sums(weight, cluster, count)[None, :],
        sums(weight * parts.value[own], cluster, count)[None, :],
    )


def side_moments(side: SideSums) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean, CR2 variance, and the traces of P and of P P, for each row of cluster sums.

    A cluster of weight 0 counts as absent; with fewer than two the variance is nan.
    """
    whole = side.size.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = side.total.sum(axis=1) / whole
        share = side.size / whole[:, None]
        rest = np.where((side.size > 0).sum(axis=1) > 1, 1.0, np.nan)[:, None] - share
        parts = (side.total - mean[:, None] * side.size) / whole[:, None]
        products = share**2 / rest
        variance = (parts**2 / rest).sum(axis=1)
    square = (share**2).sum(axis=1) + products.sum(axis=1) ** 2 - (products**2).sum(axis=1)
    return mean, variance, 1 / whole, square / whole**2


def _of_school(codes: Codes, schools: Codes, n_schools: int) -> Codes:
    """Give each school the code of its rows."""
    found = np.zeros(n_schools, np.intp)
    check_length(codes, "codes", schools.size)
    found[schools] = codes
    return found
