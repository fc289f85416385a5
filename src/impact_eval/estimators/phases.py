"""Two phases of a programme: where a school stands among others, and whether phases differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isnan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from impact_eval.estimators.change_differences import change_difference
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    describe,
    from_interval,
    not_estimable,
)
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    read_codes,
    read_scores,
    read_zero_one,
    sums,
)

_PLACE = "share of such schools expected below, normal distribution of school changes"
_HALF_WIDTH = "half-width of a pooled t interval of two phases' cluster changes"
_DIFFERENCE = "difference of two phases' mean changes, CR2"


@dataclass(frozen=True, slots=True)
class Placement:
    """A school's distance from the mean of another set of schools, and its place among them."""

    z: float
    share_below: Estimate


def placement(
    school_change: float,
    variance: float,
    mean: Estimate,
    tau2: Estimate,
) -> Placement:
    """Place one school's change in the distribution of another set of schools' changes.

    Parameters
    ----------
    school_change, variance
        The school's change in score points and its sampling variance, positive.
    mean, tau2
        From `random_effects` of the other schools, which must not include this one. The level of
        the result's interval is that of `mean`.

    Returns
    -------
    Placement
        `z` is the distance from the mean in standard deviations of what a school of that
        population, surveyed with this school's precision, would show. `share_below` is the share of
        such schools expected to show a smaller change; its interval carries the uncertainty of
        `mean` and `tau2`. Both are not estimable where `mean` is not.

    Raises
    ------
    EstimatorCallError
        If `variance` is not positive.

    Notes
    -----
    z = (y - mu) / sqrt(tau2 + v), share = Phi(z). If the school is one of that population, the
    share is uniform between 0 and 1, whatever the school's precision. The limits combine, by the
    method of variance estimates recovery, the shares at either limit of mu and of tau2.

    References
    ----------
    Zou and Donner (2008), Statistics in Medicine 27, 1693-1702, for combining the limits.

    Examples
    --------
    >>> from impact_eval.estimators.random_effects import random_effects
    >>> changes = [0.9, 0.2, 0.6, 1.1, 0.4, 0.8]
    >>> others = random_effects(changes, [0.04, 0.03, 0.05, 0.04, 0.03, 0.06])
    >>> p = placement(1.0, 0.02, others.mean, others.tau2)
    >>> f"{p.share_below.estimate:.0%} of such schools would be expected to show a smaller rise"
    '86% of such schools would be expected to show a smaller rise'
    """
    if not variance > 0:
        raise EstimatorCallError(f"`variance` must be positive; got {variance!r}")
    if mean.reason:
        share = not_estimable(
            mean.reason,
            n=mean.n,
            n_clusters=mean.n_clusters,
            method=_PLACE,
            conf_level=mean.conf_level,
        )
        return Placement(float("nan"), share)
    spread = max(tau2.estimate, 0.0)
    z = (school_change - mean.estimate) / sqrt(spread + variance)
    at_means = [
        _share(school_change - m, spread + variance) for m in (mean.conf_high, mean.conf_low)
    ]
    limits = [spread if isnan(t) else t for t in (tau2.conf_low, tau2.conf_high)]
    at_tau2 = [_share(school_change - mean.estimate, t + variance) for t in limits]
    centre = float(stats.norm.cdf(z))
    low = centre - sqrt((centre - min(at_means)) ** 2 + (centre - min(*at_tau2, centre)) ** 2)
    high = centre + sqrt((max(at_means) - centre) ** 2 + (max(*at_tau2, centre) - centre) ** 2)
    share = from_interval(
        centre,
        max(low, 0.0),
        min(high, 1.0),
        n=mean.n,
        n_clusters=mean.n_clusters,
        method=_PLACE,
        conf_level=mean.conf_level,
    )
    return Placement(float(z), share)


