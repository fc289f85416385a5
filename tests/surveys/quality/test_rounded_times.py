"""Times of day and days of a month that are too often round, by who asked and where."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy.stats import binom, hypergeom
from survey_project import SOURCE, Project, form

from impact_eval.surveys import SurveyTables
from impact_eval.surveys.quality.callbacks import find_callbacks
from impact_eval.surveys.quality.rounded_times import round_days, round_times

FIELD = 'started_at = "start"\nended_at = "end"\ninterviewer = "username"\n'
FIRST = dt.datetime(2024, 3, 1, 8)
NAMES = ("noor", "sana", "ali", "omar")
ROUND = [dt.datetime(2024, month, day) for month in (3, 4, 5) for day in (5, 10, 15, 20, 25, 30)]


def asked(name: str, number: int, rng: np.random.Generator) -> dict[str, str]:
    """A form by one of four; `noor` writes down quarters, `sana` goes on round days."""
    day = FIRST + dt.timedelta(days=int(rng.integers(90)))
    start = day + dt.timedelta(minutes=int(rng.integers(480)))
    if name == "noor":
        start = day + dt.timedelta(minutes=15 * number)
    if name == "sana":
        start = start.replace(month=ROUND[number % 18].month, day=ROUND[number % 18].day)
    end = start + dt.timedelta(minutes=int(rng.integers(11, 29)))
    place = "north" if number % 2 else "south"
    person = {"code_1": f"{name[0]}{number}", "school": place, "username": name}
    times = {"today": f"{start:%Y-%m-%d}", "start": f"{start:%Y-%m-%dT%H:%M:%S}"}
    return form(**person, **times, end=f"{end:%Y-%m-%dT%H:%M:%S}")


@pytest.fixture
def tables(project: Project) -> SurveyTables:
    rng = np.random.default_rng(4)
    project.source = SOURCE + FIELD
    return project.prepare_forms(*(asked(name, n, rng) for name in NAMES for n in range(30)))


def test_the_one_who_rounds_is_named(tables: SurveyTables, project: Project) -> None:
    groups = tables.quality_groups
    times = groups[groups["flag"] == "time_digit_preference"]
    flagged = times[times["flagged"] & times["group"].str.startswith("interviewer")]
    assert sorted(flagged["group"]) == [
        "interviewer:started_at:last_digits",
        "interviewer:started_at:quarter_hours",
    ]
    assert flagged["unit_id"].nunique() == 1
    assert flagged["n"].eq(30).all()
    assert sorted(flagged["measure"].round(6)) == [500.0, 1500.0]
    limits = binom.isf(0.01 / len(times), 30, np.array([12, 4]) / 60)
    expected = (100 * limits / (30 * np.array([12, 4]) / 60)).tolist()
    assert sorted(flagged["cutoff"]) == pytest.approx(expected)
    found = find_callbacks(tables, project.study())["what"]
    own = found[found.str.contains("of one interviewer")]
    assert own.str.contains("(started_at) are full quarters of an hour", regex=False).sum() == 1
    assert not found.str.contains("noor").any()


def test_the_one_who_goes_on_round_days_is_named(tables: SurveyTables) -> None:
    groups = tables.quality_groups
    days = groups[groups["flag"] == "day_digit_preference"]
    assert days["flagged"].sum() == 1
    flagged = days[days["flagged"]].iloc[0]
    assert (flagged["group"], flagged["n"]) == ("interviewer:answered_on", 18)
    in_field = tables.submissions["answered_on"].drop_duplicates()
    rounded = int((in_field.dt.day % 5 == 0).sum())
    expected = 18 * rounded / len(in_field)
    assert flagged["measure"] == pytest.approx(100 * 18 / expected)
    limit = hypergeom.isf(0.01 / len(days), len(in_field), rounded, 18)
    assert flagged["cutoff"] == pytest.approx(100 * float(limit) / expected)


def test_a_class_that_begins_together_is_one_time() -> None:
    together = np.full(30, np.datetime64("2024-03-01T10:00", "us"))
    found = round_times(together, np.zeros(30, dtype=np.int64), units=1)
    assert found.n.tolist() == [1]


def test_days_without_a_time_and_unknown_units_are_left_out() -> None:
    times = np.array(["2024-03-01", "2024-03-01T00:05", "2024-03-01T10:07", "NaT"], "M8[us]")
    found = round_times(times, np.array([0, 0, -1, 0]), units=2)
    assert found.n.tolist() == [1, 0]
    assert found.rounded["last_digits"].tolist() == [1, 0]
    assert found.rounded["quarter_hours"].tolist() == [0, 0]
    days = round_days(times, np.array([-1, -1, -1, 0]), units=2)
    assert (days.n.tolist(), days.rounded.tolist()) == ([0, 0], [0, 0])


def test_days_are_those_of_the_calendar() -> None:
    days = np.arange("2024-01-01", "2025-01-01", dtype="datetime64[D]").astype("datetime64[us]")
    found = round_days(days, np.zeros(366, dtype=np.int64), units=1)
    assert found.n.tolist() == [366]
    assert found.rounded.tolist() == [6 * 11 + 5]  # February has no 30th


def test_false_alarms_are_as_rare_as_declared() -> None:
    """Of 400 drawn interviewers, each with 40 times, about 1 in 100 is beyond the 1 % limit."""
    rng = np.random.default_rng(8)
    unit = np.repeat(np.arange(400), 40)
    minute = np.array([rng.choice(900, 40, replace=False) for _ in range(400)]).ravel()
    times = np.datetime64("2024-03-01T08:00", "us") + minute.astype("timedelta64[m]")
    found = round_times(times, unit, units=400)
    beyond = found.rounded["last_digits"] > binom.isf(0.01, found.n, 0.2)
    assert found.n.tolist() == [40] * 400
    assert 0 < beyond.sum() <= 10
