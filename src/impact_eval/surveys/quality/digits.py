"""Numbers that are rounded or made up: too many end in 0 or 5."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

EXPECTED: Final = 0.2


def digit_preference(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[int, int]:
    """How many whole numbers end in 0 or 5, and how many there are.

    Parameters
    ----------
    numbers : array of float, shape (n,)
        Ages, or days of a month; NaN and fractions are left out.

    Returns
    -------
    rounded, counted : int

    Notes
    -----
    Whipple's index is ``500 * rounded / counted``: 100 if no digit is preferred, 500 if all numbers
    end in 0 or 5. It is defined for ages from 23 to 62; for other numbers that spread evenly over
    twenty or more it holds as well, but not for schoolchildren, whose ages are too few. Of the days
    of a month six in 30 or 31 end so, 0.2 again.

    References
    ----------
    Shryock & Siegel (1976), *The Methods and Materials of Demography*, ch. 8.

    Examples
    --------
    >>> digit_preference(np.array([25.0, 30.0, 31.0, np.nan]))
    (2, 3)
    """
    whole = numbers[np.isfinite(numbers) & (numbers == np.round(numbers))]
    return int(np.isin(whole % 10, (0, 5)).sum()), int(whole.size)
