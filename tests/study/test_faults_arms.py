"""Rules of designs with arms, each broken once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from impact_eval.errors import StudyError
from impact_eval.study import Study

ARMS = """
[[arms]]
id = "with"
label = "workshop schools"
programme = true

[[arms]]
id = "without"
label = "comparison schools"
programme = false
"""
LOT = 'randomised_by = "a draw of lots"'
ROWS = ["s1,with,p1", "s2,with,p2", "s3,without,p1", "s4,without,p2"]
STUDY = """
id = "sides"
title = "Two sides"
programme = "the workshops"
about = "For tests."
data = "simulated"
design = "{design}"
{lot}
roster = "roster.csv"
{arms}
[[phases]]
id = "only"
label = "Only"

[[waves]]
id = "pre"
label = "before"

[[waves]]
id = "post"
label = "after"

[[audiences]]
id = "student"
label = "students"
link = "none"
report_level = "school"
{cluster}

[[subgroups]]
id = "sex"
label = "sex"
levels = {{ female = "girls", male = "boys" }}

[[sources]]
file = "a.csv"
layout = "long"
audience = "student"
wave = {{ column = "wave" }}
columns = {{ school = "school", sex = "sex" }}
values = {{ sex = {{ f = "female", m = "male" }} }}

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
declared_on = 2024-01-15
weights = "respondent"
contrasts = [["pre", "post"]]
{plan}

[[plan.families]]
id = "main"
label = "main"
role = "primary"
estimand = "{estimand}"
contrasts = [["pre", "post"]]
outcomes = {{ student = ["knowledge"] }}
"""


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Study]:
    """Open a randomised study with four schools in pairs, and with changes."""

    def write(
        rows: list[str] = ROWS, header: str = "school_id,arm,stratum", **changes: str
    ) -> Study:
        folder = tmp_path / "studies" / "sides"
        folder.mkdir(parents=True)
        given = {"design": "randomised", "lot": LOT, "arms": ARMS, "cluster": "", "plan": ""}
        given |= {"estimand": "schools_like_these"}
        (folder / "study.toml").write_text(STUDY.format(**(given | changes)), encoding="utf-8")
        (folder / "roster.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return Study.open("sides", start=tmp_path)

    return write


def test_teams_that_were_drawn_open(opened: Callable[..., Study]) -> None:
    rows = [f"{row.rpartition(',')[0]},p,{team}" for row, team in zip(ROWS, "aabb", strict=True)]
    study = opened(rows=rows, header="school_id,arm,stratum,team", cluster=TEAM)
    assert study.audience("student").cluster_nouns == ("team", "teams")


def test_a_sound_study_opens(opened: Callable[..., Study]) -> None:
    study = opened()
    assert [arm.programme for arm in study.arms] == [True, False]
    assert study.facts().arms == {
        "programme": "workshop schools",
        "comparison": "comparison schools",
    }


ONE_SIDE = ARMS.replace("programme = false", "programme = true")
CLUSTER = 'cluster = "stratum"\ncluster_noun = ["pair", "pairs"]'
TEAM = 'cluster = "team"\ncluster_noun = ["team", "teams"]'
HEADER, NO_STRATA = "school_id,arm,stratum,team", "school_id,arm,part,team"
TEAMS = [f"{row},{team}" for row, team in zip(ROWS, "aabb", strict=True)]
SPECIFICATIONS = '[plan.specifications]\ncluster = ["school"]'
CASES = {
    "unknown arm": ({"rows": ["s1,wth,p1", *ROWS[1:], "s5,with,p1"]}, "row 2, column arm", "with"),
    "no arm": ({"rows": [",".join(("s0", "", "p1")), *ROWS]}, "row 2, column arm", "empty cell"),
    "one school in an arm": ({"rows": [*ROWS[1:], "s5,without,p1"]}, "column arm", "at least 2"),
    "no column": ({"header": "school_id,group,stratum"}, "column arm", "which arm"),
    "a stratum of one side": (
        {"rows": [*ROWS[:2], "s3,without,p1", "s4,without,p1"]},
        "column stratum",
        "one side only in row 3",
    ),
    "no stratum": ({"rows": [*ROWS, "s5,with,"]}, "row 6, column stratum", "every school has one"),
    "strata without a lot": ({"design": "comparison", "lot": ""}, "column stratum", "randomised"),
    "no lot": ({"lot": ""}, "randomised_by", "who assigned"),
    "not reached without arms": (
        {"design": "one_group", "arms": "", "lot": 'not_reached = "lists"'},
        "not_reached",
        "did not reach",
    ),
    "a lot without the design": (
        {"design": "comparison", "header": "school_id,arm,pair"},
        "randomised_by",
        "belongs to randomised",
    ),
    "one side only": ({"arms": ONE_SIDE}, "arms", "one without"),
    "arms of one group": ({"design": "one_group", "lot": ""}, "arms", "only the designs"),
    "participants of a lot": ({"estimand": "participants"}, "plan.families[1].estimand", "schools"),
    "a cluster in two strata": (
        {"rows": TEAMS, "header": HEADER, "cluster": TEAM},
        "column stratum",
        "one cluster in 2 strata, in rows 2, 3",
    ),
    "schools of what was drawn": (
        {"rows": TEAMS, "header": NO_STRATA, "cluster": TEAM, "plan": SPECIFICATIONS},
        "plan.specifications.cluster",
        "drew as a whole",
    ),
    "a cluster on both sides": ({"cluster": CLUSTER}, "column stratum", "lies on one side"),
}


@pytest.mark.parametrize(("changes", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_broken_rule_is_named_with_its_place(
    opened: Callable[..., Study], changes: dict[str, object], place: str, words: str
) -> None:
    with pytest.raises(StudyError) as caught:
        opened(**changes)
    found = [fault for fault in caught.value.faults if fault.place.endswith(place)]
    assert found, caught.value.faults
    assert any(words in str(fault) for fault in found)
    assert all(fault.remedy for fault in found)
