"""The smallest effect that a design with randomised schools can find."""

from __future__ import annotations

from math import sqrt

from scipy import special

from impact_eval.estimators.estimate import EstimatorCallError


def minimum_detectable_effect(
    n_clusters: int,
    n_per_cluster: float,
    *,
    icc: float,
    r_squared: tuple[float, float] = (0.0, 0.0),
    n_covariates: int = 0,
    share_programme: float = 0.5,
    power: float = 0.80,
    alpha: float = 0.05,
) -> float:
    """Compute the smallest true effect that two arms of schools find with given power.

    Parameters
    ----------
    n_clusters
        Schools of both arms, at least 3 more than `n_covariates`.
    n_per_cluster
        Respondents in a school, positive.
    icc
        Of the scores, 0 to 1.
    r_squared
        Shares of the variance within, then between, schools that covariates explain, 0 to below 1.
    n_covariates
        Covariates of the schools.
    share_programme
        Share of the schools in the programme, between 0 and 1.
    power, alpha
        Between 0 and 1; `alpha` is two-sided.

    Returns
    -------
    float
        In total standard deviations.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Notes
    -----
    (t(1 - alpha/2) + t(power)) sqrt{[icc (1 - R2b) + (1 - icc)(1 - R2w) / n] / [P (1 - P) J]}, t on
    J - covariates - 2 degrees of freedom. In R: ``PowerUpR::mdes.cra2``.

    References
    ----------
    Dong and Maynard (2013), Journal of Research on Educational Effectiveness 6(1), 24-67, model
    CRA2.

    Examples
    --------
    >>> mde = minimum_detectable_effect(20, 15, icc=0.17, r_squared=(0.5, 0.7), n_covariates=1)
    >>> round(mde, 7)
    0.3729229
    """
    df = n_clusters - n_covariates - 2
    if df < 1 or n_covariates < 0 or n_per_cluster <= 0:
        raise EstimatorCallError("too few clusters for the covariates, or no people in them")
    if not 0 <= icc <= 1 or not all(0 <= share < 1 for share in r_squared):
        raise EstimatorCallError("`icc` must be from 0 to 1, and each R squared from 0 below 1")
    if not all(0 < value < 1 for value in (share_programme, power, alpha)):
        raise EstimatorCallError(
            "`share_programme`, `power` and `alpha` must be between 0 and 1, exclusive"
        )
    multiplier = float(special.stdtrit(df, 1 - alpha / 2) + special.stdtrit(df, power))
    variance = icc * (1 - r_squared[1]) + (1 - icc) * (1 - r_squared[0]) / n_per_cluster
    return multiplier * sqrt(variance / (share_programme * (1 - share_programme) * n_clusters))
