"""Small CSV files that people write (roster, codebook, attendance), read with all their faults.

What is wrong with rows and headings is said by row and by column letters: a file without a first
row of headings, or a list of people in the place of another, holds names.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from impact_eval.errors import Fault


def suggestion(word: str, known: Sequence[str]) -> str:
    """Name the nearest valid word, or all of them, in a closing sentence.

    >>> suggestion("studnet", ["student", "teacher"])
    'Did you mean "student"?'
    >>> suggestion("x", ["student", "teacher"])
    'Valid: student, teacher.'
    >>> suggestion("x", [])
    'None is declared.'
    """
    nearest = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if nearest:
        return f'Did you mean "{nearest[0]}"?'
    return f"Valid: {', '.join(known)}." if known else "None is declared."


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


def like_heading(name: str, header: Sequence[str]) -> str:
    """Say in a closing sentence which heading is like a name, by its letters; empty if none is.

    >>> like_heading("school_id", ["id of child", "school"])
    'The heading of column B is nearly the same: correct one of the two.'
    """
    near = difflib.get_close_matches(name, header, n=1, cutoff=0.6)
    if not near:
        return ""
    letters = column_letters(list(header).index(near[0]))
    return f"The heading of column {letters} is nearly the same: correct one of the two."


@dataclass
class CsvTable:
    """Rows of a CSV file by the row number that a spreadsheet shows, and what is wrong with it.

    `headings` holds what columns are called in the file where that is another name, and `place`
    stands before the row in messages: both are for tables that are made from a form.
    """

    file: str
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    headings: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    def fault(self, place: str, rule: str, found: str, remedy: str) -> None:
        """Note a mistake of this file."""
        self.faults.append(Fault(self.file, place, rule, found, remedy))

    def cell_fault(self, row: int, column: str, rule: str, found: str, remedy: str) -> None:
        """Note a mistake in one cell."""
        heading = self.headings.get(column, column)
        self.fault(f"{self.place}row {row}, column {heading}", rule, found, remedy)

    def column(self, name: str) -> list[str]:
        """All cells of a column, empty text where the file lacks it."""
        return [cells.get(name, "") for _, cells in self.rows]

    def repeated(self, *names: str) -> Iterator[tuple[int, int, str]]:
        """Rows whose cells in these columns stood in an earlier row: row, earlier row, cells."""
        first: dict[tuple[str, ...], int] = {}
        for row, cells in self.rows:
            key = tuple(cells.get(name, "") for name in names)
            if key in first:
                yield row, first[key], ", ".join(key)
            first.setdefault(key, row)


def read_csv_table(path: Path, *, file: str, required: Sequence[str]) -> CsvTable:
    """Read a UTF-8 CSV file; a file that cannot be read gives a table with faults and no rows."""
    table = CsvTable(file)
    lines = _lines(table, path)
    if lines is None:
        return table
    header = lines[0] if lines else []
    if _header_is_sound(table, header, required):
        table.header = header
        for row, cells in enumerate(lines[1:], start=2):
            _add_row(table, row, cells)
    return table


def _lines(table: CsvTable, path: Path) -> list[list[str]] | None:
    """Cells of every row, headings included; None if the file cannot be read."""
    if not path.is_file():
        table.fault("", "the file must exist", "", "Add it, or remove its key from study.toml.")
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""))
        return [[cell.strip() for cell in cells] for cells in rows]
    except UnicodeDecodeError:
        table.fault("", "must be UTF-8 text", "", 'Save it again as "CSV UTF-8".')
    except csv.Error as error:
        table.fault("", "must be CSV", str(error), "Look for a double quote that is not closed.")
    return None


def _header_is_sound(table: CsvTable, header: list[str], required: Sequence[str]) -> bool:
    """Note missing, empty and repeated headings; say whether the rows can be read at all."""
    if not header:
        columns = ", ".join(required)
        table.fault("", "the first row must hold headings", "an empty file", f"Needs: {columns}.")
        return False
    missing = [name for name in required if name not in header]
    for name in missing:
        remedy = like_heading(name, header) or "Add it; the first row must hold the headings."
        if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
            remedy = "Save the file with commas between its columns."
        table.fault(f"column {name}", "must be there", "no such heading", remedy)
    for name in dict.fromkeys(name for name in header if header.count(name) > 1):
        same = [column_letters(at) for at, other in enumerate(header) if other == name]
        found, remedy = f"the same in columns {' and '.join(same)}", "Rename or remove one of them."
        table.fault("row 1", "headings differ", found, remedy)
    return not missing


def _add_row(table: CsvTable, row: int, cells: list[str]) -> None:
    if not any(cells):
        return
    if len(cells) > len(table.header):
        table.fault(
            f"row {row}",
            f"has {len(table.header)} columns like the headings",
            f"{len(cells)} cells",
            "Put cells that hold a comma in double quotes.",
        )
    padded = cells + [""] * (len(table.header) - len(cells))
    table.rows.append((row, dict(zip(table.header, padded, strict=False))))
