"""Files with a fault in one row: what becomes of the row, and that no other one suffers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from damaged_files import ITEMS, KINDS, Kind
from export_files import put
from survey_project import Project, fates
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.surveys import load_tables


def other(column: str, value: str) -> Callable[[Kind], bytes]:
    return lambda kind: kind.damaged(column, value)


def no_answers(kind: Kind) -> bytes:
    rows = kind.rows()
    headings = {kind.columns[item] for item in ITEMS if item in kind.columns}
    headings |= {heading.replace("pre_", "post_") for heading in headings} | {"post_n1"}
    rows[1] = ["" if name in headings else cell for name, cell in zip(*rows[:2], strict=True)]
    return kind.write(rows)


def again(kind: Kind) -> bytes:
    rows = kind.rows()
    return kind.write([*rows, rows[1]])


def one_cell_more(kind: Kind) -> bytes:
    rows = kind.rows()
    return kind.write([*rows[:2], [*rows[2], "more"], *rows[3:]])


def one_cell_less(kind: Kind) -> bytes:
    rows = kind.rows()
    return kind.write([*rows[:2], rows[2][:-1], *rows[3:]])


TEXT = ("kobo", "odk", "google", "long")
WITH_WAVE = (*TEXT, "spss", "stata")
LONG = (*WITH_WAVE, "workbook")
ALL = (*LONG, "wide")
UPLOADS = ("kobo", "odk")
# the fault, how it is made, the reason that the row then has, rejected answers, and in which files
FAULTS: dict[str, tuple[Callable[[Kind], bytes], str, int, tuple[str, ...]]] = {
    "a school nobody knows": (other("school", "Nowhere"), "unknown_school", 0, ALL),
    "no school": (other("school", ""), "no_school", 0, ALL),
    "a wave nobody declared": (other("wave", "sometime"), "unknown_wave", 0, WITH_WAVE),
    "no wave": (other("wave", ""), "no_wave", 0, WITH_WAVE),
    "no consent": (other("consent", "no"), "no_consent", 0, LONG),
    "consent left out": (other("consent", ""), "no_consent", 0, LONG),
    "no answers": (no_answers, "empty_form", 0, ALL),
    "a date that is none": (other("today", "soon"), "", 1, LONG),
    "a day that does not exist": (other("today", "2024-02-31"), "", 1, LONG),
    "a rating outside its range": (other("c1", "77"), "", 1, ALL),
    "a rating in words": (other("c1", "very much"), "", 1, ALL),
    "a thousand or a comma": (other("c2", "1,234"), "", 1, ALL),
    "the same row again": (again, "same_code", 0, tuple(k for k in ALL if k not in UPLOADS)),
    "the same upload again": (again, "same_upload", 0, UPLOADS),
    "one cell more": (one_cell_more, "wrong_width", 0, (*TEXT, "wide")),
    "one cell less": (one_cell_less, "wrong_width", 0, (*TEXT, "wide")),
}
CASES = [(fault, kind) for fault, (*_, kinds) in FAULTS.items() for kind in kinds]


@pytest.mark.parametrize(("fault", "kind"), CASES, ids=[f"{k}: {f}" for f, k in CASES])
def test_one_row_suffers(
    project: Project, monkeypatch: pytest.MonkeyPatch, fault: str, kind: str
) -> None:
    damage, reason, rejected, _ = FAULTS[fault]
    of = KINDS[kind]
    put(project, damage(of), suffix=of.suffix, declared=of.declared)
    study = project.study()
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(app, ["prepare", "small"])
    assert done.exit_code == 0, done.output
    tables = load_tables(study)
    found = {why: rows for (_, why), rows in fates(tables).items()}
    n_rows = len(of.rows()) - 1 + (damage is again)
    expected = {"": n_rows - (reason != "")} | ({reason: 1} if reason else {})
    assert found == expected
    assert len(tables.rejected_answers) == rejected
    assert "Nowhere" not in done.output
    assert tables.quarantine["remedy"].str.len().gt(0).all()


def test_every_layout_has_six_faults_of_rows() -> None:
    counted = {kind: sum(one == kind for _, one in CASES) for kind in KINDS}
    assert min(counted.values()) >= 6
    assert len(CASES) >= 80
