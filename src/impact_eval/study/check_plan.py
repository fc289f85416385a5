"""Rules of the analysis plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from impact_eval.study.check_specifications import check_specifications
from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.plan import Contrast, Family, Plan

MOST_PRIMARY = 3


def check_plan(draft: Draft) -> None:
    """Note what the plan names and nobody declares, and what it says twice or too often."""
    plan = draft.plan
    if plan is not None:
        if not plan.contrasts and len(draft.survey_ids) > 1:
            rule = "must have at least 1 entry, unless there is one wave"
            draft.fault("plan.contrasts", rule, "", 'Such as [["pre", "post"]].')
        _check_contrasts(draft, "plan.contrasts", plan.contrasts)
        _check_needs(draft, plan)
        check_specifications(draft, plan)
    planned = None if plan is None else set(plan.contrasts)
    for place, family in draft.families:
        _check_family(draft, place, family, planned)
    _check_stated_once(draft)
    _check_primary(draft)


def _check_contrasts(draft: Draft, place: str, contrasts: Sequence[Contrast]) -> None:
    """Contrasts go from an earlier wave to a later one, once each."""
    waves = draft.ids("waves")
    for number, (earlier, later) in enumerate(contrasts, start=1):
        where = f"{place}[{number}]"
        unknown = [wave for wave in (earlier, later) if wave not in waves]
        for wave in unknown:
            found, remedy = f'"{wave}"', suggestion(wave, waves)
            draft.fault(where, "must be declared waves", found, remedy)
        looks_back = {earlier, later} & {*draft.looking_back_ids}
        if looks_back:
            continue  # check_retrospective says so
        if not unknown and waves.index(earlier) >= waves.index(later):
            found = f'"{earlier}", then "{later}"'
            remedy = "A change is the later wave minus the earlier: swap them."
            draft.fault(where, "goes from an earlier wave to a later one", found, remedy)
        if (earlier, later) in contrasts[: number - 1]:
            draft.fault(where, "stands once", f"{earlier} and {later} again", "Remove one.")


def _check_needs(draft: Draft, plan: Plan) -> None:
    """Estimators, weights and subgroups need data that the study has."""
    subgroups = draft.ids("subgroups")
    by_school = {one.id for _, one in draft.subgroups if one.roster_column is not None}
    if len(draft.sources) < draft.count("sources"):
        by_school |= set(subgroups)  # a fault of a source breeds no other
    for subgroup in plan.subgroups:
        if subgroup not in subgroups:
            remedy = suggestion(subgroup, subgroups)
            rule = "must be a declared subgroup"
            draft.fault("plan.subgroups", rule, f'"{subgroup}"', remedy)
        elif subgroup not in by_school and not any(
            subgroup in source.columns.subgroups for _, source in draft.sources
        ):
            rule = "a planned subgroup has a column in some source"
            remedy = f'Such as columns = {{ ..., {subgroup} = "..." }}.'
            draft.fault("plan.subgroups", rule, f'no column for "{subgroup}"', remedy)
    audiences = draft.audiences
    unlinked = audiences and all(audience.link == "none" for _, audience in audiences)
    if "adjusted_gain" in plan.estimators and unlinked:
        remedy = 'Write estimators = ["stacked"].'
        rule = "adjusted_gain needs an audience that is linked"
        draft.fault("plan.estimators", rule, 'link = "none" everywhere', remedy)
    if "stacked" not in plan.estimators:
        remedy = "Add it: every change is estimated by it first."
        draft.fault("plan.estimators", 'must hold "stacked"', "", remedy)
    if plan.weights == "beneficiary" and not draft.text("attendance"):
        rule = "weights by beneficiaries need the attendance file"
        remedy = 'Declare it, or write weights = "respondent".'
        draft.fault("plan.weights", rule, "no attendance", remedy)


def _check_family(draft: Draft, place: str, family: Family, planned: set[Contrast] | None) -> None:
    phases = draft.ids("phases")
    for phase in family.phases:
        if phase not in phases:
            remedy = suggestion(phase, phases)
            draft.fault(f"{place}.phases", "must be a declared phase", f'"{phase}"', remedy)
    for number, contrast in enumerate(family.contrasts, start=1):
        looks_back = {*contrast} & {*draft.looking_back_ids}
        if planned is not None and contrast not in planned and not looks_back:
            rule, found = "must be among plan.contrasts", " and ".join(contrast)
            where = f"{place}.contrasts[{number}]"
            draft.fault(where, rule, found, "Add it there, or remove it here.")
    _check_members(draft, place, family)
    if family.role == "primary":
        _check_no_neutral(draft, place, family)


def _check_members(draft: Draft, place: str, family: Family) -> None:
    audiences = draft.ids("audiences")
    for audience, outcomes in family.outcomes.items():
        where = f"{place}.outcomes.{audience}"
        if audience not in audiences:
            rule = "must be a declared audience"
            draft.fault(where, rule, f'"{audience}"', suggestion(audience, audiences))
            continue
        declared = draft.outcome_ids(audience)
        for outcome in outcomes:
            if outcome not in declared:
                rule = f"must be a declared outcome of {audience}"
                draft.fault(where, rule, f'"{outcome}"', suggestion(outcome, declared))
        for outcome in _repeated(outcomes):
            draft.fault(where, "names an outcome once", f'"{outcome}" again', "Remove one.")


def _check_no_neutral(draft: Draft, place: str, family: Family) -> None:
    """Refuse outcomes without a hoped-for direction as the main claim."""
    neutral = {(one.audience, one.id) for _, one in draft.outcomes if one.direction == "neutral"}
    for audience, outcome in _members(family):
        if (audience, outcome) in neutral:
            rule = "a primary outcome has a hoped-for direction"
            remedy = 'Move it to a secondary family, or correct direction = "neutral".'
            draft.fault(f"{place}.outcomes.{audience}", rule, f'"{outcome}" is neutral', remedy)


def _check_stated_once(draft: Draft) -> None:
    """Require that a comparison stands in one family only."""
    seen: dict[tuple[object, ...], str] = {}
    for place, family in draft.families:
        phases = family.phases or draft.ids("phases")
        clashes: dict[tuple[str, str], str] = {}
        for member in dict.fromkeys(_members(family)):
            for phase, contrast in product(phases, family.contrasts):
                key = (*member, phase, contrast, family.estimand)
                if seen.setdefault(key, place) != place:
                    clashes[member] = seen[key]
        for (audience, outcome), other in clashes.items():
            rule = "a comparison stands in one family"
            found = f'"{outcome}" also in {other}'
            draft.fault(f"{place}.outcomes.{audience}", rule, found, "Remove it from one of them.")


def _check_primary(draft: Draft) -> None:
    """At most three primary outcomes for each audience, over all families."""
    primary: dict[str, dict[str, None]] = {}
    for _, family in draft.families:
        if family.role == "primary":
            for audience, outcome in _members(family):
                primary.setdefault(audience, {})[outcome] = None
    for audience, outcomes in primary.items():
        if len(outcomes) > MOST_PRIMARY:
            rule = f"at most {MOST_PRIMARY} primary outcomes for each audience, over all families"
            found = f"{len(outcomes)} of {audience}: {', '.join(outcomes)}"
            draft.fault("plan.families", rule, found, "Move some to a secondary family.")


def _members(family: Family) -> Iterable[tuple[str, str]]:
    return [
        (audience, outcome)
        for audience, outcomes in family.outcomes.items()
        for outcome in outcomes
    ]


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
