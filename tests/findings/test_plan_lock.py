"""One thing altered after the lock makes exactly the findings exploratory that rest on it."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from small_study import Truth, draw_tables, open_study, where

from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.study.locking.lock import make_lock, write_locks

TRUTH = Truth(schools=(1, 10), students=8, teachers=4, items=False, effect=3.0)
BEFORE = dt.datetime(2023, 1, 10, tzinfo=dt.UTC)
BETWEEN = dt.datetime(2023, 3, 20, tzinfo=dt.UTC)  # after the post wave, before the follow-up
AFTER = dt.datetime(2023, 6, 1, tzinfo=dt.UTC)

KNOWLEDGE = {"student/knowledge/post", "student/knowledge/follow_up"}
MAIN = {"student/knowledge/post", "student/confidence/post", "teacher/knowledge/post"}
PLANNED = MAIN | KNOWLEDGE
BOOK = "codebook.csv"
TEAMS = 'cluster = "trainer_team"\ncluster_noun = ["trainer team", "trainer teams"]\n'


@pytest.fixture(scope="module")
def tables():
    return draw_tables(3, TRUTH)


def lock(study, *, at=BEFORE, reason=""):
    made = make_lock(study.plan_content, now=at, reason=reason)
    write_locks(study.lock_file, [*study.plan_locks, made], study_id=study.id)
    return Study.open("small", start=study.root)


def edit(study, *edits):
    for name, old, new in edits:
        file = study.folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Study.open("small", start=study.root)


def compute(study, tables):
    quantities = ("change", "mastery_change")
    findings = compute_findings(study, tables, quantities=quantities)
    return findings[(findings["level"] == "programme") & (findings["variant"] == "")]


def named(findings, **address):
    """Audience, outcome and later wave of phase 2's stacked changes at part of an address."""
    address = {"quantity": "change", "phase": "phase_2", "subgroup": "", "estimator": "stacked",
               "estimand": "schools_like_these"} | address  # fmt: skip
    rows = where(findings, **address)
    return set(rows["audience"] + "/" + rows["outcome"] + "/" + rows["wave_to"])


