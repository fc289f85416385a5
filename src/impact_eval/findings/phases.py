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
from impact_eval.estimators.random_effects import random_effects
from impact_eval.findings.address import Address
from impact_eval.findings.changes import comparisons, contrast_of, scales_differ
from impact_eval.findings.finding import Finding
from impact_eval.findings.samples import draw_sample
from impact_eval.findings.study_data import ALL_PHASES, StudyData

ENOUGH_TO_PLACE_AMONG = 10


def placements(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield where each school of a small phase stands in the distribution of a large one.

    Schools of the same kind (a column of the roster) are the ones to compare with, if there are
    enough of them.
    """
    groups: dict[Address, list[Finding]] = {}
    for finding in done.values():
        at = finding.address
        usable = isfinite(finding.estimate.std_error) and at.phase != ALL_PHASES
        if at.quantity == "change" and at.level == "school" and usable:
            groups.setdefault(replace(at, unit_id=""), []).append(finding)
    for at, few in groups.items():
        if len(few) >= ENOUGH_TO_GENERALISE:
            continue
        for phase in data.phases:
            many = groups.get(replace(at, phase=phase), [])
            if phase != at.phase and len(many) >= ENOUGH_TO_PLACE_AMONG:
                for school in few:
                    yield from _place(data, school, many)


def phase_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how much more one phase changed than a later one, or why that is not to be had."""
    del done
    phases = [phase for phase in data.phases if phase != ALL_PHASES]
    for people, outcome, address in comparisons(data):
        if address.phase != phases[0] or data.rounds_differ:
            continue
        if scales_differ(data, outcome, contrast_of(address)):
            continue
        values = people.scores[outcome.id]
        for pair in combinations(phases, 2):
            samples = [
                draw_sample(people, values, phase=phase, contrast=contrast_of(address))
                for phase in pair
            ]
            if any(sample.n_pre == 0 or sample.n_post == 0 for sample in samples):
                continue
            first, later = samples
            both = Finding(
                address=replace(
                    address,
                    quantity="phase_difference",
                    phase="",
                    contrast="-".join(pair),
                    estimand="schools_like_these",
                    estimator="interaction",
                ),
                estimate=phase_difference(
                    np.concatenate([first.score, later.score]),
                    np.concatenate([first.wave, later.wave]),
                    np.repeat([1, 0], [first.score.size, later.score.size]),
                    np.concatenate([first.cluster, later.cluster]),
                    school=np.concatenate([first.school, later.school]),
                    conf_level=data.conf_level,
                ),
                unit=outcome.unit,
                n_pre=first.n_pre + later.n_pre,
                n_post=first.n_post + later.n_post,
                n_linked=first.n_linked + later.n_linked,
            )
            yield both


def _place(data: StudyData, school: Finding, many: list[Finding]) -> Iterator[Finding]:
    """Yield the percentage of the large phase's schools expected below one school."""
    at = school.address
    others = [one for one in many if one.address.unit_id != at.unit_id]
    kinds = {row["school_id"]: row.get("kind", "") for row in data.facts.schools.values()}
    kind = kinds.get(at.unit_id, "")
    alike = [one for one in others if kind and kinds.get(one.address.unit_id, "") == kind]
    among = alike if len(alike) >= ENOUGH_TO_PLACE_AMONG else others
    if len(among) < ENOUGH_TO_PLACE_AMONG:
        return
    effects = random_effects(
        [one.estimate.estimate for one in among],
        [one.estimate.std_error**2 for one in among],
        n_people=sum(one.estimate.n for one in among),
        conf_level=data.conf_level,
    )
    placed = placement(
        school.estimate.estimate, school.estimate.std_error**2, effects.mean, effects.tau2
    )
    yield replace(
        school,
        address=replace(
            at,
            quantity="placement",
            estimator="random_effects",
            contrast=f"{at.phase}-{among[0].address.phase}",
        ),
        estimate=_in_percent(placed.share_below),
        unit="percent",
        cautions=("same_kind" if among is alike else "other_kinds",),
        parent_id=school.finding_id,
    )


def _in_percent(share: Estimate) -> Estimate:
    return replace(
        share,
        estimate=100 * share.estimate,
        conf_low=100 * share.conf_low,
        conf_high=100 * share.conf_high,
    )
