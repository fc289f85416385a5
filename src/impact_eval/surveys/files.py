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
from impact_eval.surveys.encodings import in_utf8
from impact_eval.surveys.raw_table import RawTable, file_refusal
from impact_eval.surveys.sheets import WORKBOOKS, read_sheet
from impact_eval.surveys.text import plain

__all__ = ["RawTable", "read_raw", "read_text"]

_DELIMITERS: Final = (";", ",", "\t", "|")
# Excel writes and hides this line; rows are counted from the next one.
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# What files begin with that are none of text, whatever they are called.
_NO_TEXT: Final = {
    b"PK\x03\x04": "a workbook (.xlsx, .ods) or an archive (.zip)",
    b"\xd0\xcf\x11\xe0": "a workbook of an old kind (.xls) or one with a password",
    b"$FL2": "a file of SPSS (.sav)",
    b"$FL3": "a file of SPSS (.zsav)",
    b"<stata_dta>": "a file of Stata (.dta)",
    b"%PDF": "a PDF",
    b"<html": "a web page, perhaps one that asks to log in",
    b"<!doctype": "a web page, perhaps one that asks to log in",
}
_LONGEST_START: Final = 16
_BLOCK: Final = 2**20
_PIECE: Final = 2**16
_WORTH_RELEASING: Final = 2**24
_LONGEST_HEADER: Final = 1_000_000
_LONGEST_SEPARATOR: Final = 16
_ANYTHING: Final = re.compile(rb"[^ \t\r\n;,|]")
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
    _refuse_no_text(data, file)
    body, encoding = in_utf8(data, file=file, encoding=encoding)
    if not _ANYTHING.search(body):
        raise file_refusal(
            file, "a file must hold a header and rows", "blank lines", "Export again."
        )
    if declared := _SEPARATOR_LINE.match(body[:_LONGEST_SEPARATOR].decode(errors="ignore")):
        delimiter = delimiter or declared[1]
        body = body[len(declared[0].encode()) :]
    if not body.endswith(b"\n"):
        body += b"\n"
    head = _first_record(body)
    if "\0" in head:  # the parser would pass over more than the header
        body = body.replace(b"\0", "\ufffd".encode())
        head = _first_record(body)
    delimiter = delimiter or _most_likely_delimiter(head, tuple(expected))
    if _signs(body, b'"') % 2:  # it can also be one within a word
        _refuse_open_quotation(file, body, delimiter)
    header = _header(head, delimiter)
    cells, misfits, may_be_open = _parse(file, body, delimiter, len(header))
    if may_be_open:
        _refuse_open_quotation(file, body, delimiter)
    rows = np.arange(2, len(cells) + len(misfits) + 2)
    if len(misfits):
        rows = np.setdiff1d(rows, misfits, assume_unique=True)
    quoted = _is_quoted(head, delimiter)
    table = RawTable(file, header, cells, rows, misfits, encoding, delimiter, is_quoted=quoted)
    return table.without_blank_rows()


def _refuse_no_text(data: bytes, file: str) -> None:
    start = data[:_LONGEST_START].lstrip().lower()
    for mark, found in _NO_TEXT.items():
        if start.startswith(mark.lower()):
            remedy = "Give it the ending of what it is, or export it again."
            raise file_refusal(file, "a file with this ending must hold text", found, remedy)


def _first_record(body: bytes) -> str:
    """Take the line of the headings, with the line ends that stand between quotation marks."""
    end = -1
    while end < _LONGEST_HEADER:
        end = body.find(b"\n", end + 1)
        if end < 0 or body.count(b'"', 0, end) % 2 == 0:
            break
    return body[: end if end >= 0 else _LONGEST_HEADER].decode("utf-8", errors="replace")


def _header(head: str, delimiter: str) -> tuple[str, ...]:
    return tuple(plain(name) for name in _record(head, delimiter))


def _record(head: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])