CHANGES = {
    "nothing": ((), set()),
    "label": ((("study.toml", 'label = "knowledge"', 'label = "savoir"'),), set()),
    "item's label": (((BOOK, "Question k01", "Pregunta k01"),), set()),
    "key": (((BOOK, "s_k01,student,knowledge,Question k01,choice,,,a",
              "s_k01,student,knowledge,Question k01,choice,,,b"),), KNOWLEDGE),
    "smallest effect": ((("study.toml", "smallest_effect = 0.5", "smallest_effect = 0.4"),),
                        KNOWLEDGE),
    "mark": ((("study.toml", "mastery = 9", "mastery = 8"),), set()),
    "cluster": ((("study.toml", TEAMS, ""),),
                KNOWLEDGE | {"student/confidence/post"}),
    "weights": ((("study.toml", 'weights = "respondent"', 'weights = "school"'),), PLANNED),
    "a family gains an outcome": (
        (("study.toml", 'outcomes = { student = ["knowledge"] }',
          'outcomes = { student = ["knowledge", "confidence"] }'),),
        {"student/knowledge/follow_up", "student/confidence/follow_up"}),
    "a family loses an outcome": (
        (("study.toml", '["knowledge", "confidence"]', '["knowledge"]'),), MAIN),
    "a family's role": ((("study.toml", 'role = "secondary"', 'role = "primary"'),),
                        {"student/knowledge/follow_up"}),
    "a family's id": ((("study.toml", 'id = "later"', 'id = "weeks_later"'),), set()),
    "a new wave": ((("study.toml", "[[audiences]]",
                     '[[waves]]\nid = "year"\nlabel = "a year later"\n\n[[audiences]]'),), set()),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_concerns_what_rests_on_it(tmp_path, tables, what):
    edits, concerned = CHANGES[what]
    study = edit(lock(open_study(tmp_path, schools=TRUTH.schools)), *edits)
    findings = compute(study, tables)
    assert named(findings, plan_status="changed_since_lock") == concerned
    changed = where(findings, plan_status="changed_since_lock")
    assert set(changed["role"]) <= {"exploratory"}
    assert not changed["headline_ok"].any()
    assert set(changed["verdict"]) <= {""}
    assert all("changed_since_lock" in one.split(";") for one in changed["cautions"])
    assert named(findings, plan_status="planned") == PLANNED - concerned
    assert named(findings[findings["headline_ok"]]) == MAIN - concerned


def test_a_mark_concerns_the_share_that_reaches_it(tmp_path, tables):
    study = lock(open_study(tmp_path, schools=TRUTH.schools))
    findings = compute(edit(study, ("study.toml", "mastery = 9", "mastery = 8")), tables)
    status = where(findings, quantity="mastery_change", phase="phase_2", audience="student",
                   estimand="schools_like_these", subgroup="")  # fmt: skip
    assert set(status["plan_status"]) == {"changed_since_lock"}


def test_subgroups_concern_the_changes_of_subgroups(tmp_path, tables):
    study = lock(open_study(tmp_path, schools=TRUTH.schools))
    findings = compute(edit(study, ("study.toml", 'subgroups = ["sex"]', "subgroups = []")), tables)
    assert named(findings, plan_status="planned") == PLANNED
    assert named(findings, plan_status="changed_since_lock", subgroup="sex:female") == PLANNED


WHEN = {
    "before all": (BEFORE, {"post": "planned", "follow_up": "planned"}),
    "between": (BETWEEN, {"post": "planned_late", "follow_up": "planned"}),
    "after all": (AFTER, {"post": "planned_late", "follow_up": "planned_late"}),
}


@pytest.mark.parametrize("when", WHEN)
def test_the_time_of_the_lock_is_held_against_each_wave(tmp_path, tables, when):
    at, expected = WHEN[when]
    study = lock(open_study(tmp_path, schools=TRUTH.schools), at=at)
    findings = where(compute(study, tables), family="main")
    later = where(compute(study, tables), family="later")
    assert set(findings["plan_status"]) == {expected["post"]}
    assert set(later["plan_status"]) == {expected["follow_up"]}
    assert {"plan_late" in one.split(";") for one in later["cautions"]} == {when == "after all"}


def test_the_lock_and_not_the_declared_day_is_what_counts(tmp_path, tables):
    study = open_study(tmp_path, schools=TRUTH.schools)
    assert named(compute(study, tables), plan_status="planned") == PLANNED
    assert not named(compute(lock(study, at=AFTER), tables), plan_status="planned")


RELOCKED = {
    "before the answers": (BEFORE + dt.timedelta(days=5), set()),
    "between the waves": (BETWEEN, {"student/knowledge/post"}),
    "after the answers": (AFTER, KNOWLEDGE),
}


@pytest.mark.parametrize("when", RELOCKED)
def test_a_change_that_was_locked_again_counts_by_its_time(tmp_path, tables, when):
    at, concerned = RELOCKED[when]
    study = lock(open_study(tmp_path, schools=TRUTH.schools))
    study = edit(study, ("study.toml", "smallest_effect = 0.5", "smallest_effect = 0.4"))
    findings = compute(lock(study, at=at, reason="smaller changes matter too"), tables)
    assert named(findings, plan_status="changed_since_lock") == concerned
    assert named(findings, plan_status="planned") == PLANNED - concerned


@pytest.mark.parametrize("locked_again", [False, True])
def test_without_dates_the_first_lock_counts_and_nobody_can_check(tmp_path, tables, locked_again):
    undated = tables.submissions.assign(answered_on=pd.Series(pd.NaT, tables.submissions.index))
    study = lock(open_study(tmp_path, schools=TRUTH.schools))
    if locked_again:
        study = edit(study, ("study.toml", "smallest_effect = 0.5", "smallest_effect = 0.4"))
        study = lock(study, at=BETWEEN, reason="smaller changes matter too")
    findings = compute(study, replace(tables, submissions=undated))
    assert named(findings, plan_status="changed_since_lock") == (
        KNOWLEDGE if locked_again else set()
    )
    planned = where(findings, family="main")
    assert all("plan_dates_missing" in one.split(";") for one in planned["cautions"])
