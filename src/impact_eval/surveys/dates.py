"""Dates on forms: ISO, or as study.toml declares."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.columns import Columns
from impact_eval.surveys.combinations import first_rows, numbered
from impact_eval.surveys.encoded import Encoded, is_text
from impact_eval.surveys.rows import Mask
from impact_eval.surveys.text import plain

Times = np.ndarray[Any, np.dtype[np.datetime64]]

_EARLIEST: Final = dt.datetime(1990, 1, 1)
_LATEST: Final = dt.datetime(2100, 1, 1)
# Excel takes 1900 for a leap year, so from March 1900 on its days count from here.
_SERIALS_FROM: Final = dt.datetime(1899, 12, 30)
_SERIAL: Final = re.compile(r"\d{5}(\.\d+)?")
_YEAR_FIRST: Final = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
    r"(?: ?(?:UTC|GMT|Z))?"
)
_UNIT: Final = "datetime64[us]"
_MOST_DAYS: Final = 2**32


def parse_date(text: str, *, date_format: str | None = None) -> dt.datetime | None:
    """Date and wall-clock time on a form; None if it cannot be read.

    A time zone is dropped: the day on which people sat in the workshop is the one on their wall.

    >>> parse_date("2024-03-05T09:30:00.000+05:00")
    datetime.datetime(2024, 3, 5, 9, 30)
    >>> parse_date("۰۵/۰۳/2024", date_format="%d/%m/%Y")
    datetime.datetime(2024, 3, 5, 0, 0)
    >>> parse_date("2024/3/5 9:30:00 UTC") == parse_date("2024-03-05 09:30")
    True
    >>> parse_date("05/03/2024") is None
    True
    """
    text = plain(text)
    date = _declared(text, date_format) if date_format else None
    date = date or _iso(text)
    return date if date is not None and date >= _EARLIEST else None


def serial_date(text: str) -> str:
    """ISO text of a number that a workbook counts days with (from 1990 to 2100); else the text.

    Day 1 is 1 January 1900, as Excel and LibreOffice write unless told otherwise.

    >>> serial_date("45356.5"), serial_date("2024-03-05"), serial_date("7")
    ('2024-03-05T12:00:00', '2024-03-05', '7')
    """
    if not _SERIAL.fullmatch(text):
        return text
    moment = _SERIALS_FROM + dt.timedelta(seconds=round(float(text) * 86_400))
    return moment.isoformat() if _EARLIEST <= moment < _LATEST else text


def _declared(text: str, date_format: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, date_format).replace(tzinfo=None)
    except ValueError:
        return None


def _iso(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return _year_first(text)


def _year_first(text: str) -> dt.datetime | None:
    """Date that begins with its year, as spreadsheets of some countries and R write it."""
    found = _YEAR_FIRST.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return dt.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def parse_dates(texts: Encoded, *, date_format: str | None = None) -> tuple[Times, Mask]:
    """Dates of a column (NaT if unknown), and where something stood that is no date."""
    parsed = [parse_date(text, date_format=date_format) for text in texts.texts]
    dates = np.array([np.datetime64("NaT") if one is None else one for one in parsed], dtype=_UNIT)
    broken = [bool(text) and one is None for text, one in zip(texts.texts, parsed, strict=True)]
    return texts.of_each(dates, dtype=_UNIT), texts.of_each(broken, dtype=bool)


def held_on(forms: Columns, workshops: pd.DataFrame) -> Times:
    """Day of each form's workshop; NaT if it is not known.

    Parameters
    ----------
    forms : Columns
        Forms with `workshop_id, audience`.
    workshops : DataFrame
        Workshops with `workshop_id, audience, held_on`.
    """
    names, audiences = forms.text["workshop_id"], forms.text["audience"]
    pair = numbered(names, audiences)
    first = first_rows(pair)
    places = zip(names.taken_texts(first), audiences.taken_texts(first), strict=True)
    keys = zip(workshops["workshop_id"], workshops["audience"], strict=True)
    days = dict(zip(keys, workshops["held_on"].to_numpy(dtype=_UNIT), strict=True))
    held = np.array([days.get(place, np.datetime64("NaT")) for place in places], dtype=_UNIT)
    return held[pair]


def date_flags(
    forms: Columns,
    links: pd.DataFrame,
    workshops: pd.DataFrame,
    waves: tuple[str, ...],
    *,
    first_after: Mapping[str, int] | None = None,
) -> dict[str, Mask]:
    """Flag used forms whose date cannot be: before an earlier wave's, or before the workshop.

    Parameters
    ----------
    forms : Columns
        Used forms with `answered_on, wave, audience, workshop_id`.
    links : DataFrame
        Their links, in the same order.
    workshops : DataFrame
        Workshops with `workshop_id, audience, held_on`.
    waves : tuple of str
        Waves in order; forms of the first are the ones before the workshop.
    first_after : Mapping, optional
        Place of the first wave after the workshop by school, where it is not the second.
    """
    day = forms.arrays["answered_on"].astype("datetime64[D]")
    wave = forms.text["wave"]
    order = wave.of_each([waves.index(one) if one in waves else 0 for one in wave.texts], np.int64)
    before_workshop = np.zeros(len(forms), dtype=bool)
    if len(workshops):
        begun = np.ones((), dtype=np.int64)
        if first_after:
            school = forms.text["school_id"]
            begun = school.of_each([first_after.get(one, 1) for one in school.texts], np.int64)
        before_workshop = (day < held_on(forms, workshops)) & (order >= begun)
    return {
        "before_earlier_wave": _before_earlier(day, order, links["respondent_id"]),
        "before_workshop": before_workshop,
    }


def _before_earlier(day: Times, order: np.ndarray[Any, Any], respondent: pd.Series) -> Mask:
    """Forms with a day before that of the same person's form of an earlier wave."""
    person = pd.factorize(respondent)[0]
    linked = np.flatnonzero(~is_text(respondent, "") & ~np.isnat(day))
    rows = linked[np.lexsort((order[linked], person[linked]))]
    number = day[rows].astype("datetime64[D]").astype(np.int64)
    # a person's days stand above all of the one before, so the highest so far is their own
    above = person[rows].astype(np.int64) * _MOST_DAYS
    latest = np.maximum.accumulate(number + above) - above
    flags = np.zeros(len(day), dtype=bool)
    flags[rows] = number < latest
    return flags
