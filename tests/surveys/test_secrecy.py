"""Canaries in every cell that a person filled: none comes out, in a message or a table."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from survey_project import FORM, Project, form

from impact_eval.errors import FaultsError

# Cells of the people themselves; the school's label is not one of theirs if it is in the roster.
PERSONAL = ("code_1", "code_2", "sex", "k1", "k2", "k3", "c1", "c2", "c3", "n1", "today", "consent")


def canaries() -> Iterator[str]:
    return (f"qqcanary{number}" for number in itertools.count(100))


def everything_written(folder: Path) -> str:
    """All text below a folder but the raw files, Parquet decoded cell by cell."""
    texts = []
    for path in folder.rglob("*"):
        if not path.is_file() or "raw" in path.parts:
            continue
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            texts += [str(table.schema), str(table.to_pydict())]
        texts.append(path.read_bytes().decode("latin-1"))
    return "\n".join(texts)


def prepare_and_listen(project: Project, capsys: pytest.CaptureFixture[str]) -> str:
    """Everything that preparing says or writes."""
    said = ""
    try:
        tables = project.prepare()
        said = "\n".join(map(str, tables.faults))
    except FaultsError as error:
        said = str(error) + repr(error) + str(error.__cause__ or "")
    captured = capsys.readouterr()
    return said + captured.out + captured.err + everything_written(project.root)


def rows_with_canaries() -> list[dict[str, str]]:
    """One row for each fate, every personal cell a canary where the fate allows it."""
    names = canaries()
    rows = []
    for change in (
        {"consent": "yes"},
        {},
        {"consent": "yes", "school": next(names)},
        {"consent": "yes", "wave": next(names)},
        {"consent": "yes", "code_1": ""},
    ):
        row = form(**{name: next(names) for name in PERSONAL}) | {"remarks": next(names)}
        rows.append(row | change)
    return [*rows, dict(rows[0]), rows[0] | {"code_1": "1", "school": "", "wave": "after"}]


def test_rows_of_every_fate(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(rows_with_canaries())
    heard = prepare_and_listen(project, capsys)
    assert "students.csv" in heard
    assert "qqcanary" not in heard


@pytest.mark.parametrize("missing", ["consent", "school", "wave", "code_2", "k2", "sex", "today"])
def test_missing_column(project: Project, missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_with_canaries()
    for row in rows:
        row[f"qqcanary_{missing}x"] = row.pop(missing)
    project.write(rows)
    heard = prepare_and_listen(project, capsys)
    assert f"column {missing}" in heard
    assert "qqcanary" not in heard


def test_header_that_is_somebodys_answers(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project.write(rows_with_canaries())
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    assert "qqcanary" not in prepare_and_listen(project, capsys)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data + b'"qqcanary1',
        lambda data: data + "qqcanary2é".encode("cp1252") + "é\n".encode(),
        lambda data: data.replace(b";", b"\t", 40),
        lambda data: data + b"qqcanary3;qqcanary4\n",
        lambda data: data.replace(b'"', b"", 7),
        lambda data: data[:1],
        lambda data: b"PK\x03\x04" + data,
        lambda data: b"\xff\xfe" + data,
    ],
)
def test_damaged_file(project: Project, damage: object, capsys: pytest.CaptureFixture[str]) -> None:
    path = project.write(rows_with_canaries())
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    assert "qqcanary" not in prepare_and_listen(project, capsys)
    path.rename(path.with_suffix(".xlsx"))
    assert "qqcanary" not in prepare_and_listen(project, capsys)


def test_canaries_would_be_heard(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The listener hears what is kept on purpose: the id that the attendance file gives."""
    project.further = 'attendance = "attendance.csv"'
    row = "workshop_id,school_id,audience,held_on\nqqcanary9,north,student,2024-03-02\n"
    (project.raw / "attendance.csv").write_text(row, encoding="utf-8")
    project.write([FORM])
    assert "qqcanary9" in prepare_and_listen(project, capsys)
