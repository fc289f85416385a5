"""Declared column names to positions in a file, without ever showing what the file's header says.

The first row of a file that lost its header holds somebody's answers.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.surveys.files import RawTable, column_letters
from impact_eval.surveys.text import plain

_ABSENT: Final = -1


class Headings:
    """Finds the declared columns of one file and collects what is wrong with them.

    Parameters
    ----------
    raw : RawTable
        The file.
    in_groups : bool
        Whether a heading may stand behind the path of its groups (`quiz/k01`), as KoboToolbox
        writes them.
    """

    def __init__(self, raw: RawTable, *, in_groups: bool) -> None:
        self._raw = raw
        self._wanted: set[str] = set()
        self._faults: list[Fault] = []
        self._missing: list[str] = []
        self._positions = _by_name(raw.header, in_groups)

    def column(self, name: str | None, *, required: bool = True) -> pd.Series | None:
        """Text of a declared column; None if it is not declared or not there."""
        if name is None:
            return None
        if required:
            self._wanted.add(name)
        positions = self._positions.get(plain(name), [])
        if len(positions) == 1:
            return self._raw.cells[positions[0]]
        if positions:
            self._note_ambiguous(name, positions)
        elif required and name not in self._missing:
            self._missing.append(name)
        return None

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

    def _note_ambiguous(self, name: str, positions: Iterable[int]) -> None:
        letters = " and ".join(column_letters(position) for position in positions)
        self._faults.append(
            Fault(
                self._raw.file,
                f"column {name}",
                "a declared column must stand in the file once",
                f"it in {letters}",
                "Rename one of them, or declare the heading with the path of its group.",
            )
        )

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
            "Row 1 must hold the headings: export with XML names and not with labels, and check "
            "`delimiter` and `sheet` in study.toml."
        )
        return Fault(self._raw.file, "row 1", "the declared columns must be there", found, remedy)

    def _missing_fault(self, name: str) -> Fault:
        remedy = "Export the file with this column, or correct its name in study.toml."
        if near := difflib.get_close_matches(name, self._raw.header, n=1, cutoff=0.75):
            letters = column_letters(self._raw.header.index(near[0]))
            remedy = f"The heading of column {letters} is nearly the same: correct one of the two."
        rule = "a declared column must be in the file"
        return Fault(self._raw.file, f"column {name}", rule, "no such heading", remedy)


def _by_name(header: tuple[str, ...], in_groups: bool) -> dict[str, list[int]]:
    """Positions by whole heading; in groups also by the last part, unless it is an option's.

    `topics/games` beside a column `topics` is an option of a select_multiple.
    """
    positions: dict[str, list[int]] = {}
    for position, heading in enumerate(header):
        positions.setdefault(heading, []).append(position)
    if not in_groups:
        return positions
    whole = frozenset(header)
    for position, heading in enumerate(header):
        path, _, last = heading.rpartition("/")
        if path and path not in whole and last not in whole:
            positions.setdefault(last, []).append(position)
    return positions
