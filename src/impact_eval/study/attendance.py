"""The attendance file: a row for each workshop and audience, with the numbers of people."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from impact_eval.study.csv_table import CsvTable, column_letters, read_csv_table, suggestion
from impact_eval.table_columns import WORKSHOPS

PEOPLE = ("enrolled", "invited", "attended")
DELIVERED = ("sessions_planned", "sessions_held", "minutes")
COUNTS = (*PEOPLE, *DELIVERED)
_REQUIRED = ("workshop_id", "school_id", "audience")
_ELSE = "something else"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_attendance(
    path: Path, *, file: str, audiences: Sequence[str], schools: Sequence[str]
) -> CsvTable:
    """Read the attendance file and note what breaks its rules; `schools` empty: any school.

    Lists of those who signed in hold names: no fault quotes a cell or a heading of the file.
    """
    table = read_csv_table(path, file=file, required=_REQUIRED)
    for at, name in enumerate(table.header):
        if name not in WORKSHOPS:
            place, remedy = f"column {column_letters(at)}", suggestion(name, WORKSHOPS)
            table.fault(place, "must be a column of this file", "another heading", remedy)
    for row, cells in table.rows:
        _check_row(table, row, cells, audiences, schools)
    for row, first, _ in table.repeated("workshop_id", "audience"):
        found = f"those of row {first}"
        table.cell_fault(row, "workshop_id", "unique with its audience", found, "Remove a row.")
    return table


def _check_row(
    table: CsvTable,
    row: int,
    cells: dict[str, str],
    audiences: Sequence[str],
    schools: Sequence[str],
) -> None:
    if not cells["workshop_id"]:
        table.cell_fault(row, "workshop_id", "must be given", "an empty cell", "Fill it in.")
    known = [("audience", cells["audience"], audiences)]
    if schools:
        known.append(("school_id", cells["school_id"], schools))
    for column, word, valid in known:
        if word not in valid:
            remedy = suggestion(word, valid) if len(valid) < 30 else _near(word, valid)
            table.cell_fault(row, column, "must be declared", _ELSE, remedy)
    held_on = cells.get("held_on", "")
    if held_on and not _is_date(held_on):
        rule = "a date such as 2024-01-31"
        table.cell_fault(row, "held_on", rule, _ELSE, "Correct it, or empty the cell.")
    for column in COUNTS:
        count = cells.get(column, "")
        if count and not (count.isascii() and count.isdigit()):
            rule = "a whole number of people" if column in PEOPLE else "a whole number"
            table.cell_fault(row, column, rule, _ELSE, "Correct it, or empty the cell.")


def _near(word: str, valid: Sequence[str]) -> str:
    """Name the nearest of many valid words, or where they stand."""
    hint = suggestion(word, valid)
    return hint if hint.startswith("Did") else "The roster holds the valid ids."


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def attendance_frame(table: CsvTable | None) -> pd.DataFrame:
    """Columns of WORKSHOPS: text, `held_on` a datetime, counts floats; NaT and NaN if unknown."""
    cells = {name: table.column(name) if table else [] for name in WORKSHOPS}
    frame = pd.DataFrame({name: pd.Series(cells[name], dtype="str") for name in WORKSHOPS})
    frame["held_on"] = pd.to_datetime(frame["held_on"].replace("", None), format="%Y-%m-%d")
    for name in COUNTS:
        frame[name] = pd.to_numeric(frame[name].replace("", None)).astype("float64")
    return frame
