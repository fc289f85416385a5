"""The roster: a row for each school (or sampling point), with its phase, place and clusters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from impact_eval.study.csv_table import CsvTable, read_csv_table, suggestion
from impact_eval.table_columns import SCHOOLS


def read_roster(path: Path, *, file: str, phases: Sequence[str]) -> CsvTable:
    """Read the roster and note what breaks its rules: ids unique, phases declared."""
    table = read_csv_table(path, file=file, required=("school_id",))
    if not table.rows and not table.faults:
        table.fault("", "must list the schools", "headings only", "Add a row for each school.")
    for row, cells in table.rows:
        if not cells["school_id"]:
            table.cell_fault(row, "school_id", "must be given", "an empty cell", "Fill it in.")
        phase = cells.get("phase", "")
        if phase and phase not in phases:
            remedy = suggestion(phase, phases)
            rule = "must be a declared phase"
            table.cell_fault(row, "phase", rule, "something else", remedy)
    for row, first, school_id in table.repeated("school_id"):
        if school_id:
            found = f"the id of row {first}"
            table.cell_fault(row, "school_id", "must be unique", found, "Remove one of the rows.")
    return table


def roster_frame(table: CsvTable | None) -> pd.DataFrame:
    """Columns of SCHOOLS first, then further ones; all text, empty where unknown."""
    if table is None:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in SCHOOLS})
    columns = [*SCHOOLS, *(name for name in table.header if name and name not in SCHOOLS)]
    frame = pd.DataFrame({name: pd.Series(table.column(name), dtype="str") for name in columns})
    frame["name"] = frame["name"].where(frame["name"] != "", frame["school_id"])
    return frame
