"""Whether the two sides differ by more in one group of people than in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.designs.effect_differences import (
    adjusted_effect_difference,
    effect_difference,
)
from impact_eval.estimators.designs.staggered_groups import staggered_group_difference
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import begun_of, sides_of
from impact_eval.findings.data.samples import Sample, draw_sample, part_of
from impact_eval.findings.data.study_data import AudienceData, Codes, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.subgroups import Division, divisions, ends_of_gap
from impact_eval.findings.outcomes.changes import (
    comparisons,
    contrast_of,
    finding_of,
    scales_differ,
)
from impact_eval.findings.outcomes.estimands import (
    NO_ATTENDANCE,
    clusters_of,
    refuse_sample,
    row_weights,
    school_weights,
)
from impact_eval.findings.sides.effects import (
    CROSSED_OVER,
    SCALES,
    crossed_over,
    effect_address,
    estimands_of,
)
from impact_eval.findings.sides.roll_outs import (
    draw_roll_out,
    given_weights,
    refuse_roll_out,
)
from impact_eval.vocabulary import Estimand

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome


def effect_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by how much more the sides differ in a level of a subgroup than in the others.

    Notes
    -----
    It is the change of the gap on the programme's side less its change on the other; in a staggered
    roll-out the same of schools that have begun and schools still waiting. Several levels stand
    each against all others; there is no test of all at once.
    """
    del done
    for people, outcome, address in comparisons(data) if data.has_arms else ():
        at = replace(effect_address(data, address), quantity="subgroup_difference")
        for group in data.study.subgroups:
            for division in divisions(group, people) if group.id in people.subgroups else ():
                here = replace(at, subgroup=division.subgroup)
                yield from _of_division(data, people, outcome, here, division)


def _of_division(
    data: StudyData, people: AudienceData, outcome: Outcome, at: Address, division: Division
) -> Iterator[Finding]:
    programme = begun_of(data, people) if data.staggered else sides_of(data, people).programme
    sample = draw_sample(
        people,
        people.scores[outcome.id],
        phase=at.phase,
        contrast=contrast_of(at),
        keep=division.either & (programme >= 0),
    )
    first = division.first[sample.position]
    if first.all() or not first.any():
        return
    cautions = () if data.staggered else _ends(data, sample, at, first, programme)
    for estimand in estimands_of(data):
        here = replace(at, estimand=estimand)
        found = _estimated(data, people, sample, here, division)
        given = () if found.reason else cautions
        yield finding_of(here, found, sample, unit=outcome.unit, cautions=given)


def _ends(
    data: StudyData, sample: Sample, at: Address, first: np.ndarray, programme: Codes
) -> tuple[str, ...]:
    """Name the end of the scale that may have narrowed the gap on the programme's side."""
    if scales_differ(data.study.outcome(at.audience, at.outcome), contrast_of(at)):
        return ()
    own = programme[sample.position] == 1
    mine = part_of(sample, own, np.zeros(sample.n_linked, bool))
    bounds = data.study.outcome_range(at.audience, at.outcome, at.wave_to)
    return ends_of_gap(mine, first[own], bounds)


def _estimated(
    data: StudyData, people: AudienceData, sample: Sample, at: Address, division: Division
) -> Estimate:
    estimand: Estimand = "participants" if at.estimand == "participants" else "schools_like_these"
    method = _method(data, people, estimand)
    if data.staggered:
        return _of_roll_out(data, people, at, division, method=method)
    of = sides_of(data, people)
    first = division.first[sample.position].astype(np.intp)
    programme = of.programme[sample.position]
    cluster = clusters_of(sample, estimand)
    reason = _reason(data, people, sample, at, method)
    if reason:
        return not_estimable(
            reason,
            n=sample.score.size,
            n_clusters=np.unique(cluster).size,
            method=method,
            conf_level=data.conf_level,
        )
    if data.by_lot:
        estimate = adjusted_effect_difference(
            sample.score,
            sample.wave,
            programme,
            first,
            sample.school,
            respondent=None if people.audience.link == "none" else sample.respondent,
            stratum=None if of.stratum is None else of.stratum[sample.position],
            cluster=cluster,
            weights=_weights(data, people, sample, first),
            conf_level=data.conf_level,
        )
        return replace(estimate, method=method)
    weights = data.study.plan.weights
    estimate = effect_difference(
        sample.score,
        sample.wave,
        programme,
        first,
        cluster,
        school=sample.school,
        weights=weights,
        school_weights=school_weights(data, people) if weights == "beneficiary" else None,
        conf_level=data.conf_level,
    )
    return replace(estimate, method=method)


def _weights(
    data: StudyData, people: AudienceData, sample: Sample, first: Codes
) -> np.ndarray | None:
    """Let schools count in either group as the plan says."""
    if data.study.plan.weights == "respondent":
        return None
    weights = np.empty(sample.score.size)
    for of in (0, 1):
        rows = first == of
        mine = part_of(sample, rows, np.zeros(sample.n_linked, bool))
        weights[rows] = row_weights(data, people, mine)
    return weights


def _reason(data: StudyData, people: AudienceData, sample: Sample, at: Address, method: str) -> str:
    """Say why the groups' effects cannot be compared; empty if they can."""
    estimand: Estimand = "participants" if at.estimand == "participants" else "schools_like_these"
    if crossed_over(data, at.wave_to):
        return CROSSED_OVER
    refused = refuse_sample(data, people, sample, estimand=estimand, method=method)
    if refused is not None:
        return refused.reason
    outcome = data.study.outcome(at.audience, at.outcome)
    if not data.by_lot and scales_differ(outcome, contrast_of(at)):
        return SCALES
    by_people = data.study.plan.weights == "beneficiary"
    if by_people and set(sample.school.tolist()) - set(school_weights(data, people)):
        return NO_ATTENDANCE
    return ""


def _of_roll_out(
    data: StudyData, people: AudienceData, at: Address, division: Division, *, method: str
) -> Estimate:
    """Compare the effects of a staggered roll-out on two groups of people."""
    values = np.where(division.either, people.scores[at.outcome], np.nan)
    drawn = draw_roll_out(data, people, at, values)
    refused = refuse_roll_out(data, people, at, drawn, method=method)
    if refused is not None:
        return refused
    found = staggered_group_difference(
        drawn.score,
        drawn.wave,
        drawn.school,
        drawn.begun,
        division.first[drawn.position].astype(np.intp),
        cluster=drawn.cluster,
        weights=data.study.plan.weights,
        school_weights=given_weights(data, people),
        conf_level=data.conf_level,
    )
    return replace(found, method=method)


def _method(data: StudyData, people: AudienceData, estimand: Estimand) -> str:
    nouns = people.audience.cluster_nouns[1] if estimand == "schools_like_these" else "workshops"
    if data.staggered:
        what = "difference of two groups' effects, groups of schools against those still waiting"
        return f"{what}, CR2 by {nouns}, weights: {data.study.plan.weights}"
    what = (
        "difference of two groups' adjusted differences of the sides, one regression"
        if data.by_lot
        else "difference of two groups' differences of the sides' changes, school x group effects"
    )
    return f"{what}, CR2 by {nouns}, weights: {data.study.plan.weights}"
