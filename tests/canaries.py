"""Canaries: unique values in every cell and heading of a file, and an ear for all that is written.

`plant` works for any reader of the registry, by the kind of file that it reads: a reader that is
added later is covered without a word here.
"""

from __future__ import annotations

import base64
import csv
import io
import itertools
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
from export_files import archive, workbook
from survey_project import CODEBOOK, Project

from impact_eval.surveys.readers.opened import FileKind
from impact_eval.surveys.readers.registry import READERS
from impact_eval.vocabulary import Layout

TOKEN: Final = "qqcanary"
# Numbers that no rule allows, a telephone, a Pakistani and a Kazakh identity number.
NUMBERS: Final = ("987654321", "5550017", "4210112345671", "970131350189")
LAYOUTS: Final = tuple(READERS)
SUFFIXES: Final[dict[FileKind, str]] = {
    "text": ".csv",
    "workbook": ".xlsx",
    "archive": ".zip",
    "spss": ".sav",
    "stata": ".dta",
}
ITEMS: Final = ("k1", "k2", "k3", "c1", "c2", "c3", "n1")
# a question in people's own words, and what they write beside a canary of its own
OWN_ITEM: Final = "t1"
OWN_WORDS: Final = "qqcanary-own-words"
TOLD: Final = ("+92 300 5550017", "42101-1234567-1", "970131350189", "987654321", "a@example.org")
PLACE: Final = {"wave": "before", "school": "north", "today": "2024-03-01", "consent": "yes"}
PERSON: Final = ("code_1", "code_2", "sex", *ITEMS)
PERSONAL: Final = {
    "qqcanary_full_name": "Qqcanary Zamanova",
    "qqcanary_phone": "+92 300 5550017",
    "qqcanary_mail": "qqcanary@example.org",
    "qqcanary_cnic": "42101-1234567-1",
    "qqcanary_iin": "970131350189",
    "qqcanary_address": "House 5, Qqcanary Street",
    "remarks": "qqcanary told",
}

_SOURCE: Final = """
[[sources]]
file = "export.*"
layout = "{layout}"
audience = "student"
consent_values = ["yes"]
values = {{ sex = {{ girl = "female", boy = "male" }} }}
{waves}

[sources.columns]
school = "school"
answered_on = "today"
consent = "consent"
code = ["code_1", "code_2"]
sex = "sex"
"""
_IN_ROWS: Final = 'wave = { column = "wave", values = { before = "pre", after = "post" } }'
_SIDE_BY_SIDE: Final = 'wave_columns = { pre = "pre_{item}", post = "post_{item}" }'


def declared(layout: Layout) -> str:
    """The source of a planted file."""
    waves = _SIDE_BY_SIDE if layout == "wide" else _IN_ROWS
    if layout == "workbook":
        waves += '\nsheets = { "Sheet of all" = { wave = "pre" } }'
        waves = waves.replace(_IN_ROWS, "")
    return _SOURCE.format(layout=layout, waves=waves)


def rows() -> list[dict[str, str]]:
    """Rows of every fate; a canary in each cell whose content decides nothing."""
    names = (f"{TOKEN}{number}" for number in itertools.count(100))
    everything = (*PLACE, *PERSON)
    changes: list[dict[str, str]] = [
        PLACE,
        {**PLACE, "wave": "after"},
        {**PLACE, "consent": "no"},
        {"consent": "yes"},
        {},
        {name: text for name, text in PLACE.items() if name != "school"},
        {name: text for name, text in PLACE.items() if name != "wave"},
        {name: text for name, text in PLACE.items() if name != "today"},
        {**PLACE, **dict.fromkeys(ITEMS, NUMBERS[0])},
        {**PLACE, **dict.fromkeys(ITEMS, NUMBERS[2])},
        {**PLACE, "code_1": ""},
    ]
    planted = [{name: next(names) for name in everything} | change for change in changes]
    return [*planted, dict(planted[0]), planted[0] | {"k2": "a", "wave": "after"}]


def mistyped() -> str:
    """The code of the first planted row with another first element."""
    return f"{TOKEN}withdrawn,{rows()[0]['code_2']}"


def plant(
    project: Project,
    layout: Layout,
    *,
    headings: Sequence[str] = (),
    texts: bool = False,
    school: str = "",
) -> Path:
    """Write a file of canaries for a layout.

    `headings` are declared ones to be replaced. With `texts` the study keeps a question in people's
    own words, in whose cells a canary stands beside every number that must be masked. `school`
    stands in every row if given: without a roster any school is one, and is called as typed.
    """
    header, cells = table_of(layout, texts=texts)
    if school:
        at = header.index("school")
        cells = [[*row[:at], school, *row[at + 1 :]] for row in cells]
    header = [f"{TOKEN}_{name}" if name in headings else name for name in header]
    project.source, project.codebook = declared(layout), CODEBOOK
    if texts:
        head, *lines = CODEBOOK.rstrip().splitlines()
        own = f"{OWN_ITEM},student,,In your own words,text,,,,,,,yes"
        project.codebook = "\n".join([f"{head},keep", *(f"{line}," for line in lines), own, ""])
    kind = READERS[layout].kinds[0]
    path = project.raw / f"export{SUFFIXES[kind]}"
    _write(path, kind, header, cells)
    return path


