"""How a text file is dressed: encoding, delimiter, digits, decimals, headings."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from impact_eval.surveys.text import plain

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True)
class Dress:
    """How a text file is dressed.

    Attributes
    ----------
    encoding : str, optional
        As Python calls it; UTF-8 unless given. Digits that it lacks are written as Latin ones.
    delimiter : str, optional
        That of the tool unless given.
    digits : {"typed", "persian"}
        Digits of answers, dates and codes as they were typed, or all of them Persian.
    decimal_comma : bool
        Whether answers that are numbers are written as `4,0`.
    headings : mapping, optional
        Other headings for some columns, by their names.
    """

    encoding: str = "utf-8"
    delimiter: str = ""
    digits: Literal["typed", "persian"] = "typed"
    decimal_comma: bool = False
    headings: Mapping[str, str] = field(default_factory=dict)


def write_text(
    frame: pd.DataFrame,
    path: Path,
    *,
    dress: Dress,
    delimiter: str = ",",
    numbers: tuple[str, ...] = (),
    quote_all: bool = False,
) -> None:
    """Write a table as text; `numbers` are columns that `decimal_comma` speaks of."""
    frame = frame.copy()
    for name in frame.columns:
        cells = frame[name].astype("str")
        if dress.decimal_comma and name in numbers:
            whole = cells.map(plain).str.fullmatch(r"-?\d+")
            cells = cells.where(~whole, cells + ",0")
        if dress.digits == "persian" and not str(name).startswith("_"):
            cells = cells.str.translate(_PERSIAN)
        frame[name] = cells.map(lambda text: _writable(text, dress.encoding))
    frame.rename(columns=dict(dress.headings)).to_csv(
        path,
        sep=dress.delimiter or delimiter,
        encoding=dress.encoding,
        index=False,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
        lineterminator="\n",
    )


def _writable(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return plain(text)
    return text
