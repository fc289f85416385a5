"""A programme's schools against a comparison: chosen by somebody, or by lot."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.change_differences import change_difference
from impact_eval.estimators.designs.adjusted_difference import adjusted_difference
from impact_eval.estimators.designs.arms import Arms, describe_arms, smallest_permutation_p
from impact_eval.estimators.designs.balance import Balance, baseline_balance, standardise_by_arms
from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.inputs import Codes, read_scores, read_zero_one
from impact_eval.estimators.school_weights import SchoolWeights

COVARIATES_OF_SCHOOLS = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of two arms of schools.

    `primary` is the answer of the design; `beside` the one that is shown next to it and is not
    taken in its place; `g` the primary in standard deviations of the post scores, by the total
    variance and corrected for clusters; `balance` the pre scores by arm; `post` the post scores by
    arm; `smallest_p` what a test that assigns the clusters again could give at best.
    """

    primary: Estimate
    beside: Estimate
    g: Estimate
    balance: Balance
    post: Arms
    smallest_p: float


def compare_groups(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike,
    respondent: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
    conf_level: float = 0.95,
) -> Comparison:
    """Compare a programme's schools with others that nobody randomised.

    Parameters
    ----------
    score
        Shape (n,), score points of all respondents of both waves, linked or not.
    wave
        Shape (n,), 0 for pre and 1 for post.
    programme
        Shape (n,), 1 for the programme's schools and 0 for the comparison's.
    cluster
        Shape (n,), codes: schools or coarser for schools like these; workshops or classes within
        schools for these schools' participants.
    school
        Shape (n,), codes; their fixed effects are removed from the difference in differences.
    respondent
        As for `adjusted_difference`, which is shown beside.
    weights, school_weights
        As for `mean_change`.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Comparison
        `primary` is the difference in differences, `beside` the analysis of covariance.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or a cluster or school is in two arms.

    Notes
    -----
    The difference in differences assumes that without the programme both groups would have changed
    alike. The analysis of covariance assumes that schools with the same pre score would have come
    to the same post score, so that both groups drift towards one mean: true of randomised arms, not
    of groups that differed for a reason. Where the groups differ at baseline the two disagree
    although neither is miscalculated (Lord's paradox), and their distance says how much the answer
    hangs on the assumption.

    References
    ----------
    Lord (1967), Psychological Bulletin 68(5), 304-305. Van Breukelen (2006), Journal of Clinical
    Epidemiology 59(9), 920-925; (2013), Multivariate Behavioral Research 48(6), 895-922.

    Examples
    --------
    >>> pre, post = [4, 6, 5, 7, 3, 5, 6, 4, 5, 6], [7, 8, 7, 9, 5, 7, 6, 5, 5, 7]
    >>> school, arm = list("aabbccddee") * 2, ([1] * 6 + [0] * 4) * 2
    >>> c = compare_groups(pre + post, [0] * 10 + [1] * 10, arm, school, school=school)
    >>> f"{c.primary.estimate:.1f} points more; adjusted {c.beside.estimate:.1f}"
    '1.7 points more; adjusted 1.7'
    """
    primary = change_difference(
        score,
        wave,
        programme,
        cluster,
        school=school,
        weights=weights,
        school_weights=school_weights,
        conf_level=conf_level,
    )
    beside = adjusted_difference(
        score,
        wave,
        programme,
        school,
        respondent=respondent,
        cluster=cluster,
        conf_level=conf_level,
    )
    return _comparison(primary, beside, score, wave, programme, cluster, conf_level, n_covariates=0)


def compare_randomised(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    school: ArrayLike,
    *,
    respondent: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Comparison:
    """Compare schools that were assigned to the programme by lot.

    Parameters
    ----------
    score, wave, programme, school, respondent, stratum, cluster, weights, conf_level
        As for `adjusted_difference`.

    Returns
    -------
    Comparison
        `primary` is the adjusted difference of all post respondents, `beside` that of the linked
        ones only (not estimable without `respondent`).

    Raises
    ------
    EstimatorCallError
        As for `adjusted_difference`, and if a cluster has people in both arms.

    Notes
    -----
    `g` divides by the post scores' total standard deviation within arms, unweighted, and counts one
    covariate of the schools, their mean pre score.

    Examples
    --------
    >>> pre, post = [4, 6, 5, 7, 3, 5, 6, 4, 5, 6], [7, 8, 7, 9, 5, 7, 6, 5, 5, 7]
    >>> school, arm = list("aabbccddee") * 2, ([1] * 6 + [0] * 4) * 2
    >>> c = compare_randomised(pre + post, [0] * 10 + [1] * 10, arm, school)
    >>> f"{c.primary.estimate:.1f} points; the smallest p of re-randomising is {c.smallest_p:.2f}"
    '1.7 points; the smallest p of re-randomising is 0.10'
    """
    primary, beside = (
        adjusted_difference(
            score,
            wave,
            programme,
            school,
            respondent=respondent,
            stratum=stratum,
            cluster=cluster,
            weights=weights,
            linked_only=linked_only,
            conf_level=conf_level,
        )
        for linked_only in (False, True)
    )
    units = school if cluster is None else cluster
    return _comparison(
        primary,
        beside,
        score,
        wave,
        programme,
        units,
        conf_level,
        n_covariates=COVARIATES_OF_SCHOOLS,
    )


def _comparison(
    primary: Estimate,
    beside: Estimate,
    score: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    conf_level: float,
    *,
    n_covariates: int,
) -> Comparison:
    """Put the arms of both waves beside the two estimates."""
    scores = read_scores(score, "score")
    waves: Codes = read_zero_one(wave, "wave", scores.size)
    arm, units = read_zero_one(programme, "programme", scores.size), np.asarray(cluster)
    pre, post = waves == 0, waves == 1
    after = describe_arms(scores[post], arm[post], units[post])
    fewest = min(after.n_clusters)
    return Comparison(
        primary=primary,
        beside=beside,
        g=standardise_by_arms(primary, after, n_covariates=n_covariates),
        balance=baseline_balance(scores[pre], arm[pre], units[pre], conf_level=conf_level),
        post=after,
        smallest_p=smallest_permutation_p(*after.n_clusters) if fewest else 1.0,
    )
