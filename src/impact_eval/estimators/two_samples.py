"""The difference of two estimates that come of samples apart."""

from __future__ import annotations

from math import isfinite, sqrt

from impact_eval.estimators.estimate import Estimate, EstimatorCallError, from_std_error


def difference_of_samples(
    one: Estimate, other: Estimate, *, method: str, conf_level: float = 0.95
) -> Estimate:
    """Subtract one estimate from another that shares no cluster with it.

    Parameters
    ----------
    one, other
        With standard errors, in one unit.
    method
        Words.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        In their unit, `n` and `n_clusters` those of both.

    Raises
    ------
    EstimatorCallError
        If one of them has no standard error.

    Notes
    -----
    The variance is the sum of theirs, v1 + v2, and the degrees of freedom are Welch's, (v1 + v2)^2
    / (v1^2 / df1 + v2^2 / df2).

    References
    ----------
    Welch (1947), Biometrika 34, 28-35.

    Examples
    --------
    >>> one = from_std_error(4.0, 0.6, 9, n=60, n_clusters=10, method="")
    >>> other = from_std_error(3.0, 0.8, 4, n=30, n_clusters=5, method="")
    >>> found = difference_of_samples(one, other, method="difference")
    >>> f"{found.estimate:.1f}, standard error {found.std_error:.1f}, df {found.df:.1f}"
    '1.0, standard error 1.0, df 8.6'
    """
    if not (isfinite(one.std_error) and isfinite(other.std_error)):
        raise EstimatorCallError("both estimates need a standard error")
    parts = [(own.std_error**2, own.df) for own in (one, other)]
    variance = sum(part for part, _ in parts)
    return from_std_error(
        one.estimate - other.estimate,
        sqrt(variance),
        variance**2 / sum(part**2 / df for part, df in parts),
        n=one.n + other.n,
        n_clusters=one.n_clusters + other.n_clusters,
        method=method,
        conf_level=conf_level,
    )
