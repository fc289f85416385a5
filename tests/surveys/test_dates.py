"""Dates as tools and spreadsheets write them: read if only one day can be meant."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from impact_eval.errors import SurveyFileError
from impact_eval.surveys.dates import parse_date
from impact_eval.surveys.readers.local_dates import iso_dates

DAY = dt.datetime(2024, 3, 5)
MORNING = dt.datetime(2024, 3, 5, 8, 5)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-03-05", DAY),
        ("2024-3-5", DAY),
        ("2024/03/05", DAY),
        ("2024.03.05", DAY),
        ("20240305", DAY),
        ("2024-03-05T08:05:00.000+05:00", MORNING),
        ("2024-03-05 08:05:00 UTC", MORNING),
        ("2024-03-05 8:05", MORNING),
        ("۲۰۲۴/۳/۵ ۸:۰۵", MORNING),
        ("05/03/2024", None),
        ("5.3.2024", None),
        ("2024-13-05", None),
        ("2024-03-05 25:00", None),
        ("2024/03-05x", None),
    ],
)
def test_dates_that_begin_with_the_year(text: str, date: dt.datetime | None) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-14 9:05:00", "2024-03-14T09:05:00"),
        ("14-03-2024 9:05:00", "2024-03-14T09:05:00"),
        ("14.03.2024 21:30", "2024-03-14T21:30:00"),
        ("3/14/2024 9:05:00 PM", "2024-03-14T21:05:00"),
    ],
)
def test_timestamps_of_a_sheet_in_its_country_s_order(text: str, iso: str) -> None:
    texts = pd.Series([text], dtype="str")
    assert iso_dates(texts, np.array([2]), file="a.csv", column="1").tolist() == [iso]


def test_dashes_do_not_say_who_comes_first() -> None:
    texts = pd.Series(["03-04-2024 9:05:00"], dtype="str")
    with pytest.raises(SurveyFileError, match="whether the day or the month comes first"):
        iso_dates(texts, np.array([2]), file="a.csv", column="1")
