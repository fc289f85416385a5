"""What each marked number of a cell is there: an end of an interval, one of two, or alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Final

from impact_eval.disclosure import Finding
from impact_eval.wording.page_text import BREAK, MARK, Block, Mark
from impact_eval.wording.strings import texts

_PAIRS: Final = {
    "tables.low_to_high": ("low", "high"),
    "tables.before_and_after": ("first", "second"),
    "tables.flow_both": ("first", "second"),
    "robustness.table_of": ("some", "all"),
    "tables.effect_levels": ("later", "earlier"),
}
_BEFORE: Final = {
    "numbers.p": "p",
    "numbers.p_below": "p",
    "tables.coded_low": "at_most",
    "tables.coded_high": "at_least",
}
_ONE_FINDING: Final = frozenset({"low", "first"})


@dataclass(frozen=True, slots=True)
class Part:
    """A mark of a cell, what it is there, and the one behind it that it goes with."""

    mark: Mark
    name: str
    earlier_than: Mark | None = None


def parts_of(block: Block) -> Iterator[Part]:
    """Yield the marks of a block with what they are by the words between them.

    Two numbers of one finding with "to" between are the ends of an interval; of two findings they
    are numbers of two times, and the earlier must stand first.
    """
    between = [" ".join(one.split()) for one in block.text.replace(BREAK, " ").split(MARK)]
    names: dict[int, str] = {}
    order: dict[int, Mark] = {}
    for place, mark in enumerate(block.marks):
        after, before = between[place + 1], between[place]
        pair = _between().get(after) if place + 1 < len(block.marks) else None
        if pair:
            follows = block.marks[place + 1]
            same = _tied(mark) == _tied(follows)
            if pair[0] == "some" or (same and pair[0] in _ONE_FINDING):
                names[place], names[place + 1] = pair
            elif pair[0] == "low":
                order[place] = follows
            elif pair[0] == "later":
                order[place + 1] = mark
        if place not in names:
            names[place] = _alone(before, after)
    for place, mark in enumerate(block.marks):
        yield Part(mark, names[place], order.get(place))


def later_than(one: Finding, other: Finding, waves: list[str]) -> bool:
    """Whether a finding is of a later wave than another."""
    known = {wave: place for place, wave in enumerate(waves)}
    return known.get(one.wave_to, 0) > known.get(other.wave_to, 0)


def _tied(mark: Mark) -> str:
    return mark.attributes.get("data-finding", "")


def _alone(before: str, after: str) -> str:
    """Return what a number is that no other goes with."""
    if after.startswith(_deviations()):
        return "sd"
    return next((name for words, name in _ahead() if before.endswith(words)), "only")


@cache
def _between() -> dict[str, tuple[str, str]]:
    """Return what stands between two numbers by our texts, and what they then are."""
    return {
        texts()[key].split("}")[1].partition("{")[0].strip(): two for key, two in _PAIRS.items()
    }


@cache
def _ahead() -> tuple[tuple[str, str], ...]:
    """Return what stands before a number by our texts, and what it then is."""
    return tuple(
        (unescape(texts()[key]).partition("{")[0].strip(), name) for key, name in _BEFORE.items()
    )


@cache
def _deviations() -> str:
    """Return what follows a number that is given in standard deviations too."""
    return texts()["robustness.table_sd"].rpartition("}")[2].strip()
