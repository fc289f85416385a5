"""Sheets of a workbook to tables of text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from impact_eval.surveys.cells import Cells
from impact_eval.surveys.raw_table import RawTable, file_refusal
from impact_eval.surveys.text import plain

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")


def read_sheet(path: Path, *, file: str, sheet: str = "") -> RawTable:
    """Read one sheet of a workbook; the first if none is named.

    Raises
    ------
    SurveyFileError
        Locked or broken workbook, no such sheet, empty sheet.
    """
    names, records = _records(path, file, [sheet] if sheet else None, first_only=True)
    return _from_records(file, records[names[0]])


def read_sheets(path: Path, *, file: str) -> dict[str, RawTable]:
    """Read all sheets of a workbook that hold anything, by their names.

    Messages call them by their numbers: nobody has declared the names, which may be people's.

    Raises
    ------
    SurveyFileError
        Locked or broken workbook, or one in which all sheets are empty.
    """
    names, records = _records(path, file, None, first_only=False)
    filled = [name for name in names if _holds_anything(records[name])]
    if not filled:
        _from_records(file, records[names[0]])
    several = len(names) > 1
    return {
        name: _from_records(f"{file}, sheet {number}" if several else file, records[name])
        for number, name in enumerate(names, start=1)
        if name in filled
    }


def _records(
    path: Path, file: str, wanted: list[str] | None, *, first_only: bool
) -> tuple[list[str], dict[str, list[list[Any]]]]:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = wanted or workbook.sheet_names[: 1 if first_only else None]
        return names, {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in names
        }
    except PasswordError:
        found, remedy = "a workbook with a password", "Save it without a password."
    except WorksheetNotFound:
        found, remedy = f"no sheet {(wanted or [''])[0]!r}", "Correct `sheet` in study.toml."
    except (CalamineError, OSError, ValueError):
        found, remedy = "something that is no workbook", "Save it as .xlsx or .csv again."
    raise file_refusal(file, "a workbook must be readable", found, remedy) from None


def _holds_anything(records: list[list[Any]]) -> bool:
    return any(any(cell != "" for cell in record) for record in records)


def _from_records(file: str, records: list[list[Any]]) -> RawTable:
    if not _holds_anything(records):
        rule = "a sheet must hold a header and rows"
        raise file_refusal(file, rule, "an empty sheet", "Name the right one by `sheet`.")
    texts = [[_cell_text(cell) for cell in record] for record in records]
    header = tuple(plain(name) for name in texts[0])
    frame = pd.DataFrame(texts[1:], columns=pd.RangeIndex(len(header)), dtype="str")
    cells = Cells.of([frame[position] for position in frame.columns])
    rows = np.arange(2, len(texts) + 1)
    none = np.array([], dtype=np.int64)
    return RawTable(file, header, cells, rows, none, "workbook").without_blank_rows()


def _cell_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)
