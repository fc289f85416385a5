"""P-values and intervals of tests that compare a statistic with its values after rearranging."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Floats

TIE = 1e-10
NO_SLOPE = 1e-12
DRAWS = 9_999


@dataclass(frozen=True, slots=True)
class Rearranged:
    """A statistic under rearrangements of its schools, as a function of the value tested.

    If the true quantity is c, the statistic of the data is `observed` - c, and that of a
    rearrangement `value` - `slope` * c with `slope` from -1 to 1. `exact` says that `value` and
    `slope` hold all rearrangements, the data's own among them; otherwise they were drawn. `scale`
    is the size of the numbers that were added up, against which rounding is judged.
    """

    observed: float
    value: Floats
    slope: Floats
    exact: bool
    scale: float


def p_value(rearranged: Rearranged, null: float = 0.0) -> float:
    """Count the rearrangements at least as extreme as the data, ties included.

    Parameters
    ----------
    rearranged
        Of one statistic.
    null
        The value tested.

    Returns
    -------
    float
        # / N of all N rearrangements, or (1 + #) / (B + 1) of B drawn ones. Values that differ by
        rounding only are ties.

    References
    ----------
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1), 39,
    on why a drawn p-value is never zero.

    Examples
    --------
    >>> ones = np.ones(2)
    >>> both_signs = Rearranged(2.0, np.array([2.0, -2.0, 1.0, -1.0]), np.zeros(4), True, 2.0)
    >>> p_value(both_signs)
    0.5
    """
    least = abs(rearranged.observed - null) - TIE * (rearranged.scale + abs(null))
    count = int((np.abs(rearranged.value - rearranged.slope * null) >= least).sum())
    if rearranged.exact:
        return count / rearranged.value.size
    return (1 + count) / (rearranged.value.size + 1)


def limits(rearranged: Rearranged, conf_level: float) -> tuple[float, float]:
    """Invert the test: the smallest and the largest value with a p above 1 - `conf_level`.

    Parameters
    ----------
    rearranged
        Of one statistic.
    conf_level
        Between 0 and 1.

    Returns
    -------
    tuple of float
        Infinite where the smallest possible p is above 1 - `conf_level`.

    Notes
    -----
    |value - slope c| >= |observed - c| holds for c between (observed - value) / (1 - slope) and
    (observed + value) / (1 + slope), with the estimate in between. So p falls on either side of the
    estimate, in steps at these numbers, and the limits are two of them: nothing is searched.
    """
    first, second = _ends(rearranged, -1.0), _ends(rearranged, 1.0)
    always = np.abs(rearranged.slope) >= 1 - NO_SLOPE
    low = np.where(always, -np.inf, np.minimum(first, second))
    high = np.where(always, np.inf, np.maximum(first, second))
    if not rearranged.exact:
        low, high = np.append(low, -np.inf), np.append(high, np.inf)
    place = floor((1 - conf_level) * low.size + 1e-9)
    return float(np.partition(low, place)[place]), float(-np.partition(-high, place)[place])


def check_draws(n_draws: int) -> None:
    """Raise unless there is something to count."""
    if n_draws < 1:
        raise EstimatorCallError(f"`n_draws` must be at least 1; got {n_draws}")


def need_generator(generator: np.random.Generator | None, many: str) -> np.random.Generator:
    """Return the generator, or raise and say what there is too much of to go through."""
    if generator is None:
        raise EstimatorCallError(
            f"there are too many {many} to go through them all: pass `generator`, such as"
            " np.random.default_rng(1)"
        )
    return generator


def _ends(rearranged: Rearranged, sign: float) -> Floats:
    """Values c at which value - slope c equals -sign (observed - c)."""
    below = 1 + sign * rearranged.slope
    known = below > NO_SLOPE
    ends = (rearranged.observed + sign * rearranged.value) / np.where(known, below, 1.0)
    return np.asarray(np.where(known, ends, np.inf))
