"""Bounds on a quantity that the data leave open, and their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan

from scipy import optimize, special

from impact_eval.estimators.estimate import Estimate, check_conf_level


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that a quantity can be, each with a standard error.

    The interval (Imbens and Manski) holds the quantity itself, not both bounds, at `conf_level`.
    Without an answer all numbers are nan and `reason` says why.
    """

    lower: float
    upper: float
    std_error_lower: float
    std_error_upper: float
    df: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    n_clusters: int
    method: str
    reason: str = ""


def bounds_from_std_errors(
    limits: tuple[float, float],
    std_errors: tuple[float, float],
    df: float,
    *,
    n: int,
    n_clusters: int,
    method: str,
    conf_level: float = 0.95,
) -> Bounds:
    """Put the Imbens-Manski interval around two estimated bounds.

    Parameters
    ----------
    limits
        Estimated lower and upper bound, in this order.
    std_errors
        Of each, positive.
    df
        Degrees of freedom; `inf` gives the published, normal interval.
    n, n_clusters, method, conf_level
        As for `Estimate`.

    Returns
    -------
    Bounds
        lower - c se_lower and upper + c se_upper with F(c + (upper - lower) / max(se)) -
        F(-c) = conf_level: c is the one-sided quantile where the bounds lie far apart, the
        two-sided one where they meet.

    References
    ----------
    Imbens and Manski (2004), Econometrica 72(6), 1845-1857, equations 6 and 7.

    Examples
    --------
    >>> b = bounds_from_std_errors((-0.1, 0.5), (0.1, 0.1), 1e9, n=200, n_clusters=20, method="")
    >>> f"{b.conf_low:.3f} to {b.conf_high:.3f}"
    '-0.264 to 0.664'
    """
    check_conf_level(conf_level)
    (lower, upper), widest = limits, max(std_errors)
    if not isfinite(widest) or widest <= 0 or not df > 0:
        reason = "a bound has no standard error"
        return no_bounds(reason, n=n, n_clusters=n_clusters, method=method, conf_level=conf_level)
    apart = max(0.0, upper - lower) / widest
    highest = float(special.stdtrit(df, (1 + conf_level) / 2))

    def excess(c: float) -> float:
        return float(special.stdtr(df, c + apart) - special.stdtr(df, -c)) - conf_level

    c = highest if excess(highest) <= 0 else float(optimize.brentq(excess, 0.0, highest))
    return Bounds(
        lower=lower,
        upper=upper,
        std_error_lower=std_errors[0],
        std_error_upper=std_errors[1],
        df=df,
        conf_low=lower - c * std_errors[0],
        conf_high=upper + c * std_errors[1],
        conf_level=conf_level,
        n=n,
        n_clusters=n_clusters,
        method=method,
    )


def bounds_from_estimates(lower: Estimate, upper: Estimate, *, method: str) -> Bounds:
    """Make bounds of the estimates at the two extremes, on the smaller degrees of freedom."""
    reason = lower.reason or upper.reason
    if reason:
        return no_bounds(
            reason,
            n=lower.n,
            n_clusters=lower.n_clusters,
            method=method,
            conf_level=lower.conf_level,
        )
    return bounds_from_std_errors(
        (lower.estimate, upper.estimate),
        (lower.std_error, upper.std_error),
        min(lower.df, upper.df),
        n=lower.n,
        n_clusters=lower.n_clusters,
        method=method,
        conf_level=lower.conf_level,
    )


def no_bounds(
    reason: str, *, n: int, n_clusters: int, method: str, conf_level: float = 0.95
) -> Bounds:
    """Make the `Bounds` of what the data do not give, with the reason."""
    return Bounds(nan, nan, nan, nan, nan, nan, nan, conf_level, n, n_clusters, method, reason)
