"""Whether several groups changed alike: one test of all their changes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.change_differences import LONE_IN_A_ROUND, lone_in_a_round
from impact_eval.estimators.estimate import Estimate, describe, not_estimable
from impact_eval.estimators.hotelling import NO_TEST, hotelling_test
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)
from impact_eval.estimators.linear_model import fit_linear
from impact_eval.estimators.school_weights import in_both_waves

_METHOD = "changes of all groups at once, CR2, approximate Hotelling test (HTZ)"


def joint_change_difference(
    score: ArrayLike,
    wave: ArrayLike,
    group: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
) -> Estimate:
    """Test whether the groups of a division all changed alike.

    Parameters
    ----------
    score, wave, cluster, school
        As for `mean_change`.
    group
        Shape (n,), the code of each row's group; two groups or more.

    Returns
    -------
    Estimate
        The largest group's change minus the smallest one's, in the unit of `score`, which says how
        far apart they are and has no interval; `statistic` is F, `df` its second degrees of
        freedom, `p_value` that of all changes being equal. Not estimable where a group lacks a
        wave, or has a single cluster to itself, or too few clusters are left for a test.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or `wave` is not 0 and 1.

    Notes
    -----
    In y = school (or a constant) + group + wave x group, all coefficients of wave x group are held
    against the first one's by `hotelling_test`. With two groups p is that of `change_difference`.
    The largest of several differences is large by chance: it is no estimate of a true one.

    Examples
    --------
    >>> school = [s for s in range(9) for _ in range(2)]
    >>> score = [4, 7, 5, 8, 6, 8, 3, 4, 5, 5, 4, 6, 4, 5, 6, 8, 5, 5]
    >>> group = [s % 3 for s in school]
    >>> e = joint_change_difference(score, [0, 1] * 9, group, school, school=school)
    >>> f"changes {e.estimate:.1f} apart at most, p = {e.p_value:.2f}"
    'changes 0.3 apart at most, p = 0.94'
    """
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    groups, _ = read_codes(group, "group", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    schools = None
    if school is not None:
        schools, labels = read_codes(school, "school", scores.size)
        kept = in_both_waves(waves, schools, labels.size)[schools]
        scores, waves, groups = scores[kept], waves[kept], groups[kept]
        schools = read_codes(schools[kept], "school", scores.size)[0]
        clusters = clusters[kept]
    groups = read_codes(groups, "group", scores.size)[0]
    clusters = read_codes(clusters, "cluster", scores.size)[0]
    n, n_clusters = scores.size, n_distinct(clusters)
    refuse = partial(not_estimable, n=n, n_clusters=n_clusters, method=_METHOD)
    reason = _why_not(waves, groups, clusters)
    if not reason and schools is None and lone_in_a_round(waves, clusters):
        reason = LONE_IN_A_ROUND
    if reason:
        return refuse(reason)
    k = int(groups.max()) + 1
    fit = fit_linear(scores, _design(waves, groups, schools), weights=None, school=schools)
    if fit is None:
        return refuse("these changes cannot be told apart: a group has no answers in a wave")
    contrasts = np.zeros((k - 1, fit.coefficients.size))
    contrasts[:, 0], contrasts[np.arange(k - 1), np.arange(1, k)] = -1, 1
    test = hotelling_test(fit, clusters, contrasts)
    if test == NO_TEST:
        return refuse("too few clusters are left to test so many groups at once")
    found = describe(
        float(np.ptp(fit.coefficients[:k])), n=n, n_clusters=n_clusters, method=_METHOD
    )
    return replace(found, statistic=test.statistic, df=test.df, p_value=test.p_value)


def _design(waves: Codes, groups: Codes, schools: Codes | None) -> Floats:
    """Columns of wave x group, then those of the groups that schools leave in."""
    own = np.eye(int(groups.max()) + 1)[groups]
    columns = [waves[:, None] * own]
    if schools is None:
        columns.append(own)
    elif not lies_within(schools, groups):
        columns.append(own[:, 1:])
    return np.column_stack(columns)


def _why_not(waves: Codes, groups: Codes, clusters: Codes) -> str:
    k = int(groups.max(initial=-1)) + 1
    if k < 2:
        return "there is a single group"
    if n_distinct(2 * groups + waves) < 2 * k:
        return "a group has no answers in one of the waves"
    if lies_within(clusters, groups):
        fewest = min(n_distinct(clusters[groups == g]) for g in range(k))
        if fewest < 2:
            return "a group has a single cluster, so its change has no standard error"
    return ""
