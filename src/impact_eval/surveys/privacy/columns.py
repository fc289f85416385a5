"""Positions of named columns in a table as received, whatever its layout."""

from __future__ import annotations

from typing import Final

import pandas as pd

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.group_paths import GroupPaths, likely_separator
from impact_eval.surveys.layout import expected_names
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.text import plain

_IN_GROUPS: Final = ("kobo", "odk")


class NamedColumns:
    """Finds the columns of a table by declared headings, also behind the groups of a form."""

    def __init__(self, table: RawTable, source: Source, study: Study, *, layout: str) -> None:
        separator = ""
        if layout in _IN_GROUPS:
            expected = expected_names(source, study)
            separator = source.group_separator or likely_separator(table.header, expected)
        self._table = table
        self._paths = GroupPaths(table, separator)

    def positions(self, name: str | None) -> list[int]:
        """Every position of a heading; none if it is not declared or not there."""
        return list(self._paths.positions(plain(name))) if name else []

    def typed(self, name: str | None) -> pd.Series:
        """Text of a heading as typed, from the first of its columns that is filled in."""
        text = pd.Series("", index=self._table.cells.index, dtype="str")
        for position in self.positions(name):
            text = text.where(text != "", self._table.cells[position].str.strip())
        return text
