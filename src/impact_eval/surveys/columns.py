"""Columns of one length side by side: text as places among the different ones, else arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.encoded import Encoded, constant, distinct, joined

Array = np.ndarray[Any, Any]
Rows = np.ndarray[Any, Any] | slice

# What stands where nothing is known, by the kind of an array.
_BLANKS: Final = {"M": np.datetime64("NaT"), "f": np.nan, "b": False, "i": 0, "u": 0}


@dataclass(frozen=True)
class Columns:
    """Columns of n rows; a data frame costs many times as much to take rows of.

    Attributes
    ----------
    text : dict of str to Encoded
        Columns of text; different texts may be listed that stand in no row.
    arrays : dict of str to array, shape (n,)
        Times, numbers, truth values.
    n : int
        How many rows there are.

    Examples
    --------
    >>> forms = Columns({"wave": constant("pre", 2)}, {"row": np.array([2, 3])}, 2)
    >>> forms.taken(np.array([1])).frame().to_dict("records")
    [{'wave': 'pre', 'row': 3}]
    """

    text: dict[str, Encoded]
    arrays: dict[str, Array]
    n: int

    def __len__(self) -> int:
        """Say how many rows there are."""
        return self.n

    @classmethod
    def of(cls, table: pd.DataFrame) -> Columns:
        """Columns of a table.

        >>> Columns.of(pd.DataFrame({"a": ["x", "y"]})).text["a"].texts
        ['x', 'y']
        """
        texts = [name for name in table.columns if table[name].dtype == "str"]
        return cls(
            {name: distinct(table[name]) for name in texts},
            {name: table[name].to_numpy() for name in table.columns if name not in texts},
            len(table),
        )

    def frame(self, names: Collection[str] | None = None) -> pd.DataFrame:
        """Table of some columns or of all."""
        cells: dict[str, Any] = {
            name: column.strings()
            for name, column in self.text.items()
            if names is None or name in names
        }
        cells |= {
            name: column for name, column in self.arrays.items() if names is None or name in names
        }
        return pd.DataFrame(cells, index=pd.RangeIndex(self.n), copy=False)

    def taken(self, rows: Rows) -> Columns:
        """Rows by their numbers, in their order."""
        text = {name: Encoded(one.codes[rows], one.texts) for name, one in self.text.items()}
        values = {name: one[rows] for name, one in self.arrays.items()}
        return Columns(text, values, len(np.arange(self.n)[rows]))

    def pruned(self) -> Columns:
        """Forget all texts that stand in no row, such as those of rows that were erased."""
        everything = slice(None)
        return replace(self, text={name: one.taken(everything) for name, one in self.text.items()})

    def without(self, names: Collection[str]) -> Columns:
        """All columns but some."""
        text = {name: one for name, one in self.text.items() if name not in names}
        return Columns(text, {k: one for k, one in self.arrays.items() if k not in names}, self.n)

    def with_(
        self,
        *,
        text: Mapping[str, Encoded] | None = None,
        arrays: Mapping[str, Array] | None = None,
    ) -> Columns:
        """Set more columns, or others in the place of some."""
        return Columns({**self.text, **(text or {})}, {**self.arrays, **(arrays or {})}, self.n)

    def blanked(self, rows: Array, names: Collection[str]) -> Columns:
        """Leave nothing in some rows of some columns.

        >>> whole = Columns({"a": constant("x", 2)}, {"n": np.array([1, 2])}, 2)
        >>> whole.blanked(np.array([0]), ["a", "n"]).frame().to_dict("list")
        {'a': ['', 'x'], 'n': [0, 2]}
        """
        text = {name: self.text[name].blanked(rows) for name in names if name in self.text}
        values = {name: self.arrays[name].copy() for name in names if name in self.arrays}
        for column in values.values():
            column[rows] = _BLANKS[column.dtype.kind]
        return self.with_(text=text, arrays=values)

    def extended(self, further: int) -> Columns:
        """Add rows below in which nothing stands."""
        nothing = constant("", further)
        text = {name: joined([one, nothing]) for name, one in self.text.items()}
        values = {
            name: np.concatenate([one, np.full(further, _BLANKS[one.dtype.kind], dtype=one.dtype)])
            for name, one in self.arrays.items()
        }
        return Columns(text, values, self.n + further)

    @classmethod
    def stacked(cls, parts: Sequence[Columns]) -> Columns:
        """Put rows of the same columns one below the other."""
        if len(parts) == 1:
            return parts[0]
        first = parts[0]
        text = {name: joined([part.text[name] for part in parts]) for name in first.text}
        values = {name: np.concatenate([p.arrays[name] for p in parts]) for name in first.arrays}
        return cls(text, values, sum(len(part) for part in parts))
