"""Phases side by side: where a few schools stand among many, and whether two phases differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from math import isfinite

import numpy as np

from impact_eval.estimators.estimate import Estimate
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.phases import phase_difference, placement
from impact_eval.estimators.random_effects import RandomEffects, random_effects
from impact_eval.findings.address import Address
from impact_eval.findings.changes import contrast_of, of_one_group, scales_differ
from impact_eval.findings.finding import Finding
from impact_eval.findings.samples import Sample, draw_sample
from impact_eval.findings.study_data import ALL_PHASES, StudyData

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


def phase_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how much more one phase changed than a later one, or why that is not to be had."""
    del done
    phases = [phase for phase in data.phases if phase != ALL_PHASES]
    seen: set[Address] = set()
    for people, outcome, address in of_one_group(data):
        here = replace(
            address,
            quantity="phase_difference",
            phase="",
            estimand="schools_like_these",
            estimator="interaction",
        )
        if here in seen or data.rounds_differ or scales_differ(outcome, contrast_of(address)):
            continue
        seen.add(here)
        values = people.scores[outcome.id]
        for pair in combinations(phases, 2):
            first, later = (
                draw_sample(people, values, phase=phase, contrast=contrast_of(address))
                for phase in pair
            )
            if min(first.n_pre, first.n_post, later.n_pre, later.n_post) > 0:
                at = replace(here, contrast="-".join(pair))
                yield _difference(first, later, at, outcome.unit, data.conf_level)


def _difference(
    first: Sample, later: Sample, address: Address, unit: str, conf_level: float
) -> Finding:
    """Compare two phases' changes: the first named minus the other."""
    return Finding(
        address=address,
        estimate=phase_difference(
            np.concatenate([first.score, later.score]),
            np.concatenate([first.wave, later.wave]),
            np.repeat([1, 0], [first.score.size, later.score.size]),
            np.concatenate([first.cluster, later.cluster]),
            school=np.concatenate([first.school, later.school]),
            conf_level=conf_level,
        ),
        unit=unit,
        n_pre=first.n_pre + later.n_pre,
        n_post=first.n_post + later.n_post,
        n_linked=first.n_linked + later.n_linked,
    )


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
    return random_effects(
        [one.estimate.estimate for one in among],
        [one.estimate.std_error**2 for one in among],
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
