"""A file as received to a table of text: CSV in any common dress, or a sheet of a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.surveys.cells import Cells
from impact_eval.surveys.encodings import decode
from impact_eval.surveys.raw_table import RawTable, file_refusal
from impact_eval.surveys.sheets import WORKBOOKS, read_sheet
from impact_eval.surveys.text import plain

__all__ = ["RawTable", "read_raw", "read_text"]

_DELIMITERS: Final = (";", ",", "\t", "|")
# Excel writes and hides this line; rows are counted from the next one.
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# Each block has different texts of its own, which must then be put together.
_BLOCKS: Final = 4
_SMALLEST_BLOCK: Final = 2**20
_LONGEST_HEADER: Final = 1_000_000
_ANYTHING: Final = re.compile(r"[^ \t\r\n;,|]")
_PARTS: Final = re.compile(r"[/.:-]")


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
        raise file_refusal(
            file, "a file must hold a header and rows", "nothing", "Export it again."
        )
    if path.suffix.lower() in WORKBOOKS:
        table = read_sheet(path, file=file, sheet=sheet)
    else:
        table = read_text(
            path.read_bytes(),
            file=file,
            encoding=encoding,
            delimiter=delimiter,
            expected=expected,
        )
    if table.n_rows == 0 and not may_hold_no_rows:
        remedy = "Export it again, or take it out of the folder."
        raise file_refusal(file, "a file must hold rows below its header", "a header only", remedy)
    return table


def read_text(
    data: bytes, *, file: str, encoding: str = "", delimiter: str = "", expected: Iterable[str] = ()
) -> RawTable:
    """Read the bytes of a text file; the rest as `read_raw`."""
    text, encoding = decode(data, file=file, encoding=encoding)
    text, length = text.lstrip("\ufeff"), len(text)
    if not _ANYTHING.search(text):
        raise file_refusal(
            file, "a file must hold a header and rows", "blank lines", "Export again."
        )
    if declared := _SEPARATOR_LINE.match(text):
        delimiter = delimiter or declared[1]
        text = text[declared.end() :]
    if not text.endswith("\n"):
        text += "\n"
    delimiter = delimiter or _most_likely_delimiter(text, tuple(expected))
    _refuse_open_quotation(file, text, delimiter)
    header = _header(text, delimiter)
    as_received = encoding == "utf-8" and len(text) == length
    body = data if as_received else text.encode("utf-8", errors="replace")
    del text  # it is as large as the file
    cells, misfits = _parse(file, body, delimiter, len(header))
    rows = np.arange(2, len(cells) + len(misfits) + 2)
    if len(misfits):
        rows = np.setdiff1d(rows, misfits, assume_unique=True)
    return RawTable(file, header, cells, rows, misfits, encoding, delimiter).without_blank_rows()


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    head = text[:_LONGEST_HEADER]
    record = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
    return tuple(plain(name) for name in record)


def _most_likely_delimiter(text: str, expected: Sequence[str]) -> str:
    def fit(delimiter: str) -> tuple[int, int]:
        header = _header(text, delimiter)
        last_parts = {part for name in header for part in _PARTS.split(name)} | set(header)
        return len(last_parts.intersection(expected)), len(header)

    return max(_DELIMITERS, key=fit)


def _parse(
    file: str, body: bytes, delimiter: str, width: int
) -> tuple[Cells, np.ndarray[Any, np.dtype[np.int64]]]:
    misfits: list[int] = []

    def note(row: Any) -> str:  # noqa: ANN401
        misfits.append(row.number)
        return "skip"

    try:
        try:
            table = _arrow_table(body, delimiter, width, handler=None)
        except pa.ArrowInvalid:
            # numbers of rows are known to a single thread only
            table = _arrow_table(body, delimiter, width, handler=note)
    except pa.ArrowInvalid:
        rule, remedy = "rows and quotation marks must close", "Export the file again."
        raise file_refusal(file, rule, "a row that does not end", remedy) from None
    return Cells.of_arrow(table), np.array(misfits, dtype=np.int64)


def _arrow_table(
    body: bytes, delimiter: str, width: int, *, handler: Callable[[Any], str] | None
) -> pa.Table:
    """Rows below the header; with a handler those of another width are given to it."""
    names = [str(position) for position in range(width)]
    return arrow_csv.read_csv(
        pa.BufferReader(body),
        read_options=arrow_csv.ReadOptions(
            use_threads=handler is None,
            block_size=max(_SMALLEST_BLOCK, len(body) // _BLOCKS + 1),
            column_names=names,
            skip_rows_after_names=1,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=handler,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
            strings_can_be_null=False,
        ),
    )


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
