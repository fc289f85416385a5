"""Smallest detectable changes by the formulas of published tables, to be held against them."""

from __future__ import annotations

from math import sqrt

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.planning.inputs import check_share
from impact_eval.estimators.planning.power import minimum_detectable
from impact_eval.estimators.planning.precision import Precision


def minimum_detectable_change(
    n_clusters: int,
    n_per_cluster: float,
    *,
    icc_of_gain: float,
    correlation: float,
    sd: float = 1.0,
    power: float = 0.80,
    alpha: float = 0.05,
) -> float:
    """Compute the smallest true change that a one-group pre/post design finds with given power.

    Parameters
    ----------
    n_clusters
        At least 2.
    n_per_cluster
        Linked respondents in a cluster, positive.
    icc_of_gain
        Share of the gains' variance that lies between clusters, 0 to 1.
    correlation
        Of a person's pre and post scores, -1 to below 1.
    sd
        Standard deviation of a wave's scores, the unit of the result.
    power, alpha
        Between 0 and 1; `alpha` is two-sided.

    Returns
    -------
    float
        In the unit of `sd`.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Notes
    -----
    M sd sqrt(2 (1 - r)) sqrt((icc + (1 - icc) / n) / G) with M = t(1 - alpha/2) + t(power) on G - 1
    degrees of freedom. `minimum_detectable(..., multiplier="noncentral")` is larger where G is
    small.

    References
    ----------
    Dong and Maynard (2013), Journal of Research on Educational Effectiveness 6(1), 24-67, whose
    multiplier M is used here for one group of clusters.

    Examples
    --------
    Two schools of 900 cannot show a change under two standard deviations; 100 schools of 500 can.

    >>> two = minimum_detectable_change(2, 900, icc_of_gain=0.05, correlation=0.5)
    >>> many = minimum_detectable_change(100, 500, icc_of_gain=0.05, correlation=0.5)
    >>> f"{two:.2f} and {many:.3f} SD"
    '2.25 and 0.064 SD'
    """
    if n_clusters < 2:
        raise EstimatorCallError(f"`n_clusters` must be at least 2; got {n_clusters}")
    if n_per_cluster <= 0 or sd <= 0:
        raise EstimatorCallError("`n_per_cluster` and `sd` must be positive")
    check_share(icc_of_gain, "icc_of_gain")
    if not -1 <= correlation < 1:
        raise EstimatorCallError("`correlation` must be from -1 to below 1")
    variance = (icc_of_gain + (1 - icc_of_gain) / n_per_cluster) / n_clusters
    std_error = sd * sqrt(2 * (1 - correlation) * variance)
    return _by_quantiles(std_error, n_clusters - 1, n_clusters, power, alpha)


def minimum_detectable_randomised(  # noqa: PLR0913
    n_schools: int,
    n_per_school: float,
    *,
    icc: float,
    r2_people: float = 0.0,
    r2_schools: float = 0.0,
    covariates: int = 0,
    treated: float = 0.5,
    power: float = 0.80,
    alpha: float = 0.05,
) -> float:
    """Compute the smallest effect size that a trial of schools drawn by lot finds.

    Parameters
    ----------
    n_schools
        In both arms together.
    n_per_school
        People in a school, positive.
    icc
        Share of the scores' variance between schools, 0 to 1.
    r2_people, r2_schools
        Shares of the variance within and between schools that covariates account for, 0 to 1.
    covariates
        Number of covariates of schools.
    treated
        Share of the schools that have the programme.
    power, alpha
        As in `minimum_detectable`.

    Returns
    -------
    float
        In standard deviations of the scores.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range or no degrees of freedom are left.

    Notes
    -----
    M sqrt(icc (1 - R2s) / (P (1 - P) J) + (1 - icc) (1 - R2p) / (P (1 - P) J n)) with
    M = t(1 - alpha/2) + t(power) on J - g - 2 degrees of freedom; in R
    ``PowerUpR::mdes.cra2(rho2, p, g2, r21, r22, n, J)``.

    References
    ----------
    Dong and Maynard (2013), Journal of Research on Educational Effectiveness 6(1), 24-67, two-level
    cluster random assignment (CRA2).

    Examples
    --------
    >>> found = minimum_detectable_randomised(
    ...     20, 15, icc=0.17, r2_people=0.5, r2_schools=0.7, covariates=1
    ... )
    >>> round(found, 7)
    0.3729229
    """
    for name, value in (("icc", icc), ("r2_people", r2_people), ("r2_schools", r2_schools)):
        check_share(value, name)
    if not 0 < treated < 1 or n_per_school <= 0:
        raise EstimatorCallError("`treated` must be between 0 and 1, `n_per_school` positive")
    df = n_schools - covariates - 2
    if df < 1:
        raise EstimatorCallError("`n_schools` must exceed `covariates` by at least 3")
    split = treated * (1 - treated) * n_schools
    between = icc * (1 - r2_schools) / split
    within = (1 - icc) * (1 - r2_people) / (split * n_per_school)
    return _by_quantiles(sqrt(between + within), df, n_schools, power, alpha)


def _by_quantiles(
    std_error: float, df: float, n_clusters: int, power: float, alpha: float
) -> float:
    precision = Precision(std_error, df, n_clusters)
    return minimum_detectable(precision, power=power, alpha=alpha, multiplier="t_sum")
