"""Changes within subgroups, and by how much subgroups differ in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.changes import change_difference
from impact_eval.findings.address import Address
from impact_eval.findings.data.levels import REST
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import (
    contrast_of,
    finding_of,
    of_one_group,
    scales_differ,
)
from impact_eval.findings.outcomes.ends import MANY, at_end
from impact_eval.findings.outcomes.estimands import (
    ESTIMANDS,
    clusters_of,
    refuse_sample,
    stacked_change,
)

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome
    from impact_eval.study.structure import Subgroup


@dataclass(frozen=True, slots=True)
class Division:
    """Two groups of people that are compared: `subgroup` names them, `first` is who comes first.

    `either` holds the people of both; both masks have the audience's shape.
    """

    subgroup: str
    first: NDArray[np.bool_]
    either: NDArray[np.bool_]


def divisions(group: Subgroup, people: AudienceData) -> Iterator[Division]:
    """Yield the two levels of a subgroup; of more levels each one against all others."""
    own = people.subgroups[group.id]
    known = np.isin(own, list(group.levels))
    if len(group.levels) == 2:
        first, other = group.levels
        yield Division(f"{group.id}:{first}-{other}", own == first, known)
        return
    for level in group.levels:
        yield Division(f"{group.id}:{level}-{REST}", own == level, known)


def subgroup_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the change of every outcome within each level of each subgroup."""
    del done
    for people, outcome, address in of_one_group(data):
        if not scales_differ(outcome, contrast_of(address)):
            yield from _levels(data, people, people.scores[outcome.id], address, outcome.unit)


def subgroup_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how much more a level of a subgroup changed than the other, or than all others.

    It is the change of the gap between them: the gap after less the gap before.
    """
    del done
    for people, outcome, address in of_one_group(data):
        if scales_differ(outcome, contrast_of(address)):
            continue
        for group in data.study.subgroups:
            for division in divisions(group, people) if group.id in people.subgroups else ():
                here = replace(
                    address,
                    quantity="subgroup_difference",
                    subgroup=division.subgroup,
                    estimator="interaction",
                )
                yield from _differences(data, people, outcome, here, division)


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
    division: Division,
) -> Iterator[Finding]:
    """Yield the difference of two groups' changes under both estimands."""
    sample = draw_sample(
        people,
        people.scores[outcome.id],
        phase=address.phase,
        contrast=contrast_of(address),
        keep=division.either,
    )
    chosen = division.first[sample.position]
    if chosen.all() or not chosen.any():
        return
    bounds = data.study.outcome_range(address.audience, outcome.id, address.wave_to)
    cautions = ends_of_gap(sample, chosen, bounds)
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
        yield finding_of(
            replace(address, estimand=estimand),
            estimate,
            sample,
            unit=outcome.unit,
            cautions=() if estimate.reason else cautions,
        )


def ends_of_gap(
    sample: Sample, chosen: NDArray[np.bool_], bounds: tuple[float, float]
) -> tuple[str, ...]:
    """Name the end of the scale that may have narrowed a gap: the top for who was ahead.

    Parameters
    ----------
    sample
        Of both groups.
    chosen
        Shape of the sample: who is in the first group.
    bounds
        Lowest and highest score that there can be.

    Returns
    -------
    tuple of str
        Cautions, or none.
    """
    cells = [[sample.score[(sample.wave == w) & (chosen == g)] for w in (0, 1)] for g in (0, 1)]
    if any(cell.size == 0 for row in cells for cell in row):
        return ()
    before, after = (float(cells[1][w].mean() - cells[0][w].mean()) for w in (0, 1))
    if abs(after) >= abs(before):
        return ()
    ahead, behind = (cells[int(before > 0)][1], cells[int(before <= 0)][1])
    top = at_end(ahead, "ceiling_share", bounds).mean() > MANY
    bottom = at_end(behind, "floor_share", bounds).mean() > MANY
    return (*(("gap_at_ceiling",) if top else ()), *(("gap_at_floor",) if bottom else ()))
