"""`impact-eval check` says how each survey file is read."""

from __future__ import annotations

import pytest
from export_files import put, source, text
from survey_project import Project
from typer.testing import CliRunner

from impact_eval.cli import app


@pytest.fixture
def in_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    put(project, text("kobo/groups.csv"), suffix=".csv", declared=source())
    monkeypatch.chdir(project.root)
    return project


def test_reader_of_each_file(in_project: Project) -> None:
    in_project.study()
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == 0
    remark, first, second, *identifying, last = done.stdout.splitlines()
    assert remark.startswith("Remark: study.toml, outcomes, student, knowledge:")
    assert first.startswith("export.csv: kobo (it holds KoboToolbox's own columns (_id, _uuid,")
    assert second.startswith("kobo (1 file), taken for granted without a source: group separators")
    assert all(line.startswith("Not read: export.csv, column ") for line in identifying)
    assert last.startswith("studies/small: no mistakes.")


def test_file_that_cannot_be_read(in_project: Project) -> None:
    in_project.write_bytes(b"", name="export.csv")
    in_project.study()
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == 1
    assert "not read: export.csv: a file must hold a header and rows; found nothing" in done.stderr
    assert "no mistakes" not in done.stdout


def test_study_whose_files_have_not_arrived(in_project: Project) -> None:
    in_project.study()
    (in_project.raw / "export.csv").unlink()
    done = CliRunner().invoke(app, ["check", "small"])
    remark, last = done.stdout.splitlines()
    assert (done.exit_code, remark.split(":")[0]) == (0, "Remark")
    assert last.startswith("studies/small: no mistakes.")
