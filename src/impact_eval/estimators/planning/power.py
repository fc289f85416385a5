"""Power, the smallest change that a design finds, and how many schools or people it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import Literal, get_args

from scipy import optimize, stats

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import check_option
from impact_eval.estimators.planning.inputs import Sample, Spread
from impact_eval.estimators.planning.precision import PlannedDesign, Precision, precision_of

Multiplier = Literal["noncentral", "t_sum"]

MOST_SCHOOLS = 20_000
MOST_PEOPLE = 100_000
_FAR = 6.0
_UNEVEN = 4


@dataclass(frozen=True, slots=True)
class Needed:
    """The smallest number that is enough, or None with the reason why none is."""

    number: int | None
    reason: str = ""


def power_of(change: float, precision: Precision, *, alpha: float = 0.05) -> float:
    """Compute how often a two-sided test finds a true change.

    Parameters
    ----------
    change
        The true change, or difference of changes, in the unit of the precision.
    precision
        From `precision_of`.
    alpha
        Two-sided level of the test, between 0 and 1.

    Returns
    -------
    float
        0 to 1, by the noncentral t distribution, the tail on the wrong side included; nan where the
        design gives no test.

    Raises
    ------
    EstimatorCallError
        If `alpha` is outside its range.

    Notes
    -----
    P(|T| > t(1 - alpha/2)) for T noncentral with ncp change / SE; in R
    ``power.t.test(..., strict = TRUE)`` with the same df.

    Examples
    --------
    >>> round(power_of(0.3, Precision(0.1, 19, 20)), 3)
    0.812
    """
    _check_open(alpha, "alpha")
    if precision.reason:
        return nan
    return _power(change / precision.std_error, precision.df, alpha)


def minimum_detectable(
    precision: Precision,
    *,
    power: float = 0.80,
    alpha: float = 0.05,
    multiplier: Multiplier = "noncentral",
) -> float:
    """Compute the smallest true change that a design finds with the given power.

    Parameters
    ----------
    precision
        From `precision_of`.
    power, alpha
        Between 0 and 1, the power above `alpha`; the level is two-sided.
    multiplier
        What the standard error is multiplied by. `noncentral`: the number at which `power_of` is
        exactly `power`. `t_sum`: t(1 - alpha/2) + t(power), as most published tables have it; it
        is smaller by 14 % with 1 degree of freedom, 4 % with 2 and 1 % with 4.

    Returns
    -------
    float
        In the unit of the precision; nan where the design gives no test.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    References
    ----------
    Bloom (1995), Evaluation Review 19(5), 547-556, for the sum of two quantiles.

    Examples
    --------
    >>> p = Precision(0.1, 19, 20)
    >>> f"{minimum_detectable(p):.3f} and {minimum_detectable(p, multiplier='t_sum'):.3f}"
    '0.295 and 0.295'
    """
    _check_open(alpha, "alpha")
    _check_open(power, "power")
    if not power > alpha:
        raise EstimatorCallError("`power` must be above `alpha`")
    check_option(multiplier, "multiplier", get_args(Multiplier))
    if precision.reason:
        return nan
    quick = sum_of_quantiles(precision.df, power, alpha)
    if multiplier == "t_sum":
        return quick * precision.std_error
    high = 2 * quick
    exact = optimize.brentq(lambda ncp: _power(ncp, precision.df, alpha) - power, 0, high)
    return float(exact) * precision.std_error


def sum_of_quantiles(df: float, power: float, alpha: float) -> float:
    """Compute t(1 - alpha/2) + t(power)."""
    return float(stats.t.ppf(1 - alpha / 2, df) + stats.t.ppf(power, df))


def schools_needed(
    change: float,
    spread: Spread,
    sample: Sample,
    *,
    design: PlannedDesign,
    power: float = 0.80,
    alpha: float = 0.05,
) -> Needed:
    """Find the smallest number of schools with which a change is found with the given power.

    Parameters
    ----------
    change
        Smallest true change worth finding, in the unit of the spread, not 0.
    spread, sample, design
        As in `precision_of`; the sample's own number of schools does not matter. With
        `programme_schools` there are no more than these.
    power, alpha
        As in `minimum_detectable`.

    Returns
    -------
    Needed
        Schools in all arms together (in each round, for `other_schools`).

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Examples
    --------
    >>> quiz = Spread(icc_score=0.10, icc_gain=0.05, correlation=0.5)
    >>> each = Sample(schools=1, people=25)
    >>> [schools_needed(0.2, quiz, each, design=d).number for d in ("one_group", "waiting_list")]
    [20, 59]
    """
    most = sample.programme_schools or MOST_SCHOOLS

    def enough(schools: int) -> bool:
        planned = precision_of(spread, replace(sample, schools=schools), design=design)
        return power_of(change, planned, alpha=alpha) >= power

    reason = f"not even {most:,} schools with {sample.people:g} people in each are enough"
    return _smallest(enough, change, power, alpha, most, reason)


def people_per_school_needed(
    change: float,
    spread: Spread,
    sample: Sample,
    *,
    design: PlannedDesign,
    power: float = 0.80,
    alpha: float = 0.05,
) -> Needed:
    """Find the smallest number of people in each school with which a change is found.

    Parameters
    ----------
    change, spread, sample, design, power, alpha
        As in `schools_needed`; the sample's own number of people does not matter.

    Returns
    -------
    Needed
        People asked in each school in the first survey. None with a reason where the differences
        between schools alone are too large for so few schools.

    Raises
    ------
    EstimatorCallError
        If an argument is outside its range.

    Examples
    --------
    >>> quiz = Spread(icc_score=0.10, icc_gain=0.05, correlation=0.5)
    >>> twenty, few = Sample(schools=20, people=1), Sample(schools=5, people=1)
    >>> people_per_school_needed(0.2, quiz, twenty, design="one_group").number
    23
    >>> people_per_school_needed(0.2, quiz, few, design="one_group").reason
    'however many people are asked in them, 5 schools are too few'
    """

    def enough(people: int) -> bool:
        planned = precision_of(spread, replace(sample, people=float(people)), design=design)
        return power_of(change, planned, alpha=alpha) >= power

    reason = f"however many people are asked in them, {sample.schools:,} schools are too few"
    return _smallest(enough, change, power, alpha, MOST_PEOPLE, reason)


def _smallest(
    enough: Callable[[int], bool],
    change: float,
    power: float,
    alpha: float,
    most: int,
    reason: str,
) -> Needed:
    """Halve the range, then step over what the rounding of arms and groups makes uneven."""
    _check_open(alpha, "alpha")
    _check_open(power, "power")
    if not isfinite(change) or change == 0:
        raise EstimatorCallError("`change` must be finite and not 0")
    if not enough(most):
        return Needed(None, reason)
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    for fewer in range(high - 1, high - 1 - _UNEVEN, -1):
        if fewer > 0 and enough(fewer):
            high = fewer
    return Needed(high)


def _power(ncp: float, df: float, alpha: float) -> float:
    """Both tails of a noncentral t; the far one is below 1e-9 from 6 on, and then left out."""
    edge = stats.t.ppf(1 - alpha / 2, df)
    size = abs(ncp)
    far = stats.nct.cdf(-edge, df, size) if size < _FAR else 0.0
    return float(stats.nct.sf(edge, df, size) + far)


def _check_open(value: float, name: str) -> None:
    if not 0 < value < 1:
        raise EstimatorCallError(f"`power` and `alpha` must be between 0 and 1; `{name}` is not")
