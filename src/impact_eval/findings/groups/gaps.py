"""Gaps between groups of people in each wave, and whether several groups changed alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, describe, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.joint_changes import joint_change_difference
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import fixed_sides, on_side
from impact_eval.findings.data.levels import REST
from impact_eval.findings.data.samples import draw_sample, draw_wave
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.subgroups import Division, divisions
from impact_eval.findings.outcomes.changes import (
    contrast_of,
    finding_of,
    of_one_group,
    scales_differ,
)
from impact_eval.findings.outcomes.estimands import (
    ESTIMANDS,
    NO_ATTENDANCE,
    clusters_of,
    form_weights,
    refuse_sample,
)

JOINT = "joint"


def gaps(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the difference of the means of two groups of people in each wave.

    Notes
    -----
    As for a mean there is one number, with an interval by the declared clusters from 4 of them on.
    Where schools are compared, there is one on each side.
    """
    del done
    for phase, people, outcome in data.measured():
        address = Address(
            study_id=data.study.id,
            quantity="gap",
            outcome=outcome.id,
            audience=people.audience.id,
            phase=phase,
            estimator="mean",
        )
        for division in _divisions(data, people):
            for wave in data.study.waves:
                here = replace(
                    address, subgroup=division.subgroup, wave_from=wave.id, wave_to=wave.id
                )
                yield from _in_wave(data, people, here, division, outcome.unit)


def _divisions(data: StudyData, people: AudienceData) -> Iterator[Division]:
    """Yield the groups to compare, on each side where there are two."""
    for group in data.study.subgroups:
        for division in divisions(group, people) if group.id in people.subgroups else ():
            if not data.has_arms:
                yield division
            for side, mask in fixed_sides(data, people):
                named = on_side(division.subgroup, side)
                yield Division(named, division.first, division.either & mask)


def _in_wave(
    data: StudyData, people: AudienceData, here: Address, division: Division, unit: str
) -> Iterator[Finding]:
    """Yield the gap of one wave, if both groups answered."""
    values = people.scores[here.outcome]
    rows = draw_wave(people, values, phase=here.phase, wave=here.wave_to, keep=division.either)
    first = division.first[rows]
    if first.all() or not first.any():
        return
    gap = gap_of_groups(data, people, values, rows, division.first)
    few = gap.n_clusters < ENOUGH_TO_GENERALISE and not gap.reason
    cautions = ("no_interval_few_clusters",) if few else ()
    yield Finding(address=here, estimate=gap, unit=unit, cautions=cautions)


def joint_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each subgroup of more than two levels a test that all of them changed alike."""
    del done
    for people, outcome, address in of_one_group(data):
        if scales_differ(outcome, contrast_of(address)):
            continue
        for group in data.study.subgroups:
            if len(group.levels) < 3 or group.id not in people.subgroups:
                continue
            own = people.subgroups[group.id]
            sample = draw_sample(
                people,
                people.scores[outcome.id],
                phase=address.phase,
                contrast=contrast_of(address),
                keep=np.isin(own, list(group.levels)),
            )
            level = own[sample.position]
            here = replace(
                address,
                quantity="subgroup_difference",
                subgroup=f"{group.id}:{REST}",
                estimator=JOINT,
            )
            for estimand in ESTIMANDS if np.unique(level).size > 1 else ():
                method = f"changes of all groups at once, weights: respondent, {estimand}"
                estimate = refuse_sample(data, people, sample, estimand=estimand, method=method)
                estimate = estimate or joint_change_difference(
                    sample.score,
                    sample.wave,
                    level,
                    clusters_of(sample, estimand),
                    school=None if data.rounds_differ else sample.school,
                )
                yield finding_of(
                    replace(here, estimand=estimand), estimate, sample, unit=outcome.unit
                )


def gap_of_groups(
    data: StudyData,
    people: AudienceData,
    values: Floats,
    rows: Codes,
    chosen: NDArray[np.bool_],
) -> Estimate:
    """Subtract two groups' means, each with schools counting as the plan says.

    Parameters
    ----------
    data, people
        The study and the audience.
    values
        Shape of the audience, in any unit.
    rows
        Positions of both groups, whose values are known.
    chosen
        Shape of the audience: who of them is in the first group.

    Returns
    -------
    Estimate
        Without an interval below 4 clusters.
    """
    first = chosen[rows]
    weights = np.empty(rows.size)
    for side in (first, ~first):
        weights[side] = form_weights(data, people, people.school.codes[rows[side]])
        weights[side] /= weights[side].mean()
    n_clusters = np.unique(people.cluster.codes[rows]).size
    method = f"difference of two means, weights: {data.study.plan.weights}"
    if np.isnan(weights).any():
        return not_estimable(NO_ATTENDANCE, n=rows.size, n_clusters=n_clusters, method=method)
    scores = values[rows]
    means = [np.average(scores[side], weights=weights[side]) for side in (first, ~first)]
    gap = describe(float(means[0] - means[1]), n=rows.size, n_clusters=n_clusters, method=method)
    if n_clusters < ENOUGH_TO_GENERALISE:
        return gap
    fitted = fit_cr2(
        scores,
        np.column_stack([first, np.ones(rows.size)]),
        people.cluster.codes[rows],
        coefficient=0,
        weights=None if data.study.plan.weights == "respondent" else weights,
        conf_level=data.conf_level,
        method=f"{method}, CR2 by {people.audience.cluster_nouns[1]}",
    )
    return gap if fitted.reason else fitted
