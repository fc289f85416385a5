"""Whether two arms were alike before: standardised differences with the WWC's thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.designs.arms import Arms, describe_arms, too_few_clusters
from impact_eval.estimators.designs.clustered_g import cluster_correction, hedges_g
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.inputs import read_codes, read_scores, read_zero_one

Likeness = Literal["alike", "alike_if_adjusted", "not_alike", "unknown"]
NEGLIGIBLE = 0.05
LARGEST = 0.25
_METHOD = "programme minus comparison at baseline, CR2"


@dataclass(frozen=True, slots=True)
class Balance:
    """One row of the baseline table.

    `likeness` is "alike" up to 0.05 standard deviations either way, "alike_if_adjusted" up to 0.25
    (the analysis must adjust for it), "not_alike" beyond, "unknown" where there is no estimate.
    """

    arms: Arms
    difference: Estimate
    g: Estimate
    likeness: Likeness


def baseline_balance(
    score: ArrayLike, programme: ArrayLike, cluster: ArrayLike, *, conf_level: float = 0.95
) -> Balance:
    """Compare the arms before the programme, on one score or characteristic.

    Parameters
    ----------
    score
        Shape (n,): pre scores, or a characteristic (1 and 0 for a share), of the people whose later
        scores are analysed. Of those analysed, not of all who were ever asked.
    programme
        Shape (n,), 1 and 0.
    cluster
        Shape (n,), codes; a cluster lies within one arm.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Balance
        Difference in score points, g in standard deviations with the correction for clusters, and
        its class. The class goes by the estimate, as the WWC's does, not by the interval.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or a cluster has people in both arms.

    Notes
    -----
    No test of balance: with few schools it finds nothing, with many everything, and of randomised
    schools every difference is known to be chance. R: ``coef_test(lm(pre ~ T), vcov = "CR2",
    cluster = school)`` and `hedges_g`.

    References
    ----------
    What Works Clearinghouse (2022), Procedures and Standards Handbook 5.0, chapter on baseline
    equivalence. Austin (2009), Statistics in Medicine 28, 3083-3107.

    Examples
    --------
    >>> pre, arm = [5, 6, 7, 9, 6, 5, 8, 6], [1, 1, 1, 1, 0, 0, 0, 0]
    >>> b = baseline_balance(pre, arm, list("aabbccdd"))
    >>> f"{b.difference.estimate:.2f} points, g = {b.g.estimate:.2f}: {b.likeness}"
    '0.50 points, g = 0.25: alike_if_adjusted'
    """
    scores = read_scores(score, "score")
    arm = read_zero_one(programme, "programme", scores.size)
    clusters, labels = read_codes(cluster, "cluster", scores.size)
    arms = describe_arms(scores, arm, clusters)
    reason = too_few_clusters(clusters, arm)
    if reason:
        difference = not_estimable(
            reason, n=scores.size, n_clusters=labels.size, method=_METHOD, conf_level=conf_level
        )
    else:
        difference = fit_cr2(
            scores,
            np.column_stack([arm, np.ones(scores.size)]),
            clusters,
            coefficient=0,
            conf_level=conf_level,
            method=_METHOD,
        )
    g = standardise_by_arms(difference, arms)
    return Balance(arms, difference, g, classify_balance(g))


def standardise_by_arms(effect: Estimate, arms: Arms, *, n_covariates: int = 0) -> Estimate:
    """Compute Hedges' g of an effect from the sizes, the spread and the icc of two arms.

    An icc under 0, or one that the arms do not give, counts as 0: g is then not corrected.
    """
    if effect.reason:
        return effect
    icc = 0.0 if np.isnan(arms.icc) else min(1.0, max(0.0, arms.icc))
    correction = cluster_correction(*arms.n, max(1.0, arms.cluster_size), icc)
    return hedges_g(effect, arms.sd, correction, n_covariates=n_covariates)


def classify_balance(g: Estimate) -> Likeness:
    """Class a standardised baseline difference by the thresholds 0.05 and 0.25."""
    if g.reason:
        return "unknown"
    if abs(g.estimate) <= NEGLIGIBLE:
        return "alike"
    return "alike_if_adjusted" if abs(g.estimate) <= LARGEST else "not_alike"
