"""Sentences that claim a change or an effect: each must be what its own finding says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.errors import Fault
from impact_eval.wording.effects import claim_of
from impact_eval.wording.page_text import BREAK, MARK, Block, Mark, PageText, legible, read_page
from impact_eval.wording.strings import texts

CLAIMS: Final = ("facts.", "claims.", "effects.")
_SLOT: Final = re.compile(r"\{[a-z_]*\}")
_WITHIN: Final = r"(?:(?!\. ).)+?"
_POINT: Final = "\N{MIDDLE DOT}"
_TIED: Final = re.compile(f"{MARK}[^{MARK}]*=([^{MARK}=]*){MARK}")
_KEYS: Final = ("data-finding", "data-declared")
_CLAIMED: Final = frozenset({"change", "effect"})


def claim_faults(page_text: PageText, released: Released, *, page: str) -> list[Fault]:
    """Find claims whose numbers, direction, people or times are not those of their finding.

    A sentence made from a template of a claim is held against what `claim_of` says of the changes
    and effects that are marked beside it, word for word and mark for mark: so no limit passes for
    an estimate, no rise for a fall, and no number of students for one of teachers.
    """
    by_id = {finding.finding_id: finding for finding in released.findings()}
    said: dict[str, str] = {}
    faults = []
    for block in page_text.blocks:
        for claimed in dict.fromkeys(_claimed(block)):
            own = _findings_of(claimed, block, by_id)
            for finding in own:
                if finding.finding_id not in said:
                    said[finding.finding_id] = _spelled_claim(released, finding)
            if not any(claimed in said[finding.finding_id] for finding in own):
                shown = legible(block.text)
                faults.append(
                    Fault(
                        page,
                        f"{shown[:80]!r}",
                        "a claim must be what its finding says, number for number",
                        f"{_plain(claimed)[:80]!r}",
                        "Write it with `impact_eval.wording.claim_of`.",
                    )
                )
    return faults


def _claimed(block: Block) -> Iterator[str]:
    """Yield each sentence of a block that is a claim with numbers, its marks spelled out."""
    if MARK not in block.text:
        return
    text = _spelled(block)
    for longest, pattern in _patterns():
        if longest in text:
            found = (one.group(0) for one in pattern.finditer(text))
            yield from (claimed for claimed in found if MARK in claimed)


def _findings_of(claimed: str, block: Block, by_id: dict[str, Finding]) -> Sequence[Finding]:
    """Return the changes and effects that a claim may be of: marked in its block, or beside it."""
    marked = [by_id.get(mark.attributes.get("data-finding", "")) for mark in block.marks]
    known = {finding.finding_id: finding for finding in marked if finding is not None}
    own = [finding for finding in known.values() if finding.quantity in _CLAIMED]
    if own:
        return own
    places = {
        (one.audience, one.outcome, one.phase, one.level, one.unit_id)
        for one in known.values()
        if one.finding_id in claimed
    }
    return [
        finding
        for finding in by_id.values()
        if finding.quantity in _CLAIMED
        and (finding.audience, finding.outcome, finding.phase, finding.level, finding.unit_id)
        in places
    ]


def _spelled_claim(released: Released, finding: Finding) -> str:
    return " ".join(_spelled(block) for block in read_page(claim_of(released, finding)).blocks)


def _spelled(block: Block) -> str:
    """Return the text of a block with what each mark is tied to, and what it shows."""
    marks = iter(block.marks)
    text = re.sub(MARK, lambda _: f"{MARK}{_tie(next(marks))}{MARK}", block.text)
    return " ".join(text.replace(BREAK, " ").split())


def _tie(mark: Mark) -> str:
    """Write a mark without a full stop, which would end a sentence."""
    tied = next((mark.attributes[key] for key in _KEYS if key in mark.attributes), "")
    return f"{tied}={mark.shown}".replace(".", _POINT)


def _plain(claimed: str) -> str:
    """Return a claim as a reader sees it."""
    return _TIED.sub(r"\1", claimed).replace(_POINT, ".")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile the templates of claims that hold a number, each from the start of a sentence.

    Before each stands its longest part without a slot, which a text must hold to fit it.
    """
    found = []
    for key, template in texts().items():
        if key.startswith(CLAIMS) and "." in template and _SLOT.search(template):
            parts = _SLOT.split(template)
            fitting = _WITHIN.join(map(re.escape, parts))
            found.append((max(parts, key=len), re.compile(r"(?:^|(?<=\. ))" + fitting)))
    return tuple(found)
