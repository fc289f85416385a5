"""How often a later answer is higher than an earlier one: the probability of superiority."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, check_conf_level
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    check_option,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
    sums,
)
from impact_eval.estimators.pair_ranks import HALF, around_half, ranks, refusing, unfit
from impact_eval.estimators.school_weights import SchoolWeights, in_both_waves, weights_by_school

_BETWEEN = "P(later > earlier) + P(same) / 2 in each school, CR2 of the schools' values"
_LINKED = "P(own later > own earlier) + P(same) / 2 of linked people, CR2"


def school_superiority(
    answer: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate how often a later answer is higher than an earlier one of the same school.

    Parameters
    ----------
    answer
        Shape (n,), any ordered numbers; only their order matters.
    wave
        Shape (n,), 0 for pre and 1 for post.
    cluster
        Shape (n,), codes of the clusters that are a sample of others: schools, or coarser.
    school
        Shape (n,), codes of schools, each within one cluster; None where clusters are schools.
    weights, school_weights
        How much a school counts, as for `mean_change`.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Between 0 and 1, and 0.5 is no change; p tests 0.5, and limits are cut at 0 and 1. `n`
        counts the rows of schools seen in both waves. Not estimable with fewer than 2 clusters,
        without rows in both waves, where a school belongs to several clusters, where everybody
        gave the same answer, or where all schools have exactly the same value.

    Raises
    ------
    EstimatorCallError
        If shapes differ, an answer is missing, `wave` is not 0 and 1, or a weight is missing.

    Notes
    -----
    PS_s = W_s / (n_pre n_post), where W_s is the Mann-Whitney count of pairs of a later and an
    earlier answer in school s, ties counting a half; the estimate is the weighted mean of PS_s,
    with CR2 and Satterthwaite df: the t interval with G - 1 df where clusters are schools that
    count the same. In R: ``wilcox.test(post, pre)$statistic / (n_pre * n_post)`` in each school,
    then ``coef_test(lm(ps ~ 1, weights = w), vcov = "CR2", cluster = cluster,
    test = "Satterthwaite")`` (clubSandwich).

    References
    ----------
    Mann and Whitney (1947), Annals of Mathematical Statistics 18(1), 50-60. Vargha and Delaney
    (2000), Journal of Educational and Behavioral Statistics 25(2), 101-132.

    Examples
    --------
    >>> answer = [1, 2, 2, 3, 1, 1, 1, 2, 2, 3, 3, 3]
    >>> wave, school = [0, 0, 1, 1] * 3, ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    >>> e = school_superiority(answer, wave, school)
    >>> f"higher in {100 * e.estimate:.0f} of 100 pairs, {e.df:.0f} degrees of freedom"
    'higher in 79 of 100 pairs, 2 degrees of freedom'
    """
    check_conf_level(conf_level)
    check_option(weights, "weights", ("respondent", "school", "beneficiary"))
    answers = read_scores(answer, "answer")
    waves = read_zero_one(wave, "wave", answers.size)
    clusters, labels = read_codes(cluster, "cluster", answers.size)
    schools, names = (
        (clusters, labels) if school is None else read_codes(school, "school", answers.size)
    )
    given = weights_by_school(weights, school_weights, names)
    both = in_both_waves(waves, schools, names.size)
    kept = both[schools]
    answers, waves, clusters, schools = answers[kept], waves[kept], clusters[kept], schools[kept]
    refuse = refusing(answers, clusters, _BETWEEN, conf_level)
    if reason := unfit(answers, clusters):
        return refuse(reason)
    home = np.zeros(names.size, np.intp)
    home[schools] = clusters
    if not (home[schools] == clusters).all():
        return refuse("a school belongs to several clusters, which have no values of their own")
    n, share = _superiorities(answers, waves, schools, names.size)
    count = n.prod(axis=1) / np.maximum(n.sum(axis=1), 1) if given is None else given
    fitted = fit_cr2(
        share[both] - HALF,
        np.ones(int(both.sum())),
        home[both],
        weights=count[both],
        conf_level=conf_level,
        method=_BETWEEN,
    )
    return around_half(replace(fitted, n=answers.size))


def linked_superiority(
    pre: ArrayLike,
    post: ArrayLike,
    cluster: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate how often people's own later answer is higher than their own earlier one.

    Parameters
    ----------
    pre, post
        Shape (n,), the linked people's answers.
    cluster
        Shape (n,), codes.
    weights
        Shape (n,), positive; None counts every person the same.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        As for `school_superiority`; the share that rose plus half the share that stayed.

    Raises
    ------
    EstimatorCallError
        If shapes differ, an answer is missing, or a weight is not positive.

    Notes
    -----
    The mean of (1 + sign(post - pre)) / 2, CR2 by cluster. It is about persons, the others about
    pairs of any two people: they need not agree, as a small rise of everybody is 1 here.

    Examples
    --------
    >>> e = linked_superiority([1, 2, 3, 3], [2, 2, 4, 4], ["a", "b", "c", "d"])
    >>> f"{e.estimate:.3f}"
    '0.875'
    """
    before = read_scores(pre, "pre")
    after = read_scores(post, "post")
    check_length(after, "post", before.size)
    clusters, _ = read_codes(cluster, "cluster", before.size)
    if n_distinct(clusters) < 2:
        refuse = refusing(before, clusters, _LINKED, conf_level)
        return refuse("too few people are linked between the two waves")
    moved = np.sign(after - before) / 2
    fitted = fit_cr2(
        moved,
        np.ones(moved.size),
        clusters,
        weights=weights,
        conf_level=conf_level,
        method=_LINKED,
    )
    return around_half(fitted)


def _superiorities(
    answers: Floats, waves: Codes, schools: Codes, n_schools: int
) -> tuple[Floats, Floats]:
    """Rows of each school and wave, shape (n_schools, 2), and each school's PS."""
    n = sums(np.ones(answers.size), 2 * schools + waves, 2 * n_schools).reshape(-1, 2)
    later = waves == 1
    below = ranks(answers, waves, schools, n_schools)[later]
    return n, sums(below, schools[later], n_schools) / np.maximum(n[:, 1], 1)
