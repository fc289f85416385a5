"""Files of SPSS and Stata: numbers with value labels, missing codes named, the rest as text."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from impact_eval.simulate.layouts.export import Export
from impact_eval.surveys.encoded import map_unique
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.text import plain

_LONGEST_TITLE: Final = 80
_NUMBER: Final = re.compile(r"-?\d+")


def write_statistics(
    export: Export, path: Path, *, kind: Literal["spss", "stata"], language: str
) -> None:
    """Write answers that are numbers as numbers with value labels, in the order of the export.

    Wave, consent, sex and whatever else is chosen from a list, but is no item, become the numbers
    1, 2, ... with the labels of the choices. SPSS also names the missing codes of items.
    """
    import pyreadstat  # noqa: PLC0415  (slow, and few studies need it)

    frame = export.with_ids
    labels: dict[str, dict[Any, str]] = {}
    for name in frame.columns:
        cells = map_unique(frame[name].astype("str"), plain)
        of_list = _labels(export, name, language)
        if name not in export.items and of_list:
            numbers = {choice: str(at) for at, choice in enumerate(of_list, start=1)}
            cells = map_unique(cells, partial(_in, numbers))
            of_list = {numbers[choice]: label for choice, label in of_list.items()}
        frame[name] = _column(name, cells, export)
        if of_list and pd.api.types.is_float_dtype(frame[name]):
            labels[name] = {float(code): label for code, label in of_list.items()}
        elif of_list and kind == "spss":
            labels[name] = dict(of_list)
    titles: list[str | None] = [_title(export, name, language) for name in frame.columns]
    if kind == "stata":
        pyreadstat.write_dta(
            frame, str(path), variable_value_labels=labels, column_labels=titles, version=14
        )
        return
    missing = {name: codes for name in export.items if (codes := _missing(export, name, frame))}
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels=labels,
        column_labels=titles,
        missing_ranges=missing,
    )


def _in(numbers: dict[str, str], text: str) -> str:
    return numbers.get(text, text)


def _labels(export: Export, name: str, language: str) -> dict[str, str]:
    question = export.questions.get(name)
    if question is None or question.type != "select_one":
        return {}
    return {one.name: one.labels[language] for one in export.form.choices_of(question)}


def _title(export: Export, name: str, language: str) -> str:
    question = export.questions.get(name)
    return question.labels.get(language, name)[:_LONGEST_TITLE] if question else name


def _column(name: str, cells: pd.Series, export: Export) -> pd.Series:
    """Days as days, numbers as numbers unless they are a code's elements, all else as text."""
    if name == "today":
        return pd.Series(pd.to_datetime(cells, errors="coerce").dt.date, dtype="object")
    question = export.questions.get(name)
    filled = cells[cells != ""]
    chosen = question is not None and question.type != "text"
    if chosen and len(filled) and filled.map(lambda text: bool(_NUMBER.fullmatch(text))).all():
        return pd.to_numeric(cells, errors="coerce").astype("float64")
    return cells


def _missing(export: Export, name: str, frame: pd.DataFrame) -> list[Any]:
    """Codes of one item that are no answers; SPSS allows three of them."""
    (cells,) = (item.cells for item in export.form.items if item.cells["item_id"] == name)
    codes = [answer_key(code) for code in cells["missing_codes"].split("|") if code]
    if not pd.api.types.is_float_dtype(frame[name]):
        return []
    return [float(code) for code in codes][:3]
