"""Withdrawals that fit no form: rows that may be meant are named, and nothing is erased."""

from __future__ import annotations

import pandas as pd
import pytest
from canaries import everything_written
from survey_project import Project, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.surveys import load_tables
from impact_eval.surveys.mistyped_withdrawals import unmatched_withdrawals


@pytest.fixture
def withdrawing(project: Project) -> Project:
    project.further = 'withdrawals = "withdrawn.csv"'
    return project


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("north,student,07,AC", [2, 3]),
        ("north,student,8,ab", [2, 3, 6]),
        ("north,student,9,cd", []),
        ("south,student,7,ac", []),
        ("east,student,6,zz", [7]),
    ],
)
def test_rows_that_a_mistyped_withdrawal_may_mean_are_named(
    withdrawing: Project, line: str, near: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (withdrawing.raw / "withdrawn.csv").write_text(f"school_id,audience,code_1,code_2\n{line}\n")
    withdrawing.prepare_forms(
        form(),
        form(wave="after"),
        form(consent="no", code_2="ad"),
        form(school="south", code_1="1"),
        form(code_1="8", code_2=""),
        form(school="east", code_1="6", code_2="zy"),
    )
    study = withdrawing.study()
    monkeypatch.chdir(withdrawing.root)
    said = {
        name: CliRunner().invoke(app, [name, "small"]) for name in ("check", "prepare", "callbacks")
    }
    rows = ", ".join(str(row) for row in near)
    for name in ("check", "prepare"):
        assert "Withdrawal: withdrawn.csv, row 2: fits no form" in said[name].output
        assert (f"students.csv {rows}. Compare" in said[name].output) == bool(near)
    listed = pd.read_csv(study.processed_folder / "callbacks.csv")["rows"].tolist()
    assert (f"withdrawn.csv 2; students.csv {rows}" if near else "withdrawn.csv 2") in listed
    assert len(load_tables(study).submissions) == 5, "nothing is erased on a guess"
    code = ",".join(line.split(",")[2:])
    assert code not in everything_written(withdrawing.root) + "".join(
        one.output for one in said.values()
    )


def test_each_withdrawal_has_a_line_of_its_own(
    withdrawing: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = "school_id,audience,code_1,code_2\nnorth,student,7,zz\nnorth,student,8,yy\n"
    (withdrawing.raw / "withdrawn.csv").write_text(listed)
    withdrawing.prepare_forms(form(code_1="7"), form(code_1="8"))
    monkeypatch.chdir(withdrawing.root)
    lines = CliRunner().invoke(app, ["callbacks", "small"]).output.splitlines()
    assert len(set(lines)) == len(lines)
    of_list = [line for line in lines if "somebody withdrew" in line]
    assert [f"row {row} of the list" in line for row, line in zip((2, 3), of_list, strict=True)]


def test_no_number_in_a_register_is_near_another(withdrawing: Project) -> None:
    withdrawing.edits = [('link = "code"', 'link = "roster_id"')]
    withdrawing.source = withdrawing.source.replace(
        'code = ["code_1", "code_2"]', 'respondent = "code_1"'
    )
    (withdrawing.raw / "withdrawn.csv").write_text(
        "school_id,audience,code_1\nnorth,student,1240\n"
    )
    withdrawing.prepare_forms(form(code_1="1204"), form(code_1="1340"), form(code_1="77"))
    ((row, near),) = unmatched_withdrawals(withdrawing.study())
    assert (row, near) == (2, ())


@pytest.mark.parametrize(("wrong", "shown"), [(0, 0), (11, 11)])
def test_withdrawals_not_found_are_counted(withdrawing: Project, wrong: int, shown: int) -> None:
    lines = "".join(f"north,student,{number},zz\n" for number in range(100, 100 + wrong))
    (withdrawing.raw / "withdrawn.csv").write_text(f"school_id,audience,code_1,code_2\n{lines}")
    tables = withdrawing.prepare_forms(form())
    counted = tables.privacy.set_index("measure")["number"]
    assert counted["withdrawals_not_found"] == shown
