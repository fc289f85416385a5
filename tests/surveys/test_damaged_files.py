"""Valid files of each layout, damaged at random: a refusal in words or an account of every row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from damaged_files import KINDS, Rows
from export_files import put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey_project import Project

from impact_eval.errors import SurveyFileError
from impact_eval.surveys import prepare

CANARY = "Qqcanary"
TEXTS = (
    "",
    " ",
    CANARY,
    f"{CANARY}\n{CANARY}",
    '"',
    ";",
    "۹۸",
    "1e400",
    "-0",
    "b;c",
    "=1+1",
    "\u200f",
)
Edit = tuple[str, int, int, str]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(
            ["cell", "drop row", "again", "drop column", "column again", "short", "byte", "cut"]
        ),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        st.sampled_from(TEXTS),
    ),
    min_size=1,
    max_size=3,
)


def edited(rows: Rows, edits: list[Edit], *, ragged: bool) -> Rows:
    """Rows after the edits that are about rows and cells."""
    for what, first, second, text in edits:
        if not rows or not rows[0]:
            return rows
        row, column = first % len(rows), second % len(rows[0])
        if what == "cell" and column < len(rows[row]):
            rows[row][column] = text
        elif what == "drop row":
            del rows[row]
        elif what == "again":
            rows.append(list(rows[row]))
        elif what == "drop column":
            rows = [[cell for at, cell in enumerate(one) if at != column] for one in rows]
        elif what == "column again":
            rows = [[*one, *one[column : column + 1]] for one in rows]
        elif what == "short" and ragged:
            rows[row] = rows[row][:-1]
    return rows


def broken(data: bytes, edits: list[Edit]) -> bytes:
    """Bytes after the edits that are about bytes."""
    for what, first, second, _ in edits:
        if what == "byte" and data:
            at = first % len(data)
            data = data[:at] + bytes([second % 256]) + data[at + 1 :]
        elif what == "cut":
            data = data[: first % (len(data) + 1)]
    return data


def said_of(study: Any) -> str:
    """Every text that is kept about rows and answers."""
    tables = prepare(study)
    account = json.loads((study.processed_folder / "prepared.json").read_text(encoding="utf-8"))
    assert tables.counts["rows"].sum() == sum(
        one.get("rows", 0) for one in account["inputs"].values()
    )
    unused = tables.counts.loc[tables.counts["fate"] != "used", "rows"].sum()
    assert len(tables.quarantine) == unused
    assert tables.submissions["submission_id"].nunique() == len(tables.submissions)
    kept = tables.quarantine.to_csv() + tables.rejected_answers.to_csv()
    return kept + str(tables.faults)


def writable(kind: str, rows: Rows) -> bool:
    """Whether a file of this kind can be written at all: SPSS and Stata need names of columns."""
    if kind not in ("spss", "stata"):
        return bool(rows)
    names = rows[0] if rows else []
    good = all(name.isidentifier() and name.isascii() for name in names)
    return bool(names) and good and len(set(names)) == len(names)


@pytest.mark.parametrize("kind", KINDS)
def test_no_traceback_no_lost_row_no_answer_in_a_message(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    of = KINDS[kind]

    def damage(edits: list[Edit]) -> None:
        rows = of.rows()
        for column in ("code_2", "Two letters of your name", "who/code_2", "who-code_2"):
            if column in rows[0]:
                rows[1][rows[0].index(column)] = CANARY
        rows = edited(rows, edits, ragged=of.suffix == ".csv")
        if not writable(kind, rows):
            return
        project = Project(tmp_path_factory.mktemp(kind))
        put(project, broken(of.write(rows), edits), suffix=of.suffix, declared=of.declared)
        try:
            said = said_of(project.study())
        except SurveyFileError as error:
            said = str(error)
        assert "canary" not in said.lower()

    repeated(damage)()


def test_a_variable_that_lost_its_name_is_a_refusal(tmp_path: Path) -> None:
    of = KINDS["spss"]
    data = of.write(of.rows())
    name = data.index(b"N1      ")
    project = Project(tmp_path)
    put(project, broken(data, [("byte", name, 0, "")]), suffix=of.suffix, declared=of.declared)
    with pytest.raises(SurveyFileError, match="a variable without a name"):
        prepare(project.study())


def repeated(damage: Callable[[list[Edit]], None]) -> Callable[[], None]:
    """The same 15 damages each time."""
    return settings(
        derandomize=True,
        max_examples=15,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )(given(EDITS)(damage))


def test_the_damages_reach_what_they_should() -> None:
    """An edit that names no row or byte would prove nothing."""
    rows = KINDS["long"].rows()
    assert edited(KINDS["long"].rows(), [("drop row", 1, 0, "")], ragged=True) == [
        rows[0],
        *rows[2:],
    ]
    short = edited(KINDS["long"].rows(), [("short", 1, 0, "")], ragged=True)
    assert len(short[1]) == len(rows[1]) - 1
    assert broken(b"abc", [("byte", 1, 0, "")]) == b"a\0c"
    assert broken(b"abc", [("cut", 1, 0, "")]) == b"a"
