"""Answers that were not given to an item: their shares held against each other and its answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import Group, groups_of, share_counts
from impact_eval.disclosure.kinds import NO_ANSWER
from impact_eval.facts import StudyFacts

_OF_ONE_ITEM: Final = frozenset({*NO_ANSWER, "item_share"})
_SAID: Final = ("dont_know_share", "refused_share")


def thin_answers(findings: Iterable[Finding], facts: StudyFacts) -> set[Group]:
    """Find shares of "don't know" and refused that leave few others among an item's answers.

    Parameters
    ----------
    findings
        All that may be printed.
    facts
        The threshold.

    Returns
    -------
    set of Group
        Both shares, where fewer than the threshold gave another answer than the one that the item's
        share counts, did not say "don't know" and did not refuse.

    Notes
    -----
    On a question of knowledge a "don't know" is a wrong answer: who was wrong, less who did not
    know, is who thought that they knew.
    """
    thin: set[Group] = set()
    for shares in _by_item(findings):
        counted = shares.get("item_share")
        said = [shares[quantity] for quantity in _SAID if quantity in shares]
        if counted is not None:
            others = share_counts(counted)[1] - sum(share_counts(row)[0] for row in said)
            if 0 <= others < facts.threshold:
                thin |= {group for row in said for group in _shares_of(row, facts)}
    return thin


def telling_unanswered(
    findings: Iterable[Finding], facts: StudyFacts, hidden: Collection[Group]
) -> set[Group]:
    """Find shares of unanswered items that would give back a hidden share of the same item.

    Parameters
    ----------
    findings
        All that may be printed.
    facts
        Of the study.
    hidden
        Groups that are hidden already.

    Returns
    -------
    set of Group
        The unanswered, where how many said "don't know" or refused is hidden.

    Notes
    -----
    Who was asked, less who answered a rating, is everybody who did not answer: with the others
    shown, the hidden kind would be known.
    """
    telling: set[Group] = set()
    for shares in _by_item(findings):
        unanswered = shares.get("unanswered_share")
        said = {
            group
            for quantity in _SAID
            if quantity in shares
            for group in _shares_of(shares[quantity], facts)
        }
        if unanswered is not None and any(group in hidden for group in said):
            telling.update(_shares_of(unanswered, facts))
    return telling


def _by_item(findings: Iterable[Finding]) -> Iterator[Mapping[str, Finding]]:
    """Yield the shares of each item in each place and wave, by quantity."""
    found: dict[tuple[str, ...], dict[str, Finding]] = {}
    for row in findings:
        if row.quantity in _OF_ONE_ITEM and row.known:
            key = (row.audience, row.phase, row.level, row.unit_id, row.subgroup)
            found.setdefault((*key, row.item_id, row.wave_from), {})[row.quantity] = row
    yield from found.values()


def _shares_of(row: Finding, facts: StudyFacts) -> list[Group]:
    return [group for group in groups_of(row, facts) if group.kind == "share"]
