import math
from pathlib import Path

import pandas as pd
import pytest

from impact_eval.errors import StudyError, UnknownNameError
from impact_eval.study import ColumnRule, Study
from impact_eval.table_columns import SCHOOLS, WORKSHOPS

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def study(write_study):
    return Study.open("good", start=write_study() / "studies" / "good")


def test_declared_parts_are_read_in_order(study):
    assert study.phase_ids == ("phase_1", "phase_2")
    assert study.wave_ids == ("pre", "post", "later")
    assert study.audience_ids == ("student", "teacher")
    assert [outcome.id for outcome in study.outcomes_of("teacher")] == ["test", "grade"]
    assert study.sources[0].wave == ColumnRule(
        column="when", values={"a": "pre", "b": "post", "c": "later"}
    )
    assert study.sources[0].columns.subgroups == {"sex": "sex"}
    assert study.sources[0].columns.code == ("c1", "c2")


def test_roster_keeps_further_columns_and_fills_names(study):
    roster = study.roster_table
    assert list(roster.columns) == [*SCHOOLS, "aliases"]
    assert list(roster["name"]) == ["Rowan School", "s2", "Elm, Ash and Oak"]
    assert study.school_ids == ("s1", "s2", "s3")


def test_items_are_typed_and_hold_the_ready_made_scores(study):
    items = study.items.set_index("item_id")
    assert items.loc["r2", "reverse"]
    assert not items.loc["r1", "reverse"]
    assert math.isnan(items.loc["k1", "minimum"])
    assert items.loc["k2", "correct"] == "a|c"
    assert list(items.loc["test", ["type", "minimum", "maximum"]]) == ["score", 0.0, 7.0]
    assert list(study.items_of("student", "knowledge")["item_id"]) == ["k1", "k2", "k3"]
    assert list(study.items_of("teacher")["item_id"]) == ["test", "grade"]
    for column in ("correct", "waves", "outcome"):
        assert not study.items[column].isna().any()


def test_columns_of_items_by_layout(study):
    kobo, wide = study.sources
    assert kobo.item_column("k1") == "k1"
    assert wide.item_column("test", "pre") == "Pre.Test"
    assert wide.item_column("test", "post") == "Test again"
    assert wide.item_column("grade", "post") is None
    assert wide.item_column("grade", "later") is None
    assert wide.answered_on_column("post") == "Post.date"
    assert wide.answered_on_column("later") is None
    assert kobo.answered_on_column("post") == "today"
    assert kobo.consent_column("pre") == "consent"
    assert wide.consent_column("pre") is None
    assert (kobo.waves, wide.waves) == (("pre", "post", "later"), ("pre", "post"))


def test_ranges_of_outcomes(study):
    assert study.outcome_range("student", "knowledge") == (0.0, 3.0)
    assert study.outcome_range("student", "confidence") == (1.0, 5.0)
    assert study.outcome_range("teacher", "test") == (0.0, 7.0)
    assert study.outcome_range("teacher", "test", "post") == (1.0, 4.0)
    assert study.outcome_range("teacher", "grade", "post") == (0.0, 20.0)
    assert study.outcome("teacher", "test").ranges_differ
    assert not study.outcome("teacher", "grade").ranges_differ


def test_attendance_is_typed(study):
    attendance = study.attendance_table
    assert list(attendance.columns) == list(WORKSHOPS)
    assert attendance["held_on"].iloc[0] == pd.Timestamp("2024-02-10")
    assert attendance["held_on"].isna().tolist() == [False, False, True]
    assert attendance["attended"].tolist()[:2] == [55.0, 11.0]
    assert math.isnan(attendance["invited"].iloc[1])


def test_attendance_that_has_not_arrived_is_empty(write_study):
    root = write_study()
    (root / "data" / "raw" / "good" / "attendance.csv").unlink()
    attendance = Study.open("good", start=root).attendance_table
    assert attendance.empty
    assert list(attendance.columns) == list(WORKSHOPS)
    assert attendance["held_on"].dtype.kind == "M"


def test_folders(study):
    root = study.root
    assert study.folder == root / "studies" / "good"
    assert study.raw_folder == root / "data" / "raw" / "good"
    assert study.processed_folder == root / "data" / "processed" / "good"
    assert study.reports_folder == root / "reports" / "good"
    assert study.key_file == root / "secrets" / "good.key"


