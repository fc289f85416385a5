"""Changes between two waves of a survey: all respondents of both waves, linked or not."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.change_differences import (
    LONE_IN_A_ROUND,
    change_difference,
    lone_in_a_round,
)
from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    not_estimable,
)
from impact_eval.estimators.few_clusters import refusal
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    Labels,
    check_option,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)
from impact_eval.estimators.school_weights import (
    SchoolWeights,
    in_both_waves,
    row_weights,
    weights_by_school,
)

__all__ = ["change_difference", "mean_change", "one_wave_schools", "wave_mean"]

_METHODS = {
    "respondent": "all respondents of both waves, school fixed effects, CR2",
    "school": "mean of the schools' changes, school fixed effects, CR2",
    "beneficiary": "schools weighted by beneficiaries, school fixed effects, CR2",
}
_UNMATCHED_METHOD = "difference of the two waves' means, CR2"


def mean_change(
    score: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate the mean change from pre to post, in score points.

    Parameters
    ----------
    score
        Shape (n,), score points, one row for each answered survey of either wave.
    wave
        Shape (n,), 0 for pre and 1 for post.
    cluster
        Shape (n,), codes of the clusters: schools, or trainers (coarser), or workshops (finer).
    school
        Shape (n,), codes of schools surveyed in both waves, whose fixed effects are removed. None
        where the two rounds drew different schools.
    weights
        "respondent" is least squares, where a school counts n_pre n_post / (n_pre + n_post).
        "school" lets every school's change count the same. "beneficiary" uses `school_weights`.
    school_weights
        A positive number for each school, by its code in `school`.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Post minus pre; `n` counts the rows of schools seen in both waves, the only ones that
        contribute (`one_wave_schools` names the others). Not estimable with fewer than 2 clusters,
        or without rows in both waves.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, `wave` is not 0 and 1, weights other than
        "respondent" come without `school`, or a school has no positive weight.

    Notes
    -----
    y = school + change * wave, with CR2 by cluster and Satterthwaite df. Where schools do not count
    by their respondents, a row's weight is the school's divided by its rows of that wave. In R:
    ``coef_test(lm(y ~ t + factor(school), weights = w), vcov = "CR2", cluster = cluster,
    test = "Satterthwaite", coefs = "t")`` (clubSandwich).

    The interval speaks of schools like these if the clusters are schools or coarser, and of these
    schools' participants if the clusters are workshops within them.

    References
    ----------
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683.

    Examples
    --------
    >>> score = [4, 6, 7, 9, 5, 5, 6, 8, 3, 5, 6, 6]
    >>> wave = [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]
    >>> school = ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    >>> e = mean_change(score, wave, school, school=school)
    >>> f"{e.estimate:.1f} points higher after ({e.conf_low:.1f} to {e.conf_high:.1f})"
    '2.3 points higher after (0.9 to 3.8)'
    """
    check_conf_level(conf_level)
    check_option(weights, "weights", tuple(_METHODS))
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    if school is None:
        if weights != "respondent":
            raise EstimatorCallError('`weights` other than "respondent" need `school`')
        return _unmatched(scores, waves, clusters, conf_level)
    schools, labels = read_codes(school, "school", scores.size)
    by_school = weights_by_school(weights, school_weights, labels)
    kept = in_both_waves(waves, schools, labels.size)[schools]
    scores, waves, clusters, schools = scores[kept], waves[kept], clusters[kept], schools[kept]
    refused = _refuse_change(waves, clusters, _METHODS[weights], conf_level)
    if refused is not None:
        return refused
    return fit_cr2(
        scores,
        waves,
        clusters,
        school=schools,
        weights=None if by_school is None else row_weights(waves, schools, by_school),
        conf_level=conf_level,
        method=_METHODS[weights],
    )


def one_wave_schools(wave: ArrayLike, school: ArrayLike) -> Labels:
    """List the schools with rows in one wave only: they contribute nothing to a mean change.

    Parameters
    ----------
    wave
        Shape (n,), 0 and 1.
    school
        Shape (n,), codes.

    Returns
    -------
    numpy.ndarray
        The codes, in order of first appearance.

    Raises
    ------
    EstimatorCallError
        If shapes differ or `wave` is not 0 and 1.

    Examples
    --------
    >>> one_wave_schools([0, 1, 0], ["a", "a", "b"]).tolist()
    ['b']
    """
    n = np.asarray(wave).size
    waves = read_zero_one(wave, "wave", n)
    schools, labels = read_codes(school, "school", n)
    return labels[~in_both_waves(waves, schools, labels.size)]


def wave_mean(score: ArrayLike, cluster: ArrayLike, *, conf_level: float = 0.95) -> Estimate:
    """Estimate the mean score of one wave's respondents.

    Parameters
    ----------
    score
        Shape (n,), score points of one wave.
    cluster
        Shape (n,), codes.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        The respondents' mean; not estimable with fewer than 2 clusters. Its p-value tests a mean of
        zero, which is rarely of interest.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a score is missing.

    Notes
    -----
    In R: ``coef_test(lm(y ~ 1), vcov = "CR2", cluster = cluster, test = "Satterthwaite")``.

    Examples
    --------
    >>> e = wave_mean([4, 6, 5, 5, 3, 6], ["a", "a", "b", "b", "c", "c"])
    >>> f"{e.estimate:.2f} points on average ({e.conf_low:.2f} to {e.conf_high:.2f})"
    '4.83 points on average (4.12 to 5.55)'
    """
    scores = read_scores(score, "score")
    return fit_cr2(scores, np.ones(scores.size), cluster, conf_level=conf_level, method="mean, CR2")


def _unmatched(scores: Floats, waves: Codes, clusters: Codes, conf_level: float) -> Estimate:
    """Compare rounds that drew different schools: no fixed effects."""
    refused = _refuse_change(waves, clusters, _UNMATCHED_METHOD, conf_level)
    if refused is not None:
        return refused
    if lone_in_a_round(waves, clusters):
        return not_estimable(
            LONE_IN_A_ROUND,
            n=waves.size,
            n_clusters=n_distinct(clusters),
            method=_UNMATCHED_METHOD,
            conf_level=conf_level,
        )
    design = np.column_stack([waves, np.ones(scores.size)])
    return fit_cr2(
        scores,
        design,
        clusters,
        coefficient=0,
        conf_level=conf_level,
        method=_UNMATCHED_METHOD,
    )


def _refuse_change(
    waves: Codes, clusters: Codes, method: str, conf_level: float
) -> Estimate | None:
    n_clusters = n_distinct(clusters)
    refuse = partial(
        not_estimable, n=waves.size, n_clusters=n_clusters, method=method, conf_level=conf_level
    )
    if n_distinct(waves) < 2:
        return refuse("no school has answers in both waves")
    if n_clusters < 2:
        return refuse(refusal(n_clusters, unit="cluster"))
    return None
