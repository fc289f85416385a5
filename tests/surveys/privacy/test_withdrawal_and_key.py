"""Withdrawals erase and are counted; a new key changes every pseudonym."""

from __future__ import annotations

import datetime as dt
import stat

import pandas as pd
import pytest
from canaries import everything_written
from survey_project import Project, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.errors import SurveyFileError
from impact_eval.surveys import is_stale, load_tables
from impact_eval.surveys.privacy.rotation import rotate_key

NOW = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
WHO = "school_id,audience,code_1,code_2\n"


@pytest.fixture
def withdrawing(project: Project) -> Project:
    project.further = 'withdrawals = "withdrawn.csv"'
    (project.raw / "withdrawn.csv").write_text(WHO)
    project.prepare_forms(
        form(code_1="qqgone", k1="zz"),
        form(code_1="qqgone", wave="after", today="2024-03-05", k1="zz"),
        form(code_1="8", c1="99"),
        form(code_1="9", school="south"),
    )
    return project


def log(project: Project) -> list[list[object]]:
    path = project.study().processed_folder / "erasures.csv"
    return pd.read_csv(path)[["audience", "rows"]].to_numpy().tolist() if path.is_file() else []


def withdraw(project: Project, *codes: str, school: str = "north") -> None:
    lines = "".join(f"{school},student,{code},ab\n" for code in codes)
    (project.raw / "withdrawn.csv").write_text(WHO + lines)


def test_withdrawal_erases_and_is_logged(
    withdrawing: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = withdrawing.study()
    before = load_tables(study)
    person = before.links.loc[before.links["submission_id"] == 0, "respondent_id"].iloc[0]
    monkeypatch.chdir(withdrawing.root)
    for command in ("quarantine", "callbacks", "links"):
        assert CliRunner().invoke(app, [command, "small"]).exit_code == 0
    assert person in everything_written(withdrawing.root)
    assert log(withdrawing) == []

    withdraw(withdrawing, "QQ-gone")
    assert CliRunner().invoke(app, ["prepare", "small"]).exit_code == 0
    tables = load_tables(study)
    assert len(tables.submissions) == 2
    assert person not in everything_written(withdrawing.root)
    assert "qqgone" not in everything_written(withdrawing.root)
    lists = {"rows_not_used", "answers_not_used", "callbacks", "links_by_school"}
    assert not lists & {path.stem for path in study.processed_folder.iterdir()}
    assert log(withdrawing) == [["student", 2]]


def test_log_survives_and_grows_only_by_what_is_new(withdrawing: Project) -> None:
    withdraw(withdrawing, "qqgone")
    withdrawing.prepare()
    withdrawing.prepare()
    assert log(withdrawing) == [["student", 2]]
    withdraw(withdrawing, "qqgone", "8")
    withdrawing.prepare()
    assert log(withdrawing) == [["student", 2], ["student", 1]]
    columns = (withdrawing.study().processed_folder / "erasures.csv").read_text().splitlines()[0]
    assert columns == "erased_at,audience,rows"


def test_earlier_reports_are_marked(withdrawing: Project) -> None:
    folder = withdrawing.study().reports_folder / "runs" / "20240501T000000Z"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text('<html><body class="a"><h1>All</h1></body></html>')
    withdrawing.prepare()
    assert not (folder / "STALE.txt").exists()
    withdraw(withdrawing, "8")
    withdrawing.prepare()
    assert (folder / "STALE.txt").is_file()
    html = (folder / "index.html").read_text()
    assert html.startswith('<html><body class="a"><p role="alert">')
    withdraw(withdrawing, "8", "qqgone")
    withdrawing.prepare()
    assert (folder / "index.html").read_text() == html


def test_new_key_changes_every_pseudonym(withdrawing: Project) -> None:
    study = withdrawing.study()
    before = load_tables(study).links
    content = study.key_file.read_text()
    old = rotate_key(study, prepare=withdrawing.prepare, now=NOW)
    assert old == study.key_file.with_name("small.key.2024-05-01")
    assert old.read_text() == content
    assert stat.S_IMODE(old.stat().st_mode) == stat.S_IMODE(study.key_file.stat().st_mode) == 0o600
    after = load_tables(study).links
    linked = (before["respondent_id"] != "").to_numpy()
    assert linked.any()
    assert not set(before["respondent_id"][linked]) & set(after["respondent_id"])
    assert before["method"].tolist() == after["method"].tolist()
    assert rotate_key(study, prepare=withdrawing.prepare, now=NOW).name.endswith("2024-05-01-2")


def test_key_stays_if_files_are_missing(withdrawing: Project) -> None:
    study = withdrawing.study()
    content = study.key_file.read_text()
    (withdrawing.raw / "students.csv").rename(withdrawing.root / "elsewhere.csv")
    withdrawing.write([form()], name="more_students.csv")
    with pytest.raises(SurveyFileError) as caught:
        rotate_key(study, prepare=withdrawing.prepare, now=NOW)
    assert [fault.file for fault in caught.value.faults] == ["students.csv"]
    assert study.key_file.read_text() == content
    assert sorted(path.name for path in study.key_file.parent.iterdir()) == ["small.key"]


def test_key_comes_back_if_preparing_fails(withdrawing: Project) -> None:
    study = withdrawing.study()
    content = study.key_file.read_text()
    withdraw(withdrawing, "8", school="nowhere")
    with pytest.raises(SurveyFileError):
        rotate_key(study, prepare=withdrawing.prepare, now=NOW)
    assert study.key_file.read_text() == content
    assert sorted(path.name for path in study.key_file.parent.iterdir()) == ["small.key"]


def test_tables_of_a_key_that_is_gone_are_not_used(withdrawing: Project) -> None:
    study = withdrawing.study()

    def fail_late() -> None:
        withdrawing.write([form(code_1="4")])
        withdrawing.prepare()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_key(study, prepare=fail_late, now=NOW)
    assert is_stale(study)


def test_command(withdrawing: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(withdrawing.root)
    done = CliRunner().invoke(app, ["rotate-key", "small"])
    assert done.exit_code == 0
    assert "small has a new key" in done.output
    withdrawing.study().key_file.unlink()
    done = CliRunner().invoke(app, ["rotate-key", "small"])
    assert done.exit_code != 0
