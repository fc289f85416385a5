"""Changes within each side of a comparison: described, and never judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import side_masks
from impact_eval.findings.data.samples import draw_sample
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import (
    comparisons,
    contrast_of,
    finding_of,
    scales_differ,
)
from impact_eval.findings.outcomes.estimands import stacked_change
from impact_eval.findings.outcomes.means import mastered
from impact_eval.findings.sides.effects import estimands_of

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome


def side_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the change of every outcome at the schools with the programme, and at the others."""
    del done
    for people, outcome, address in _on_one_scale(data):
        yield from _sides(data, people, people.scores[outcome.id], address, outcome.unit)


def side_mastery_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the change of the share that reached the mastery mark, on each side."""
    del done
    for people, outcome, address in _on_one_scale(data):
        if outcome.mastery is not None:
            here = replace(address, quantity="mastery_change")
            yield from _sides(data, people, mastered(people, outcome), here, "points")


def _on_one_scale(data: StudyData) -> Iterator[tuple[AudienceData, Outcome, Address]]:
    fixed = data.has_arms and not data.staggered  # schools that pass from side to side have no two
    for people, outcome, address in comparisons(data) if fixed else ():
        if not scales_differ(outcome, contrast_of(address)):
            yield people, outcome, address


def _sides(
    data: StudyData, people: AudienceData, values: Floats, address: Address, unit: str
) -> Iterator[Finding]:
    for subgroup, keep in side_masks(data, people):
        sample = draw_sample(
            people, values, phase=address.phase, contrast=contrast_of(address), keep=keep
        )
        for estimand in estimands_of(data) if sample.score.size else ():
            yield finding_of(
                replace(address, subgroup=subgroup, estimand=estimand),
                stacked_change(data, people, sample, estimand=estimand),
                sample,
                unit=unit,
            )
