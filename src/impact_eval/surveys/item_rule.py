"""How one answer is read by the codebook: its number, and what kind of answer it is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from impact_eval.surveys.text import folded

_NUMBER: Final = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)")
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+")
# A longer number that no range allows may be a telephone or an identity number.
_LARGEST_UNDECLARED: Final = 999_999
_MOST_KEYS: Final = 4_096


Kind = Literal["answered", "dont_know", "refused", "missing_code", "blank", "rejected"]


class Reading(NamedTuple):
    """What one answer comes to: its number (NaN is missing), and what kind of answer it is."""

    number: float
    kind: Kind = "answered"

    @property
    def rejected(self) -> bool:
        """Whether it broke the item's rule."""
        return self.kind == "rejected"


BLANK: Final = Reading(math.nan, "blank")
REJECTED: Final = Reading(math.nan, "rejected")


@dataclass(frozen=True)
class ItemRule:
    """How the answers to one item are read in the waves that share a range.

    `options` are those of a `multiple`, and the choices of a `choice` whose survey form is known:
    without a form any answer that is not right is a wrong one.
    """

    kind: str
    minimum: float
    maximum: float
    reverse: bool
    correct: frozenset[str]
    missing: frozenset[str]
    dont_know: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    in_parts: bool = False

    def read(self, answer: str) -> Reading:
        """Turn one answer into its number.

        >>> rating = ItemRule("rating", 1, 5, True, frozenset(), frozenset({"98"}))
        >>> rating.read("۲").number, rating.read("98").number, rating.read("6").rejected
        (4.0, nan, True)
        """
        key = answer_key(answer)
        if not key:
            return BLANK
        if key in self.missing:
            kind = self._kind_of_missing(key)
            # not to know the right answer is to answer a question of knowledge; to refuse is not
            wrong = kind == "dont_know" and self.kind in ("choice", "multiple")
            return Reading(0.0 if wrong else math.nan, kind)
        if self.kind == "text":
            return Reading(math.nan)
        if self.kind in ("choice", "instructed"):
            known = not self.options or key in self.options or key in self.correct
            return Reading(float(key in self.correct)) if known else REJECTED
        return self._read_multiple(answer) if self.kind == "multiple" else self._read_number(key)

    def _kind_of_missing(self, key: str) -> Kind:
        if key in self.dont_know:
            return "dont_know"
        return "refused" if key in self.refused else "missing_code"

    def _read_number(self, key: str) -> Reading:
        number = to_number(key)
        if self.kind == "note" and math.isnan(number):
            return Reading(number)
        if not (self._low <= number <= self._high):
            return REJECTED
        return Reading(self.minimum + self.maximum - number if self.reverse else number)

    def _read_multiple(self, answer: str) -> Reading:
        """Judge the options chosen, which stand in one cell with spaces between them."""
        chosen = {answer_key(part) for part in answer.split()}
        if chosen - self.options:
            return REJECTED
        judged_rightly = len(self.options) - len(chosen ^ self.correct)
        if self.in_parts:
            return Reading(judged_rightly / len(self.options))
        return Reading(float(chosen == self.correct))

    @property
    def _low(self) -> float:
        return -_LARGEST_UNDECLARED if math.isnan(self.minimum) else self.minimum

    @property
    def _high(self) -> float:
        return _LARGEST_UNDECLARED if math.isnan(self.maximum) else self.maximum

    @property
    def text(self) -> str:
        """The rule in words, for the list of rejected answers."""
        if self.kind == "multiple":
            return "options of this question, with spaces between them"
        if self.kind == "choice":
            return "one of the choices of this question"
        if math.isnan(self.minimum) and math.isnan(self.maximum):
            return "a number of at most six digits"
        return f"a number from {self._low:g} to {self._high:g}"


@lru_cache(maxsize=_MOST_KEYS)
def answer_key(answer: str) -> str:
    """Bring an answer into the spelling in which answers, keys and missing codes are compared.

    >>> answer_key(" B "), answer_key("۹۸"), answer_key("2.0") == answer_key("2")
    ('b', '98', True)
    """
    text = folded(answer)
    number = to_number(text)
    return text if math.isnan(number) else f"{number:g}" if abs(number) < 1e5 else repr(number)


def to_number(text: str) -> float:
    """Read a number with a point or a decimal comma; NaN for anything else.

    `1,234` is refused: nobody can tell a thousand from a decimal comma.

    >>> to_number("3,5"), to_number("1,234"), to_number("inf")
    (3.5, nan, nan)
    """
    if not _NUMBER.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return math.nan
    return float(text.replace(",", "."))
