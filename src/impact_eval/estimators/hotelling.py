"""Several contrasts of a least-squares fit tested at once: CR2, approximate Hotelling test."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import special

from impact_eval.estimators.clustered_variance import cluster_parts
from impact_eval.estimators.inputs import Codes, Floats
from impact_eval.estimators.linear_model import LinearFit

SINGULAR = 1e-12


@dataclass(frozen=True, slots=True)
class JointTest:
    """An F statistic with its degrees of freedom and p; nan where there is no test."""

    statistic: float
    df_between: float
    df: float
    p_value: float


NO_TEST = JointTest(nan, nan, nan, nan)


def hotelling_test(fit: LinearFit, cluster: Codes, contrasts: Floats) -> JointTest:
    """Test that several contrasts of the coefficients are zero at once.

    Parameters
    ----------
    fit
        From `fit_linear`.
    cluster
        Shape (n,), codes 0, 1, 2, ... of the clusters.
    contrasts
        Shape (q, p), linearly independent rows.

    Returns
    -------
    JointTest
        `NO_TEST` where the variance matrix is singular or fewer than q degrees of freedom are left.

    Notes
    -----
    Q = (C b)'(C V C')^-1 (C b) with the CR2 matrix V; F = (eta - q + 1) / (eta q) Q is held against
    F(q, eta - q + 1), and eta = q (q + 1) / sum_st Var(D_st), where D is C V C' in units of its
    expectation under independent errors of one variance. One contrast gives the test of `fit_cr2`.
    In R: ``clubSandwich::Wald_test(fit, constraints = C, vcov = "CR2", cluster = cluster,
    test = "HTZ")``.

    References
    ----------
    Tipton and Pustejovsky (2015), Journal of Educational and Behavioral Statistics 40(6), 604-634.
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683,
    section 3.2.

    Examples
    --------
    >>> from impact_eval.estimators.linear_model import fit_linear
    >>> y = np.array([1.0, 2.0, 3.0, 6.0, 4.0, 5.0])
    >>> fit = fit_linear(y, np.ones((6, 1)), weights=None, school=None)
    >>> test = hotelling_test(fit, np.arange(6), np.ones((1, 1)))
    >>> f"F = {test.statistic:.2f} with {test.df_between:.0f} and {test.df:.0f} degrees of freedom"
    'F = 21.00 with 1 and 5 degrees of freedom'
    """
    scores, own = cluster_parts(fit, cluster, contrasts)
    return hotelling_of(contrasts @ fit.coefficients, scores, own)


def hotelling_of(estimate: Floats, scores: Floats, own: Floats) -> JointTest:
    """Test whether q numbers are all nought, from what each cluster adds to each.

    Parameters
    ----------
    estimate
        Shape (q,).
    scores
        Shape (q, G); its product with itself is the variance matrix of the estimates.
    own
        Shape (q, q, G, G): covariances of the scores under independent people, but for a factor.

    Returns
    -------
    JointTest
        As `hotelling_test` gives it.
    """
    q = estimate.size
    if own.shape[-1] < 2:
        return NO_TEST
    expected = np.trace(own, axis1=2, axis2=3)
    values, vectors = np.linalg.eigh(expected)
    if values[0] <= SINGULAR * values[-1]:
        return NO_TEST
    root = vectors / np.sqrt(values) @ vectors.T
    scores = root @ scores
    own = np.einsum("us,vt,stjk->uvjk", root, root, own)
    covariance = scores @ scores.T
    if np.linalg.cond(covariance) > 1 / SINGULAR:
        return NO_TEST
    estimate = root @ estimate
    spread = np.einsum("ssjk,ttjk->", own, own) + np.einsum("stjk,stkj->", own, own)
    eta = q * (q + 1) / float(spread)
    df = eta - q + 1
    if not df > 0:
        return NO_TEST
    distance = float(estimate @ np.linalg.solve(covariance, estimate))
    statistic = df / (eta * q) * distance
    return JointTest(statistic, float(q), df, float(special.fdtrc(q, df, statistic)))
