"""Declared column names to columns of a file, without ever showing what the file's header says.

The first row of a file that lost its header holds somebody's answers.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study.csv_table import column_letters
from impact_eval.surveys.column_labels import ColumnLabels
from impact_eval.surveys.encoded import Encoded, as_series, distinct, spelled
from impact_eval.surveys.group_paths import GroupPaths, has_option
from impact_eval.surveys.labelled_options import LabelledOptions
from impact_eval.surveys.raw_table import RawTable, named_rows
from impact_eval.surveys.text import plain

_MOST_ROWS: Final = 10
_ONE_CHOICE: Final = "a label must mean one choice of the list {lists}"
_WITHOUT_A_HEADER: Final = ("spss", "stata")
_SPLIT: Final = "Export names, or labels with a column for each choice;"


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
        derived = self._derived(name) if self._in_groups else None
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

    def _derived(self, name: str) -> Encoded | None:
        """Make a question's answers of the columns of its options, or an option of the answers."""
        labels = self._labels.get(name)
        if labels is not None and labels.option_of in self._labels:
            return self._option(name, labels)
        if labels is not None and (options := self._options(name)):
            return options.answers()
        return self._paths.derived(plain(name))

    def _option(self, name: str, labels: ColumnLabels) -> Encoded | None:
        question = labels.option_of
        if (options := self._options(question)) and (said := options.option(labels.option)):
            return said
        positions = self._positions(question)
        if len(positions) != 1:
            return self._paths.derived(plain(name))
        answers = self._raw.cells.encoded(positions[0])
        unread = self._labels[question].in_codes(answers).unread
        if unread.any():
            self._fault_of_rows(
                question,
                "an option is told from answers that consist of labels of their list",
                "something else in",
                unread,
                f"{_SPLIT} or correct the rows.",
            )
        option = labels.option
        return spelled(self._in_codes(question, answers), lambda text: has_option(text, option))

    def _options(self, question: str) -> LabelledOptions | None:
        """Columns of a question's options; None if there is none, or it is not known whose."""
        found = LabelledOptions(self._raw, self._paths, question, self._labels[question])
        for at in found.unclear:
            rule = _ONE_CHOICE.format(lists=" or ".join(self._labels[question].lists))
            remedy = "Export names instead of labels, and make the labels of the list differ."
            place = f"column {question}"
            what = f"a label of several choices as the heading of {column_letters(at)}"
            self._add(Fault(self._raw.file, place, rule, what, remedy))
        for at, rows in found.odd_rows():
            rule = "the column of an option holds 0 and 1, or nothing"
            remedy = "Correct the rows, or export the question in one column with names."
            what = f"something else in column {column_letters(at)},"
            self._fault_of_rows(question, rule, what, rows, remedy)
        return found or None

    def _in_codes(self, name: str, cells: Encoded) -> Encoded:
        """Put the forms' codes in the place of labels; what may mean several is a fault."""
        labels = self._labels.get(name)
        if labels is None or not labels.labels:
            return cells
        by_text = not self._paths.positions(plain(name))
        codes, unclear, unread = labels.in_codes(cells, by_text=by_text)
        in_columns = labels.several and self._in_groups and (unclear | unread).any()
        if in_columns and (options := self._options(name)):
            return codes.replaced(unclear | unread, options.answers())
        if not unclear.any():
            return codes
        lists = " or ".join(labels.lists)
        if labels.several:
            rule = f"labels in one cell must be those of the list {lists} in one way only"
            remedy = f"{_SPLIT} or make no label of the list consist of others."
            self._fault_of_rows(name, rule, "labels that may mean several in", unclear, remedy)
        else:
            remedy = (
                "Export names instead of labels, or say in study.toml what the label means "
                "(`answer_labels`, `values`); and make the labels of the list differ."
            )
            rule = _ONE_CHOICE.format(lists=lists)
            self._fault_of_rows(name, rule, "a label of several choices in", unclear, remedy)
        return codes

    def _fault_of_rows(
        self, name: str, rule: str, found: str, where: np.ndarray[Any, Any], remedy: str
    ) -> None:
        rows = named_rows(self._raw.rows[where], most=_MOST_ROWS)
        self._add(Fault(self._raw.file, f"column {name}", rule, f"{found} {rows}", remedy))

    def _add(self, fault: Fault) -> None:
        if fault not in self._faults:
            self._faults.append(fault)

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
        self._add(Fault(self._raw.file, f"column {name}", rule, f"{found} in {letters}", remedy))

    def _missing_faults(self) -> list[Fault]:
        if not self._missing:
            return []
        if len(self._missing) >= max(3, len(self._wanted)) and not self._faults:
            return [self._nothing_found()]
        return [self._missing_fault(name) for name in self._missing]

    def _nothing_found(self) -> Fault:
        width = len(self._raw.header)
        found = f"none of the {len(self._missing)} declared columns among {width}"
        rule = "the declared columns must be there"
        if self._raw.encoding in _WITHOUT_A_HEADER:
            remedy = (
                "Look whether it is the right file; if its variables are called otherwise, declare "
                "their names by `item_columns` and `columns`."
            )
            return Fault(self._raw.file, "", rule, found, remedy)
        remedy = (
            "Row 1 must hold the headings: export with XML names, or declare the labels that stand "
            f"there by `item_columns` and `columns`; and check `{self._checked}`."
        )
        return Fault(self._raw.file, "row 1", rule, found, remedy)

    @property
    def _checked(self) -> str:
        """Key of the source that is wrong where no heading is found."""
        return "sheet" if self._raw.encoding == "workbook" else "delimiter"

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
