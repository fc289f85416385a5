"""Codes by which people are told from one another, element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from impact_eval.surveys.combinations import first_rows, numbered
from impact_eval.surveys.encoded import Encoded, Mask, constant, joined

JOIN: Final = "\x1f"


class Codes(NamedTuple):
    r"""Codes of n people, an element a column; a code of empty elements is none.

    Attributes
    ----------
    elements : tuple of Encoded, each of n cells
        In one spelling; none at all where the file does not ask for a code.
    n : int
        How many people.
    whole : bool
        Whether a code that lacks an element counts as none.

    Examples
    --------
    >>> given = Encoded(np.array([0, 1]), ["ab", ""])
    >>> Codes((given, constant("7", 2)), 2).as_text(str.upper).texts
    ['AB\x1f7', '\x1f7']
    >>> Codes((given, constant("7", 2)), 2, whole=True).missing.tolist()
    [False, True]
    """

    elements: tuple[Encoded, ...]
    n: int
    whole: bool = False

    @property
    def missing(self) -> Mask:
        """Who has no code."""
        empty = [element.among([""]) for element in self.elements]
        if not empty:
            return np.ones(self.n, dtype=bool)
        return np.asarray((np.logical_or if self.whole else np.logical_and).reduce(empty))

    @property
    def has_gaps(self) -> bool:
        """Whether somebody's code lacks some of its elements and not all."""
        if len(self.elements) < 2:
            return False
        empty = [element.among([""]) for element in self.elements]
        return bool((np.logical_or.reduce(empty) & ~np.logical_and.reduce(empty)).any())

    def as_text(self, spell: Callable[[str], str]) -> Encoded:
        """Codes with `spell` applied to each different element, in one text each."""
        if not self.elements:
            return constant("", self.n)
        number = numbered(*self.elements)
        first = first_rows(number)
        columns = [
            pa.array([spell(text) for text in one.texts], type=pa.large_string()).take(
                pa.array(one.codes[first])
            )
            for one in self.elements
        ]
        texts = pc.binary_join_element_wise(*columns, pa.scalar(JOIN, pa.large_string()))
        found = Encoded(number, texts.to_pylist())
        missing = self.missing
        return found.blanked(missing) if missing.any() else found

    def taken(self, rows: np.ndarray[Any, Any]) -> Codes:
        """Codes of these people, in their order."""
        elements = tuple(element.taken(rows) for element in self.elements)
        return Codes(elements, len(rows), self.whole)

    @classmethod
    def stacked(cls, parts: Sequence[Codes]) -> Codes:
        """Put codes of the same elements one below the other."""
        columns = zip(*(part.elements for part in parts), strict=True)
        elements = tuple(joined(column) for column in columns)
        return cls(elements, sum(part.n for part in parts), parts[0].whole)
