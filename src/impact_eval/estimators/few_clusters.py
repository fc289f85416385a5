"""What a design with few clusters can and cannot show, computed before any data are seen."""

from __future__ import annotations

from math import sqrt

from scipy import stats

from impact_eval.estimators.estimate import EstimatorCallError

ENOUGH_TO_GENERALISE = 4


def smallest_sign_flip_p(n_clusters: int) -> float:
    """Compute the smallest two-sided p that a sign-flip test with so many clusters can give.

    Parameters
    ----------
    n_clusters
        At least 1.

    Returns
    -------
    float
        2 / 2^n_clusters: of all equally likely sign patterns two are the most extreme.

    Raises
    ------
    EstimatorCallError
        If `n_clusters` is less than 1.

    References
    ----------
    Canay, Romano and Shaikh (2017), Econometrica 85(3), 1013-1030, on tests by sign changes.

    Examples
    --------
    >>> [smallest_sign_flip_p(g) for g in (1, 2, 4, 6)]
    [1.0, 0.5, 0.125, 0.03125]
    """
    _check_clusters(n_clusters, 1)
    return float(2.0 ** (1 - n_clusters))


def refusal(n_clusters: int, *, unit: str = "school") -> str:
    """Say why so few clusters say nothing about others like them; empty from 4 on.

    Parameters
    ----------
    n_clusters
        How many clusters there are.
    unit
        What a cluster is, in the singular.

    Returns
    -------
    str
        A clause without capital or full stop, or an empty text.

    Examples
    --------
    >>> refusal(2)
    'the smallest p a sign-flip test with 2 schools can give is 0.50'
    >>> refusal(1, unit="trainer")
    'with 1 trainer nothing separates the change from what is particular to that trainer'
    """
    if n_clusters < 1:
        return f"there is no {unit} with data"
    if n_clusters == 1:
        return f"with 1 {unit} nothing separates the change from what is particular to that {unit}"
    if n_clusters >= ENOUGH_TO_GENERALISE:
        return ""
    smallest = smallest_sign_flip_p(n_clusters)
    return f"the smallest p a sign-flip test with {n_clusters} {unit}s can give is {smallest:.2f}"


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
    degrees of freedom.

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
    _check_clusters(n_clusters, 2)
    if n_per_cluster <= 0 or sd <= 0:
        raise EstimatorCallError("`n_per_cluster` and `sd` must be positive")
    if not 0 <= icc_of_gain <= 1 or not -1 <= correlation < 1:
        raise EstimatorCallError(
            "`icc_of_gain` must be from 0 to 1 and `correlation` from -1 to below 1"
        )
    if not 0 < power < 1 or not 0 < alpha < 1:
        raise EstimatorCallError("`power` and `alpha` must be between 0 and 1")
    df = n_clusters - 1
    multiplier = float(stats.t.ppf(1 - alpha / 2, df) + stats.t.ppf(power, df))
    variance = (icc_of_gain + (1 - icc_of_gain) / n_per_cluster) / n_clusters
    return multiplier * sd * sqrt(2 * (1 - correlation) * variance)


def _check_clusters(n_clusters: int, least: int) -> None:
    if n_clusters < least:
        raise EstimatorCallError(f"`n_clusters` must be at least {least}; got {n_clusters}")
