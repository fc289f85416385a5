"""Declared column names to columns of a file, without ever showing what the file's header says.

The first row of a file that lost its header holds somebody's answers.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.surveys.encoded import Encoded, as_series, distinct
from impact_eval.surveys.form_labels import ColumnLabels
from impact_eval.surveys.group_paths import GroupPaths
from impact_eval.surveys.raw_table import RawTable, column_letters, named_rows
from impact_eval.surveys.text import plain

_MOST_ROWS: Final = 10


class Headings:
    """Finds the declared columns of one file and collects what is wrong with them.

    Parameters
    ----------
    raw : RawTable
        The file.
    separator : str, optional
        What stands between the groups of a heading (`quiz/k01`); empty if headings have no groups.
        With it a question that stands in several columns, because it was moved to another group
        between versions of the form, is put together row by row, and a question with several
        answers and its options (`topics` and `topics/games`) give each other.
    labels : mapping, optional
        By declared name: other headings that are looked for where the name itself is not there, and
        the codes of answers that stand in the file by their labels.
    """

    def __init__(
        self,
        raw: RawTable,
        *,
        separator: str = "",
        labels: Mapping[str, ColumnLabels] | None = None,
    ) -> None:
        self._raw = raw
        self._labels = dict(labels or {})
        self._wanted: set[str] = set()
        self._faults: list[Fault] = []
        self._missing: list[str] = []
        self._paths = GroupPaths(raw, separator)
        self._in_groups = bool(separator)

    def column(self, name: str | None, *, required: bool = True) -> pd.Series | None:
        """Text of a declared column; None if it is not declared or not there."""
        found = self.encoded(name, required=required)
        return None if found is None else as_series(found)

    def encoded(self, name: str | None, *, required: bool = True) -> Encoded | None:
        """Different texts of a declared column and where they stand; None as in `column`."""
        if name is None:
            return None
        if required:
            self._wanted.add(name)
        positions = self._positions(name)
        if len(positions) == 1:
            return self._in_codes(name, self._raw.cells.encoded(positions[0]))
        if positions:
            merged = self._of_several(name, positions)
            return None if merged is None else self._in_codes(name, distinct(merged))
        derived = self._paths.derived(plain(name)) if self._in_groups else None
        if derived is None and required and name not in self._missing:
            self._missing.append(name)
        return derived

    def position(self, name: str | None) -> int | None:
        """Position of a column that stands in the file once; None for all others."""
        positions = self._positions(name) if name is not None else []
        return positions[0] if len(positions) == 1 else None

    def require(self, *names: str) -> list[pd.Series]:
        """Text of columns that must be there; raises at once if one is not."""
        found = [self.column(name) for name in names]
        self.refuse_if_faulty()
        return [column for column in found if column is not None]

    def refuse_if_faulty(self) -> None:
        """Raise everything that was wrong with the columns asked for so far."""
        faults = [*self._faults, *self._missing_faults()]
        if faults:
            raise SurveyFileError(faults)

    def _positions(self, name: str) -> list[int]:
        found = self._paths.positions(plain(name))
        if not found and name in self._labels:
            # versions of a form and languages may stand side by side
            named = map(self._paths.positions, self._labels[name].headings)
            found = list(dict.fromkeys(position for one in named for position in one))
        return found

    def _in_codes(self, name: str, cells: Encoded) -> Encoded:
        """Put the forms' codes in the place of labels; a label of two choices is a fault."""
        labels = self._labels.get(name)
        if labels is None or not labels.labels:
            return cells
        codes, several = labels.in_codes(cells)
        if several.any():
            rule = f"a label must mean one choice of the list {' or '.join(labels.lists)}"
            rows = named_rows(self._raw.rows[several], most=_MOST_ROWS)
            remedy = (
                "Export names instead of labels, or say in study.toml what the label means "
                "(`answer_labels`, `values`); and make the labels of the list differ."
            )
            found = f"a label of several choices in {rows}"
            fault = Fault(self._raw.file, f"column {name}", rule, found, remedy)
            if fault not in self._faults:
                self._faults.append(fault)
        return codes

    def _of_several(self, name: str, positions: list[int]) -> pd.Series | None:
        """Take each row's answer from the one column that holds it, if that can be told."""
        if not self._in_groups:
            self._note(name, positions, "it", "Rename one of them.")
            return None
        columns = [self._raw.cells[position] for position in positions]
        merged = columns[0]
        for column in columns[1:]:
            merged = merged.where(merged != "", column)
        differ = pd.Series(False, index=merged.index)
        for column in columns:
            differ |= (column != "") & (column != merged)
        if differ.any():
            rows = named_rows(self._raw.rows[differ.to_numpy(dtype=bool)], most=_MOST_ROWS)
            remedy = "Declare the heading with the path of its group, or correct the rows."
            self._note(name, positions, f"different answers in {rows},", remedy)
            return None
        return merged

    def _note(self, name: str, positions: Iterable[int], found: str, remedy: str) -> None:
        letters = " and ".join(column_letters(position) for position in positions)
        rule = "a declared column must stand in the file once"
        if self._in_groups:
            rule = "a question in several columns must be answered in one of them at most"
        fault = Fault(self._raw.file, f"column {name}", rule, f"{found} in {letters}", remedy)
        if fault not in self._faults:
            self._faults.append(fault)

    def _missing_faults(self) -> list[Fault]:
        if not self._missing:
            return []
        if len(self._missing) >= max(3, len(self._wanted)) and not self._faults:
            return [self._nothing_found()]
        return [self._missing_fault(name) for name in self._missing]

    def _nothing_found(self) -> Fault:
        width = len(self._raw.header)
        found = f"none of the {len(self._missing)} declared columns among {width}"
        remedy = (
            "Row 1 must hold the headings: export with XML names, or declare the labels that stand "
            "there by `item_columns` and `columns`; and check `delimiter` and `sheet`."
        )
        return Fault(self._raw.file, "row 1", "the declared columns must be there", found, remedy)

    def _missing_fault(self, name: str) -> Fault:
        remedy = "Export the file with this column, or correct its name in study.toml."
        if self._in_groups:
            remedy += " If the headings are labels, export names, or give the label as its name."
        shared = self._labels[name].shared if name in self._labels else ()
        if any(self._paths.positions(text) for text in shared):
            rule = "a question that is found by its text must have a text of its own"
            remedy = "Export names, or declare the heading by `item_columns` or `columns`."
            found = "a text that several questions of the form have"
            return Fault(self._raw.file, f"column {name}", rule, found, remedy)
        if near := difflib.get_close_matches(name, self._raw.header, n=1, cutoff=0.75):
            letters = column_letters(self._raw.header.index(near[0]))
            remedy = f"The heading of column {letters} is nearly the same: correct one of the two."
        rule = "a declared column must be in the file"
        return Fault(self._raw.file, f"column {name}", rule, "no such heading", remedy)