def phase_difference(
    score: ArrayLike,
    wave: ArrayLike,
    phase: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate by how much a later phase's mean change differs from an earlier phase's.

    Parameters
    ----------
    score, wave, cluster, school, conf_level
        As for `mean_change`.
    phase
        Shape (n,), 1 for the later phase and 0 for the earlier.

    Returns
    -------
    Estimate
        Later minus earlier, by `change_difference`. Refused where a phase has fewer than 4
        clusters; the reason then gives the half-width that the interval of a pooled t test would
        have, the narrowest that is honest if both phases' clusters vary alike.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or `wave` or `phase` is not 0 and 1.

    Notes
    -----
    Phases differ in more than scale (which schools, who delivered, when), so a difference is not
    an effect of scaling up. With 2 clusters against 100, a pooled t test rejects a true null 5 % of
    the time if clusters vary alike but 24 % if one phase has three times the variance of the other,
    and nothing in the data can tell which.

    Examples
    --------
    >>> score = [4, 7, 5, 8, 6, 8, 3, 4, 5, 5, 4, 6, 3, 5]
    >>> wave, phase = [0, 1] * 7, [0] * 4 + [1] * 10
    >>> school = [s for s in "abcdefg" for _ in range(2)]
    >>> phase_difference(score, wave, phase, school, school=school).reason
    'a phase has 2 clusters; any test would have a half-width of 1.7 or more'
    """
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    phases = read_zero_one(phase, "phase", scores.size)
    clusters, labels = read_codes(cluster, "cluster", scores.size)
    sizes = [np.unique(clusters[phases == g]).size for g in (0, 1)]
    if min(sizes) >= ENOUGH_TO_GENERALISE:
        return change_difference(
            scores, waves, phases, clusters, school=school, conf_level=conf_level
        )
    refuse = partial(
        not_estimable,
        n=scores.size,
        n_clusters=labels.size,
        method=_DIFFERENCE,
        conf_level=conf_level,
    )
    counted = f"a phase has {min(sizes)} cluster{'s' if min(sizes) != 1 else ''}"
    half = _pooled_half_width(scores, waves, phases, clusters, conf_level)
    if isnan(half):
        return refuse(counted)
    return refuse(f"{counted}; any test would have a half-width of {half:.2g} or more")


def phase_half_width(
    score: ArrayLike,
    wave: ArrayLike,
    phase: ArrayLike,
    cluster: ArrayLike,
    *,
    conf_level: float = 0.95,
) -> Estimate:
    """Half of the interval that a pooled t test of two phases' cluster changes would have.

    Parameters
    ----------
    score, wave, phase, cluster, conf_level
        As for `phase_difference`.

    Returns
    -------
    Estimate
        In the unit of `score`, without an interval: a smaller difference could not be told from
        none, even if both phases' clusters varied alike. Not estimable where a phase has no
        cluster in both waves.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or `wave` or `phase` is not 0 and 1.

    Examples
    --------
    >>> score = [4, 7, 5, 8, 6, 8, 3, 4, 5, 5, 4, 6, 3, 5]
    >>> school = [s for s in "abcdefg" for _ in range(2)]
    >>> e = phase_half_width(score, [0, 1] * 7, [0] * 4 + [1] * 10, school)
    >>> f"{e.estimate:.1f}"
    '1.7'
    """
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    phases = read_zero_one(phase, "phase", scores.size)
    clusters, labels = read_codes(cluster, "cluster", scores.size)
    half = _pooled_half_width(scores, waves, phases, clusters, conf_level)
    found = {"n": scores.size, "n_clusters": labels.size}
    if isnan(half):
        reason = "a phase has no cluster that was seen in both waves"
        return not_estimable(reason, method=_HALF_WIDTH, conf_level=conf_level, **found)
    return describe(half, method=_HALF_WIDTH, **found)


def _share(distance: float, variance: float) -> float:
    return float(stats.norm.cdf(distance / sqrt(variance)))


def _pooled_half_width(
    scores: Floats, waves: Codes, phases: Codes, clusters: Codes, conf_level: float
) -> float:
    """Compute the half-width of a pooled t interval of the two phases' cluster changes."""
    place = 2 * clusters + waves
    size = 2 * (int(clusters.max(initial=-1)) + 1)
    n = sums(np.ones(scores.size), place, size).reshape(-1, 2)
    totals = sums(scores, place, size).reshape(-1, 2)
    both = (n > 0).all(axis=1)
    means = totals[both] / n[both]
    later = np.zeros(n.shape[0], np.intp)
    later[clusters] = phases
    changes, group = means[:, 1] - means[:, 0], later[both]
    counts = [int((group == g).sum()) for g in (0, 1)]
    df = sum(counts) - 2
    if min(counts) == 0 or df < 1:
        return float("nan")
    squares = sum(
        float(((changes[group == g] - changes[group == g].mean()) ** 2).sum()) for g in (0, 1)
    )
    quantile = float(stats.t.ppf((1 + conf_level) / 2, df))
    return quantile * sqrt(squares / df * (1 / counts[0] + 1 / counts[1]))
