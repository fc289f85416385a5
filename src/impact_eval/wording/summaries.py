"""A page's opening: the main outcomes in natural units, then the mark, then who and how sure."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.vocabulary import Role
from impact_eval.wording.cautions import caution_sentences, said_in_claim
from impact_eval.wording.effects import claim_of
from impact_eval.wording.people import people_sentences
from impact_eval.wording.shares import mastery_sentence
from impact_eval.wording.strings import DEFAULT, sentence

ROLES: tuple[Role, ...] = ("primary", "secondary", "exploratory")


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of one change, in the order in which a reader meets it."""

    change: Finding
    claim: Markup
    mastery: Markup
    people: tuple[Markup, ...]
    cautions: tuple[Markup, ...]


def summary_of(released: Released, change: Finding, *, language: str = DEFAULT) -> Summary:
    """Say one change: natural units first, then the mark, then who, then with what caution."""
    return Summary(
        change=change,
        claim=claim_of(released, change, language=language),
        mastery=mastery_sentence(released, change, language=language),
        people=people_sentences(released, change, language=language),
        cautions=caution_sentences(
            released, change, leave_out=said_in_claim(change), language=language
        ),
    )


def main_changes(released: Released) -> tuple[Finding, ...]:
    """Return the changes a page opens with, in the order of the study's files.

    The plan's primary outcomes; where a page has none, its secondary ones. An exploratory result
    is never put first, and nothing else in the place of a primary outcome that was locked and then
    changed. In each place the estimand is the one that the plan declared.
    """
    lock = released.facts.lock
    roles = ROLES[:1] if lock is not None and lock.names_primary else ROLES[:2]
    for role in roles:
        changes = _planned(released, role)
        if changes:
            return changes
    return ()


def further_changes(released: Released) -> tuple[Finding, ...]:
    """Return the plan's secondary changes, where a page opens with primary ones."""
    lock = released.facts.lock
    names_primary = lock is not None and lock.names_primary
    opens = names_primary or bool(_planned(released, "primary"))
    return _planned(released, "secondary") if opens else ()


def _planned(released: Released, role: Role) -> tuple[Finding, ...]:
    arms = bool(released.facts.arms)
    found = released.where(
        quantity="effect" if arms else "change",
        subgroup="",
        variant="",
        estimator=None if arms else "stacked",
        role=role,
    ).findings()
    return tuple(sorted(found, key=lambda change: _order(released, change)))


def opening(released: Released, *, language: str = DEFAULT) -> tuple[Markup, ...]:
    """Say the main changes in one paragraph each, claim and mark; or that there is none."""
    changes = main_changes(released)
    if changes:
        return tuple(
            Markup(" ").join(
                words
                for words in (
                    claim_of(released, change, language=language),
                    mastery_sentence(released, change, language=language),
                )
                if words
            )
            for change in changes
        )
    measured = len(released.where(quantity=("change", "effect"))) > 0
    key = "summary.no_primary" if measured else "summary.nothing"
    if measured and released.facts.lock is not None and released.facts.lock.names_primary:
        key = "summary.primary_changed"
    return (sentence(key, {}, language=language),)


def _order(released: Released, change: Finding) -> tuple[int, int, int, int]:
    """Place a change by phase, audience and outcome, and waves, as declared."""
    facts = released.facts
    phases, waves = list(facts.phases), list(facts.waves)
    outcomes = list(facts.outcomes)
    key = (change.audience, change.outcome)
    return (
        list(facts.audiences).index(change.audience) if change.audience in facts.audiences else -1,
        phases.index(change.phase) if change.phase in phases else -1,
        outcomes.index(key) if key in outcomes else len(outcomes),
        waves.index(change.wave_to) if change.wave_to in waves else -1,
    )
