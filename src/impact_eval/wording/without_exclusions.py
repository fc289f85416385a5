"""Findings with and without the exclusions of the plan, held against each other as they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import StudyFacts
from impact_eval.wording.decimals import decimals_of
from impact_eval.wording.numbers import rounded_to

NO_DIFFERENCE: Final[Mapping[str, float]] = {
    **dict.fromkeys(
        (
            *("change", "mastery_change", "item_change", "item_odds_ratio", "topic_change"),
            *("topic_effect", "gap", "subgroup_difference", "pair_difference", "dose_slope"),
            *("exposure_gap", "effect_size", "effect", "effect_since", "effect_of_group"),
            *("baseline_difference", "schools_mean_change", "shrunken_change"),
            *("phase_difference", "modelled_change", "modelled_effect", "effect_odds_ratio"),
            *("attrition_difference", "linked_unlinked_difference"),
            *("change_with_lost", "effect_with_lost"),
        ),
        0.0,
    ),
    "item_superiority": 50.0,
}
MOVING: Final = frozenset({*NO_DIFFERENCE, "mean"})
P_DECIMALS: Final = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """A finding as it is reported, and the same with the forms back in that the plan leaves out.

    `given`: whether the second may be shown. `same`: whether both are, as they are shown.
    `reading`, `other_reading`: how each reads, see `reading_of`. `moves`: whether they lie further
    apart than half the smallest change that matters.
    """

    planned: Finding
    other: Finding
    given: bool
    same: bool
    reading: str
    other_reading: str
    moves: bool

    @property
    def reads_otherwise(self) -> bool:
        """Whether the two read differently."""
        return self.given and self.reading != self.other_reading

    @property
    def of_plan(self) -> bool:
        """Whether a family of the plan holds the finding itself."""
        main = self.planned.quantity in ("change", "effect") and not self.planned.variant
        return main and bool(self.planned.family)


def compare(planned: Released, beside: Released) -> tuple[Compared, ...]:
    """Hold every finding that is shown against the same one without the exclusions.

    Parameters
    ----------
    planned
        As `release` gave it.
    beside
        As `release_without_exclusions` gave it.

    Returns
    -------
    tuple of Compared
        In the order of `beside`; without those of which the first is not shown.
    """
    by_id = {row.finding_id: row for row in planned.findings()}
    pairs = [(by_id[row.parent_id], row) for row in beside.findings() if row.parent_id in by_id]
    return tuple(
        _compared(planned.facts, first, second)
        for first, second in pairs
        if not first.suppressed and has_number(first)
    )


def counted(compared: Sequence[Compared]) -> dict[str, float]:
    """Count findings: all that are shown, those given twice, and how many of these differ.

    >>> counted(())["all"]
    0.0
    """
    return {
        "all": float(len(compared)),
        "given": float(sum(one.given for one in compared)),
        "withheld": float(sum(not one.given for one in compared)),
        "same": float(sum(one.same for one in compared)),
        "otherwise": float(sum(one.reads_otherwise for one in compared)),
        "moved": float(sum(one.moves for one in compared)),
    }


def reading_of(row: Finding) -> str:
    """How a finding reads: its verdict; else where its interval lies, or whether its test is clear.

    Returns
    -------
    str
        A verdict's id; `above`, `below` or `open` of a difference with an interval; `clear` or
        `unclear` of a test without one; empty for what is no comparison.
    """
    if row.verdict:
        return row.verdict
    nothing = NO_DIFFERENCE.get(row.quantity)
    if nothing is not None and isfinite(row.conf_low) and isfinite(row.conf_high):
        if row.conf_low <= nothing <= row.conf_high:
            return "open"
        return "above" if row.conf_low > nothing else "below"
    if isfinite(row.p_value):
        return "clear" if row.p_value < 1 - row.conf_level else "unclear"
    return ""


def has_number(row: Finding) -> bool:
    """Whether a finding has an estimate, a range, or at least a p-value."""
    return any(isfinite(one) for one in (row.estimate, row.conf_low, row.p_value))


def _compared(facts: StudyFacts, first: Finding, second: Finding) -> Compared:
    given = not second.suppressed and has_number(second)
    return Compared(
        planned=first,
        other=second,
        given=given,
        same=given and _shown(facts, first) == _shown(facts, second),
        reading=reading_of(first),
        other_reading=reading_of(second) if given else "",
        moves=given and _moves(facts, first, second),
    )


def _shown(facts: StudyFacts, row: Finding) -> tuple[object, ...]:
    """Return the numbers of a row as they are shown."""
    decimals = decimals_of(facts, row)
    values = (row.estimate, row.conf_low, row.conf_high)
    shown = [rounded_to(one, decimals, "plain") if isfinite(one) else None for one in values]
    alone = isfinite(row.p_value) and shown == [None, None, None]
    return (*shown, rounded_to(row.p_value, P_DECIMALS, "plain") if alone else None)


def _moves(facts: StudyFacts, first: Finding, second: Finding) -> bool:
    outcome = facts.outcomes.get((first.audience, first.outcome))
    if outcome is None or outcome.smallest_effect is None or first.unit != outcome.unit:
        return False
    if first.quantity not in MOVING:
        return False
    return abs(second.estimate - first.estimate) > outcome.smallest_effect / 2
