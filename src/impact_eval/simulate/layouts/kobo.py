"""KoboToolbox's exports: names with or without groups, labels of a language, a workbook."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from impact_eval.simulate.layouts.dress import Dress, write_text
from impact_eval.simulate.layouts.export import PARENT, Export
from impact_eval.simulate.layouts.labels import headings_in, labelled_answers
from impact_eval.simulate.layouts.sheets import write_workbook
from impact_eval.surveys.encoded import map_unique
from impact_eval.surveys.group_paths import has_option

_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE: Final = 31


def write_kobo(export: Export, path: Path, *, dress: Dress) -> None:
    """Write names behind their groups, semicolons, every cell in quotes."""
    frame = with_options(export)
    in_groups = tuple(name for name in frame.columns if _last(name) in export.items)
    write_text(frame, path, dress=dress, delimiter=";", numbers=in_groups, quote_all=True)


def write_kobo_without_groups(export: Export, path: Path, *, dress: Dress) -> None:
    """Write names alone."""
    frame = with_options(export, groups=False)
    write_text(frame, path, dress=dress, delimiter=";", numbers=tuple(export.items), quote_all=True)


def write_kobo_labels(export: Export, path: Path, *, dress: Dress, language: str) -> None:
    """Write the texts of questions behind those of their groups, and the labels of choices."""
    frame = labelled_answers(export.frame, export.form, language=language)
    headings = headings_in(frame.columns, export.form, language=language, separator="/")
    columns: dict[str, pd.Series] = {}
    for name, heading in zip(frame.columns, headings, strict=True):
        columns[heading] = frame[name]
        chosen = options(export, name)
        choices = export.form.choices_of(export.several[_last(name)]) if chosen else ()
        for choice in choices:
            said = choice.labels.get(language, choice.name)
            columns[f"{heading}/{said}"] = chosen[choice.name]
    write_text(pd.DataFrame(columns), path, dress=dress, delimiter=";", quote_all=True)


def write_kobo_xlsx(export: Export, path: Path) -> None:
    """Write a workbook: a sheet named like the form as far as sheets can be, one for each repeat.

    Rows of a repeat group name the table and the row of the form that they stand in.
    """
    title = _NOT_IN_TITLES.sub("_", export.form.title)[:_LONGEST_TITLE]
    sheets = {title: with_options(export)}
    for name, rows in export.repeats.items():
        parents = rows.rename(columns={PARENT: "_parent_index"})
        parents.insert(len(parents.columns) - 1, "_parent_table_name", export.form.title)
        sheets[name] = parents
    write_workbook(sheets, path)


def with_options(export: Export, *, groups: bool = True) -> pd.DataFrame:
    """Columns of an export, behind each question with several answers one for each option."""
    columns: dict[str, pd.Series] = {}
    for name in export.frame.columns:
        heading = name if groups else _last(name)
        cells = export.frame[name].astype("str")
        columns[heading] = cells.where(cells != "", columns.get(heading, cells))
        for option, chosen in options(export, name).items():
            columns[f"{heading}/{option}"] = chosen
    return pd.DataFrame(columns)


def options(export: Export, name: str) -> dict[str, pd.Series]:
    """Say of each option whether it was chosen; empty where the question was not answered."""
    question = export.several.get(_last(name))
    if question is None:
        return {}
    cells = export.frame[name].astype("str")
    return {
        choice.name: map_unique(cells, partial(has_option, option=choice.name))
        for choice in export.form.choices_of(question)
    }


def _last(name: str) -> str:
    return name.rpartition("/")[2]
