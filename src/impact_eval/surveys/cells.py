"""Columns of text by position, in which each different text is kept once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from impact_eval.surveys.encoded import Encoded, as_series, distinct
from impact_eval.surveys.parsed_column import ParsedColumn

Rows = np.ndarray[Any, np.dtype[np.int64]]


class Cells:
    """The cells of one table: n rows, columns numbered from 0, empty text where nothing stands.

    Most columns of a survey hold a handful of different answers, so each column is a place for each
    row and the different texts: what is done to a text is done once, and little memory is held.

    Parameters
    ----------
    columns : sequence of Encoded
        All of n places.
    n : int
        How many rows there are.

    Examples
    --------
    >>> cells = Cells.of([pd.Series(["a", "b", "a"], dtype="str")])
    >>> cells[0].tolist(), cells.encoded(0).texts
    (['a', 'b', 'a'], ['a', 'b'])
    >>> cells.with_column(0, cells[0].replace("a", "c")).taken(np.array([2]))[0].tolist()
    ['c']
    """

    def __init__(self, columns: Sequence[Encoded | ParsedColumn], n: int) -> None:
        self._columns = list(columns)
        self._n = n

    @classmethod
    def of(cls, columns: Sequence[pd.Series]) -> Cells:
        """Cells of columns of text, all of one length."""
        return cls([distinct(column) for column in columns], len(columns[0]) if columns else 0)

    @classmethod
    def of_arrow(cls, table: pa.Table) -> Cells:
        """Cells of a table whose columns are all dictionaries of text."""
        columns = [ParsedColumn(column) for column in table.columns]
        return cls([one if one.is_long else one.encoded() for one in columns], len(table))

    def __len__(self) -> int:
        """Say how many rows there are."""
        return self._n

    @property
    def index(self) -> pd.RangeIndex:
        """Index of every column."""
        return pd.RangeIndex(self._n)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self._columns)

    def __getitem__(self, position: int) -> pd.Series:
        """Text of the column at a position."""
        return as_series(self.encoded(position))

    def encoded(self, position: int) -> Encoded:
        """Place of each cell among the column's different texts, and these."""
        column = self._columns[position]
        if isinstance(column, ParsedColumn):
            column = self._columns[position] = column.encoded()
        return column

    def as_held(self, position: int) -> Encoded | ParsedColumn:
        """Column at a position for a look at some of its texts; one of many texts costs less so."""
        return self._columns[position]

    def _all(self) -> list[Encoded]:
        return [self.encoded(position) for position in range(len(self._columns))]

    def with_column(self, position: int, column: pd.Series) -> Cells:
        """Cells with another column in the place of one."""
        columns = list(self._columns)
        columns[position] = distinct(column)
        return Cells(columns, self._n)

    def with_further(self, columns: Iterable[pd.Series]) -> Cells:
        """Cells with more columns behind the last."""
        return Cells([*self._columns, *map(distinct, columns)], self._n)

    def taken(self, rows: Rows) -> Cells:
        """Cells of these rows, in their order."""
        return Cells([column.taken(rows) for column in self._all()], len(rows))

    def blank_rows(self) -> Rows:
        """Rows in which nothing stands."""
        rows = np.arange(self._n)
        for position in range(len(self._columns)):
            if not len(rows):
                return rows
            places, texts = self.encoded(position)
            if "" not in texts:
                return rows[:0]
            rows = rows[places[rows] == texts.index("")]
        return rows
