"""Columns of text in which each different text is kept once, and judged once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike
from pandas.api.extensions import ExtensionArray

from impact_eval.surveys.text import code_element

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Encoded(NamedTuple):
    """A column of text: the place of each cell among the different texts, and these."""

    codes: np.ndarray[Any, np.dtype[np.integer[Any]]]
    texts: list[str]

    def taken(self, rows: np.ndarray[Any, Any] | slice) -> Encoded:
        """Cells of these rows, by their numbers or a mask; texts that stand in none are gone."""
        codes = self.codes[rows]
        used = np.zeros(len(self.texts), dtype=bool)
        used[codes] = True
        if used.all():
            return Encoded(codes, self.texts)
        place = (np.cumsum(used) - 1).astype(np.int32)
        texts = [text for text, stays in zip(self.texts, used, strict=True) if stays]
        return Encoded(place[codes], texts)

    def taken_texts(self, rows: np.ndarray[Any, Any]) -> list[str]:
        """Texts of these rows, by their numbers."""
        return [self.texts[code] for code in self.codes[rows].tolist()]

    def words(self, rows: np.ndarray[Any, Any] | slice = slice(None)) -> np.ndarray[Any, Any]:
        """Texts of these rows or of all."""
        return np.asarray(np.array(self.texts, dtype=object)[self.codes[rows]])

    def strings(self, rows: np.ndarray[Any, Any] | slice = slice(None)) -> ExtensionArray:
        """Texts of these rows or of all, as a column of a table."""
        texts = pa.array(self.texts, type=pa.large_string())
        return _as_text(texts.take(pa.array(self.codes[rows])))

    def ranked(self, rows: np.ndarray[Any, Any]) -> Encoded:
        """Cells of these rows, with the texts that stand in any in their order.

        >>> Encoded(np.array([0, 1, 0]), ["b", "a"]).ranked(np.array([0, 1])).codes.tolist()
        [1, 0]
        """
        chosen = self.taken(rows)
        order = sorted(range(len(chosen.texts)), key=chosen.texts.__getitem__)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return Encoded(rank[chosen.codes], [chosen.texts[place] for place in order])

    def of_each(self, values: ArrayLike, dtype: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401
        """Value of each cell, from the values of the different texts."""
        found = np.array(values, dtype=dtype)
        return found.take(self.codes) if len(self.texts) else np.empty(0, dtype=dtype)

    def among(self, texts: Collection[str]) -> Mask:
        """Say in which cells one of these texts stands."""
        return self.at([place for place, text in enumerate(self.texts) if text in texts])

    def at(self, places: Sequence[int]) -> Mask:
        """Say in which cells a text of one of these places stands."""
        if not places:
            return np.zeros(len(self.codes), dtype=bool)
        if len(places) == 1:
            return np.asarray(self.codes == places[0])
        there = np.zeros(len(self.texts), dtype=bool)
        there[list(places)] = True
        return there.take(self.codes)

    def is_longer_than(self, signs: int) -> bool:
        """Say whether any text has more signs than this, or one beyond ASCII."""
        return any(len(text) > signs or not text.isascii() for text in self.texts)

    def some(self, most: int) -> list[tuple[str, int]]:
        """Take every second, third, ... of more than `most` different texts, and count its cells.

        >>> Encoded(np.array([0, 1, 1, 2]), ["a", "b", "c"]).some(2)
        [('a', 1), ('c', 1)]
        """
        every = every_so_many(len(self.texts), most)
        counts = np.bincount(self.codes, minlength=len(self.texts))[::every]
        return list(zip(self.texts[::every], counts.tolist(), strict=True))

    def is_blank(self) -> bool:
        """Say whether nothing stands in any cell, as in a column that the file does not have."""
        return self.texts == [""] or not len(self.codes)

    def blanked(self, rows: np.ndarray[Any, Any]) -> Encoded:
        """Leave nothing in these rows, by their numbers or a mask.

        >>> constant("a", 2).blanked(np.array([0])).taken_texts(np.arange(2))
        ['', 'a']
        """
        if self.is_blank():
            return self
        try:
            place, texts = self.texts.index(""), self.texts
        except ValueError:
            place, texts = len(self.texts), [*self.texts, ""]
        smallest = np.promote_types(self.codes.dtype, np.min_scalar_type(place))
        codes = self.codes.astype(smallest)
        codes[rows] = place
        return Encoded(codes, texts)

    def replaced(self, where: Mask, other: Encoded) -> Encoded:
        """Take the cells of another column in some rows.

        >>> constant("a", 3).replaced(np.array([True, False, False]), constant("b", 3))
        Encoded(codes=array([1, 0, 0]), texts=['a', 'b'])
        """
        if not where.any():
            return self
        places = {text: place for place, text in enumerate(self.texts)}
        place = np.array([places.setdefault(text, len(places)) for text in other.texts])
        return Encoded(np.where(where, place[other.codes], self.codes), list(places))


def every_so_many(texts: int, most: int) -> int:
    """At what distance to take texts, so that at most so many are taken.

    >>> every_so_many(5, 2), every_so_many(2, 2), every_so_many(0, 2)
    (3, 1, 1)
    """
    return -(-texts // most) or 1


def constant(text: str, n: int) -> Encoded:
    """Column of n cells that says the same in each.

    >>> constant("a", 2)
    Encoded(codes=array([0, 0], dtype=int8), texts=['a'])
    """
    return Encoded(np.zeros(n, dtype=np.int8), [text])


def joined(parts: Sequence[Encoded]) -> Encoded:
    """Put columns one below the other.

    >>> joined([constant("a", 1), constant("b", 1), constant("a", 1)]).codes.tolist()
    [0, 1, 0]
    """
    places: dict[str, int] = {}
    codes = [
        np.array([places.setdefault(text, len(places)) for text in part.texts])[part.codes]
        for part in parts
        if len(part.texts)
    ]
    return Encoded(np.concatenate(codes) if codes else np.empty(0, np.int8), list(places))


def distinct(values: pd.Series) -> Encoded:
    """Place of each text among the different ones, and these in the order of their appearance.

    >>> codes, texts = distinct(pd.Series(["b", "a", "b"], dtype="str"))
    >>> codes.tolist(), texts
    ([0, 1, 0], ['b', 'a'])
    """
    array = pa.array(values, type=pa.large_string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    encoded = array.dictionary_encode()
    return Encoded(encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist())


def as_series(encoded: Encoded) -> pd.Series:
    """Column of text with an index of its own.

    >>> as_series(distinct(pd.Series(["b", "a", "b"], dtype="str"))).tolist()
    ['b', 'a', 'b']
    """
    return pd.Series(encoded.strings())


def text_column(texts: Sequence[str | None] | np.ndarray[Any, Any]) -> ExtensionArray:
    """Column of a table of these texts, at less cost than pandas, which looks at each by itself.

    >>> text_column(["a", None]).isna().tolist()
    [False, True]
    """
    return _as_text(pa.array(texts, type=pa.large_string(), from_pandas=True))


def _as_text(texts: pa.Array) -> ExtensionArray:
    return pd.arrays.ArrowStringArray(texts, dtype=pd.StringDtype(na_value=np.nan))  # type: ignore[call-arg]


def spelled(encoded: Encoded, spell: Callable[[str], str]) -> Encoded:
    """Apply `spell` to a column, once to each different text.

    >>> spelled(Encoded(np.array([0, 1], dtype=np.int32), ["a", "A"]), str.lower).texts
    ['a']
    """
    new = [spell(text) for text in encoded.texts]
    if new == encoded.texts:
        return encoded
    places: dict[str, int] = {}
    place = [places.setdefault(text, len(places)) for text in new]
    return Encoded(np.array(place, dtype=np.int32)[encoded.codes], list(places))


def code_elements(encoded: Encoded) -> Encoded:
    """Apply `code_element` to a column; to letters alone, as most are, at little cost.

    >>> code_elements(Encoded(np.array([0, 1, 2]), ["Abc", "abc", "X"])).texts
    ['abc', 'x']
    """
    letters = "".join(encoded.texts)
    only_letters = letters.isascii() and letters.isalpha()
    return spelled(encoded, str.lower if only_letters else code_element)


def is_text(column: pd.Series, text: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say in which cells of a column of text exactly this text stands.

    >>> is_text(pd.Series(["b", "a"], dtype="str"), "a").tolist()
    [False, True]
    """
    same = pc.equal(pa.array(column), pa.scalar(text, type=pa.large_string()))
    return np.asarray(same.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def repeated(text: str, times: int) -> pd.Series:
    """Column that says the same in each row.

    >>> repeated("a", 2).tolist()
    ['a', 'a']
    """
    return pd.Series(pa.repeat(pa.scalar(text, type=pa.large_string()), times), dtype="str")


def map_unique(values: pd.Series, spell: Callable[[str], str]) -> pd.Series:
    """Column of text with `spell` applied once to each different value."""
    before = distinct(values)
    after = spelled(before, spell)
    return values if after is before else as_series(after).set_axis(values.index)
