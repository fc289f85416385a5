"""Sentences that give a number without its sign: their words must go the way of the number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from impact_eval.disclosure import Released
from impact_eval.errors import Fault
from impact_eval.wording.page_text import BREAK, MARK, Block, Mark, PageText, legible
from impact_eval.wording.strings import texts

# What the words of a text say of the sign of its numbers. Changes and effects are held word for
# word (`claims_held`); what would come about anyway in one group has its sign before the number.
_UP: Final = (
    *("gaps.ahead", "looking_back.said_higher", "robustness.trend_more"),
    *("robustness.response_shift_more", "robustness.response_shift_roll_out_more"),
    *("robustness.secular_apart_more", "robustness.secular_roll_out_more"),
    *("robustness.loss_more", "robustness.loss_one_side_more", "robustness.loss_both_sides_more"),
)
_DOWN: Final = (
    *("gaps.behind", "looking_back.said_lower", "robustness.trend_less"),
    *("robustness.response_shift_less", "robustness.response_shift_roll_out_less"),
    *("robustness.secular_apart_less", "robustness.secular_roll_out_less"),
    *("robustness.loss_less", "robustness.loss_one_side_less", "robustness.loss_both_sides_less"),
)
_WITH_WORD: Final = (("looking_back.measured", "looking_back.higher", "looking_back.lower"),)
_NUMBERS: Final = frozenset({"{gap_size}", "{value}", "{number}", "{sd}"})
_SLOT: Final = re.compile(r"(\{[a-z_]*\})")
_NEXT_WORDS: Final = 24  # characters behind the last number, which tell "above" from "below"


def direction_faults(page_text: PageText, released: Released, *, page: str) -> list[Fault]:
    """Find numbers of a rise in words of a fall, and the other way round."""
    values = {finding.finding_id for finding in released.findings()}
    return [
        Fault(
            page,
            f"{legible(block.text)[:80]!r}",
            "words must go the way of the number that stands in them without its sign",
            f"{mark.shown!r}",
            "Say it with `impact_eval.wording`.",
        )
        for block in page_text.blocks
        if any(mark.attributes.get("data-form") == "size" for mark in block.marks)
        for mark in _against(block)
        if mark.attributes.get("data-finding") in values
    ]


def _against(block: Block) -> Iterator[Mark]:
    """Yield the marks of a block whose sign is not that of the words around them."""
    text = " ".join(block.text.replace(BREAK, " ").split())
    for pattern, sign in _patterns():
        for found in pattern.finditer(text):
            first = text[: found.start()].count(MARK)
            for mark in block.marks[first : first + found.group(0).count(MARK)]:
                value = float(mark.attributes.get("value", "nan"))
                if mark.attributes.get("data-form") == "size" and value * sign < 0:
                    yield mark


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], int], ...]:
    known = texts()
    found = [(known[key], 1) for key in _UP] + [(known[key], -1) for key in _DOWN]
    for key, up, down in _WITH_WORD:
        found += [
            (known[key].replace("{direction}", known[word]), sign)
            for word, sign in ((up, 1), (down, -1))
        ]
    return tuple((_pattern(template), sign) for template, sign in found)


def _pattern(template: str) -> re.Pattern[str]:
    """Compile the words that go with a text's numbers: up to its last number, and a few behind it.

    What stands before a colon may be a heading on a page, so a text begins behind its first one.
    """
    pieces = _SLOT.split(template.split(": ", 1)[-1])
    last = max(place for place, piece in enumerate(pieces) if piece in _NUMBERS)
    behind = "".join(pieces[last + 1 : last + 4])
    whole = "{" not in behind[:_NEXT_WORDS]
    words = re.escape(behind[:_NEXT_WORDS]) if whole else ""
    unit = re.match(r" \{unit\}( \w+)", behind)
    if unit:
        words = re.escape(f" {texts()['units.scale_points']}{unit.group(1)}")
    kept = "".join(
        MARK if one in _NUMBERS else f"[^{MARK}]*?" if one.startswith("{") else re.escape(one)
        for one in pieces[: last + 1]
    )
    return re.compile(kept + words, re.IGNORECASE)
