"""Rules of schools that wait, each broken once; and the example of the documentation."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from impact_eval.errors import StudyError
from impact_eval.study import Study

PAGE = (Path(__file__).parents[2] / "docs" / "study-files.md").read_text(encoding="utf-8")
SECTION = re.search(r"^## Schools that wait\n(.*?)(?=^## )", PAGE, flags=re.M | re.S)
ROSTER = "school_id,workshop_wave,workshop_on"
ROWS = [
    "s1,summer,2024-04-15",
    "s2,summer,2024-04-15",
    "s3,autumn,2024-07-15",
    "s4,autumn,2024-07-15",
    "s5,,",
    "s6,,",
]
WAITING_ROWS = ["s1,first", "s2,first", "s3,later", "s4,later"]
ARMS = """
[[arms]]
id = "first"
label = "schools after their workshop"
programme = true

[[arms]]
id = "later"
label = "schools still waiting"
programme = false
{waits}
"""
STUDY = """
id = "waits"
title = "Schools that wait"
programme = "the workshops"
about = "For tests."
data = "simulated"
design = "{design}"
{assigned}
roster = "roster.csv"
{arms}
[[phases]]
id = "only"
label = "Only"

[[waves]]
id = "spring"
label = "in spring"

[[waves]]
id = "summer"
label = "in summer"

[[waves]]
id = "autumn"
label = "in autumn"

[[audiences]]
id = "student"
label = "students"
link = "none"
report_level = "school"
{cluster}

[[sources]]
file = "a.csv"
layout = "long"
audience = "student"
wave = {{ column = "wave" }}
columns = {{ school = "school" }}

[[outcomes]]
id = "knowledge"
audience = "student"
label = "knowledge"
kind = "ready_made"
unit = "points of the test"
direction = "higher"
minimum = 0
maximum = 10

[plan]
{plan}
declared_on = 2024-01-15
weights = "respondent"
contrasts = [["spring", "summer"], ["spring", "autumn"], ["summer", "autumn"]]

