"""Changes within subgroups, and by how much subgroups differ in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.changes import change_difference
from impact_eval.findings.address import Address
from impact_eval.findings.changes import contrast_of, finding_of, of_one_group, scales_differ
from impact_eval.findings.estimands import (
    ESTIMANDS,
    clusters_of,
    refuse_sample,
    stacked_change,
)
from impact_eval.findings.finding import Finding
from impact_eval.findings.samples import draw_sample
from impact_eval.findings.study_data import AudienceData, Floats, StudyData

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome


def subgroup_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the change of every outcome within each level of each subgroup."""
    del done
    for people, outcome, address in of_one_group(data):
        if not scales_differ(outcome, contrast_of(address)):
            yield from _levels(data, people, people.scores[outcome.id], address, outcome.unit)


def subgroup_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how much more the first level of a subgroup changed than each other level."""
    del done
    for people, outcome, address in of_one_group(data):
        if scales_differ(outcome, contrast_of(address)):
            continue
        for group in data.study.subgroups:
            first, *others = group.levels
            for other in others if group.id in people.subgroups else ():
                here = replace(
                    address,
                    quantity="subgroup_difference",
                    subgroup=f"{group.id}:{first}-{other}",
                    estimator="interaction",
                )
                yield from _differences(data, people, outcome, here, (group.id, first, other))


def _levels(
    data: StudyData, people: AudienceData, values: Floats, address: Address, unit: str
) -> Iterator[Finding]:
    """Yield the change within each level of each subgroup that is there."""
    for group in data.study.subgroups:
        if group.id not in people.subgroups:
            continue
        for level in group.levels:
            sample = draw_sample(
                people,
                values,
                phase=address.phase,
                contrast=contrast_of(address),
                keep=people.subgroups[group.id] == level,
            )
            for estimand in ESTIMANDS if sample.score.size else ():
                yield finding_of(
                    replace(address, subgroup=f"{group.id}:{level}", estimand=estimand),
                    stacked_change(data, people, sample, estimand=estimand),
                    sample,
                    unit=unit,
                )


def _differences(
    data: StudyData,
    people: AudienceData,
    outcome: Outcome,
    address: Address,
    levels: tuple[str, str, str],
) -> Iterator[Finding]:
    """Yield the difference of two levels' changes under both estimands."""
    group, first, other = levels
    own = people.subgroups[group]
    sample = draw_sample(
        people,
        people.scores[outcome.id],
        phase=address.phase,
        contrast=contrast_of(address),
        keep=(own == first) | (own == other),
    )
    chosen = (own == first)[sample.position]
    if chosen.all() or not chosen.any():
        return
    for estimand in ESTIMANDS:
        method = f"difference of two groups' changes, weights: respondent, {estimand}"
        estimate = refuse_sample(data, people, sample, estimand=estimand, method=method)
        estimate = estimate or change_difference(
            sample.score,
            sample.wave,
            chosen.astype(np.intp),
            clusters_of(sample, estimand),
            school=None if data.rounds_differ else sample.school,
            conf_level=data.conf_level,
        )
        yield finding_of(replace(address, estimand=estimand), estimate, sample, unit=outcome.unit)
