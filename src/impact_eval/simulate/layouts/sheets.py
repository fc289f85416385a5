"""Tables to the sheets of a workbook; numbers as numbers, as tools write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd

# a code such as 07 is text: as a number it would lose its zero
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,8})", re.ASCII)


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write each table to the sheet of its name."""
    book = openpyxl.Workbook(write_only=True)
    for title, frame in tables.items():
        sheet = book.create_sheet(title)
        sheet.append(list(frame.columns))
        for record in frame.itertuples(index=False, name=None):
            sheet.append([_cell(str(text)) for text in record])
    book.save(path)


def _cell(text: str) -> object:
    if text == "":
        return None
    return int(text) if _NUMBER.fullmatch(text) else text
