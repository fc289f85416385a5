"""Whether answers are older than a plan: by day, by time, by share, and without dates."""

import datetime as dt

import pandas as pd
import pytest

from impact_eval.surveys.plan_dates import FormDates, is_late, older_than

LOCK = dt.datetime(2024, 3, 4, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("answered_on", "older"),
    [
        ("2024-03-03", True),
        ("2024-03-03 23:59", True),
        ("2024-03-04", False),
        ("2024-03-04 08:59", True),
        ("2024-03-04 09:01", False),
        ("2024-03-05", False),
        (None, False),
    ],
)
def test_a_form_is_older_by_its_own_date(answered_on, older):
    assert older_than(pd.Series([pd.Timestamp(answered_on)]), LOCK).tolist() == [older]


def test_the_zone_of_the_lock_counts():
    there = LOCK.astimezone(dt.timezone(dt.timedelta(hours=5)))
    dates = pd.Series(pd.to_datetime(["2024-03-04 08:59", "2024-03-04 09:01"]))
    assert older_than(dates, there).tolist() == [True, False]


@pytest.mark.parametrize(("older", "late"), [(0, False), (1, False), (2, True), (20, True)])
def test_one_in_twenty_may_be_mistyped(older, late):
    days = ["2024-03-01"] * older + ["2024-03-08"] * (20 - older) + [None] * 30
    assert is_late(pd.Series(pd.to_datetime(days)), LOCK) is late
    assert FormDates("a", "p", "w", forms=50, undated=30, older=older).late is late


def test_without_dates_nobody_can_tell():
    assert is_late(pd.Series(pd.to_datetime([None, None])), LOCK) is None
    assert FormDates("a", "p", "w", forms=2, undated=2, older=0).late is None