def table_of(layout: Layout, *, texts: bool = False) -> tuple[list[str], list[list[str]]]:
    """Headings and cells, the tools' own columns among them."""
    tools = {"Timestamp": "2024-03-01 09:30:00", "KEY": "", "SubmissionDate": ""}
    if layout == "kobo":
        tools |= {"_uuid": "", "_submission_time": "2024-03-01T09:30:00", "_submitted_by": ""}
    table = []
    for number, planted in enumerate(rows()):
        own = {name: text or f"{TOKEN}-tool-{number}" for name, text in tools.items()}
        items = (*ITEMS, OWN_ITEM) if texts else ITEMS
        words = {OWN_ITEM: f"{OWN_WORDS} {number}, {', '.join(TOLD)}"} if texts else {}
        row = planted | words
        body = row
        if layout == "wide":
            body = {name: text for name, text in row.items() if name not in ("wave", *items)}
            for wave in ("pre", "post"):
                body |= {f"{wave}_{item}": row[item] for item in items}
        table.append(own | body | PERSONAL)
    return list(table[0]), [list(row.values()) for row in table]


def _write(path: Path, kind: FileKind, header: list[str], cells: list[list[str]]) -> None:
    if kind in ("spss", "stata"):
        write = pyreadstat.write_sav if kind == "spss" else pyreadstat.write_dta
        labels = [f"{TOKEN} label of {name}" for name in header]
        write(pd.DataFrame(cells, columns=header), str(path), column_labels=labels)
    elif kind == "workbook":
        sheets = {"Sheet of all": [header, *cells], f"{TOKEN} sheet": [header, *cells]}
        path.write_bytes(workbook(sheets))
    else:
        buffer = io.StringIO()
        csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([header, *cells])
        data = buffer.getvalue().encode()
        path.write_bytes(archive({"form.csv": data}) if kind == "archive" else data)


def found_in(text: str) -> list[str]:
    """Surroundings of every canary in a text; telephones and numbers in any spelling."""
    numbers = (r"[ .,_-]?".join(number) for number in NUMBERS)
    patterns = [TOKEN, *(rf"(?<![0-9a-f]){spaced}(?![0-9a-f])" for spaced in numbers)]
    flags = (re.IGNORECASE, *(0 for _ in NUMBERS))
    return [
        _line_around(text, hit)
        for pattern, flag in zip(patterns, flags, strict=True)
        for hit in re.finditer(pattern, text, flags=flag)
    ]


def _line_around(text: str, hit: re.Match[str]) -> str:
    """What stands about a hit in its line."""
    before = text[max(0, hit.start() - 60) : hit.start()].rpartition("\n")[2]
    after = text[hit.end() : hit.end() + 30].partition("\n")[0]
    return before + hit[0] + after


def everything_written(root: Path, *, received: Sequence[str] = ("raw", "studies")) -> str:
    """All text below a project's folder but what people put there, with every file's name."""
    texts = []
    for path in sorted(root.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        parts = path.relative_to(root).parts
        if "secrets" in parts or any(one in parts[:2] for one in received):
            continue
        texts += [path.as_posix(), *decoded(path.name, path.read_bytes())]
    return "\n".join(texts)


def decoded(name: str, data: bytes) -> Iterator[str]:
    """Texts of a file: as it is, and what its format packs away."""
    yield data.decode("latin-1")
    yield data.decode("utf-16-le", errors="ignore")
    if data[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(data))
        yield f"{table.schema} {table.to_pydict()} {table.schema.metadata}"
    elif data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for member in packed.namelist():
                yield from decoded(member, packed.read(member))
    elif data[:8] == b"\x89PNG\r\n\x1a\n":
        yield from _png_texts(data)
    if name.endswith((".html", ".ipynb")):
        for coded in re.findall(r"[A-Za-z0-9+/]{200,}={0,2}", data.decode("latin-1")):
            inner = base64.b64decode(coded[: len(coded) // 4 * 4])
            yield from decoded("", inner)


def _png_texts(data: bytes) -> Iterator[str]:
    """Text chunks of a PNG, the compressed ones unpacked."""
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind in (b"zTXt", b"iTXt"):
            for start in range(len(body)):
                if body[start : start + 1] == b"\x78":
                    yield zlib.decompressobj().decompress(body[start:]).decode("latin-1")
                    break
        at += 12 + length
