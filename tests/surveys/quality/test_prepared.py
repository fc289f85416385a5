"""What prepare stores of doubtful forms, and what a plan leaves out."""

import json

import pandas as pd
import pytest
from survey_project import CODEBOOK, SOURCE, Project, form

from impact_eval.surveys import load_tables
from impact_eval.surveys.quality.exclusions import with_excluded, without_flagged
from impact_eval.surveys.tables import TABLES, SurveyTables
from impact_eval.table_columns import QUALITY_SUMMARY

FIELD = """started_at = "start"
ended_at = "end"
device = "deviceid"
interviewer = "username"
"""
FAST = form(
    start="2024-03-01T10:00:00.000+05:00",
    end="2024-03-01T10:00:05.000+05:00",
    deviceid="phone-seven",
    username="noor",
)
SLOW = FAST | {"end": "2024-03-01T10:09:00.000+05:00", "code_1": "8"}
EXCLUDE = ('weights = "respondent"', 'weights = "respondent"\nexclude = ["speeding", "impossible"]')


def flags(tables: SurveyTables) -> dict[int, list[str]]:
    return {
        int(number): names.tolist()
        for number, names in tables.quality.groupby("submission_id")["flag"]
    }


@pytest.fixture
def timed(project: Project) -> Project:
    project.source = SOURCE + FIELD
    return project


def test_times_flag_a_form_and_names_are_stored_nowhere(timed: Project) -> None:
    tables = timed.prepare_forms(FAST, SLOW)
    assert flags(tables) == {0: ["speeding"]}
    stored = [getattr(tables, name).to_csv() for name in TABLES]
    assert not any("phone-seven" in text or "noor" in text for text in stored)


def test_ended_before_begun_is_impossible(timed: Project) -> None:
    tables = timed.prepare_forms(FAST | {"end": "2024-03-01T09:00:00.000+05:00"}, SLOW)
    assert flags(tables) == {0: ["impossible"]}


def test_an_instructed_item_is_missed(project: Project) -> None:
    project.codebook = CODEBOOK + "i1,student,,Choose four,instructed,,,4,,,\n"
    tables = project.prepare_forms(form(i1="4"), form(i1="3", code_1="8"), form(i1="", code_1="9"))
    assert flags(tables) == {1: ["instructed_item_missed"]}


def test_a_number_outside_its_range_is_impossible(project: Project) -> None:
    project.codebook = CODEBOOK + "age,student,,Age,note,,,,,,\n"
    project.edits = [
        (
            "[plan]",
            (
                '[[quality.numbers]]\nitem = "age"\naudience = "student"\nminimum = 9\n'
                "maximum = 20\n\n[plan]"
            ),
        )
    ]
    tables = project.prepare_forms(form(age="14"), form(age="140", code_1="8"))
    assert flags(tables) == {1: ["impossible"]}


def test_rejected_answers_are_counted(project: Project) -> None:
    tables = project.prepare_forms(form(), form(c1="7", c2="8", c3="9", code_1="8"))
    assert flags(tables) == {1: ["out_of_range"]}


def test_nothing_is_left_out_unless_the_plan_says_so(timed: Project) -> None:
    tables = timed.prepare_forms(FAST, SLOW)
    assert len(tables.submissions) == 2
    assert tables.excluded.empty


def test_a_plan_leaves_out_and_every_row_is_accounted_for(timed: Project) -> None:
    timed.edits = [EXCLUDE]
    tables = timed.prepare_forms(FAST, SLOW, SLOW | {"consent": "no"})
    fates = tables.counts.set_index(["fate", "reason"])["rows"].to_dict()
    assert fates == {
        ("used", ""): 1,
        ("excluded", "excluded_speeding"): 1,
        ("no_consent", "no_consent"): 1,
    }
    assert tables.quarantine["fate"].tolist() == ["excluded", "no_consent"]
    assert tables.submissions["submission_id"].tolist() == [1]
    assert set(tables.scores["submission_id"]) == set(tables.links["submission_id"]) == {1}
    assert tables.item_counts.set_index("item_id").loc["k1", "answered"] == 1


def test_excluded_forms_come_back_whole(timed: Project) -> None:
    whole = timed.prepare_forms(FAST, SLOW)
    timed.edits = [EXCLUDE]
    timed.prepare()
    tables = with_excluded(load_tables(timed.study()), timed.study())
    pd.testing.assert_frame_equal(tables.submissions, whole.submissions)
    for name, keys in (("links", ["submission_id"]), ("scores", ["submission_id", "outcome"])):
        one, other = (
            getattr(each, name).sort_values(keys, ignore_index=True) for each in (tables, whole)
        )
        pd.testing.assert_frame_equal(one, other)


def test_without_flagged_forgets_flagged_forms_only(timed: Project) -> None:
    tables = without_flagged(timed.prepare_forms(FAST, SLOW))
    assert tables.submissions["submission_id"].tolist() == [1]
    assert set(tables.scores["submission_id"]) == {1}


def test_the_summary_has_every_school_and_the_exact_chance(timed: Project) -> None:
    many = [
        (FAST if school == "north" and k < 4 else SLOW) | {"school": school, "code_1": str(k)}
        for school in ("north", "south", "east")
        for k in range(10)
    ]
    tables = timed.prepare_forms(*many)
    summary = tables.quality_summary
    assert tuple(summary.columns) == QUALITY_SUMMARY
    whole = summary[(summary["day"] == "") & (summary["flag"] == "speeding")].set_index("school_id")
    assert whole["n"].to_dict() == {"north": 10, "south": 10, "east": 10}
    assert whole["flagged"].to_dict() == {"north": 4, "south": 0, "east": 0}
    assert whole["stands_out"].to_dict() == {"north": True, "south": False, "east": False}
    assert whole["expected_share"].eq(4 / 30).all()
    exact = sum(
        c * (0.5 / 21) ** i * (1 - 0.5 / 21) ** (10 - i)
        for i, c in [(4, 210), (5, 252), (6, 210), (7, 120), (8, 45), (9, 10), (10, 1)]
    )
    assert whole["p_value"]["north"] == pytest.approx(exact)


def test_the_tables_are_whole_without_any_used_form(timed: Project) -> None:
    tables = timed.prepare_forms(FAST | {"consent": "no"})
    assert tables.quality.empty
    assert tables.quality_summary.empty
    prepared = timed.study().processed_folder / "prepared.json"
    assert json.loads(prepared.read_text(encoding="utf-8"))["faults"] == []
