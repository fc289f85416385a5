"""Dates as a spreadsheet's country writes them, to ISO; who comes first must be clear."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.surveys.encoded import map_unique
from impact_eval.surveys.raw_table import named_rows
from impact_eval.surveys.text import plain

_DATE: Final = re.compile(
    r"(?P<a>\d{1,4})[/.-](?P<b>\d{1,2})[/.-](?P<c>\d{1,4})"
    r"(?:,? (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: (?:GMT|UTC|[A-Z]{2,5})(?:[+-]\d{1,2}(?::?\d{2})?)?)?)?"
)
_DAY_OR_MONTH_FIRST: Final = r"^(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b"
_MONTHS: Final = 12
_DIGITS_OF_A_YEAR: Final = 4


def iso_dates(texts: pd.Series, rows: np.ndarray[Any, Any], *, file: str, column: str) -> pd.Series:
    """Dates such as 3/14/2024 9:30:00, 14/3/2024 or 2024/03/14 6:31:58 PM EST, in ISO.

    Parameters
    ----------
    texts : Series of str, shape (n,)
        A column; what is no such date is left as it is.
    rows : ndarray of int, shape (n,)
        Row numbers, for messages.
    file, column : str
        For messages.

    Returns
    -------
    Series of str, shape (n,)
        Time zones are dropped: the day is the one on the wall of whoever exported the file.

    Raises
    ------
    SurveyFileError
        If no date of the column tells whether day or month comes first, or if some say the one and
        some the other.

    Examples
    --------
    >>> dates = pd.Series(["3/4/2024 9:05:00", "3/14/2024 21:30:00"], dtype="str")
    >>> iso_dates(dates, np.array([2, 3]), file="a.csv", column="Timestamp").tolist()
    ['2024-03-04T09:05:00', '2024-03-14T21:30:00']
    """
    texts = map_unique(texts, plain)
    short = texts.str.extract(_DAY_OR_MONTH_FIRST).astype("float64").to_numpy()
    day_first, month_first = short[:, 0] > _MONTHS, short[:, 1] > _MONTHS
    if day_first.any() and month_first.any():
        fewer = day_first if day_first.sum() <= month_first.sum() else month_first
        raise _unclear(file, column, f"both orders ({named_rows(rows[fewer], most=10)})")
    differ = ~np.isnan(short[:, 0]) & (short[:, 0] != short[:, 1])
    if differ.any() and not (day_first.any() or month_first.any()):
        raise _unclear(file, column, "dates that can be read both ways")
    days_lead = bool(day_first.any())
    return map_unique(texts, lambda text: _iso(text, days_lead=days_lead))


def _unclear(file: str, column: str, found: str) -> SurveyFileError:
    rule = "it must be clear whether the day or the month comes first"
    remedy = 'Declare it: date_format = "%d/%m/%Y %H:%M:%S" or "%m/%d/%Y %H:%M:%S".'
    return SurveyFileError([Fault(file, f"column {column}", rule, found, remedy)])


def _iso(text: str, *, days_lead: bool) -> str:
    """ISO text of a date; what is none is left alone, and so is a day that does not exist."""
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    first, second, third = (int(found[name]) for name in ("a", "b", "c"))
    year, month, day = (third, second, first) if days_lead else (third, first, second)
    if len(found["a"]) == _DIGITS_OF_A_YEAR:
        year, month, day = first, second, third
    hour, minute, sec = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].upper() == "P" else 0)
    try:
        return dt.datetime(year, month, day, hour, minute, sec).isoformat()
    except ValueError:
        return text
