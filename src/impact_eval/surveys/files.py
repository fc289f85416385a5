"""A file as received to a table of text: CSV in any common dress, or a sheet of a workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.surveys.encodings import decode
from impact_eval.surveys.text import plain

_DELIMITERS: Final = (";", ",", "\t", "|")
# Excel writes and hides this line; rows are counted from the next one.
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LONGEST_HEADER: Final = 1_000_000
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")


@dataclass(frozen=True)
class RawTable:
    """A file's rows as text, by position of the column; headers apart.

    Attributes
    ----------
    file : str
        Name of the file within the study's raw folder.
    header : tuple of str
        The first row. May hold answers if the file has no header: never shown to anybody.
    cells : DataFrame
        Text, columns named by position (0, 1, ...), empty text where nothing stands.
    rows : ndarray of int
        For each row of `cells`, the row number that a spreadsheet shows.
    misfits : ndarray of int
        Row numbers of rows with more or fewer cells than the header; they are not in `cells`.
    encoding : str
        How the text was encoded; "workbook" for a sheet.
    """

    file: str
    header: tuple[str, ...]
    cells: pd.DataFrame
    rows: np.ndarray[Any, np.dtype[np.int64]]
    misfits: np.ndarray[Any, np.dtype[np.int64]]
    encoding: str

    @property
    def n_rows(self) -> int:
        """Number of data rows, those with a wrong number of cells included."""
        return len(self.rows) + len(self.misfits)


def read_raw(
    path: Path,
    *,
    file: str = "",
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    expected: Iterable[str] = (),
    may_hold_no_rows: bool = False,
) -> RawTable:
    """Read one file as text, without judging any of it.

    Parameters
    ----------
    path : Path
        CSV (any of the usual encodings and delimiters) or workbook.
    file : str, optional
        What messages call it; the file's name unless given.
    encoding, delimiter, sheet : str, optional
        As declared; empty to find them out.
    expected : iterable of str
        Names of declared columns: the delimiter is the one that makes most of them appear.
    may_hold_no_rows : bool, optional
        Whether a header without rows is allowed.

    Returns
    -------
    RawTable

    Raises
    ------
    SurveyFileError
        Empty file, header only, two encodings, an open quotation mark, a locked or broken workbook.
    """
    file = file or path.name
    if path.stat().st_size == 0:
        raise _refusal(file, "a file must hold a header and rows", "nothing", "Export it again.")
    if path.suffix.lower() in _WORKBOOKS:
        table = _from_records(file, _sheet(path, file, sheet))
    else:
        text, used = decode(path.read_bytes(), file=file, encoding=encoding)
        table = _from_text(file, text, used, delimiter, tuple(expected))
    if table.n_rows == 0 and not may_hold_no_rows:
        remedy = "Export it again, or take it out of the folder."
        raise _refusal(file, "a file must hold rows below its header", "a header only", remedy)
    return table


def _refusal(file: str, rule: str, found: str, remedy: str) -> SurveyFileError:
    return SurveyFileError([Fault(file, "", rule, found, remedy)])


def _from_text(
    file: str, text: str, encoding: str, delimiter: str, expected: Sequence[str]
) -> RawTable:
    text = text.lstrip("\ufeff")
    if not text.strip(" \t\r\n;,|"):
        raise _refusal(file, "a file must hold a header and rows", "blank lines", "Export again.")
    if declared := _SEPARATOR_LINE.match(text):
        delimiter = delimiter or declared[1]
        text = text[declared.end() :]
    delimiter = delimiter or _most_likely_delimiter(text, expected)
    _refuse_open_quotation(file, text, delimiter)
    header = _header(text, delimiter)
    cells, misfits = _parse(file, text, delimiter, len(header))
    n_records = len(cells) + len(misfits)
    rows = np.setdiff1d(np.arange(2, n_records + 2), misfits, assume_unique=True)
    return _without_blank_rows(RawTable(file, header, cells, rows, misfits, encoding))


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    head = text[:_LONGEST_HEADER]
    record = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
    return tuple(plain(name) for name in record)


def _most_likely_delimiter(text: str, expected: Sequence[str]) -> str:
    def fit(delimiter: str) -> tuple[int, int]:
        header = _header(text, delimiter)
        last_parts = {name.rpartition("/")[2] for name in header} | set(header)
        return len(last_parts.intersection(expected)), len(header)

    return max(_DELIMITERS, key=fit)


def _parse(
    file: str, text: str, delimiter: str, width: int
) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]]]:
    misfits: list[int] = []

    def note(row: Any) -> str:  # noqa: ANN401
        misfits.append(row.number)
        return "skip"

    names = [str(position) for position in range(width)]
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(text.encode("utf-8", errors="replace")),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, column_names=names, skip_rows_after_names=1
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        rule, remedy = "rows and quotation marks must close", "Export the file again."
        raise _refusal(file, rule, "a row that does not end", remedy) from None
    cells = table.to_pandas(use_threads=False)
    cells.columns = pd.RangeIndex(width)
    return cells, np.array(misfits, dtype=np.int64)


def _refuse_open_quotation(file: str, text: str, delimiter: str) -> None:
    """Refuse a cell that never ends; an odd number of marks can also be one within a word."""
    if text.count('"') % 2 == 0:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    try:
        for row, _ in enumerate(reader, start=1):  # noqa: B007
            pass
    except csv.Error:
        fault = Fault(
            file,
            f"row {row + 1}",
            "a quotation mark must be closed",
            "one that is open until the end of the file",
            "Close it, or export the file again.",
        )
        raise SurveyFileError([fault]) from None


def _without_blank_rows(table: RawTable) -> RawTable:
    filled = np.zeros(len(table.cells), dtype=bool)
    for position in table.cells.columns:
        filled |= table.cells[position].to_numpy() != ""
    cells = table.cells.loc[filled].reset_index(drop=True)
    rows = table.rows[filled]
    return RawTable(table.file, table.header, cells, rows, table.misfits, table.encoding)


def _sheet(path: Path, file: str, sheet: str) -> list[list[Any]]:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        name = sheet or workbook.sheet_names[0]
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except PasswordError:
        found, remedy = "a workbook with a password", "Save it without a password."
    except WorksheetNotFound:
        found, remedy = f"no sheet {sheet!r}", "Correct `sheet` in study.toml."
    except (CalamineError, OSError, ValueError):
        found, remedy = "something that is no workbook", "Save it as .xlsx or .csv again."
    raise _refusal(file, "a workbook must be readable", found, remedy) from None


def _from_records(file: str, records: list[list[Any]]) -> RawTable:
    if not any(any(cell != "" for cell in record) for record in records):
        rule = "a sheet must hold a header and rows"
        raise _refusal(file, rule, "an empty sheet", "Name the right one by `sheet`.")
    texts = [[_cell_text(cell) for cell in record] for record in records]
    header = tuple(plain(name) for name in texts[0])
    cells = pd.DataFrame(texts[1:], columns=pd.RangeIndex(len(header)), dtype="str")
    rows = np.arange(2, len(texts) + 1)
    empty = np.array([], dtype=np.int64)
    return _without_blank_rows(RawTable(file, header, cells, rows, empty, "workbook"))


def _cell_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def column_letters(position: int) -> str:
    """Letters that a spreadsheet shows above the column at a position (0 is A).

    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    position += 1
    while position:
        position, remainder = divmod(position - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters
