"""`impact-eval plan`: what it writes, what it says, and with which exit code."""

import json

import pytest
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import StudyError
from impact_eval.runs.provenance import plan_record
from impact_eval.study import Study
from impact_eval.study.locking.content import content_hash


@pytest.fixture
def plan(study, monkeypatch):
    """Call `impact-eval plan` in the new study's project."""
    monkeypatch.chdir(study.root)

    def call(*arguments):
        done = CliRunner().invoke(app, ["plan", *arguments])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return call


def change(study, old, new):
    toml = study.folder / "study.toml"
    text = toml.read_text(encoding="utf-8")
    assert old in text
    toml.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_plan_is_locked_once_and_its_status_follows(study, plan):
    assert plan("status", "small").exit_code == 3
    assert plan("diff", "small").exit_code == 3
    locked = plan("lock", "small")
    assert (locked.exit_code, study.lock_file.is_file()) == (0, True)
    assert content_hash(study.plan_content) in locked.stdout
    status = plan("status", "small")
    assert (status.exit_code, "unchanged" in status.stdout) == (0, True)
    assert "not read yet" in status.stdout
    before = study.lock_file.read_bytes()
    with pytest.raises(StudyError, match="a lock is not overwritten"):
        plan("lock", "small")
    assert study.lock_file.read_bytes() == before


def test_a_change_is_listed_and_locked_again_with_its_reason(study, plan):
    plan("lock", "small")
    with pytest.raises(StudyError, match="is locked again after a change"):
        plan("lock", "small", "--again", "--reason", "none")
    change(study, "smallest_effect = 0.15", "smallest_effect = 0.2")
    assert plan("status", "small").exit_code == 4
    diff = plan("diff", "small")
    assert diff.exit_code == 4
    said = "students: confidence in one's own online skills: smallest change that matters"
    assert diff.stdout == f"{said}: 0.15 -> 0.2\n"
    assert plan("lock", "small", "--again").exit_code == 2
    assert plan("lock", "small", "--reason", "alone").exit_code == 2
    assert plan("lock", "small", "--again", "--reason", "the pilot").exit_code == 0
    assert plan("status", "small").exit_code == 0
    first, second = Study.open("small", start=study.root).plan_locks
    assert (first.reason, second.reason) == ("", "the pilot")
    assert first.content == study.plan_content


def test_a_label_or_a_title_is_no_change(study, plan):
    plan("lock", "small")
    change(study, "confidence in one's own online skills", "self-assurance")
    assert plan("status", "small").exit_code == 0
    assert plan("diff", "small").exit_code == 0


def test_only_a_locked_plan_is_locked_again(plan):
    with pytest.raises(StudyError, match="only a locked plan is locked again"):
        plan("lock", "small", "--again", "--reason", "x")


def test_a_lock_after_the_answers_says_so(ready, monkeypatch):
    monkeypatch.chdir(ready.root)
    locked = CliRunner().invoke(app, ["plan", "lock", "small"])
    assert "This lock comes after answers" in locked.stderr
    status = CliRunner().invoke(app, ["plan", "status", "small"])
    assert status.exit_code == 5
    assert "older than the lock, 0 without a date" in status.stdout
    assert "locked on" in CliRunner().invoke(app, ["status", "small"]).stdout


def test_a_run_records_the_digests(study, plan):
    assert plan_record(study)["locks"] == []
    plan("lock", "small")
    record = plan_record(Study.open("small", start=study.root))
    assert [one["sha256"] for one in record["locks"]] == [record["executed"]]
    assert json.loads(json.dumps(record)) == record
