"""How alike the people of one cluster are."""

from __future__ import annotations

from functools import partial
from math import nan

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from impact_eval.estimators.between_variance import cochran_q
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    from_interval,
    not_estimable,
)
from impact_eval.estimators.inputs import Floats, counts, read_codes, read_scores, sums

_METHOD = "one-way intraclass correlation, analysis of variance"


def icc(score: ArrayLike, cluster: ArrayLike, *, conf_level: float = 0.95) -> Estimate:
    """Estimate the share of the scores' variance that lies between clusters.

    Parameters
    ----------
    score
        Shape (n,): scores of one wave, or gains of linked people.
    cluster
        Shape (n,), codes.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Without p-value. Estimate and limits may be negative, when people of one cluster are less
        alike than by chance, and are not cut at zero. Not estimable with fewer than 2 clusters,
        with one person in each, or where nothing varies. Without an interval where the estimate
        lies above it or below a positive lower limit: the interval supposes one variance within all
        clusters, and with unequal sizes and variances the two weigh clusters too differently to
        speak of one number.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a score is missing.

    Notes
    -----
    (MSB - MSW) / (MSB + (n0 - 1) MSW) with n0 = (n - sum n_g^2 / n) / (G - 1), as from
    ``anova(lm(score ~ factor(cluster)))``. The interval is Wald's: sum w_g (mean_g - mean_w)^2 /
    ((G - 1) MSW) with w_g = 1 / (theta + 1 / n_g) has an F distribution if theta is the ratio of
    the between to the within variance; theta / (1 + theta) is the correlation. Exact for normal
    scores and any sizes; with equal sizes it is that of ICC1 in ``psych::ICC``.

    References
    ----------
    Donner (1986), International Statistical Review 54(1), 67-82, equation 2.1. Wald (1940), Annals
    of Mathematical Statistics 11, 96-100.

    Examples
    --------
    >>> e = icc([4, 5, 7, 8, 5, 6, 2, 3], ["a", "a", "b", "b", "c", "c", "d", "d"])
    >>> f"{e.estimate:.0%} of the variance lies between classes"
    '89% of the variance lies between classes'
    """
    check_conf_level(conf_level)
    scores = read_scores(score, "score")
    codes, labels = read_codes(cluster, "cluster", scores.size)
    refuse = partial(
        not_estimable,
        n=scores.size,
        n_clusters=labels.size,
        method=_METHOD,
        conf_level=conf_level,
    )
    if labels.size < 2:
        return refuse("there are fewer than 2 clusters")
    if scores.size == labels.size:
        return refuse("every cluster has one person")
    size = counts(codes, labels.size).astype(np.float64)
    means = sums(scores, codes, labels.size) / size
    within = float(((scores - means[codes]) ** 2).sum()) / (scores.size - labels.size)
    if within <= 1e-24 * float(np.abs(scores).max()) ** 2:
        return refuse("scores do not vary within clusters")
    between = float(size @ (means - scores.mean()) ** 2) / (labels.size - 1)
    average = (scores.size - float(size @ size) / scores.size) / (labels.size - 1)
    estimate = (between - within) / (between + (average - 1) * within)
    low, high = _wald_limits(means, size, within, conf_level)
    if estimate > high or (estimate < low and low > 0):
        low = high = nan
    return from_interval(
        estimate,
        low,
        high,
        n=scores.size,
        n_clusters=labels.size,
        method=_METHOD,
        conf_level=conf_level,
    )


def design_effect(icc_value: float, cluster: ArrayLike) -> float:
    """Compute by how much clustering multiplies the variance of a mean of all respondents.

    Parameters
    ----------
    icc_value
        Intraclass correlation, at most 1; a negative one is used as it is.
    cluster
        Shape (n,), codes, n at least 1.

    Returns
    -------
    float
        1 + (sum n_g^2 / n - 1) icc, at least 0.

    Raises
    ------
    EstimatorCallError
        If there are no people or the correlation exceeds 1.

    References
    ----------
    Kish (1965), Survey Sampling, section 5.4, with the size that a random respondent's cluster has.

    Examples
    --------
    >>> round(design_effect(0.05, ["a"] * 40 + ["b"] * 40), 2)
    2.95
    """
    codes = np.asarray(cluster)
    if codes.size == 0 or not icc_value <= 1:
        raise EstimatorCallError("a design effect needs people, and a correlation of at most 1")
    numbers, labels = read_codes(codes, "cluster", codes.size)
    size = counts(numbers, labels.size).astype(np.float64)
    return max(0.0, 1 + (float(size @ size) / codes.size - 1) * icc_value)


def _wald_limits(
    means: Floats, size: Floats, within: float, conf_level: float
) -> tuple[float, float]:
    """Invert the F of the cluster means, whose variance ratio is known up to theta."""
    numerator, denominator = means.size - 1, float(size.sum()) - means.size
    least = -1 / float(size.max()) * (1 - 1e-9)
    tail = (1 - conf_level) / 2

    def excess(theta: float, quantile: float) -> float:
        return cochran_q(means, 1 / size, theta) / within / numerator - quantile

    limits = []
    for probability in (1 - tail, tail):
        quantile = float(stats.f.ppf(probability, numerator, denominator))
        if excess(least, quantile) <= 0:
            limits.append(least)
            continue
        high = 1.0
        while excess(high, quantile) > 0:
            high *= 2
        limits.append(float(optimize.brentq(excess, least, high, args=(quantile,), xtol=1e-14)))
    low, high = (theta / (1 + theta) for theta in limits)
    return low, high
