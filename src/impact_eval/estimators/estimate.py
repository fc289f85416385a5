"""The one result of every estimator, and the one place that makes p-values and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isfinite, nan

from scipy import special

from impact_eval.errors import ImpactEvalError


class EstimatorCallError(ImpactEvalError, ValueError):
    """An estimator was called wrongly: the caller must mend the call, not the data."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated quantity with its uncertainty, or the reason why there is none.

    Signs are post minus pre, and programme minus comparison. `n` counts the people behind the
    number. A quantity that cannot be estimated has `nan` and a `reason`; one that is known without
    an interval (a count) has `nan` in `conf_low`.
    """

    estimate: float
    std_error: float
    df: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    n_clusters: int
    method: str
    reason: str = ""


def from_std_error(
    estimate: float,
    std_error: float,
    df: float,
    *,
    n: int,
    n_clusters: int,
    method: str,
    conf_level: float = 0.95,
) -> Estimate:
    """Make an `Estimate` with a t statistic, a two-sided p-value and a t interval.

    Parameters
    ----------
    estimate, std_error
        In the unit of the quantity; `std_error` is not negative.
    df
        Degrees of freedom, positive; `inf` gives the normal distribution.
    n, n_clusters
        People and clusters behind the number.
    method
        What was computed, in the words a methods table prints.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        Not estimable, with a reason, where the standard error or the degrees of freedom are not
        finite and positive.

    Raises
    ------
    EstimatorCallError
        If `conf_level` is not between 0 and 1.

    Examples
    --------
    >>> e = from_std_error(0.9, 0.3, 11, n=245, n_clusters=12, method="CR2")
    >>> f"{e.conf_low:.2f} to {e.conf_high:.2f}, p = {e.p_value:.3f}"
    '0.24 to 1.56, p = 0.012'
    """
    check_conf_level(conf_level)
    refuse = partial(
        not_estimable, n=n, n_clusters=n_clusters, method=method, conf_level=conf_level
    )
    if not isfinite(estimate):
        return refuse("the estimate is not finite")
    if not isfinite(std_error) or std_error <= 0:
        return refuse("the standard error is zero or undefined")
    if not df > 0:
        return refuse("no degrees of freedom are left")
    statistic = estimate / std_error
    half = float(special.stdtrit(df, (1 + conf_level) / 2)) * std_error
    p_value = float(2 * special.stdtr(df, -abs(statistic)))
    return Estimate(
        estimate=float(estimate),
        std_error=float(std_error),
        df=float(df),
        statistic=float(statistic),
        p_value=p_value,
        conf_low=float(estimate - half),
        conf_high=float(estimate + half),
        conf_level=conf_level,
        n=int(n),
        n_clusters=int(n_clusters),
        method=method,
    )


def from_interval(
    estimate: float,
    conf_low: float,
    conf_high: float,
    *,
    n: int,
    n_clusters: int,
    method: str,
    conf_level: float = 0.95,
) -> Estimate:
    """Make an `Estimate` whose interval is not built from a standard error; it has no p-value."""
    check_conf_level(conf_level)
    return Estimate(
        estimate=float(estimate),
        std_error=nan,
        df=nan,
        statistic=nan,
        p_value=nan,
        conf_low=float(conf_low),
        conf_high=float(conf_high),
        conf_level=conf_level,
        n=int(n),
        n_clusters=int(n_clusters),
        method=method,
    )


def from_likelihood_ratio(
    estimate: float, statistic: float, df: float, *, n: int, n_clusters: int, method: str
) -> Estimate:
    """Make an `Estimate` whose p-value is that of a likelihood-ratio test; it has no interval."""
    return Estimate(
        estimate=float(estimate),
        std_error=nan,
        df=float(df),
        statistic=float(statistic),
        p_value=float(special.chdtrc(df, statistic)),
        conf_low=nan,
        conf_high=nan,
        conf_level=0.95,
        n=int(n),
        n_clusters=int(n_clusters),
        method=method,
    )


def from_resampling(
    estimate: float,
    p_value: float,
    limits: tuple[float, float],
    *,
    n: int,
    n_clusters: int,
    method: str,
    conf_level: float = 0.95,
) -> Estimate:
    """Make an `Estimate` whose p-value is counted and whose limits invert that test.

    Limits that are not both finite are no interval: the test rejects no value, however far.
    """
    check_conf_level(conf_level)
    low, high = limits if isfinite(limits[0]) and isfinite(limits[1]) else (nan, nan)
    return Estimate(
        estimate=float(estimate),
        std_error=nan,
        df=nan,
        statistic=nan,
        p_value=float(p_value),
        conf_low=float(low),
        conf_high=float(high),
        conf_level=conf_level,
        n=int(n),
        n_clusters=int(n_clusters),
        method=method,
    )


def describe(estimate: float, *, n: int, n_clusters: int, method: str) -> Estimate:
    """Make an `Estimate` of a number that is counted or averaged, without an interval."""
    return from_interval(
        estimate, nan, nan, n=n, n_clusters=n_clusters, method=method, conf_level=0.95
    )


def not_estimable(
    reason: str, *, n: int, n_clusters: int, method: str, conf_level: float = 0.95
) -> Estimate:
    """Make the `Estimate` of what the data or the design do not give, with the reason."""
    return Estimate(
        estimate=nan,
        std_error=nan,
        df=nan,
        statistic=nan,
        p_value=nan,
        conf_low=nan,
        conf_high=nan,
        conf_level=conf_level,
        n=int(n),
        n_clusters=int(n_clusters),
        method=method,
        reason=reason,
    )


def check_conf_level(conf_level: float) -> None:
    """Raise unless the level is strictly between 0 and 1."""
    if not 0 < conf_level < 1:
        raise EstimatorCallError(f"`conf_level` must be between 0 and 1, but got {conf_level!r}")
