"""One spelling for what people type differently: digits of other scripts, spaces, case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike

_NUMBER_SIGNS: Final = {ord("٫"): ".", ord("−"): "-"}
# Joiners, direction marks and the byte order mark: invisible, and typed by some keyboards only.
_INVISIBLE: Final = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF])
_TABLE: Final = {**_NUMBER_SIGNS, **_INVISIBLE}
_WHOLE_NUMBER: Final = re.compile(r"0*(\d+)(?:\.0+)?")
_NOT_OF_A_CODE: Final = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Text with Latin digits, single spaces and nothing invisible.

    >>> plain(" ۱۲  کراچی "), plain("१२")
    ('12 کراچی', '12')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_TABLE)
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    return " ".join(text.split())


def folded(text: str) -> str:
    """Plain text in one case: what two spellings of a name share.

    >>> folded("Government  Girls SCHOOL") == folded("government girls school")
    True
    """
    return plain(text).casefold()


def code_element(text: str) -> str:
    """One element of a respondent's code without case, spaces, signs and leading zeros.

    >>> code_element(" ۰3 "), code_element("3.0"), code_element("a-b")
    ('3', '3', 'ab')
    """
    if text.isascii() and text.isalpha():
        return text.lower()
    element = folded(text)
    if number := _WHOLE_NUMBER.fullmatch(element):
        return number[1]
    return _NOT_OF_A_CODE.sub("", element)


def roll_number(text: str, *, prefixes: Sequence[str] = ()) -> str:
    """Bring a school's number for a person into one spelling, without a declared prefix.

    A prefix that is not declared stays: `A-12` and `B-12` may be two people. Nothing is taken off
    if nothing would be left.

    >>> roll_number("Roll No. ۰۱۲", prefixes=["Roll No."]), roll_number("A-012"), roll_number("012")
    ('12', 'a012', '12')
    """
    element = code_element(text)
    for prefix in sorted(map(code_element, prefixes), key=len, reverse=True):
        rest = element.removeprefix(prefix)
        if prefix and rest and rest != element:
            return code_element(rest)
    return element


class Encoded(NamedTuple):
    """A column of text: the place of each cell among the different texts, and these.

    Every text stands in a cell at least.
    """

    codes: np.ndarray[Any, np.dtype[np.integer[Any]]]
    texts: list[str]

    def taken(self, rows: np.ndarray[Any, Any]) -> Encoded:
        """Cells of these rows, by their numbers or a mask."""
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

    def of_each(self, values: ArrayLike, dtype: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401
        """Value of each cell, from the values of the different texts."""
        found = np.array(values, dtype=dtype)
        return found[self.codes] if len(self.texts) else np.empty(0, dtype=dtype)


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
    texts = pa.array(encoded.texts, type=pa.large_string())
    return pd.Series(texts.take(pa.array(encoded.codes)), dtype="str")


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
