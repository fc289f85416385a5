"""Damage of several kinds at once to a valid file of each layout, drawn by Hypothesis."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from damaged_files import KINDS, Kind, Rows
from export_files import archive, records, source, text, workbook
from hypothesis import strategies as st

CANARY = "Qqcanary"
TEXTS = (
    "",
    " ",
    CANARY,
    f"{CANARY}\n{CANARY}",
    '"',
    ";",
    "۹۸",
    "1e400",
    "-0",
    "b;c",
    "=1+1",
    "\u200f",
    "\0",
    "é,Ж,ژ",
)
OF_ROWS = (
    "cell",
    "drop row",
    "again",
    "drop column",
    "column again",
    "rename column",
    "short",
    "long",
    "blank row",
)
OF_BYTES = ("byte", "cut", "mark", "zero", "lines")
NUMBER = st.integers(0, 10_000)
EDIT = st.tuples(st.sampled_from(OF_ROWS + OF_BYTES), NUMBER, NUMBER, st.sampled_from(TEXTS))
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "cp1252", "cp1256")


@dataclass(frozen=True)
class Damage:
    """Edits of rows and bytes, and how a text file is written."""

    edits: list[tuple[str, int, int, str]]
    encoding: str
    delimiter: str
    quoted: bool


DAMAGES = st.builds(
    Damage,
    st.lists(EDIT, min_size=1, max_size=4),
    st.sampled_from(ENCODINGS),
    st.sampled_from((",", ";", "\t", "|")),
    st.booleans(),
)


def _sheet(rows: Rows) -> bytes:
    return workbook({"Forms": rows})


def _archived(rows: Rows) -> bytes:
    return archive({"forms.csv": written(rows, ",", quoted=False)})


def _visits(rows: Rows) -> bytes:
    return archive(
        {"visits.csv": text("odk/visits.csv"), "visits-pupil.csv": written(rows, ",", quoted=False)}
    )


def written(rows: Rows, delimiter: str, *, quoted: bool) -> bytes:
    buffer = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()


_PUPILS = source(further='repeat = "pupil"')
ALL_KINDS = KINDS | {
    "kobo in a workbook": Kind(KINDS["kobo"].rows, _sheet, ".xlsx", KINDS["kobo"].declared, {}),
    "google_forms in a workbook": Kind(
        KINDS["google_forms"].rows, _sheet, ".xlsx", KINDS["google_forms"].declared, {}
    ),
    "odk in an archive": Kind(KINDS["odk"].rows, _archived, ".zip", KINDS["odk"].declared, {}),
    "odk with repeats": Kind(lambda: records("odk/visits-pupil.csv"), _visits, ".zip", _PUPILS, {}),
}


def edited(rows: Rows, damage: Damage, *, ragged: bool) -> Rows:  # noqa: C901
    """Rows after the edits that are about rows and cells."""
    for what, first, second, text_ in damage.edits:
        if not rows or not rows[0]:
            return rows
        row, column = first % len(rows), second % len(rows[0])
        if what == "cell" and column < len(rows[row]):
            rows[row][column] = text_
        elif what == "drop row":
            del rows[row]
        elif what == "again":
            rows.append(list(rows[row]))
        elif what == "drop column":
            rows = [[cell for at, cell in enumerate(one) if at != column] for one in rows]
        elif what == "column again":
            rows = [[*one, *one[column : column + 1]] for one in rows]
        elif what == "rename column":
            rows[0][column] = f"{rows[0][column]}{second % 10}"
        elif what == "blank row":
            rows.insert(max(row, 1), [""] * len(rows[0]))
        elif what == "short" and ragged:
            rows[row] = rows[row][:-1]
        elif what == "long" and ragged:
            rows[row] = [*rows[row], text_]
    return rows


def broken(data: bytes, damage: Damage) -> bytes:
    """Bytes after the edits that are about bytes."""
    for what, first, second, _ in damage.edits:
        at = first % (len(data) + 1)
        if what == "byte" and at < len(data):
            data = data[:at] + bytes([second % 256]) + data[at + 1 :]
        elif what == "cut":
            data = data[:at]
        elif what == "mark":
            data = data[:at] + b'"' + data[at:]
        elif what == "zero":
            data = data[:at] + b"\0" + data[at:]
        elif what == "lines":
            data = data.replace(b"\n", b"\r\n" if second % 2 else b"\r")
    return data


def writable(kind: str, rows: Rows) -> bool:
    """Whether a file of this kind can be written at all: SPSS and Stata need names of columns."""
    if not rows:
        return False
    if kind not in ("spss", "stata"):
        return True
    good = all(name.isidentifier() and name.isascii() for name in rows[0])
    fits = all("\0" not in cell for row in rows for cell in row)
    return (
        bool(rows[0]) and good and fits and len({name.lower() for name in rows[0]}) == len(rows[0])
    )


def damaged(kind: str, damage: Damage) -> bytes | None:
    """The file of a kind after the damage; None if it cannot be written."""
    of = ALL_KINDS[kind]
    rows = of.rows()
    for column in ("code_2", "Two letters of your name", "who/code_2", "who-code_2"):
        if column in rows[0]:
            rows[1][rows[0].index(column)] = CANARY
    rows = edited(rows, damage, ragged=of.suffix in (".csv", ".zip"))
    if not writable(kind, rows):
        return None
    if of.suffix == ".xlsx":
        rows = [[cell.replace("\0", "") for cell in row] for row in rows]
    if of.suffix != ".csv":
        return broken(of.write(rows), damage)
    whole = written(rows, damage.delimiter, quoted=damage.quoted).decode()
    return broken(whole.encode(damage.encoding, errors="replace"), damage)
