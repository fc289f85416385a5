"""The sheets of an XLSForm file as text, by the row numbers that a spreadsheet shows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

from impact_eval.errors import Fault, StudyError

if TYPE_CHECKING:
    from pyxform.errors import PyXFormError

_SAVE: Final = "Save it again as an Excel workbook (.xlsx)."


@dataclass(frozen=True, slots=True)
class Row:
    """Cells that hold something, by heading, and the row's number."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """Headings as written, and the rows that hold something, by headings in their plain form."""

    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """An XLSForm file: what pyxform reads of it, and the sheets that we read ourselves."""

    file: str
    data: Any
    survey: Sheet
    choices: Sheet
    scoring: Sheet | None = field(default=None)


def read_workbook(path: Path, *, file: str) -> Workbook:
    """Read the sheets of an XLSX file; StudyError if it is none."""
    from openpyxl.utils.exceptions import InvalidFileException
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    if not path.is_file():
        remedy = "Add it, or remove its [[instruments]] from study.toml."
        raise StudyError([Fault(file, "", "the file must exist", "", remedy)])
    if path.suffix.lower() != ".xlsx":
        raise StudyError([Fault(file, "", "a form is an XLSX file", path.suffix, _SAVE)])
    try:
        scoring = _own_sheets(path, file)
        data = get_xlsform(path, file_type=".xlsx")
    except PyXFormError as error:
        raise StudyError([pyxform_fault(file, error)]) from error
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise StudyError([Fault(file, "", "must be an XLSX file", "", _SAVE)]) from error
    survey = _sheet(data.survey_header, data.survey)
    return Workbook(file, data, survey, _sheet(data.choices_header, data.choices), scoring)


def pyxform_fault(file: str, error: PyXFormError) -> Fault:
    """Name what pyxform refuses, with the row that it gives."""
    said = " ".join(str(error).split())
    row = re.match(r"\[row : (\d+)\]\s*", said)
    place = f"row {row[1]}" if row else ""
    said = said[row.end() :] if row else said
    remedy = "docs/instruments.md says how a form is written."
    return Fault(file, place, "must be a sound XLSForm", said.rstrip(". "), remedy)


def heading(text: str) -> str:
    """Bring a heading into its plain form.

    >>> heading(" Missing Codes "), heading("list name")
    ('missing_codes', 'list_name')
    """
    return re.sub(r"[\s_]+", "_", text.strip().lower())


def suggestion(word: str, known: Sequence[str]) -> str:
    """Name the nearest valid word, or all of them if they are few."""
    nearest = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if nearest:
        return f'Did you mean "{nearest[0]}"?'
    return f"Valid: {', '.join(known)}." if len(known) < 15 else "Look at the sheet survey."


def _sheet(
    header: Sequence[Mapping[str, Any]] | None, rows: Sequence[Mapping[str, Any]] | None
) -> Sheet:
    names = tuple(str(name) for name in (header[0] if header else ()))
    found = [
        Row(number, {heading(str(key)): str(cell).strip() for key, cell in cells.items()})
        for number, cells in enumerate(rows or (), start=2)
        if cells
    ]
    return Sheet(names, tuple(found))


def _own_sheets(path: Path, file: str) -> Sheet | None:
    """Read the sheet that pyxform passes over; refuse headings at which it would stumble."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    scoring, faults = None, []
    try:
        for name in book.sheetnames:
            if heading(name) in ("survey", "choices", "settings"):
                first = next(iter(book[name].values), ())
                faults += [_no_text(file, name, cell) for cell in first if _is_no_text(cell)]
            if heading(name) == "scoring":
                scoring = _scoring_sheet(
                    [[_text(cell) for cell in row] for row in book[name].values]
                )
    finally:
        book.close()
    if faults:
        raise StudyError(faults)
    return scoring


def _is_no_text(cell: object) -> bool:
    return cell is not None and not isinstance(cell, str)


def _no_text(file: str, sheet: str, cell: object) -> Fault:
    rule = "headings are text"
    return Fault(file, f"sheet {sheet}, row 1", rule, str(cell), "Remove or rename it.")


def _scoring_sheet(lines: Sequence[Sequence[str]]) -> Sheet:
    header = lines[0] if lines else []
    rows = [
        {key: cell for key, cell in zip(header, line, strict=False) if key and cell}
        for line in lines[1:]
    ]
    return _sheet([dict.fromkeys(key for key in header if key)], rows)


def _text(cell: object) -> str:
    from pyxform.xls2json_backends import xlsx_value_to_str

    return "" if cell is None else str(xlsx_value_to_str(cell)).strip()
