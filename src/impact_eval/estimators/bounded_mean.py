"""Limits of a mean that has ends: a share, or a score of which many stand at an end."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from scipy import special

from impact_eval.estimators.estimate import Estimate, EstimatorCallError

MANY_AT_AN_END = 0.15
_NEAR = 1e-9


def within_ends(mean: Estimate, lowest: float, highest: float) -> Estimate:
    """Give a mean limits between its ends, further from the nearer end than from the other.

    Parameters
    ----------
    mean
        With a standard error and degrees of freedom, as `wave_mean` gives it.
    lowest, highest
        The least and the most that a value can be, in the mean's unit.

    Returns
    -------
    Estimate
        The same mean, error and degrees of freedom with other limits; as it was where it has no
        interval, or stands at an end.

    Raises
    ------
    EstimatorCallError
        If the ends are not in order, or the mean lies outside.

    Notes
    -----
    With p the mean's place between the ends, m = p (1 - p) / se^2 (z / t)^2 is how many independent
    answers of two values would be known as well, z and t being the quantiles of the normal and the
    t distribution with the mean's degrees of freedom. The limits are those of Clopper and Pearson
    for m p of m: beta quantiles. The symmetrical interval leaves out true shares above it where
    few say yes, because samples with few yes have small standard errors too.
    In R: ``survey::svyciprop(~y, design, method = "beta")`` but for m, which there is at most n.

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24(2), 193-201.

    Examples
    --------
    >>> from impact_eval.estimators.changes import wave_mean
    >>> yes = wave_mean([0, 0, 0, 100, 0, 0, 0, 0, 0, 100, 0, 0], list("aaabbbcccddd"))
    >>> e = within_ends(yes, 0, 100)
    >>> f"{e.estimate:.0f} percent, {e.conf_low:.0f} to {e.conf_high:.0f}"
    '17 percent, 0 to 65'
    """
    if not lowest < highest:
        raise EstimatorCallError(f"`lowest` must be below `highest`; got {lowest} and {highest}")
    if not isfinite(mean.std_error):
        return mean
    width = highest - lowest
    place = (mean.estimate - lowest) / width
    if not -_NEAR <= place <= 1 + _NEAR:
        raise EstimatorCallError(f"the mean {mean.estimate} is not from {lowest} to {highest}")
    if not _NEAR < place < 1 - _NEAR:
        return mean
    tail = (1 - mean.conf_level) / 2
    shorter = special.ndtri(1 - tail) / special.stdtrit(mean.df, 1 - tail)
    worth = place * (1 - place) * (width / mean.std_error * shorter) ** 2
    yes, no = worth * place, worth * (1 - place)
    low = special.betaincinv(yes, no + 1, tail)
    high = special.betaincinv(yes + 1, no, 1 - tail)
    return replace(
        mean,
        conf_low=float(lowest + width * low),
        conf_high=float(lowest + width * high),
        method=f"{mean.method}, limits between the ends",
    )


def many_at_an_end(values: NDArray[np.float64], lowest: float, highest: float) -> bool:
    """Whether 15 % or more stand at one end, so that a mean's errors are not symmetrical.

    Never where a value lies beyond an end, which then is none.

    Examples
    --------
    >>> many_at_an_end(np.array([1.0, 3, 4, 5, 5, 5]), 1, 5)
    True
    """
    if values.min() < lowest - _NEAR or values.max() > highest + _NEAR:
        return False
    low, high = values <= lowest + _NEAR, values >= highest - _NEAR
    return bool(max(low.mean(), high.mean()) >= MANY_AT_AN_END)