def test_facts_hold_everything_declared(study):
    facts = study.facts()
    knowledge = facts.outcome("student", "knowledge")
    assert facts.simulated
    assert (facts.threshold, facts.conf_level, facts.weights) == (10, 0.95, "beneficiary")
    assert facts.plan_declared_on == "2024-01-15"
    assert facts.waves == {"pre": "before", "post": "right after", "later": "six weeks later"}
    assert facts.same_day_waves == ("post",)
    assert facts.site_nouns["teacher"] == ("school", "schools")
    assert facts.cluster_nouns == {
        "student": ("trainer team", "trainer teams"),
        "teacher": ("school", "schools"),
    }
    assert facts.subgroups == {"sex": {"female": "girls", "male": "boys"}}
    assert (knowledge.minimum, knowledge.maximum, knowledge.n_items) == (0.0, 3.0, 3)
    assert (knowledge.decimals, facts.outcome("student", "confidence").decimals) == (1, 2)
    assert knowledge.secular == (0.1, 0.3)
    assert facts.items["student", "k2"] == "Second"
    assert facts.schools["s3"]["name"] == "Elm, Ash and Oak"
    assert list(facts.schools) == ["s1", "s2", "s3"]


def test_facts_of_a_study_without_roster_take_the_schools_found(write_study):
    edits = [
        ("study.toml", 'roster = "roster.csv"\n', ""),
        (
            "study.toml",
            'cluster = "trainer_team"\ncluster_noun = ["trainer team", "trainer teams"]\n',
            "",
        ),
        ("study.toml", 'layout = "kobo"\n', 'layout = "kobo"\nphase = "phase_1"\n'),
        ("study.toml", 'encoding = "utf-8"\n', 'phase = { column = "year" }\n'),
    ]
    study = Study.open("good", start=write_study(*edits))
    found = pd.DataFrame({"school_id": ["x"], "name": ["X"], "province": [""]})
    assert study.school_ids == ()
    assert study.facts().schools == {}
    assert study.facts(found).schools == {"x": {"school_id": "x", "name": "X", "province": ""}}


def test_plan_hash_follows_outcomes_and_plan_only(write_study):
    root = write_study()
    file = root / "studies" / "good" / "study.toml"
    before = Study.open("good", start=root).plan_hash
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('title = "A good study"', 'title = "Another"'), encoding="utf-8")
    assert Study.open("good", start=root).plan_hash == before
    file.write_text(text.replace("mastery = 3\n", "mastery = 2.5\n"), encoding="utf-8")
    changed = Study.open("good", start=root).plan_hash
    file.write_text(
        text.replace('role = "secondary"', 'role = "primary"', 1).replace(
            'exposure"] }', 'knowledge"] }'
        ),
        encoding="utf-8",
    )
    assert len({before, changed, Study.open("good", start=root).plan_hash}) == 3
    assert len(before) == 12


def test_plan_hash_ignores_layout_and_comments_of_the_file(write_study):
    root = write_study()
    file = root / "studies" / "good" / "study.toml"
    before = Study.open("good", start=root).plan_hash
    text = file.read_text(encoding="utf-8").replace(
        "minimum = 0\nmaximum = 20", "maximum=20\n# x\nminimum = 0.0"
    )
    file.write_text(text, encoding="utf-8")
    assert Study.open("good", start=root).plan_hash == before


def test_unknown_study_lists_the_valid_ones(write_study):
    root = write_study()
    with pytest.raises(UnknownNameError, match=r'Did you mean "good"\? Studies here: good\.'):
        Study.open("goood", start=root)
    assert Study.ids(root) == ("good",)


def test_no_project_says_how_to_begin(tmp_path):
    with pytest.raises(UnknownNameError, match="impact-eval new my_study"):
        Study.open("good", start=tmp_path)


def test_unknown_names_list_the_valid_ones(study):
    with pytest.raises(UnknownNameError, match=r"Audiences: student, teacher\."):
        study.audience("parent")
    with pytest.raises(UnknownNameError, match=r"Outcomes: test, grade\."):
        study.outcome("teacher", "knowledge")


def test_a_study_is_frozen_and_hashable(study):
    with pytest.raises(ValueError, match="frozen"):
        study.title = "x"
    assert {study: 1}[study] == 1


@pytest.mark.parametrize("study_id", ["zindagi_trust", "cyber_tumar"])
def test_shipped_studies_have_no_mistakes(study_id):
    study = Study.open(study_id, start=PROJECT)
    assert study.simulated
    assert study.facts().outcomes


def test_errors_are_shown_in_one_message(write_study):
    root = write_study(
        ("study.toml", "mastery = 3", "mastery = 4"), ("roster.csv", "mixed,t1", "mixed,")
    )
    with pytest.raises(StudyError) as caught:
        Study.open("good", start=root)
    assert str(caught.value).splitlines()[0] == "2 mistakes found:"
