"""The rung of an effect: how much of a difference may be said to come from the programme."""

from __future__ import annotations

from typing import Final, Literal

from impact_eval.disclosure import Finding
from impact_eval.facts import StudyFacts

Rung = Literal["not_comparable", "comparison", "lot", "raised"]
Reason = Literal["", "attrition_high", "attrition_unknown", "not_locked", "arms_by_phase"]
_NEVER_DATED: Final = frozenset({"plan_late", "plan_dates_missing", "changed_since_lock"})


def rung_of(effect: Finding, facts: StudyFacts) -> Rung:
    """Say which words an effect carries.

    Parameters
    ----------
    effect
        A finding of the quantity `effect`, as it is planned and judged.
    facts
        Of the study: its design and lock.

    Returns
    -------
    Rung
        `not_comparable` where the sides differed too much before; `raised` where a lot assigned the
        schools, few were lost, the plan was locked in time and nothing else sets the sides apart;
        `lot` where one of these lacks; `comparison` where somebody chose the schools.
    """
    if "groups_not_comparable" in effect.caution_ids:
        return "not_comparable"
    if not facts.by_lot:
        return "comparison"
    return "lot" if missing_for_raised(effect, facts) else "raised"


def missing_for_raised(effect: Finding, facts: StudyFacts) -> Reason:
    """Say what keeps the effect of a lot from the highest rung; empty if nothing does."""
    cautions = set(effect.caution_ids)
    if "arms_by_phase" in cautions:
        return "arms_by_phase"
    if "attrition_high" in cautions:
        return "attrition_high"
    if "attrition_low" not in cautions:
        return "attrition_unknown"
    in_time = effect.plan_status == "planned" and not cautions & _NEVER_DATED
    return "" if facts.lock is not None and in_time else "not_locked"
