"""How much further one group's scores moved by the programme's side than another group's."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.designs.adjusted_difference import baseline_columns, school_pre_means
from impact_eval.estimators.designs.own_pre import own_pre_scores
from impact_eval.estimators.estimate import Estimate, EstimatorCallError, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.inputs import (
    Codes,
    check_length,
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

OF_CHANGES = "difference of two groups' differences in differences, CR2"
OF_ADJUSTED = "difference of two groups' adjusted differences of post scores, CR2"


def effect_difference(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    group: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Subtract one group's difference in differences from another's, in score points.

    Parameters
    ----------
    score, wave, cluster, school, weights, school_weights, conf_level
        As for `change_difference`.
    programme
        Shape (n,), 1 for the programme's side and 0 for the other.
    group
        Shape (n,), 1 for the people whose difference comes first (girls) and 0 for the others.

    Returns
    -------
    Estimate
        The gap's change on the programme's side minus its change on the other. Not estimable where
        a group has answers of fewer than 4 clusters on a side.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, `wave`, `programme` or `group` is not 0 and 1, or a
        cluster is on both sides.

    Notes
    -----
    The coefficient of wave x side x group in y = school x group + wave + wave x side +
    wave x group + wave x side x group. A school's people of each group have an intercept of their
    own, so that the estimate is `change_difference` of the first group minus that of the other; one
    model gives its error, since both groups are of the same schools. In R:
    ``coef_test(lm(y ~ t * T * g + factor(school):factor(g)), vcov = "CR2", cluster = cluster,
    test = "Satterthwaite", coefs = "t:T:g")``.

    Examples
    --------
    >>> girls = [[3, 6], [4, 7], [2, 6], [3, 6], [3, 4], [4, 4], [2, 3], [3, 5]]
    >>> boys = [[5, 6], [6, 7], [4, 6], [5, 6], [5, 6], [6, 6], [4, 5], [5, 6]]
    >>> score = np.ravel([girls, boys])
    >>> wave, group = np.tile([0, 1], 16), np.repeat([1, 0], 16)
    >>> school = np.tile(np.repeat(np.arange(8), 2), 2)
    >>> e = effect_difference(score, wave, school < 4, group, school, school=school)
    >>> f"{e.estimate:.2f} points more for girls, {e.conf_low:.2f} to {e.conf_high:.2f}"
    '1.75 points more for girls, 1.14 to 2.36'
    """
    scores = read_scores(score, "score")
    n = scores.size
    waves = read_zero_one(wave, "wave", n)
    sides = read_zero_one(programme, "programme", n)
    groups = read_zero_one(group, "group", n)
    clusters, _ = read_codes(cluster, "cluster", n)
    schools, labels = read_codes(school, "school", n)
    by_school = weights_by_school(weights, school_weights, labels)
    pair, place = np.unique(2 * schools + groups, return_inverse=True)
    kept = in_both_waves(waves, place.astype(np.intp), pair.size)[place]
    cells = place[kept].astype(np.intp)
    t, side, of = waves[kept], sides[kept], groups[kept]
    refused = _refuse(side, of, clusters[kept], OF_CHANGES, conf_level)
    if refused is not None:
        return refused
    by_cell = None if by_school is None else by_school[pair // 2]
    return fit_cr2(
        scores[kept],
        np.column_stack([t * side * of, t * side, t * of, t]),
        clusters[kept],
        coefficient=0,
        school=cells,
        weights=None if by_cell is None else row_weights(t, cells, by_cell),
        conf_level=conf_level,
        method=OF_CHANGES,
    )


def adjusted_effect_difference(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    group: ArrayLike,
    school: ArrayLike,
    *,
    respondent: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Subtract one group's adjusted difference of randomised schools from another's.

    Parameters
    ----------
    score, wave, programme, school, respondent, stratum, cluster, weights, conf_level
        As for `adjusted_difference`.
    group
        As for `effect_difference`.

    Returns
    -------
    Estimate
        In score points; `n` counts the post rows. Not estimable where a group has later answers of
        fewer than 4 clusters on a side.

    Raises
    ------
    EstimatorCallError
        As for `adjusted_difference` and `effect_difference`.

    Notes
    -----
    One regression of the later scores in which side, covariates and strata each have a coefficient
    for either group, so that the estimate is `adjusted_difference` of the first group's rows minus
    that of the other's; the contrast of the two sides' coefficients has its error by CR2.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> school, wave = np.repeat(np.arange(12), 40), np.tile([0, 1], 240)
    >>> group, side = np.tile([0, 0, 1, 1], 120), school < 6
    >>> score = rng.normal(5, 1, 480) + wave * side * (1 + group)
    >>> e = adjusted_effect_difference(score, wave, side, group, school)
    >>> f"{e.estimate:.1f} points more, {e.conf_low:.1f} to {e.conf_high:.1f}"
    '0.9 points more, 0.4 to 1.5'
    """
    scores = read_scores(score, "score")
    n = scores.size
    waves = read_zero_one(wave, "wave", n)
    arm = read_zero_one(programme, "programme", n)
    groups = read_zero_one(group, "group", n)
    schools, _ = read_codes(school, "school", n)
    clusters = schools if cluster is None else read_codes(cluster, "cluster", n)[0]
    strata = np.zeros(n, np.intp) if stratum is None else read_codes(stratum, "stratum", n)[0]
    sampling = np.ones(n) if weights is None else read_scores(weights, "weights")
    check_length(sampling, "weights", n)
    people = None if respondent is None else np.asarray(respondent)
    post = waves == 1
    refused = _refuse(arm[post], groups[post], clusters[post], OF_ADJUSTED, conf_level)
    if refused is not None:
        return refused
    columns, contrast = [], []
    for of, sign in ((1, 1.0), (0, -1.0)):
        rows = groups == of
        own = own_pre_scores(
            scores[rows], waves[rows], schools[rows], None if people is None else people[rows]
        )
        means = school_pre_means(scores, schools, rows & ~post, sampling)
        later = rows & post
        kinds = [arm[later], *baseline_columns(means[schools[later]], own.of_post[post[rows]])]
        for kind in kinds:
            column = np.zeros(n)
            column[later] = kind
            columns.append(column[post])
        contrast += [sign, *[0.0] * (len(kinds) - 1)]
    return fit_cr2(
        scores[post],
        np.column_stack(columns),
        clusters[post],
        coefficient=contrast,
        school=(2 * strata + groups)[post],
        weights=None if weights is None else sampling[post],
        conf_level=conf_level,
        method=OF_ADJUSTED,
    )


def _refuse(
    sides: Codes, groups: Codes, clusters: Codes, method: str, conf_level: float
) -> Estimate | None:
    """Refuse where a group has too few clusters on a side; a cluster on both sides raises."""
    if not lies_within(clusters, sides):
        raise EstimatorCallError("a cluster is on both sides")
    refuse = partial(
        not_estimable,
        n=sides.size,
        n_clusters=n_distinct(clusters),
        method=method,
        conf_level=conf_level,
    )
    fewest = min(
        n_distinct(clusters[(sides == side) & (groups == group)])
        for side in (0, 1)
        for group in (0, 1)
    )
    if fewest < ENOUGH_TO_GENERALISE:
        return refuse(
            f"a comparison of effects needs {ENOUGH_TO_GENERALISE} clusters of each group on each"
            f" side, and one has {fewest}"
        )
    return None
