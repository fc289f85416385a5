"""One small study with a file for each fault: what `prepare` says of each, and of no other form."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.stats import binom
from survey_project import SOURCE, Project, form

from impact_eval.surveys import SurveyTables
from impact_eval.surveys.quality.callbacks import find_callbacks
from impact_eval.surveys.quality.impossible import tell_impossible

RATINGS = tuple(f"r{number:02d}" for number in range(1, 21))
CODEBOOK = "\n".join(
    [
        "item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,missing_codes,waves",
        "k1,student,knowledge,One,choice,,,b,,98|99,",
        "k2,student,knowledge,Two,choice,,,a,,98|99,",
        *(f"{item},student,confidence,{item},rating,1,5,,,98," for item in RATINGS),
        "age,student,,Age,note,,,,,,",
        "",
    ]
)
NUMBERS = '[[quality.numbers]]\nitem = "age"\naudience = "student"\nlast_digits = true\n\n[plan]'
ATTENDANCE = "workshop_id,school_id,audience,held_on\nw0,north,student,2023-12-20\n"
PATTERN = [1, 2, 3, 4, 5] * 4
ODD_DAY = "2024-03-09"


class Writer:
    """Writes forms that differ in everything but what is named, each of another person."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.random = np.random.default_rng(11)
        self.people = 0

    def form(self, answers: list[int] | None = None, **named: str) -> dict[str, str]:
        self.people += 1
        drawn = self.random.integers(1, 6, size=len(RATINGS)).tolist()
        ratings = dict(zip(RATINGS, map(str, answers or drawn), strict=True))
        age = str(20 + self.people % 40)
        own = {"code_1": str(self.people), "code_2": "zz", "workshop": "", "age": age}
        left_out = ("k3", "c1", "c2", "c3", "n1")
        whole = form(**own, **ratings) | named
        return {name: text for name, text in whole.items() if name not in left_out}

    def write(self, name: str, *forms: dict[str, str]) -> None:
        self.project.write(forms, name=f"students-{name}.csv")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("project"), codebook=CODEBOOK)
    project.source = SOURCE.replace('sex = "sex"', 'sex = "sex"\nworkshop = "workshop"')
    project.further = 'attendance = "attendance.csv"'
    first = '[[phases]]\nid = "first"\n'
    project.edits = [("[plan]", NUMBERS), (first, f"{first}started_on = 2024-01-10\n")]
    project.write_bytes(ATTENDANCE.encode(), name="attendance.csv")
    return project


@pytest.fixture(scope="module")
def tables(project: Project) -> SurveyTables:
    one = Writer(project)
    schools = ("north", "south", "east")
    one.write("honest", *(one.form(school=school) for school in schools for _ in range(24)))
    one.write("pattern", one.form(PATTERN), one.form([*PATTERN[:-1], 4]))
    answers = one.random.integers(1, 6, size=len(RATINGS)).tolist()
    same = {"today": "2024-03-04"}
    copies = [one.form(answers, **same), one.form(answers, **same)]
    elsewhere = [one.form(answers, **same, school="south"), one.form(answers)]
    one.write("copies", *copies, *elsewhere)
    one.write("bottom", one.form([1] * 20), one.form([5] * 20), one.form([2] * 20))
    one.write("ages", *(one.form(school="east", age=str(5 * (4 + n % 8))) for n in range(24)))
    one.write("early", one.form(workshop="w0"), one.form())
    odd = {"school": "south", "today": ODD_DAY}
    one.write("odd-day", *(one.form(PATTERN, k1=answer, **odd) for answer in "abcdef"))
    return project.prepare()


def flags_of(tables: SurveyTables, name: str) -> dict[int, list[str]]:
    """Flags of one file's forms by row."""
    forms = tables.quality.merge(tables.submissions, on="submission_id")
    mine = forms[forms["source_file"] == f"students-{name}.csv"]
    return {int(row): flags.tolist() for row, flags in mine.groupby("source_row")["flag"]}


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("honest", {}),
        ("pattern", {2: ["repeated_pattern"]}),
        ("copies", {2: ["identical_answers"], 3: ["identical_answers"]}),
        ("bottom", {2: ["all_at_bottom"], 3: ["all_at_top"], 4: ["straightlining"]}),
        ("ages", {}),
        ("early", {2: ["impossible"]}),
        ("odd-day", {row: ["repeated_pattern"] for row in range(2, 8)}),
    ],
)
def test_flags_of_each_file(tables: SurveyTables, name: str, flags: dict[int, list[str]]) -> None:
    assert flags_of(tables, name) == flags


def test_rounded_numbers_of_one_school(tables: SurveyTables) -> None:
    found = tables.quality_groups.set_index("unit_id")
    assert found["flag"].unique().tolist() == ["number_digit_preference"]
    assert found["group"].unique().tolist() == ["school:age"]
    assert found["flagged"].to_dict() == {"east": True, "north": False, "south": False}
    ages = tables.submissions.loc[tables.submissions["school_id"] == "east", "age"]
    rounded = int((ages % 5 == 0).sum())
    assert found.loc["east", "n"] == len(ages) == 48
    assert found.loc["east", "measure"] == pytest.approx(100 * rounded / (0.2 * len(ages)))
    limit = float(binom.isf(0.01 / 3, len(ages), 0.2))
    assert found.loc["east", "cutoff"] == pytest.approx(100 * limit / (0.2 * len(ages)))


def test_the_odd_day_stands_out_among_the_days(tables: SurveyTables) -> None:
    rows = tables.quality_summary[tables.quality_summary["flag"] == "repeated_pattern"]
    days = rows[rows["day"] != ""].set_index(["school_id", "day"])
    forms = Counter(
        zip(tables.submissions["school_id"], tables.submissions["answered_on"], strict=True)
    )
    expected = {(school, str(day.date())): n for (school, day), n in forms.items()}
    assert days["n"].to_dict() == expected
    flagged = {place: n for place, n in days["flagged"].items() if n}
    assert flagged == {("north", "2024-03-01"): 1, ("south", ODD_DAY): 6}
    assert days.index[days["stands_out"]].tolist() == [("south", ODD_DAY)]
    others = len(tables.submissions[tables.submissions["school_id"] != "south"])
    chance = float(binom.sf(5, 6, 1.5 / (others + 1)))
    assert days.loc[("south", ODD_DAY), "p_value"] == pytest.approx(chance)
    assert days.loc[("south", "2024-03-01"), "p_value"] == 1.0
    whole = rows[rows["day"] == ""].set_index("school_id")
    assert whole["flagged"].to_dict() == {"north": 1, "south": 6, "east": 0}


def test_what_is_impossible_is_counted_by_rule(tables: SurveyTables, project: Project) -> None:
    del tables
    assert list(tell_impossible(project.study())) == ["workshop_before_phase: 1 form"]


def test_callbacks_name_the_school_with_rounded_numbers(
    tables: SurveyTables, project: Project
) -> None:
    found = find_callbacks(tables, project.study())
    rounded = found[found["what"] == "too many answers to age end in 0 or 5"]
    assert rounded["school_id"].tolist() == ["east"]
