"""How often a later answer is higher, of schools held fixed, or of rounds of other schools."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.changes import mean_change
from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.inputs import read_codes, read_scores, read_zero_one
from impact_eval.estimators.pair_ranks import around_half, ranks, refusing, unfit
from impact_eval.estimators.school_weights import SchoolWeights, in_both_waves

_WITHIN = "P(later > earlier) + P(same) / 2, CR2 of the answers' ranks in the other wave"


def rank_superiority(
    answer: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate the same for these schools alone, or between rounds that drew other schools.

    Parameters
    ----------
    answer, wave, weights, school_weights, conf_level
        As for `school_superiority`.
    cluster
        Shape (n,), codes of clusters within schools (workshops), or, without `school`, of places.
    school
        Shape (n,), codes of schools that are held fixed: pairs are taken within them. None where
        pairs are taken between all answers of the two waves.

    Returns
    -------
    Estimate
        As for `school_superiority`.

    Raises
    ------
    EstimatorCallError
        As for `mean_change`.

    Notes
    -----
    Each later answer is replaced by the share of the school's earlier answers below it, each
    earlier one by the share of the later answers below it, ties counting a half. The difference of
    the two waves' means of these ranks is 2 PS - 1, and its residuals are the terms of the first
    order of PS, so that CR2 of that regression is the variance of PS. With people as clusters and
    no schools the statistic is that of Brunner and Munzel, ``scipy.stats.brunnermunzel``.

    References
    ----------
    Brunner and Munzel (2000), Biometrical Journal 42(1), 17-25. Obuchowski (1997), Biometrics
    53(2), 567-578, for clusters.

    Examples
    --------
    >>> e = rank_superiority([1, 2, 2, 3, 2, 3, 3, 4], [0] * 4 + [1] * 4, range(8))
    >>> f"higher in {100 * e.estimate:.0f} of 100 pairs, p = {e.p_value:.2f}"
    'higher in 81 of 100 pairs, p = 0.09'
    """
    answers = read_scores(answer, "answer")
    waves = read_zero_one(wave, "wave", answers.size)
    clusters, _ = read_codes(cluster, "cluster", answers.size)
    schools, names = (
        (np.zeros(answers.size, np.intp), np.zeros(1))
        if school is None
        else read_codes(school, "school", answers.size)
    )
    kept = in_both_waves(waves, schools, names.size)[schools]
    if reason := unfit(answers[kept], clusters[kept]):
        return refusing(answers[kept], clusters[kept], _WITHIN, conf_level)(reason)
    fitted = mean_change(
        ranks(answers, waves, schools, names.size),
        waves,
        clusters,
        school=None if school is None else np.asarray(school),
        weights=weights,
        school_weights=school_weights,
        conf_level=conf_level,
    )
    halved = replace(fitted, estimate=fitted.estimate / 2, method=_WITHIN)
    return around_half(halved)
