"""Hedges' g of a comparison whose arms consist of clusters, with the WWC's corrections."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Literal

from scipy import special

from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    from_std_error,
    not_estimable,
)
from impact_eval.estimators.inputs import check_option

Clustered = Literal["both", "programme"]


@dataclass(frozen=True, slots=True)
class ClusterCorrection:
    """What clustering does to a standardised difference of two arms.

    `gamma` shrinks g^2, `eta` inflates the variance of the difference, `h` are the degrees of
    freedom of the total variance, and `omega` is Hedges' correction on them.
    """

    n_programme: float
    n_comparison: float
    gamma: float
    eta: float
    h: float
    omega: float


def cluster_correction(
    n_programme: float,
    n_comparison: float,
    cluster_size: float,
    icc: float,
    *,
    clustered: Clustered = "both",
) -> ClusterCorrection:
    """Compute the factors by which clusters change a standardised difference.

    Parameters
    ----------
    n_programme, n_comparison
        People of each arm, together more than 2.
    cluster_size
        Mean people in a cluster, at least 1; with one arm clustered, in that arm.
    icc
        Intraclass correlation, 0 to 1.
    clustered
        "both" arms, or only the "programme" (workshops against single people).

    Returns
    -------
    ClusterCorrection
        With cluster_size = 1 or icc = 0 in both arms: gamma = eta = 1, h = N - 2.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range, or h is not positive.

    Notes
    -----
    Both, with N people, n a cluster and r the icc: gamma = 1 - 2(n - 1)r / (N - 2), eta = 1 + (n -
    1)r, h = [(N - 2) - 2(n - 1)r]^2 / [(N - 2)(1 - r)^2 + n(N - 2n)r^2 + 2(N - 2n)r(1 - r)].
    Programme only, with T and C people: gamma = 1 - (C + n - 2)r / (N - 2), eta = 1 + (nC/N - 1)r,
    h = [(N - 2)(1 - r) + (T - n)r]^2 / [(N - 2)(1 - r)^2 + (T - n)n r^2 + 2(T - n)(1 - r)r]: the
    comparison's people vary by the part within clusters only, and g is in total standard deviations
    of the programme's arm. omega = 1 - 3 / (4h - 1).

    References
    ----------
    Hedges (2007), Journal of Educational and Behavioral Statistics 32(4), 341-370, equations 15 and
    16. What Works Clearinghouse (2020), Procedures Handbook 4.1, appendix E, and its Supplement on
    effect sizes (one arm clustered).

    Examples
    --------
    >>> c = cluster_correction(1000, 1000, 50, 0.10)
    >>> f"h = {c.h:.2f}, gamma = {c.gamma:.5f}, eta = {c.eta:.1f}"
    'h = 1358.22, gamma = 0.99510, eta = 5.9'
    """
    check_option(clustered, "clustered", ("both", "programme"))
    total, n, r = n_programme + n_comparison, cluster_size, icc
    if min(n_programme, n_comparison) < 1 or total <= 2:
        raise EstimatorCallError("each arm needs people, and both together more than 2")
    if n < 1 or not 0 <= r <= 1:
        raise EstimatorCallError("`cluster_size` must be at least 1 and `icc` from 0 to 1")
    if clustered == "both":
        gamma = 1 - 2 * (n - 1) * r / (total - 2)
        eta = 1 + (n - 1) * r
        top = (total - 2) - 2 * (n - 1) * r
        rest = total - 2 * n
        bottom = (total - 2) * (1 - r) ** 2 + n * rest * r**2 + 2 * rest * r * (1 - r)
    else:
        gamma = 1 - (n_comparison + n - 2) * r / (total - 2)
        eta = 1 + (n * n_comparison / total - 1) * r
        rest = n_programme - n
        top = (total - 2) * (1 - r) + rest * r
        bottom = (total - 2) * (1 - r) ** 2 + rest * n * r**2 + 2 * rest * (1 - r) * r
    if top <= 0 or bottom <= 0 or gamma <= 0:
        raise EstimatorCallError("clusters this large leave no degrees of freedom for the variance")
    h = top**2 / bottom
    return ClusterCorrection(n_programme, n_comparison, gamma, eta, h, _omega(h))


def hedges_g(
    effect: Estimate,
    sd: float,
    correction: ClusterCorrection,
    *,
    analysis: Literal["clustered", "individual"] = "clustered",
    n_covariates: int = 0,
    r_squared: float = 0.0,
    std_error: Literal["wwc", "unscaled"] = "wwc",
) -> Estimate:
    """Divide a difference of two arms by the total standard deviation: Hedges' g for clusters.

    Parameters
    ----------
    effect
        Programme minus comparison, in score points: adjusted difference or difference of changes.
    sd
        Pooled total standard deviation of the post scores within arms, not adjusted for anything.
    correction
        From `cluster_correction`, by the scores' own icc, not that of adjusted scores.
    analysis
        "clustered": the effect's standard error counts the clusters. "individual": it does not, and
        is replaced by one from the correction and `r_squared`.
    n_covariates
        Cluster-level covariates beside the arm; they cost degrees of freedom.
    r_squared
        Share of the outcome's variance that the covariates explain; for "individual" only.
    std_error
        "wwc" multiplies the standard error by omega, as the Procedures Handbook does; "unscaled"
        leaves it, because the former is a little too small.

    Returns
    -------
    Estimate
        In standard deviations. On the effect's degrees of freedom if it counts the clusters, else
        on h - `n_covariates`. Not estimable where the effect is not, or nothing varies.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Notes
    -----
    g = omega (b / S) sqrt(gamma). Standard error, "clustered": omega sqrt((se / S)^2 gamma + g^2 /
    (2 (h - q))); "individual": omega sqrt((1 - R^2)(1/T + 1/C) eta + g^2 / (2h)).

    References
    ----------
    What Works Clearinghouse (2020), Procedures Handbook 4.1, appendix E. On the scaling of the
    standard error: Hedges, Tipton, Zejnullahi and Diaz (2023), British Journal of Mathematical and
    Statistical Psychology.

    Examples
    --------
    >>> from impact_eval.estimators.estimate import from_std_error
    >>> b = from_std_error(0.25, 0.08, 18, n=2000, n_clusters=40, method="CR2")
    >>> g = hedges_g(b, 1.0, cluster_correction(1000, 1000, 50, 0.10))
    >>> f"g = {g.estimate:.5f} ({g.conf_low:.2f} to {g.conf_high:.2f})"
    'g = 0.24925 (0.08 to 0.42)'
    """
    check_option(analysis, "analysis", ("clustered", "individual"))
    check_option(std_error, "std_error", ("wwc", "unscaled"))
    if n_covariates < 0 or not 0 <= r_squared < 1:
        raise EstimatorCallError("`n_covariates` must not be negative, `r_squared` from 0 below 1")
    method = f"Hedges' g by the total variance, corrected for clusters, from: {effect.method}"
    reason = effect.reason or _refuse_sd(sd)
    if reason:
        return _refuse(reason, effect, method)
    c = correction
    g = c.omega * effect.estimate / sd * sqrt(c.gamma)
    df = c.h - n_covariates
    if df <= 0:
        return _refuse("the covariates leave no degrees of freedom", effect, method)
    if analysis == "clustered":
        variance = (effect.std_error / sd) ** 2 * c.gamma + g**2 / (2 * df)
    else:
        simple = 1 / c.n_programme + 1 / c.n_comparison
        variance = (1 - r_squared) * simple * c.eta + g**2 / (2 * c.h)
    return from_std_error(
        g,
        (c.omega if std_error == "wwc" else 1.0) * sqrt(variance),
        effect.df if analysis == "clustered" else df,
        n=effect.n,
        n_clusters=effect.n_clusters,
        method=method,
        conf_level=effect.conf_level,
    )


def corrected_t(
    t: float, n_programme: int, n_comparison: int, cluster_size: float, icc: float
) -> tuple[float, float, float]:
    """Correct the t of an analysis of people for clusters that it ignored.

    Parameters
    ----------
    t
        As reported.
    n_programme, n_comparison, cluster_size, icc
        As for `cluster_correction`, both arms clustered.

    Returns
    -------
    tuple
        Corrected t, its degrees of freedom h, and the two-sided p.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Notes
    -----
    t sqrt{[(N - 2) - 2(n - 1)r] / [(N - 2)(1 + (n - 1)r)]} = t sqrt(gamma / eta).

    References
    ----------
    What Works Clearinghouse (2020), Procedures Handbook 4.1, appendix F.

    Examples
    --------
    >>> t, df, p = corrected_t(2.98, 200, 200, 20, 0.20)
    >>> f"t = {t:.2f} on {df:.0f} df, p = {p:.2f}"
    't = 1.35 on 232 df, p = 0.18'
    """
    c = cluster_correction(n_programme, n_comparison, cluster_size, icc)
    corrected = t * sqrt(c.gamma / c.eta)
    return corrected, c.h, float(2 * special.stdtr(c.h, -abs(corrected)))


def _omega(h: float) -> float:
    """Hedges' correction as the WWC writes it; 0 where so few degrees of freedom give none."""
    return max(0.0, 1 - 3 / (4 * h - 1)) if 4 * h > 1 else 0.0


def _refuse_sd(sd: float) -> str:
    if not isfinite(sd):
        return "too few people for a standard deviation"
    return "the scores do not vary" if sd <= 0 else ""


def _refuse(reason: str, effect: Estimate, method: str) -> Estimate:
    return not_estimable(
        reason,
        n=effect.n,
        n_clusters=effect.n_clusters,
        method=method,
        conf_level=effect.conf_level,
    )
