"""How much more one group changed than another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, EstimatorCallError, not_estimable
from impact_eval.estimators.inputs import (
    Codes,
    check_option,
    lies_within,
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

_DIFFERENCE_METHOD = "difference of two groups' changes, CR2"

LONE_IN_A_ROUND = "one of the two rounds has a single cluster, so nothing tells how clusters vary"


def change_difference(
    score: ArrayLike,
    wave: ArrayLike,
    group: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate how much more one group changed than another, in score points.

    Parameters
    ----------
    score, wave, cluster, school, weights, school_weights, conf_level
        As for `mean_change`. With weights by school, a group is a mean of its schools' changes.
    group
        Shape (n,), 1 for the group whose change comes first (programme, girls, a later phase) and
        0 for the one subtracted.

    Returns
    -------
    Estimate
        (post minus pre in group 1) minus (post minus pre in group 0). Not estimable where a group
        lacks a wave, or where clusters lie within groups and a group has fewer than 2 of them.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, `wave` or `group` is not 0 and 1, weights other than
        "respondent" come without `school`, or a school has no positive weight.

    Notes
    -----
    The coefficient of wave x group in y = school (or a constant) + wave + group + wave x group; the
    group's own column is left out where schools lie within groups. In R:
    ``coef_test(lm(y ~ t * g), vcov = "CR2", cluster = cluster, test = "Satterthwaite",
    coefs = "t:g")``.

    Examples
    --------
    >>> score = [4, 7, 5, 8, 6, 9, 3, 4, 5, 5, 4, 6]
    >>> wave = [0, 1] * 6
    >>> arm = [1] * 6 + [0] * 6
    >>> school = ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f"]
    >>> e = change_difference(score, wave, arm, school, school=school)
    >>> f"{e.estimate:.1f} points more than in the comparison schools, df {e.df:.0f}"
    '2.0 points more than in the comparison schools, df 4'
    """
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    groups = read_zero_one(group, "group", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    check_option(weights, "weights", ("respondent", "school", "beneficiary"))
    schools, by_school = None, None
    if school is None:
        if weights != "respondent":
            raise EstimatorCallError('`weights` other than "respondent" need `school`')
    else:
        schools, labels = read_codes(school, "school", scores.size)
        by_school = weights_by_school(weights, school_weights, labels)
        kept = in_both_waves(waves, schools, labels.size)[schools]
        scores, waves, groups = scores[kept], waves[kept], groups[kept]
        clusters, schools = clusters[kept], schools[kept]
    refused = _refuse_difference(waves, groups, clusters, conf_level, matched=schools is not None)
    if refused is not None:
        return refused
    columns = [waves * groups, waves]
    if schools is None or not lies_within(schools, groups):
        columns.append(groups)
    if schools is None:
        columns.append(np.ones_like(waves))
    return fit_cr2(
        scores,
        np.column_stack(columns),
        clusters,
        coefficient=0,
        school=schools,
        weights=(
            None if by_school is None or schools is None else row_weights(waves, schools, by_school)
        ),
        conf_level=conf_level,
        method=_DIFFERENCE_METHOD,
    )


def lone_in_a_round(waves: Codes, clusters: Codes) -> bool:
    """Whether a round that drew schools of its own drew them from a single cluster."""
    return min(n_distinct(clusters[waves == wave]) for wave in (0, 1)) < 2


def _refuse_difference(
    waves: Codes, groups: Codes, clusters: Codes, conf_level: float, *, matched: bool
) -> Estimate | None:
    """Refuse where a group lacks a wave, or a group or round has too few clusters of its own."""
    refuse = partial(
        not_estimable,
        n=waves.size,
        n_clusters=n_distinct(clusters),
        method=_DIFFERENCE_METHOD,
        conf_level=conf_level,
    )
    if n_distinct(2 * groups + waves) < 4:
        return refuse("a group has no answers in one of the waves")
    if lies_within(clusters, groups):
        fewest = min(n_distinct(clusters[groups == g]) for g in (0, 1))
        if fewest < 2:
            return refuse("one group has a single cluster, so its change has no standard error")
    if not matched and lone_in_a_round(waves, clusters):
        return refuse(LONE_IN_A_ROUND)
    return None
