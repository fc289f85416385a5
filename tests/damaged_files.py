"""The three forms of the exports as rows, to be damaged by a test and written in each layout."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyreadstat
from export_files import GOOGLE, WIDE, records, source, workbook

Rows = list[list[str]]

ITEMS = ("k1", "k2", "k3", "c1", "c2", "c3", "n1")
SHEETS = source(further="").replace(
    'wave = { column = "wave", values = { "before" = "pre", "after" = "post" } }',
    'sheets = { Before = { wave = "pre" } }',
)


@dataclass(frozen=True)
class Kind:
    """One layout: where its rows come from, how they are written, and what is declared.

    `columns` holds headings by what they are: school, wave, consent, today and items.
    """

    rows: Callable[[], Rows]
    write: Callable[[Rows], bytes]
    suffix: str
    declared: str
    columns: dict[str, str]

    def damaged(self, column: str, value: str, *, row: int = 1) -> bytes:
        """The file with another text in one cell."""
        rows = self.rows()
        rows[row][self.at(column)] = value
        return self.write(rows)

    def at(self, column: str) -> int:
        """Position of a column."""
        return self.rows()[0].index(self.columns[column])


def as_text(rows: Rows, *, delimiter: str = ",") -> bytes:
    """A CSV with every cell in quotes."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        rows
    )
    return buffer.getvalue().encode()


def _semicolons(rows: Rows) -> bytes:
    return as_text(rows, delimiter=";")


def _sheet(rows: Rows) -> bytes:
    return workbook({"Before": rows})


def _statistics(rows: Rows, suffix: str) -> bytes:
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"made{suffix}"
        write = pyreadstat.write_sav if suffix == ".sav" else pyreadstat.write_dta
        write(frame, str(path))
        return path.read_bytes()


def _long() -> Rows:
    return records("long/forms.csv")


def _without_wave() -> Rows:
    """Forms of one wave; the second is another person's then."""
    rows = [[cell for at, cell in enumerate(row) if at != 1] for row in _long()]
    rows[2][rows[0].index("code_1")] = "9"
    rows[2][rows[0].index("n1")] = ""
    return rows


def _by_item(heading: str = "{}") -> dict[str, str]:
    return {item: heading.format(item) for item in ITEMS}


_NAMES = {name: name for name in ("school", "wave", "consent", "today")}
_PLAIN = source(further="")
KINDS = {
    "kobo": Kind(
        lambda: records("kobo/groups.csv", delimiter=";"),
        _semicolons,
        ".csv",
        _PLAIN,
        _NAMES
        | {f"k{n}": f"quiz/k{n}" for n in (1, 2, 3)}
        | {f"c{n}": f"mood/c{n}" for n in (1, 2, 3)}
        | {"n1": "n1"},
    ),
    "odk": Kind(
        lambda: records("odk/groups.csv"),
        as_text,
        ".csv",
        _PLAIN,
        _NAMES
        | {f"k{n}": f"quiz-k{n}" for n in (1, 2, 3)}
        | {f"c{n}": f"mood-c{n}" for n in (1, 2, 3)}
        | {"n1": "n1"},
    ),
    "google_forms": Kind(
        lambda: records("google_forms/download.csv"),
        as_text,
        ".csv",
        GOOGLE.replace(', \\\nt1 = "Which topics?/Games, or apps"', "").replace(
            ', t1 = "Which topics?/Games, or apps"', ""
        ),
        {
            "school": "Which school?",
            "wave": "When is this?",
            "consent": "Do you agree to take part?",
            "today": "Timestamp",
            **dict(zip(("k1", "k2", "k3", "n1"), ("One", "Two", "Three", "Seven"), strict=True)),
            "c1": "How often? [Four]",
            "c2": "How often? [Five]",
            "c3": "How often? [Six]",
        },
    ),
    "long": Kind(_long, as_text, ".csv", _PLAIN, _NAMES | _by_item()),
    "workbook": Kind(_without_wave, _sheet, ".xlsx", SHEETS, _NAMES | _by_item()),
    "spss": Kind(
        _long, lambda rows: _statistics(rows, ".sav"), ".sav", _PLAIN, _NAMES | _by_item()
    ),
    "stata": Kind(
        _long, lambda rows: _statistics(rows, ".dta"), ".dta", _PLAIN, _NAMES | _by_item()
    ),
    "wide": Kind(
        lambda: records("wide/people.csv"),
        as_text,
        ".csv",
        WIDE,
        {"school": "school"} | {item: f"pre_{item}" for item in ITEMS[:-1]},
    ),
}
