"""Labels of schools that the evaluator has decided on: school_names.csv in the study's folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from impact_eval.study.csv_table import CsvTable, read_csv_table, suggestion

FILE = "school_names.csv"
COLUMNS = ("label", "school_id")


def read_school_names(folder: Path, *, schools: Sequence[str]) -> CsvTable | None:
    """Read the decisions, if there are any, and note those that name no school of the roster."""
    if not (folder / FILE).is_file():
        return None
    table = read_csv_table(folder / FILE, file=FILE, required=COLUMNS)
    if not schools and table.rows:
        remedy = "Declare a roster, or remove the file."
        table.fault("", "labels are resolved against a roster", "no roster", remedy)
        return table
    for row, cells in table.rows:
        if not cells["label"]:
            table.cell_fault(row, "label", "must be given", "an empty cell", "Remove the row.")
        if cells["school_id"] not in schools:
            remedy = suggestion(cells["school_id"], schools[:20])
            found = "an empty cell" if not cells["school_id"] else "something else"
            table.cell_fault(row, "school_id", "must be a school of the roster", found, remedy)
    for row, first, _ in table.repeated("label"):
        rule, remedy = "a label is decided once", "Remove one of the rows."
        table.cell_fault(row, "label", rule, f"the label of row {first}", remedy)
    return table


def school_names_frame(table: CsvTable | None) -> pd.DataFrame:
    """Columns `label, school_id`, empty if nothing was decided."""
    columns = {name: [] if table is None else table.column(name) for name in COLUMNS}
    return pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
