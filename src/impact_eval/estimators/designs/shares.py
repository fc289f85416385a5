"""Differences of shares on the scale of effect sizes: Cox's index and the improvement index."""

from __future__ import annotations

from functools import partial
from math import log

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.designs.arms import too_few_clusters
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.inputs import Floats, read_codes, read_scores, read_zero_one
from impact_eval.estimators.linear_model import fit_linear
from impact_eval.estimators.rare_answers import too_rare

LOGIT_SD = 1.65
_METHOD = "Cox index of two shares, CR2"


def cox_index(share_programme: float, share_comparison: float, *, omega: float = 1.0) -> float:
    """Compute the standardised difference of two shares: their log odds ratio over 1.65.

    Parameters
    ----------
    share_programme, share_comparison
        Between 0 and 1, exclusive.
    omega
        Small-sample factor; the WWC multiplies by 1 - 3 / (4N - 9), or by its form for clusters.

    Returns
    -------
    float
        In standard deviations.

    Raises
    ------
    EstimatorCallError
        If a share is 0 or 1 or outside.

    References
    ----------
    Cox (1970), Analysis of Binary Data. What Works Clearinghouse (2020), Procedures Handbook 4.1,
    appendix E.

    Examples
    --------
    >>> round(cox_index(0.80, 0.72), 3)
    0.268
    """
    if not (0 < share_programme < 1 and 0 < share_comparison < 1):
        raise EstimatorCallError("shares must be between 0 and 1, exclusive")
    odds = [log(p / (1 - p)) for p in (share_programme, share_comparison)]
    return omega * (odds[0] - odds[1]) / LOGIT_SD


def improvement_index(g: float) -> float:
    """Compute how many percentiles above the comparison's median a programme's median would stand.

    Parameters
    ----------
    g
        In standard deviations of normal scores.

    Returns
    -------
    float
        100 (Phi(g) - 0.5), from -50 to 50.

    Examples
    --------
    >>> round(improvement_index(0.25), 1)
    9.9
    """
    return 100 * (float(special.ndtr(g)) - 0.5)


