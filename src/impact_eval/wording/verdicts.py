"""A verdict in a few words, for a cell of a table."""

from __future__ import annotations

from impact_eval.disclosure import Finding
from impact_eval.facts import StudyFacts
from impact_eval.wording.claims import has_verdict
from impact_eval.wording.rungs import rung_of
from impact_eval.wording.strings import DEFAULT, text


def verdict_words(change: Finding, facts: StudyFacts, *, language: str = DEFAULT) -> str:
    """Say a change's verdict in plain words, or why it has none; the caller escapes it.

    A neutral outcome has no verdict, whichever way it went.
    """
    if change.suppressed:
        return text("verdicts.hidden", language=language)
    if change.reason:
        return text("verdicts.not_estimated", language=language)
    outcome = facts.outcomes.get((change.audience, change.outcome))
    if outcome is not None and outcome.direction == "neutral":
        return text("verdicts.neutral", language=language)
    if change.plan_status == "changed_since_lock":
        return text("verdicts.changed_since_lock", language=language)
    unplanned = "exploratory" if change.role == "exploratory" else "none"
    if change.quantity == "effect" and has_verdict(change):
        blocked = rung_of(change, facts) == "not_comparable"
        key = "not_comparable" if blocked else change.verdict
        return text(f"verdicts.effect_{key}", language=language)
    key = change.verdict if has_verdict(change) else unplanned
    return text(f"verdicts.{key}", language=language)