def _is_quoted(head: str, delimiter: str) -> bool:
    """Say whether every heading stands in quotation marks."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="")
    writer.writerow(_record(head, delimiter))
    return line.getvalue() == head.rstrip("\r")


def _most_likely_delimiter(head: str, expected: Sequence[str]) -> str:
    def fit(delimiter: str) -> tuple[int, int]:
        header = _header(head, delimiter)
        last_parts = {part for name in header for part in _PARTS.split(name)} | set(header)
        return len(last_parts.intersection(expected)), len(header)

    return max(_DELIMITERS, key=fit)


def _parse(
    file: str, body: bytes, delimiter: str, width: int
) -> tuple[Cells, np.ndarray[Any, np.dtype[np.int64]], bool]:
    misfits: list[int] = []

    def note(row: Any) -> str:  # noqa: ANN401
        misfits.append(row.number)
        return "skip"

    try:
        table = _quickly(body, delimiter, width)
        if table is None:
            table = _arrow_table(body, delimiter, width, note)
    except pa.ArrowInvalid:
        rule, remedy = "rows and quotation marks must close", "Export the file again."
        raise file_refusal(file, rule, "a row that does not end", remedy) from None
    may_be_open = _may_be_open(table, misfits)
    cells = Cells.of_arrow(table)
    del table
    if len(body) > _WORTH_RELEASING:
        pa.default_memory_pool().release_unused()  # as much as the file, which it would keep
    return cells, np.array(misfits, dtype=np.int64), may_be_open


def _quickly(body: bytes, delimiter: str, width: int) -> pa.Table | None:
    """Rows below the header if each is a line of the right width; None if one is not."""
    misfits: list[object] = []

    def note(row: object) -> str:
        misfits.append(row)
        return "skip"

    try:
        table = _arrow_table(body, delimiter, width, note, plain=True)
    except pa.ArrowInvalid:
        return None
    lines = _signs(body, b"\n") - 1
    return table if not misfits and len(table) == lines else None


def _arrow_table(
    body: bytes,
    delimiter: str,
    width: int,
    of_another_width: Callable[[Any], str],
    *,
    plain: bool = False,
) -> pa.Table:
    """Rows below the header; those of another width are given to a handler.

    A plain file is read by several threads, which do not know the numbers of rows, in blocks that
    end with any line.
    """
    names = [str(position) for position in range(width)]
    return arrow_csv.read_csv(
        pa.BufferReader(body),
        read_options=arrow_csv.ReadOptions(
            use_threads=plain,
            block_size=_BLOCK,
            column_names=names,
            skip_rows_after_names=1,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=not plain,
            ignore_empty_lines=False,
            invalid_row_handler=of_another_width,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
            strings_can_be_null=False,
        ),
    )


def _may_be_open(table: pa.Table, misfits: list[int]) -> bool:
    """Whether the last row is one that a cell without an end would leave: the file's end is in it.

    Two marks that close nothing, one in a word and one before a cell, are not seen by counting.
    """
    if misfits and misfits[-1] == len(table) + len(misfits) + 1:
        return True
    last = table.columns[-1][-1].as_py() if table.num_columns and len(table) else ""
    return str(last).endswith("\n")


def _refuse_open_quotation(file: str, body: bytes, delimiter: str) -> None:
    """Refuse a cell that never ends."""
    text = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    row = 0
    try:
        for row, _ in enumerate(reader, start=1):  # noqa: B007
            pass
    except csv.Error as error:
        ends = "unexpected end" in str(error)
        fault = Fault(
            file,
            f"row {row + 1}",
            "a quotation mark must be closed",
            "one that is open until the end of the file" if ends else "one within a cell",
            "Close it, or export the file again.",
        )
        raise SurveyFileError([fault]) from None


def _signs(body: bytes, sign: bytes) -> int:
    """Count a sign in pieces that fit the cache: `bytes.count` is slow where it is dense."""
    signs = np.frombuffer(body, dtype=np.uint8)
    pieces = (signs[start : start + _PIECE] for start in range(0, len(signs), _PIECE))
    return sum(int(np.count_nonzero(piece == ord(sign))) for piece in pieces)
