"""Whether a programme that a lot assigned moved several measures of the same people alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from impact_eval.estimators.designs.adjusted_difference import baseline_columns, school_pre_means
from impact_eval.estimators.designs.arms import too_few_clusters
from impact_eval.estimators.designs.own_pre import own_pre_scores
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)
from impact_eval.estimators.linear_model import fit_linear
from impact_eval.estimators.several_changes import held_together

_METHOD = "adjusted differences of all measures at once, CR2, approximate Hotelling test (HTZ)"


def several_adjusted_effects(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    measure: ArrayLike,
    programme: ArrayLike,
    school: ArrayLike,
    *,
    respondent: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> Estimate:
    """Test whether the effects on several measures in one unit are all the same.

    Parameters
    ----------
    score
        Shape (n,), in one unit: a row for each form and measure.
    measure
        Shape (n,), the code of each row's measure; two measures or more.
    wave, programme, school, respondent, stratum, cluster, weights
        As for `adjusted_difference`, of each row's form.

    Returns
    -------
    Estimate
        The largest of the effects minus the smallest, in the unit of `score`, without an interval;
        `statistic` is F, `df` its second degrees of freedom, `p_value` that of all effects being
        equal. `n` counts the later rows.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or a respondent occurs twice in one wave and measure.

    Notes
    -----
    Every measure has a regression of its own, that of `adjusted_difference` with strata of its own,
    and all stand in one model, whose matrix has a block for each measure: each coefficient of the
    programme is that of the measure alone, and clusters hold all measures of their people. The
    effects are held against the first one's by `hotelling_test`.

    References
    ----------
    As for `several_changes` and `adjusted_difference`.

    Examples
    --------
    >>> pre = [4, 6, 5, 7, 3, 5, 6, 4, 5, 6, 4, 5, 6, 4, 5, 7]
    >>> quiz = [8, 8, 8, 9, 7, 8, 8, 6, 5, 7, 4, 6, 6, 5, 6, 7]
    >>> other = [5, 6, 5, 8, 3, 6, 7, 4, 6, 6, 4, 6, 6, 4, 5, 8]
    >>> school, arm = list("aabbccddeeffgghh"), [1] * 8 + [0] * 8
    >>> e = several_adjusted_effects(
    ...     pre + quiz + pre + other, ([0] * 16 + [1] * 16) * 2, [0] * 32 + [1] * 32,
    ...     arm * 4, school * 4)
    >>> f"effects {e.estimate:.1f} apart, p = {e.p_value:.3f}"
    'effects 2.0 apart, p = 0.002'
    """
    scores = read_scores(score, "score")
    n = scores.size
    waves = read_zero_one(wave, "wave", n)
    measures, labels = read_codes(measure, "measure", n)
    arm = read_zero_one(programme, "programme", n)
    schools, _ = read_codes(school, "school", n)
    clusters = schools if cluster is None else read_codes(cluster, "cluster", n)[0]
    strata = np.zeros(n, np.intp) if stratum is None else read_codes(stratum, "stratum", n)[0]
    sampling = np.ones(n) if weights is None else read_scores(weights, "weights")
    check_length(sampling, "weights", n)
    people = None if respondent is None else np.asarray(respondent)
    blocks, kept = [], []
    for one in range(labels.size):
        rows = np.flatnonzero(measures == one)
        post = rows[waves[rows] == 1]
        reason = _why_not(waves[rows], clusters[post], arm[post])
        if reason:
            return not_estimable(reason, n=n, n_clusters=n_distinct(clusters), method=_METHOD)
        own = None if people is None else people[rows]
        columns = _adjusting(scores[rows], waves[rows], schools[rows], own, sampling[rows])
        blocks.append(np.column_stack([arm[post], *columns]))
        kept.append(post)
    later = np.concatenate(kept)
    absorbed = strata[later] * labels.size + measures[later]
    fit = fit_linear(
        scores[later],
        _effects_first(blocks),
        weights=None if weights is None else sampling[later],
        school=read_codes(absorbed, "stratum", later.size)[0],
    )
    codes = read_codes(clusters[later], "cluster", later.size)[0]
    return held_together(fit, codes, labels.size, method=_METHOD)


def _adjusting(
    scores: Floats,
    waves: Codes,
    schools: Codes,
    respondent: np.ndarray | None,
    sampling: Floats,
) -> list[Floats]:
    """Return the columns that one measure's later scores are adjusted for."""
    own = own_pre_scores(scores, waves, schools, respondent)
    post = waves == 1
    means = school_pre_means(scores, schools, waves == 0, sampling)[schools[post]]
    return baseline_columns(means, own.of_post[post])


def _effects_first(blocks: list[Floats]) -> Floats:
    """Lay the blocks along a diagonal, and put the first column of each before all others."""
    whole = linalg.block_diag(*blocks)
    starts = np.cumsum([0, *(block.shape[1] for block in blocks[:-1])])
    rest = np.setdiff1d(np.arange(whole.shape[1]), starts)
    return np.asarray(whole[:, [*starts, *rest]], np.float64)


def _why_not(waves: Codes, clusters: Codes, arm: Codes) -> str:
    if n_distinct(waves) < 2:
        return "a measure has no answers in one of the waves"
    return too_few_clusters(clusters, arm)
