"""Rows of one table as text, before anybody judges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.surveys.cells import Cells


@dataclass(frozen=True)
class RawTable:
    """A file's or sheet's rows as text, by position of the column; headers apart.

    Attributes
    ----------
    file : str
        Name of the file within the study's raw folder, with that of the sheet if it has several.
    header : tuple of str
        The first row. May hold answers if the file has no header: never shown to anybody.
    cells : Cells
        Text by position of the column, empty where nothing stands.
    rows : ndarray of int
        For each row of `cells`, the row number that a spreadsheet shows.
    misfits : ndarray of int
        Row numbers of rows with more or fewer cells than the header; they are not in `cells`.
    encoding : str
        How the text was encoded; "workbook" for a sheet, else the kind of file.
    delimiter : str
        What separates the cells of a text file; empty for others.
    is_quoted : bool
        Whether every heading of a text file stands in quotation marks.
    value_labels : mapping
        For each position of a column with value labels: code as text to label.
    user_missing : mapping
        For each position, the texts that the file itself declares to be no answers.
    """

    file: str
    header: tuple[str, ...]
    cells: Cells
    rows: np.ndarray[Any, np.dtype[np.int64]]
    misfits: np.ndarray[Any, np.dtype[np.int64]]
    encoding: str
    delimiter: str = ""
    is_quoted: bool = False
    value_labels: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    user_missing: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        """Number of data rows, those with a wrong number of cells included."""
        return len(self.rows) + len(self.misfits)

    def without_blank_rows(self) -> RawTable:
        """Leave out rows in which nothing stands; the others keep their numbers."""
        blank = self.cells.blank_rows()
        if not len(blank):
            return self
        filled = np.setdiff1d(np.arange(len(self.cells)), blank, assume_unique=True)
        return replace(self, cells=self.cells.taken(filled), rows=self.rows[filled])


def file_refusal(file: str, rule: str, found: str, remedy: str) -> SurveyFileError:
    """One fault of a whole file, ready to be raised."""
    return SurveyFileError([Fault(file, "", rule, found, remedy)])


def named_rows(rows: np.ndarray[Any, Any] | list[int], *, most: int = 20) -> str:
    """Row numbers for a message, the first of them if they are many.

    >>> named_rows([2, 5]), named_rows([7]), named_rows(list(range(30)), most=2)
    ('rows 2, 5', 'row 7', 'rows 0, 1 and 28 more')
    """
    numbers = [int(row) for row in rows]
    shown = ", ".join(map(str, numbers[:most]))
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return f"row{'s' if len(numbers) != 1 else ''} {shown}{more}"
