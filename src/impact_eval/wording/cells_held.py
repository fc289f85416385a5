"""Cells of tables: each number must be one that its column, and its row, may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import isclose, isfinite
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.errors import Fault
from impact_eval.wording.cell_parts import Part, later_than, parts_of
from impact_eval.wording.columns import (
    AS_REPORTED,
    PLANNED,
    WITH_EVERY_FORM,
)
from impact_eval.wording.headings import Heading, headings_of, said_of_rows
from impact_eval.wording.may_stand import NUMBERS_OF, Allowed
from impact_eval.wording.page_tables import Place, places_of
from impact_eval.wording.page_text import MARK, Cell, Line, PageText, legible
from impact_eval.wording.strings import text

REMEDY: Final = "Build the table with `impact_eval.tables`, or move the number to its own column."
_SIGN: Final = re.compile(
    rf"(?<![\w{MARK}])[-+\N{{MINUS SIGN}}\N{{EN DASH}}\N{{PLUS-MINUS SIGN}}] ?{MARK}"
)
_ASKED_PEOPLE: Final = 5  # place in the address of a planned number
_DESIGN: Final = 2
_NUMBER_AND_ENDS: Final = 3
_WITH_INTERVAL: Final = frozenset({"change", "effect", "mastery_change", "item_change"})


def cell_faults(
    page_text: PageText, released: Released, *, page: str, beside: Released | None = None
) -> list[Fault]:
    """Find numbers of a table that are not what the words over them and before them say.

    A heading is one of our texts, or a label of the study. Under it may stand numbers of some
    quantities and no others (`columns`), of the wave, side, phase or group that it names; which of
    a finding's numbers, is told by their place in the cell: `parts_of`. Outcome, item, audience and
    phase that a row or its group names must be those of its findings. What was released without the
    exclusions of the plan stands under a heading of its own and under no other.
    """
    others = {} if beside is None else {one.finding_id: one for one in beside.findings()}
    by_id = others | {finding.finding_id: finding for finding in released.findings()}
    faults = []
    for lines in page_text.tables:
        if not any(
            MARK in block.text for line in lines for one in line.cells for block in one.blocks
        ):
            continue
        held = _Held(released, by_id, frozenset(others), lines)
        for place in places_of(lines):
            faults += [
                Fault(page, f"cell {_shown(place.cell)!r}", rule, f"{found[:80]!r}", REMEDY)
                for rule, found in held.broken(place)
            ]
    return faults


def sign_faults(page_text: PageText, *, page: str) -> list[Fault]:
    """Find signs that stand before a marked number and not in it."""
    rule = "the sign of a number must stand in its <data> element"
    remedy = 'Use `form="signed"` of `impact_eval.wording.numbers`.'
    return [
        Fault(page, f"{legible(block.text)[:80]!r}", rule, f"{found.group(0)[:1]!r}", remedy)
        for block in page_text.blocks
        for found in _SIGN.finditer(block.text)
    ]


@dataclass(slots=True)
class _Held:
    """One table while it is held against the findings."""

    released: Released
    by_id: dict[str, Finding]
    others: frozenset[str]
    lines: Sequence[Line]

    def broken(self, place: Place) -> Iterator[tuple[str, str]]:
        """Yield each rule that a cell breaks, and the words that ask for it."""
        parts = [part for block in place.cell.blocks for part in parts_of(block)]
        if not parts:
            return
        if not place.over:
            yield "a number in a table must stand under a heading", ""
        headings = [(over, headings_of(self.released, over.text)) for over in place.over]
        for part in parts:
            for over, known in headings:
                if not any(self._fits(part, heading, over, place) for heading in known):
                    yield "a number must be what the heading of its column says", _shown(over)
            if part.mark.attributes.get("data-form") == "size":
                yield "a number in a table must keep its sign", ""
            yield from self._order(part)
            yield from self._row(part, place)

    def _fits(self, part: Part, heading: Heading, over: Cell, place: Place) -> bool:
        address = part.mark.attributes.get("data-planned")
        if address is not None:
            return _is_planned(address, heading, over)
        if "data-declared" in part.mark.attributes:
            key = part.mark.attributes["data-declared"].rpartition("/")[2]
            return any(one.quantity == key for one in heading.allowed)
        finding = self._finding(part)
        if finding is not None and heading.key in (AS_REPORTED, WITH_EVERY_FORM):
            if (finding.finding_id in self.others) != (heading.key == WITH_EVERY_FORM):
                return False
        elif finding is not None and finding.finding_id in self.others:
            return False
        return finding is None or (
            heading.names(finding)
            and any(self._may_stand(part, finding, one, place) for one in heading.allowed)
        )

    def _may_stand(self, part: Part, finding: Finding, allowed: Allowed, place: Place) -> bool:
        """Whether a number is one of those of a finding that may stand there."""
        if not allowed.fits(finding) or (finding.estimator == "in_sd") != (part.name == "sd"):
            return False
        columns = NUMBERS_OF[allowed.numbers].get(part.name, ())
        value = float(part.mark.attributes.get("value", "nan"))
        if not any(
            isclose(getattr(finding, one), value, rel_tol=1e-12, abs_tol=1e-15) for one in columns
        ):
            return False
        if part.name == "low" and not allowed.numbers and finding.quantity in _WITH_INTERVAL:
            with_number = self._findings(place.cell).count(finding) >= _NUMBER_AND_ENDS
            return with_number or not isfinite(finding.estimate)
        if allowed.numbers == "of_all":
            return not finding.audience
        if allowed.numbers == "n_beside":
            return finding in self._findings(place.before)
        return allowed.numbers not in {"first", "last"} or self._is_at_end(
            finding, allowed.numbers, place
        )

    def _is_at_end(self, finding: Finding, end: str, place: Place) -> bool:
        """Whether a finding is of the first, or the last, of the waves that its row compares."""
        line = next(one for one in self.lines if any(cell is place.cell for cell in one.cells))
        compared = [
            one
            for cell in line.cells
            for one in self._findings(cell)
            if one.wave_from != one.wave_to
        ]
        twice = [cell for cell in line.cells if finding in self._findings(cell)]
        if len(twice) > 1:
            return False
        if compared:
            return finding.wave_to in {
                one.wave_from if end == "first" else one.wave_to for one in compared
            }
        labels = self.released.facts.waves
        for before, after in permutations(labels, 2):
            if place.row is not None and place.row.text == text(
                "pages.between", before=labels[before], after=labels[after]
            ):
                return finding.wave_to == (before if end == "first" else after)
        if place.row is not None and place.row.text.lower() == labels[finding.wave_to].lower():
            return end == "last"  # the change of that row is withheld
        waves = list(labels)
        alike = [
            one
            for each in self.lines
            for cell in each.cells
            for one in self._findings(cell)
            if one.quantity == finding.quantity
        ]
        ahead, behind = (finding, None) if end == "first" else (None, finding)
        return not any(later_than(ahead or one, behind or one, waves) for one in alike)

    def _order(self, part: Part) -> Iterator[tuple[str, str]]:
        if part.earlier_than is None:
            return
        one, other = self._finding(part), self._tied(part.earlier_than.attributes)
        waves = list(self.released.facts.waves)
        if one and other and later_than(one, other, waves):
            yield "of two numbers in a cell the earlier must be named as the earlier", ""

    def _row(self, part: Part, place: Place) -> Iterator[tuple[str, str]]:
        """Hold what the row and its group name against the finding."""
        finding = self._finding(part)
        if finding is None:
            return
        for cell in (place.row, place.group):
            if cell is not None and not said_of_rows(self.released, cell.text, finding):
                yield "a number must be of what its row names", _shown(cell)

    def _finding(self, part: Part) -> Finding | None:
        return self._tied(part.mark.attributes)

    def _tied(self, attributes: dict[str, str]) -> Finding | None:
        return self.by_id.get(attributes.get("data-finding", ""))

    def _findings(self, cell: Cell | None) -> list[Finding]:
        marks: Iterable[dict[str, str]] = (
            mark.attributes for block in (cell.blocks if cell else ()) for mark in block.marks
        )
        return [one for one in map(self._tied, marks) if one is not None]


def _is_planned(address: str, heading: Heading, over: Cell) -> bool:
    """Whether a planned number is that of its column: measure, design, people asked."""
    parts = address.split("/")
    wanted = PLANNED.get(heading.key, "").split()
    if parts[-1] not in wanted:
        return False
    if heading.key.startswith("planning.designs."):
        return parts[_DESIGN] == heading.key.rpartition(".")[2]
    asked = [mark for block in over.blocks for mark in block.marks]
    if not asked:
        return True
    people = float(asked[0].attributes.get("value", "nan"))
    return isclose(float(parts[_ASKED_PEOPLE]), people)


def _shown(cell: Cell) -> str:
    return legible(cell.text)[:80]
