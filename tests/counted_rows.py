"""How many rows a file holds, counted without the package's own reading."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl
import pandas as pd
import pyreadstat


def counted_rows(data: bytes, suffix: str, path: str) -> int:
    """Rows below the header in which anything stands; of cases in a file of SPSS or Stata.

    Of a workbook or an archive the rows of all its sheets or files.
    """
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        return sum(filled(list(sheet.iter_rows(values_only=True))) for sheet in book)
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return sum(rows_of_text(packed.read(name)) for name in packed.namelist())
    if suffix == ".sav":
        return int(pyreadstat.read_sav(path, metadataonly=True)[1].number_rows)
    if suffix == ".dta":
        return len(pd.read_stata(io.BytesIO(data), convert_categoricals=False))
    return rows_of_text(data)


def rows_of_text(data: bytes, *, encoding: str = "utf-8-sig", delimiter: str = "") -> int:
    """Rows of a text file; what separates the cells is what stands most often in its first line."""
    text = data.decode(encoding).removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = delimiter or max(",;\t|", key=first.count)
    return filled(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))


def filled(rows: Sequence[Iterable[object]]) -> int:
    return sum(any(cell not in ("", None) for cell in row) for row in rows[1:])
