"""How long forms took, and which were filled in too fast to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from impact_eval.surveys.dates import Times, parse_dates
from impact_eval.surveys.encoded import Encoded
from impact_eval.surveys.item_rule import to_number

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

FEWEST_TIMED: Final = 20


def timed(about: Mapping[str, Encoded], *, date_format: str | None) -> dict[str, Times | Floats]:
    """Read the times of forms: `started_at` and `ended_at` as datetimes, and `seconds`."""
    start, end = (
        parse_dates(about[name], date_format=date_format)[0] for name in ("started_at", "ended_at")
    )
    codes, texts = about["duration"]
    numbers = np.array([to_number(text) for text in texts], dtype=np.float64)
    stated = numbers[codes] if len(codes) else np.empty(0)
    between = (end - start) / np.timedelta64(1, "s")
    seconds = np.where(np.isnan(stated), between, stated)
    return {"started_at": start, "ended_at": end, "seconds": seconds}


def speeding(
    seconds: Floats,
    n_answered: np.ndarray[Any, np.dtype[np.int64]],
    *,
    seconds_per_item: float = 2.0,
    share_of_median: float = 1 / 3,
) -> Mask:
    """Which forms were filled in faster than anybody reads.

    Parameters
    ----------
    seconds : array, shape (n,), in seconds
        From beginning to end, of one audience and wave; NaN if not known, and then never flagged.
    n_answered : array of int, shape (n,)
        Questions answered on each form.
    seconds_per_item : float, in seconds
        The least time that an answer takes.
    share_of_median : float, from 0 to 1
        The share of the group's median under which a form is too fast. The median is used with at
        least 20 timed forms.

    Returns
    -------
    array of bool, shape (n,)

    Notes
    -----
    The device's times are those of filling in the form on it. Where paper forms are typed in later
    they say how fast somebody types: do not declare the columns then. Times below zero are
    impossible rather than fast.

    References
    ----------
    Huang, Curran, Keeney, Poposki & DeShon (2012), *Journal of Business and Psychology* 27: two
    seconds an item. A third of the median is the usual rule of survey practice, without a test of
    its own.

    Examples
    --------
    >>> speeding(np.array([600.0, 15.0, np.nan]), np.array([10, 10, 10])).tolist()
    [False, True, False]
    """
    known = np.isfinite(seconds) & (seconds >= 0)
    least = seconds_per_item * n_answered
    if known.sum() >= FEWEST_TIMED:
        least = np.maximum(least, share_of_median * float(np.median(seconds[known])))
    return np.asarray(known & (np.where(known, seconds, np.inf) < least))
