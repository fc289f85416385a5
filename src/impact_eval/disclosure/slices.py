"""Thin slices between two shares of one score: their difference counts the people in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import Group, groups_of, share_counts
from impact_eval.facts import OutcomeFacts, StudyFacts

_OF_ONE_SCORE = ("mastery_share", "floor_share", "ceiling_share")


def thin_slices(findings: Iterable[Finding], facts: StudyFacts) -> set[Group]:
    """Find shares at the ends of a score that another share of the score would make telling.

    Parameters
    ----------
    findings
        All that may be printed.
    facts
        The threshold, and the outcomes' marks and directions.

    Returns
    -------
    set of Group
        The share at an end, where fewer than the threshold stand between it and the mastery mark,
        on its side of the mark; and that at the bottom, where fewer stand between bottom and top.

    Notes
    -----
    Who reached the mark, less who reached the top, is who stands between them; that is a count like
    any other, though it is printed nowhere.
    """
    found: dict[tuple[str, ...], dict[str, Finding]] = {}
    for row in findings:
        if row.quantity in _OF_ONE_SCORE and row.known:
            key = (row.audience, row.phase, row.level, row.unit_id, row.subgroup)
            found.setdefault((*key, row.outcome, row.wave_from), {})[row.quantity] = row
    thin: set[Group] = set()
    for shares in found.values():
        for row in _telling(shares, facts):
            thin |= {group for group in groups_of(row, facts) if group.kind == "share"}
    return thin


def _telling(shares: Mapping[str, Finding], facts: StudyFacts) -> Iterable[Finding]:
    """Yield the shares at the ends that leave a thin slice."""
    mark = shares.get("mastery_share")
    for quantity in ("floor_share", "ceiling_share"):
        end = shares.get(quantity)
        if end is not None and mark is not None:
            outcome = facts.outcome(end.audience, end.outcome)
            reached, others = share_counts(mark)
            side = reached if _beyond_mark(quantity, outcome) else others
            between = side - share_counts(end)[0]
            if between < facts.threshold and outcome.mastery != _end_of(quantity, outcome):
                yield end
    floor, ceiling = shares.get("floor_share"), shares.get("ceiling_share")
    if floor is None or ceiling is None:
        return
    if floor.n - share_counts(floor)[0] - share_counts(ceiling)[0] < facts.threshold:
        yield floor


def _beyond_mark(quantity: str, outcome: OutcomeFacts) -> bool:
    """Whether those at an end are among those who reached the mark."""
    return (quantity == "floor_share") == (outcome.direction == "lower")


def _end_of(quantity: str, outcome: OutcomeFacts) -> float:
    return outcome.minimum if quantity == "floor_share" else outcome.maximum
