"""How many rows a file holds, counted without the package's own reading."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pandas as pd
import pyreadstat

_OF_SPSS = ".sav"


def counted_rows(data: bytes, suffix: str, path: str = "") -> int:
    """Rows below the header in which anything stands; of cases in a file of SPSS or Stata.

    Of a workbook or an archive the rows of all its sheets or files.
    """
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        return sum(_filled(list(sheet.iter_rows(values_only=True))) for sheet in book)
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return sum(_of_text(packed.read(name)) for name in packed.namelist())
    if suffix == _OF_SPSS:
        return int(pyreadstat.read_sav(path, metadataonly=True)[1].number_rows)
    if suffix == ".dta":
        return len(pd.read_stata(io.BytesIO(data), convert_categoricals=False))
    return _of_text(data)


def _of_text(data: bytes) -> int:
    text = data.decode("utf-8-sig")
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text.splitlines()[0], ",;\t")
    except csv.Error:
        dialect = csv.excel
    return _filled(list(csv.reader(io.StringIO(text), dialect, quotechar='"', doublequote=True)))


def _filled(rows: list[object]) -> int:
    return sum(any(cell not in ("", None) for cell in row) for row in rows[1:])  # type: ignore[attr-defined]