[[plan.families]]
id = "main"
label = "main"
role = "primary"
estimand = "{estimand}"
contrasts = [["spring", "{last}"]]
outcomes = {{ student = ["knowledge"] }}
"""
STAGGERED = {"design": "staggered", "header": ROSTER, "rows": ROWS, "waits": "", "last": "autumn"}
WAITING = {
    "design": "waiting_list",
    "header": "school_id,arm",
    "rows": WAITING_ROWS,
    "waits": 'workshop_before = "autumn"',
    "last": "summer",
}
LOT = 'assigned_by = "lot"\nrandomised_by = "a draw of lots"'
CHOICE = 'assigned_by = "choice"'


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Study]:
    """Open a study whose schools wait, with changes."""

    def write(*, header: str, rows: list[str], waits: str, **changes: str) -> Study:
        folder = tmp_path / "studies" / "waits"
        folder.mkdir(parents=True)
        given = {"plan": "", "assigned": CHOICE, "cluster": "", "estimand": "schools_like_these"}
        given |= {"arms": ARMS.format(waits=waits)} | changes
        (folder / "study.toml").write_text(STUDY.format(**given), encoding="utf-8")
        (folder / "roster.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return Study.open("waits", start=tmp_path)

    return write


def test_a_staggered_study_opens(opened: Callable[..., Study]) -> None:
    study = opened(**(STAGGERED | {"assigned": LOT}))
    facts = study.facts()
    assert facts.cohorts == ("summer", "autumn", "never")
    assert facts.by_lot
    assert study.plan_content["assignment.s3.workshop_on"] == "2024-07-15"
    assert study.plan_content["assignment.s5.workshop_wave"] == "never"
    assert study.plan_content["assigned_by"] == "lot"


@pytest.mark.parametrize("letters", ["abcdef", "abcdab"], ids=["whole", "at two dates"])
def test_teams_of_a_roll_out_open(opened: Callable[..., Study], letters: str) -> None:
    cluster = {"header": f"{ROSTER},team", "rows": in_teams(letters), "cluster": CLUSTER}
    assert opened(**(STAGGERED | cluster)).audience("student").cluster == "team"


@pytest.mark.parametrize("strata", ["hphphp", "hhhhhh", "hhhhhp"], ids=["even", "one", "as may be"])
def test_dates_drawn_within_strata_open(opened: Callable[..., Study], strata: str) -> None:
    rows = [f"{row},{one}" for row, one in zip(ROWS, strata, strict=True)]
    given = {"assigned": LOT, "header": f"{ROSTER},stratum", "rows": rows}
    study = opened(**(STAGGERED | given))
    assert study.plan_content["assignment.s1.stratum"] == "h"


def test_a_waiting_list_opens(opened: Callable[..., Study]) -> None:
    study = opened(**WAITING)
    assert study.facts().crossover == "autumn"
    assert not study.facts().by_lot
    assert study.plan_content["arms.later.workshop_before"] == "autumn"
    assert study.plan_content["assignment.s3.arm"] == "later"


def test_the_example_of_the_documentation_opens(tmp_path: Path) -> None:
    assert SECTION is not None
    (toml,) = re.findall(r"```toml\n(.*?)```", SECTION.group(1), flags=re.S)
    (roster,) = re.findall(r"```csv\n(.*?)```", SECTION.group(1), flags=re.S)
    folder = tmp_path / "studies" / "one_by_one"
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    (folder / "roster.csv").write_text(roster, encoding="utf-8")
    study = Study.open("one_by_one", start=tmp_path)
    assert study.facts().cohorts == ("summer", "autumn", "never")


def rows_with(**changed: str) -> list[str]:
    return [changed.get(row.split(",")[0], row) for row in ROWS]


def in_teams(letters: str) -> list[str]:
    return [f"{row},{team}" for row, team in zip(ROWS, letters, strict=True)]


THREE_ARMS = ARMS.format(waits="") + ARMS.format(waits="").replace('"first"', '"third"').replace(
    '"later"', '"fourth"'
)
CLUSTER = 'cluster = "team"\ncluster_noun = ["team", "teams"]'
EARLY = 'workshop_before = "summer"'
DATES = ("summer,2024-04-15", "autumn,2024-07-15", ",")
UNLIKE = [f"s{i},{DATES[0 if i < 4 else 1]},hills" for i in range(6)]
UNLIKE += [f"s{i},{DATES[1 if i < 8 else 2]},plain" for i in range(6, 12)]
CASES = {
    "nobody says who assigned": (STAGGERED, {"assigned": ""}, "assigned_by", "lot or somebody"),
    "a lot without a word on it": (
        STAGGERED,
        {"assigned": 'assigned_by = "lot"'},
        "randomised_by",
        "who assigned",
    ),
    "a choice with a lot": (
        WAITING,
        {"assigned": CHOICE + '\nrandomised_by = "x"'},
        "randomised_by",
        "belongs to randomised",
    ),
    "assigned in another design": (
        WAITING,
        {"design": "comparison", "waits": ""},
        "assigned_by",
        "belongs to the designs",
    ),
    "a family beyond the waiting": (WAITING, {"last": "autumn"}, "contrasts", "no comparison"),
    "no survey while they wait": (WAITING, {"waits": EARLY}, "workshop_before", "while these"),
    "effects by an undeclared subgroup": (
        STAGGERED,
        {"plan": 'subgroups = ["sex"]'},
        "plan.subgroups",
        "must be a declared subgroup",
    ),
    "an unknown survey": (
        WAITING,
        {"waits": 'workshop_before = "autum"'},
        "workshop_before",
        "declared wave",
    ),
    "a wait that ends in a roll-out": (
        STAGGERED,
        {"waits": 'workshop_before = "autumn"'},
        "workshop_before",
        "belongs to the arm of a waiting list",
    ),
    "no survey of the workshop": (
        STAGGERED,
        {"header": "school_id,begins,workshop_on"},
        "column workshop_wave",
        "before which survey",
    ),
    "a survey that is none": (
        STAGGERED,
        {"rows": rows_with(s2="s2,sumer,2024-04-15")},
        "row 3, column workshop_wave",
        'Did you mean "summer"',
    ),
    "a day that is none": (
        STAGGERED,
        {"rows": rows_with(s2="s2,summer,15.4.2024")},
        "row 3, column workshop_on",
        "must be a date",
    ),
    "a day without a survey": (
        STAGGERED,
        {"rows": rows_with(s5="s5,,2024-07-15")},
        "row 6, column workshop_on",
        "followed its workshop",
    ),
    "all at once": (
        STAGGERED,
        {"rows": [f"s{i},summer,2024-04-15" for i in range(6)]},
        "column workshop_wave",
        "still wait",
    ),
    "an arm in the roster": (
        STAGGERED,
        {"header": "school_id,workshop_wave,arm"},
        "column arm",
        "other designs",
    ),
    "three arms": (STAGGERED, {"arms": THREE_ARMS}, "arms", "one for those still waiting"),
    "one cluster begins, one waits": (
        STAGGERED,
        {"cluster": CLUSTER, "header": f"{ROSTER},team", "rows": in_teams("ccddee")},
        "column team",
        "are of two clusters",
    ),
    "participants": (STAGGERED, {"estimand": "participants"}, "estimand", "by schools"),
    "strata that begin unlike the others": (
        STAGGERED,
        {
            "assigned": LOT,
            "header": f"{ROSTER},stratum",
            "rows": UNLIKE,
        },
        "column stratum",
        "give or take one",
    ),
    "a school without a stratum": (
        STAGGERED,
        {
            "assigned": LOT,
            "header": f"{ROSTER},stratum",
            "rows": [*(f"{row},hills" for row in ROWS[:5]), f"{ROWS[5]},"],
        },
        "column stratum",
        "every school has one",
    ),
    "strata without a lot": (
        STAGGERED,
        {"header": f"{ROSTER},stratum", "rows": [f"{row},hills" for row in ROWS]},
        "column stratum",
        "belongs to randomised schools",
    ),
    "a team in two strata": (
        STAGGERED,
        {
            "assigned": LOT,
            "cluster": CLUSTER,
            "header": f"{ROSTER},team,stratum",
            "rows": [f"{row},{one}" for row, one in zip(in_teams("abcdab"), "hphppp", strict=True)],
        },
        "column stratum",
        "lies in one stratum",
    ),
}


@pytest.mark.parametrize(("base", "changes", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(
    opened: Callable[..., Study],
    base: dict[str, object],
    changes: dict[str, object],
    place: str,
    words: str,
) -> None:
    with pytest.raises(StudyError) as caught:
        opened(**(base | changes))
    found = [fault for fault in caught.value.faults if fault.place.endswith(place)]
    assert found, caught.value.faults
    assert any(words in str(fault) for fault in found), found
    assert all(fault.remedy for fault in found)