def cox_difference(
    reached: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate Cox's index from single answers, with a standard error that counts the clusters.

    Parameters
    ----------
    reached
        Shape (n,), 1 and 0: right answer, mastery mark reached.
    programme
        Shape (n,), 1 and 0.
    cluster
        Shape (n,), codes.
    covariates
        Shape (n, k); the shares are then adjusted to their means.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        In standard deviations; not estimable where an (adjusted) share is 0 or 1 or beyond, fewer
        than 5 for each column of the model gave the rarer answer, or an arm has a single cluster.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a value is not 0 or 1.

    Notes
    -----
    Shares p_T, p_C from ``lm(reached ~ 0 + T + C + covariates)`` with centred covariates. By the
    delta method the variance is that of the contrast p_T / (1.65 p_T (1 - p_T)) - p_C / (1.65 p_C
    (1 - p_C)), by CR2 with Satterthwaite df. No small-sample factor: multiply by omega.

    Examples
    --------
    >>> reached = [1, 1, 1, 0, 1, 0, 0, 0] * 3
    >>> e = cox_difference(reached, [1, 1, 1, 1, 0, 0, 0, 0] * 3, list("aabbccdd") * 3)
    >>> f"{e.estimate:.2f} SD"
    '1.33 SD'
    """
    scores = read_scores(reached, "reached")
    read_zero_one(scores, "reached", scores.size)
    arm = read_zero_one(programme, "programme", scores.size)
    clusters, labels = read_codes(cluster, "cluster", scores.size)
    design = np.column_stack([arm, 1 - arm, _centred(covariates, scores.size)])
    refuse = partial(
        not_estimable, n=scores.size, n_clusters=labels.size, method=_METHOD, conf_level=conf_level
    )
    reason = too_few_clusters(clusters, arm)
    if reason:
        return refuse(reason)
    fit = fit_linear(scores, design, weights=None, school=None)
    if fit is None:
        return refuse("the covariates are constant or repeat")
    p = [float(share) for share in fit.coefficients[:2]]
    if not all(0 < share < 1 for share in p):
        return refuse("a share is 0 or 1, so its odds have no size")
    reason = too_rare(scores, design.shape[1])
    if reason:
        return refuse(reason)
    contrast = np.zeros(design.shape[1])
    contrast[0], contrast[1] = (
        sign / (LOGIT_SD * q * (1 - q)) for sign, q in ((1, p[0]), (-1, p[1]))
    )
    line = fit_cr2(scores, design, clusters, coefficient=contrast, conf_level=conf_level)
    return from_std_error(
        cox_index(p[0], p[1]),
        line.std_error,
        line.df,
        n=line.n,
        n_clusters=line.n_clusters,
        method=_METHOD,
        conf_level=conf_level,
    )


def cox_of_changes(
    reached: ArrayLike,
    wave: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    *,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate by how much more Cox's index of two sides is later than it was before.

    Parameters
    ----------
    reached
        Shape (n,), 1 and 0.
    wave, programme
        Shape (n,), 0 or 1.
    cluster
        Shape (n,), codes.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        In standard deviations; not estimable where a share is 0 or 1, fewer than 20 gave the rarer
        answer, nobody of a side answered in a wave, or an arm has a single cluster.

    Raises
    ------
    EstimatorCallError
        If shapes differ or a value is not 0 or 1.

    Notes
    -----
    Shares p of the four cells of side and wave; (logit p_T1 - logit p_T0 - logit p_C1 + logit p_C0)
    / 1.65, by the delta method from ``lm(reached ~ 0 + cell)``, CR2 with Satterthwaite df. No
    small-sample factor.

    References
    ----------
    What Works Clearinghouse (2020), Procedures Handbook 4.1, appendix E, on differences in
    differences of two indices.

    Examples
    --------
    >>> later, side, school = [0, 1] * 24, ([1] * 8 + [0] * 8) * 3, list("aaaabbbbccccdddd") * 3
    >>> reached = [0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0] * 3
    >>> e = cox_of_changes(reached, later, side, school)
    >>> f"{e.estimate:.2f} SD"
    '1.33 SD'
    """
    scores = read_scores(reached, "reached")
    read_zero_one(scores, "reached", scores.size)
    later = read_zero_one(wave, "wave", scores.size)
    arm = read_zero_one(programme, "programme", scores.size)
    clusters, labels = read_codes(cluster, "cluster", scores.size)
    cell = 2 * arm + later
    refuse = partial(
        not_estimable, n=scores.size, n_clusters=labels.size, method=_METHOD, conf_level=conf_level
    )
    reason = too_few_clusters(clusters, arm)
    if reason:
        return refuse(reason)
    people = np.bincount(cell, minlength=4)
    if not people.all():
        return refuse("a side has no answers in one of the two waves")
    p = np.bincount(cell, scores, 4) / people
    if not ((p > 0) & (p < 1)).all():
        return refuse("a share is 0 or 1, so its odds have no size")
    reason = too_rare(scores, people.size)
    if reason:
        return refuse(reason)
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    line = fit_cr2(
        scores,
        np.eye(4)[cell],
        clusters,
        coefficient=signs / (LOGIT_SD * p * (1 - p)),
        conf_level=conf_level,
    )
    return from_std_error(
        float(signs @ special.logit(p)) / LOGIT_SD,
        line.std_error,
        line.df,
        n=line.n,
        n_clusters=line.n_clusters,
        method=_METHOD,
        conf_level=conf_level,
    )


def _centred(covariates: ArrayLike | None, n: int) -> Floats:
    if covariates is None:
        return np.empty((n, 0))
    columns = np.asarray(covariates, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.ndim != 2 or columns.shape[0] != n:
        raise EstimatorCallError(f"`covariates` must have shape ({n}, k)")
    return np.asarray(columns - columns.mean(axis=0))
