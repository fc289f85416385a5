"""Where the schools of a small phase stand among those of a large one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite

from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.phases import placement
from impact_eval.estimators.random_effects import RandomEffects, random_effects
from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import ALL_PHASES, StudyData
from impact_eval.findings.finding import Finding

ENOUGH_TO_PLACE_AMONG = 10


def placements(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield where each school of a small phase stands in the distribution of a large one.

    Schools of the same kind (a column of the roster) are the ones to compare with, if there are
    enough of them.
    """
    groups: dict[Address, list[Finding]] = {}
    for finding in () if data.has_arms else done.values():
        at = finding.address
        usable = isfinite(finding.estimate.std_error) and at.phase != ALL_PHASES
        if at.quantity == "change" and at.level == "school" and usable:
            groups.setdefault(replace(at, unit_id=""), []).append(finding)
    known: dict[tuple[str, ...], RandomEffects] = {}
    for at, few in groups.items():
        if len(few) >= ENOUGH_TO_GENERALISE:
            continue
        for phase in data.phases:
            many = groups.get(replace(at, phase=phase), [])
            if phase == at.phase or len(many) < ENOUGH_TO_PLACE_AMONG:
                continue
            for school in few:
                among, caution = _alike(data, school, many)
                ids = tuple(one.address.unit_id for one in among)
                if len(among) < ENOUGH_TO_PLACE_AMONG:
                    continue
                key = (*at.parts(), phase, *ids)
                if key not in known:
                    known[key] = _spread(data, among)
                yield _place(school, known[key], phase, caution)


def _alike(data: StudyData, school: Finding, many: list[Finding]) -> tuple[list[Finding], str]:
    """Choose the other schools of a school's kind if they are enough, else all others."""
    unit = school.address.unit_id
    others = [one for one in many if one.address.unit_id != unit]
    kinds = {row["school_id"]: row.get("kind", "") for row in data.facts.schools.values()}
    kind = kinds.get(unit, "")
    alike = [one for one in others if kind and kinds.get(one.address.unit_id, "") == kind]
    enough = len(alike) >= ENOUGH_TO_PLACE_AMONG
    return (alike, "same_kind") if enough else (others, "other_kinds")


def _spread(data: StudyData, among: list[Finding]) -> RandomEffects:
    """Summarise the schools to place one among; intervals of single schools are not used."""
    return random_effects(
        [one.estimate.estimate for one in among],
        [one.estimate.std_error**2 for one in among],
        tau2_known=True,
        n_people=sum(one.estimate.n for one in among),
        conf_level=data.conf_level,
    )


def _place(school: Finding, effects: RandomEffects, phase: str, caution: str) -> Finding:
    """Compute the percentage of the large phase's schools expected below one school."""
    at = school.address
    placed = placement(
        school.estimate.estimate, school.estimate.std_error**2, effects.mean, effects.tau2
    )
    return replace(
        school,
        address=replace(
            at,
            quantity="placement",
            estimator="random_effects",
            contrast=f"{at.phase}-{phase}",
        ),
        estimate=_in_percent(placed.share_below),
        unit="percent",
        cautions=(caution,),
        parent_id=school.finding_id,
    )


def _in_percent(share: Estimate) -> Estimate:
    return replace(
        share,
        estimate=100 * share.estimate,
        conf_low=100 * share.conf_low,
        conf_high=100 * share.conf_high,
    )
