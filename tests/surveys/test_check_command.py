"""`impact-eval check` says how each survey file is read."""

from __future__ import annotations

import pytest
from export_files import put, source, text
from survey_project import CODEBOOK, Project
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.study.awaiting import awaits_data
from impact_eval.surveys import is_stale


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


def test_files_that_an_open_workbook_or_a_stick_leaves_are_none_of_the_survey(
    in_project: Project,
) -> None:
    in_project.source = in_project.source.replace('"export.*"', '"*export*"')
    study = in_project.study()
    for name in ("~$export.xlsx", "._export.csv", ".export.csv.swp"):
        in_project.write_bytes(b"\0owner", name=name)
    for command in ("check", "prepare"):
        done = CliRunner().invoke(app, [command, "small"])
        assert done.exit_code == 0
        assert "owner" not in done.output
        assert "~$" not in done.output
    assert not is_stale(study)
    in_project.write_bytes(b"\0another", name="~$export.xlsx")
    assert not is_stale(study)
    (in_project.raw / "export.csv").unlink()
    (study.processed_folder / "prepared.json").unlink()
    assert awaits_data(study)


def test_study_whose_files_have_not_arrived(in_project: Project) -> None:
    in_project.study()
    (in_project.raw / "export.csv").unlink()
    done = CliRunner().invoke(app, ["check", "small"])
    remark, last = done.stdout.splitlines()
    assert (done.exit_code, remark.split(":")[0]) == (0, "Remark")
    assert last.startswith("studies/small: no mistakes.")
    assert last.endswith("put its survey files into data/raw/small, then impact-eval prepare small")


@pytest.mark.parametrize("name", ["mine.csv", "mine.XLSX", "mine.sav"])
def test_file_that_is_called_otherwise_has_arrived(in_project: Project, name: str) -> None:
    in_project.study()
    (in_project.raw / "export.csv").rename(in_project.raw / name)
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == 1
    assert f"Not read: {name}: no source of study.toml names it." in done.stdout
    assert "a source must match a file" in done.stderr
    assert "no mistakes" not in done.stdout


def test_note_beside_files_that_have_not_arrived_is_no_survey_file(in_project: Project) -> None:
    in_project.study()
    (in_project.raw / "export.csv").rename(in_project.raw / "README.md")
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == 0
    assert "README.md" not in done.output


def test_file_beside_those_that_are_read(in_project: Project) -> None:
    in_project.study()
    in_project.write_bytes(b"a,b\n1,2\n", name="more.csv")
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == 0
    assert "Not read: more.csv: no source" in done.stdout


def test_files_that_were_prepared_and_are_gone_are_missed(in_project: Project) -> None:
    in_project.study()
    assert CliRunner().invoke(app, ["prepare", "small"]).exit_code == 0
    (in_project.raw / "export.csv").unlink()
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == 1
    assert "a source must match a file" in done.stderr


@pytest.mark.parametrize(
    ("data", "declared", "named"),
    [
        (text("long/tabs_cp1251.txt"), "", True),
        (text("long/tabs_cp1251.txt"), 'encoding = "cp1251"\n', False),
        (text("long/tabs_cp1251.txt").decode("cp1251").encode(), "", False),
        (text("long/tabs_cp1251.txt").decode("cp1251").encode("utf-16"), "", False),
    ],
)
def test_encoding_is_named_where_only_letters_tell_it(
    in_project: Project, data: bytes, declared: str, named: bool
) -> None:
    in_project.write_bytes(data, name="export.csv")
    in_project.codebook = CODEBOOK
    in_project.source = source(further=declared, girl='"девочка"', boy='"мальчик"')
    in_project.study()
    done = CliRunner().invoke(app, ["check", "small"])
    assert done.exit_code == 0
    assert ("  encoding cp1251, told from its letters: if" in done.stdout) == named


def test_check_makes_no_key(in_project: Project) -> None:
    in_project.further = 'withdrawals = "withdrawn.csv"'
    listed = b"school_id,audience,code_1,code_2\nnorth,student,7,ab\n"
    in_project.write_bytes(listed, name="withdrawn.csv")
    study = in_project.study()
    assert CliRunner().invoke(app, ["check", "small"]).exit_code == 0
    assert not study.key_file.parent.exists()
