"""Files of SPSS and Stata to tables of text, with their value labels and missing codes beside."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from impact_eval.surveys.cells import Cells
from impact_eval.surveys.raw_table import RawTable, file_refusal
from impact_eval.surveys.text import plain

_Read = Callable[..., tuple[pd.DataFrame, Any]]

_TOOLS: Final = {"spss": "SPSS", "stata": "Stata"}
_LOCKED: Final = b"\x1c\x00\x00\x00\x00\x00\x00\x00ENCRYPTEDSAV"
# Since Stata 13 a file ends with the mark that it began with; value labels stand before it.
_OPENED: Final = b"<stata_dta>"
_CLOSED: Final = b"</stata_dta>"
_SINGLE: Final = "float"


def read_statistics(
    path: Path, *, file: str, kind: Literal["spss", "stata"], encoding: str | None = None
) -> RawTable:
    """Read a .sav, .zsav or .dta file: codes as text, user-missing codes left in and named.

    Rows are numbered as the tool numbers its cases, from 1.

    Raises
    ------
    SurveyFileError
        If the file is damaged or in another encoding than it says.
    """
    import pyreadstat  # noqa: PLC0415  (slow, and few studies need it)

    read: _Read = pyreadstat.read_sav if kind == "spss" else pyreadstat.read_dta
    rule = f"a file of {_TOOLS[kind]} must be readable"
    data = path.read_bytes()
    if data.startswith(_LOCKED):
        raise file_refusal(file, rule, "one with a password", "Save it without a password.")
    if data.startswith(_OPENED) and not data.rstrip().endswith(_CLOSED):
        raise file_refusal(file, rule, "one that was cut off", "Copy or save it again.")
    try:
        frame, about = _whole(partial(read, str(path), user_missing=True, encoding=encoding))
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError):
        found = "something else, or another encoding"
        remedy = "Save it again, or name its `encoding` in study.toml."
        raise file_refusal(file, rule, found, remedy) from None
    names = list(frame.columns)
    if not all(isinstance(name, str) and name for name in names):
        raise file_refusal(file, rule, "a variable without a name", "Save it again.")
    kinds = about.readstat_variable_types
    cells = pd.DataFrame(
        {at: _texts(frame[name], kinds.get(name, "")) for at, name in enumerate(names)},
        index=pd.RangeIndex(len(frame)),
        dtype="str",
    )
    labels = {
        names.index(name): {cell_text(code): plain(str(label)) for code, label in pairs.items()}
        for name, pairs in about.variable_value_labels.items()
    }
    missing = {at: _user_missing(cells[at], name, about) for at, name in enumerate(names)}
    rows = np.arange(1, len(frame) + 1)
    none = np.array([], dtype=np.int64)
    return RawTable(
        file,
        tuple(plain(name) for name in names),
        Cells.of([cells[at] for at in cells.columns]),
        rows,
        none,
        kind,
        value_labels=labels,
        user_missing={at: codes for at, codes in missing.items() if codes},
    )


def _whole(read: _Read) -> tuple[pd.DataFrame, Any]:
    """Read all columns; those with a date that no calendar has come as the numbers they are."""
    try:
        return read()
    except OverflowError:
        frame, about = read(disable_datetime_conversion=True)
    for name in frame.columns:
        try:
            frame[name] = read(usecols=[name])[0][name]
        except OverflowError:
            continue
    return frame, about


def _texts(column: pd.Series, kind: str) -> list[str]:
    """Texts of a column; single precision as it was typed, 5.1 and not 5.099999904632568."""
    if kind == _SINGLE:
        return [
            _single(value) if isinstance(value, float) else cell_text(value) for value in column
        ]
    return [cell_text(value) for value in column]


def _single(value: float) -> str:
    return cell_text(float(str(np.float32(value))))


def cell_text(value: object) -> str:
    """Text of a cell: whole numbers without a point, dates in ISO, Stata's .a to .z as a letter.

    >>> cell_text(3.0), cell_text(float("nan")), cell_text("  b "), cell_text(2.5)
    ('3', '', '  b', '2.5')
    """
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, str):
        return value.rstrip()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    number = float(str(value))
    if math.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() else repr(number)


def _user_missing(cells: pd.Series, name: str, about: Any) -> frozenset[str]:  # noqa: ANN401
    """Texts of a column that the file declares to be no answers."""
    declared = set(map(str, _of(about.missing_user_values, name)))
    ranges = [one for one in _of(about.missing_ranges, name) if isinstance(one, Mapping)]
    if not declared and not ranges:
        return frozenset()
    return frozenset(
        text for text in cells.unique() if text in declared or any(_within(text, r) for r in ranges)
    )


def _of(by_name: Mapping[str, Any] | None, name: str) -> list[Any]:
    return list((by_name or {}).get(name, []))


def _within(text: str, bounds: Mapping[str, Any]) -> bool:
    low, high = bounds["lo"], bounds["hi"]
    if isinstance(low, str):
        return text == low.rstrip()
    try:
        return bool(float(low) <= float(text) <= float(high))
    except ValueError:
        return False
