"""KoboToolbox's exports: names with or without groups, labels of a language, a workbook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from impact_eval.simulate.layouts.dress import Dress, write_text
from impact_eval.simulate.layouts.export import Export
from impact_eval.simulate.layouts.labels import headings_in, labelled_answers
from impact_eval.simulate.layouts.sheets import write_workbook

_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE: Final = 31


def write_kobo(export: Export, path: Path, *, dress: Dress) -> None:
    """Write names behind their groups, semicolons, every cell in quotes."""
    in_groups = tuple(name for name in export.frame.columns if _last(name) in export.items)
    write_text(export.frame, path, dress=dress, delimiter=";", numbers=in_groups, quote_all=True)


def write_kobo_without_groups(export: Export, path: Path, *, dress: Dress) -> None:
    """Write names alone."""
    frame = export.frame.set_axis([_last(name) for name in export.frame.columns], axis=1)
    write_text(frame, path, dress=dress, delimiter=";", numbers=tuple(export.items), quote_all=True)


def write_kobo_labels(export: Export, path: Path, *, dress: Dress, language: str) -> None:
    """Write the texts of questions behind those of their groups, and the labels of choices."""
    frame = labelled_answers(export.frame, export.form, language=language)
    headings = headings_in(frame.columns, export.form, language=language, separator="/")
    write_text(frame.set_axis(headings, axis=1), path, dress=dress, delimiter=";", quote_all=True)


def write_kobo_xlsx(export: Export, path: Path) -> None:
    """Write a workbook with one sheet, named like the form as far as sheets can be."""
    title = _NOT_IN_TITLES.sub("_", export.form.title)[:_LONGEST_TITLE]
    write_workbook({title: export.frame}, path)


def _last(name: str) -> str:
    return name.rpartition("/")[2]
