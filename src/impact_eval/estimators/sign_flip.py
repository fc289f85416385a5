"""The sign-flip test of a mean change: exact with few schools too, if changes are symmetric."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cluster_changes import cluster_changes
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_resampling,
    not_estimable,
)
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.inputs import Floats, check_length, read_scores
from impact_eval.estimators.rearrangements import (
    DRAWS,
    TIE,
    Rearranged,
    check_draws,
    limits,
    need_generator,
    p_value,
)
from impact_eval.estimators.school_weights import SchoolWeights
from impact_eval.estimators.sign_patterns import MOST_ENUMERATED, all_sign_sums, draw_signs


def sign_flip(
    change: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    n: int | None = None,
    n_draws: int = DRAWS,
    generator: np.random.Generator | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Test whether the clusters' mean change is zero by changing the signs of their changes.

    Parameters
    ----------
    change
        Shape (G,), one change a cluster, in any unit.
    weight
        Shape (G,), positive; how much each cluster counts. None for all the same.
    n
        People behind the changes; None if only the clusters are known, which are then counted.
    n_draws, generator
        Patterns of signs to draw where there are over 20 clusters; with fewer all 2^G are gone
        through and nothing is drawn.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        The weighted mean with its two-sided p and the interval of all values that the test does
        not reject. No interval where the smallest possible p, 2 / 2^G, is above 1 - `conf_level`
        (95 %: below 6 clusters). No standard error. Not estimable with 1 cluster, or where all
        changes are the same.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a change is missing, a weight is not positive, or `generator` is missing
        where it is needed.

    Notes
    -----
    p is the share of sign patterns s with |sum_g s_g w_g d_g| >= |sum_g w_g d_g|, ties included.
    Exact, for any weights, if each cluster's change lies symmetrically about the true mean change;
    clusters may differ in spread. For skewed changes it is approximate. The limits invert it: each
    pattern rejects outside the weighted mean of the clusters it flips and that of the others.

    References
    ----------
    Fisher (1935), The Design of Experiments, section 21. Canay, Romano and Shaikh (2017),
    Econometrica 85(3), 1013-1030, on clusters.

    Examples
    --------
    >>> e = sign_flip([0.4, 0.9, 0.1, 0.6, 0.5, 0.7])
    >>> f"p = {e.p_value:.3f}, {e.conf_low:.1f} to {e.conf_high:.1f}: the least and most of six"
    'p = 0.031, 0.1 to 0.9: the least and most of six'
    """
    check_conf_level(conf_level)
    check_draws(n_draws)
    changes = read_scores(change, "change")
    weights = _read_weights(weight, changes.size)
    exact = changes.size <= MOST_ENUMERATED
    refuse = partial(
        not_estimable,
        n=changes.size if n is None else n,
        n_clusters=changes.size,
        method=_method(changes.size, n_draws, exact),
        conf_level=conf_level,
    )
    if changes.size < 2:
        return refuse(refusal(changes.size, unit="cluster"))
    if np.ptp(changes) <= TIE * np.abs(changes).max():
        return refuse("the clusters' changes do not vary")
    flipped = flip(changes, weights, n_draws=n_draws, generator=generator)
    return from_resampling(
        flipped.observed,
        p_value(flipped),
        limits(flipped, conf_level),
        n=changes.size if n is None else n,
        n_clusters=changes.size,
        method=_method(changes.size, n_draws, exact),
        conf_level=conf_level,
    )


def sign_flip_change(
    score: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
    generator: np.random.Generator | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Test the mean change from pre to post by changing the signs of the clusters' changes.

    Parameters
    ----------
    score, wave, cluster, school, weights, school_weights
        As for `mean_change`; without `school` the clusters are the schools.
    generator, conf_level
        As for `sign_flip`.

    Returns
    -------
    Estimate
        The estimate is that of `mean_change`; p and interval are those of `sign_flip`. Refused
        where a school belongs to several clusters.

    Raises
    ------
    EstimatorCallError
        As `mean_change` and `sign_flip`.

    Examples
    --------
    >>> score = [4, 6, 5, 8, 6, 7, 5, 9, 3, 5, 6, 9]
    >>> school = ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f"]
    >>> e = sign_flip_change(score, [0, 1] * 6, school)
    >>> f"{e.estimate:.1f} points higher, p = {e.p_value:.3f}"
    '2.5 points higher, p = 0.031'
    """
    found = cluster_changes(
        score, wave, cluster, school=school, weights=weights, school_weights=school_weights
    )
    if found.reason or found.change.size == 0:
        return not_estimable(
            found.reason or "no school has answers in both waves",
            n=found.n,
            n_clusters=found.change.size,
            method="sign-flip test by cluster",
            conf_level=conf_level,
        )
    return sign_flip(
        found.change,
        weight=found.weight,
        n=found.n,
        generator=generator,
        conf_level=conf_level,
    )


def flip(
    changes: Floats,
    weights: Floats,
    *,
    n_draws: int,
    generator: np.random.Generator | None,
) -> Rearranged:
    """Return the weighted mean under patterns of signs, all or drawn; weights sum to 1."""
    parts = np.stack([weights * changes, weights])
    exact = changes.size <= MOST_ENUMERATED
    if exact:
        value, slope = all_sign_sums(parts)
    else:
        rng = need_generator(generator, f"sign patterns of {changes.size} clusters")
        value, slope = parts @ draw_signs(changes.size, n_draws, rng).T
    return Rearranged(float(parts[0].sum()), value, slope, exact, float(np.abs(parts[0]).sum()))


def _read_weights(weight: ArrayLike | None, n: int) -> Floats:
    if weight is None:
        return np.full(n, 1 / max(n, 1))
    weights = read_scores(weight, "weight")
    check_length(weights, "weight", n)
    if (weights <= 0).any():
        raise EstimatorCallError("`weight` must be positive; leave out clusters of weight zero")
    return np.asarray(weights / weights.sum())


def _method(n_clusters: int, n_draws: int, exact: bool) -> str:
    if not exact:
        return f"sign-flip test by cluster, {n_draws:,} drawn patterns"
    return f"sign-flip test by cluster, all {2**n_clusters:,} patterns"
