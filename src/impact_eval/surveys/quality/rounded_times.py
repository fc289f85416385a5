"""Times of day and days that were made up or rounded: too many of them are round."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from impact_eval.surveys.combinations import first_rows, numbered
from impact_eval.surveys.dates import Times

Numbers = np.ndarray[Any, np.dtype[np.int64]]

FEWEST_TIMES: Final = 20
FEWEST_DAYS: Final = 10
# Minutes of an hour that are round, and the share of them in every hour.
ROUND_MINUTES: Final = {"quarter_hours": (15, 4 / 60), "last_digits": (5, 12 / 60)}


class RoundTimes(NamedTuple):
    """Different times of each of m units, and how many of them are round, shape (m,)."""

    n: Numbers
    rounded: dict[str, Numbers]


class RoundDays(NamedTuple):
    """Different days of each of m units, and how many are round, shape (m,)."""

    n: Numbers
    rounded: Numbers


def round_times(times: Times, unit: Numbers, *, units: int) -> RoundTimes:
    """Count the times of each unit whose minutes are round.

    Parameters
    ----------
    times : array of datetime64, shape (n,)
        Times at which forms were begun, ended or answered; NaT if not known. Midnight exactly
        stands for a day without a time, and is left out.
    unit : array of int, shape (n,)
        Interviewer, device or school of each form, from 0; below 0 if not known.
    units : int
        How many units there are.

    Returns
    -------
    RoundTimes
        By what is round: minutes 0, 15, 30 and 45 (`quarter_hours`, 4 of 60), and minutes that end
        in 0 or 5 (`last_digits`, 12 of 60). A minute counts once for a unit, however many forms
        of it have it: a class begins together, and that is no preference.

    Examples
    --------
    >>> times = np.array(["2024-03-01T10:15", "2024-03-01T10:15", "2024-03-01T10:21"], "M8[us]")
    >>> found = round_times(times, np.zeros(3, dtype=np.int64), units=1)
    >>> found.n.tolist(), found.rounded["quarter_hours"].tolist()
    ([2], [1])
    """
    has_time = ~np.isnat(times) & (times != times.astype("datetime64[D]"))
    timed = np.flatnonzero(has_time & (unit >= 0))
    minute = times[timed].astype("datetime64[m]").astype(np.int64)
    once = first_rows(numbered(unit[timed], minute))
    mine, minute = unit[timed][once], minute[once]
    return RoundTimes(
        np.bincount(mine, minlength=units),
        {
            name: np.bincount(mine[minute % step == 0], minlength=units)
            for name, (step, _) in ROUND_MINUTES.items()
        },
    )


def round_days(times: Times, unit: Numbers, *, units: int) -> RoundDays:
    """Count the days of each unit that are the 5th, 10th, 15th, 20th, 25th or 30th of a month.

    Parameters
    ----------
    times : array of datetime64, shape (n,)
        When forms were answered; NaT if not known.
    unit : array of int, shape (n,)
        As in `round_times`.
    units : int
        How many units there are.

    Returns
    -------
    RoundDays
        A day counts once for a unit, however many forms were answered on it.

    Examples
    --------
    >>> days = np.array(["2024-03-05", "2024-03-06", "2024-03-05", "NaT"], "M8[D]")
    >>> round_days(days, np.array([0, 0, 1, 1]), units=2)
    RoundDays(n=array([2, 1]), rounded=array([1, 1]))
    """
    known = np.flatnonzero(~np.isnat(times) & (unit >= 0))
    mine, day = unit[known], times[known].astype("datetime64[D]")
    once = first_rows(numbered(mine, day))
    mine, day = mine[once], day[once]
    of_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    return RoundDays(
        np.bincount(mine, minlength=units),
        np.bincount(mine[of_month % 5 == 0], minlength=units),
    )
