"""How large a bias would have to be for what an interval shows to hold no longer."""

from __future__ import annotations

from math import inf, isfinite, nan

from impact_eval.estimators.estimate import EstimatorCallError


def shift_that_undoes(
    low: float, high: float, *, floor: float = -inf, ceiling: float = inf
) -> float:
    """Find the smallest bias by which an interval that lies between two bounds reaches one.

    Parameters
    ----------
    low, high
        The interval, in any unit.
    floor, ceiling
        What it must lie between for the claim to hold, in the same unit; infinite for no bound.

    Returns
    -------
    float
        b of the smallest size such that low - b = floor or high - b = ceiling: if the estimate is
        too high by b, the claim holds no longer. nan if the interval does not lie between the
        bounds, so that there is nothing to undo.

    Raises
    ------
    EstimatorCallError
        If both bounds are infinite, or the floor is above the ceiling.

    Notes
    -----
    A bias that moves every later score of the sample alike moves the estimate by as much and leaves
    its standard error as it is, so the interval is moved whole and b is exact.

    Examples
    --------
    A rise of 1.4 to 2.0 points is claimed to be more than 0.65 + 0.5 points.

    >>> round(shift_that_undoes(1.4, 2.0, floor=0.65 + 0.5), 2)
    0.25
    """
    if floor == -inf and ceiling == inf:
        raise EstimatorCallError("`floor` or `ceiling` must be finite")
    if floor > ceiling:
        raise EstimatorCallError("`floor` must not be above `ceiling`")
    if not (isfinite(low) and isfinite(high)) or low < floor or high > ceiling:
        return nan
    return min(low - floor, high - ceiling, key=abs)


def loss_that_undoes(shift: float, lost_share: float) -> float:
    """Find how far those who were lost would have to differ, later on, from those who were seen.

    Parameters
    ----------
    shift
        From `shift_that_undoes`, in score points.
    lost_share
        Share of the first wave's people who were lost, from 0 to 1.

    Returns
    -------
    float
        d = -shift / lost_share, in score points: with everybody, the lost among them, the later
        mean is that of the seen plus lost_share x d. Infinite where nobody was lost.

    Raises
    ------
    EstimatorCallError
        If the share is not between 0 and 1.

    Notes
    -----
    A pattern-mixture model with one parameter: the later scores of the lost are those of the seen,
    moved by d, and the share is taken as known.

    References
    ----------
    Little (1994), Biometrika 81(3), 471-483; National Research Council (2010), The Prevention and
    Treatment of Missing Data in Clinical Trials, ch. 5.

    Examples
    --------
    >>> loss_that_undoes(0.25, 0.2)
    -1.25
    """
    if not 0 <= lost_share <= 1:
        raise EstimatorCallError(f"`lost_share` must be from 0 to 1; got {lost_share}")
    if lost_share == 0:
        return -inf if shift > 0 else inf
    return -shift / lost_share
