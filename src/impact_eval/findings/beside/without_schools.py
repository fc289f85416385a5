"""Every planned change without each school in turn: how far it moves, and whether it reads so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.estimate import Estimate, from_interval, not_estimable
from impact_eval.estimators.robustness import (
    LeftOut,
    SchoolParts,
    parts_of_changes,
    parts_of_rounds,
    without_each_school,
)
from impact_eval.findings.beside.roll_out_ways import NO_GROUP_LEFT, roll_out_left_out
from impact_eval.findings.data.arms import DIFFERENCE, sides_of
from impact_eval.findings.data.samples import Sample, draw_sample, part_of
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of
from impact_eval.findings.outcomes.estimands import clusters_of, stacked_change
from impact_eval.findings.plan.families import Membership, memberships
from impact_eval.findings.plan.readings import reading_of, readings, yardstick_of
from impact_eval.findings.sides.effects import main_effect

RESTS_ON_ONE: Final = "rests_on_one_school"
NO_ESTIMATE: Final = "without one of its schools there is no estimate"
METHOD: Final = "smallest and largest value without each school in turn"


def schools_left_out(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each planned change the range of what it is without each school in turn.

    Parameters
    ----------
    data
        The study.
    done
        All findings, judged.

    Yields
    ------
    Finding
        The range in `conf_low` and `conf_high`; `n_clusters` counts the schools, `statistic` is the
        largest share of the weight that one of them holds; the caution `rests_on_one_school` where
        the interval would read otherwise without some school.
    """
    for finding_id, member in memberships(data.study).items():
        main = done.get(finding_id)
        if main is None:
            continue
        at = member.address
        found = Finding(
            address=replace(at, quantity="without_one_school"),
            estimate=_refused(main, "there is no estimate"),
            unit=main.unit,
            parent_id=finding_id,
        )
        if not isfinite(main.estimate.estimate):
            yield found
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        yield _with_range(data, member, main, found, left_out_of(data, people, sample, member))


def left_out_of(
    data: StudyData, people: AudienceData, sample: Sample, member: Membership
) -> LeftOut:
    """Estimate a planned change without each of its schools."""
    if data.staggered:
        return roll_out_left_out(data, people, member.address)
    parts = parts_of(data, people, sample, member)
    if parts is not None:
        return without_each_school(parts)
    schools = np.unique(sample.school)
    refits = [
        _estimate(
            data,
            people,
            part_of(sample, sample.school != school, sample.linked.school != school),
            member,
        )
        for school in schools
    ]
    rows = np.bincount(np.searchsorted(schools, sample.school))
    return LeftOut(
        school=schools,
        estimate=np.array([one.estimate for one in refits]),
        std_error=np.array([one.std_error for one in refits]),
        df=np.array([one.df for one in refits]),
        clusters=np.array([one.n_clusters for one in refits]),
        largest_share=float(rows.max() / rows.sum()) if rows.size else 1.0,
    )


def parts_of(
    data: StudyData, people: AudienceData, sample: Sample, member: Membership
) -> SchoolParts | None:
    """Schools' parts in a planned change; None where its estimator is no mean of them."""
    cluster = clusters_of(sample, member.family.estimand)
    arrays = sample.score, sample.wave, cluster
    if data.rounds_differ:
        return parts_of_rounds(*arrays, school=sample.school)
    if data.study.plan.weights != "respondent":
        return None
    if not data.has_arms:
        return parts_of_changes(*arrays, school=sample.school)
    if member.address.estimator != DIFFERENCE:
        return None
    programme = sides_of(data, people).programme[sample.position]
    return parts_of_changes(*arrays, school=sample.school, programme=programme)


def _estimate(
    data: StudyData, people: AudienceData, sample: Sample, member: Membership
) -> Estimate:
    if data.has_arms:
        return main_effect(data, people, sample, member.address)
    return stacked_change(data, people, sample, estimand=member.family.estimand)


def _with_range(
    data: StudyData, member: Membership, main: Finding, found: Finding, left: LeftOut
) -> Finding:
    """Write the range, and whether any interval reads otherwise than that of all schools."""
    able = np.isfinite(left.estimate)
    if left.school.size < 2 or not able.all():
        reason = NO_GROUP_LEFT if data.staggered else NO_ESTIMATE
        return replace(found, estimate=_refused(main, reason))
    estimate = from_interval(
        np.nan,
        float(left.estimate.min()),
        float(left.estimate.max()),
        n=main.estimate.n,
        n_clusters=left.school.size,
        method=METHOD,
    )
    yardstick = yardstick_of(data, member)
    cautions: tuple[str, ...] = ()
    if yardstick is not None:
        own = reading_of(yardstick, main)
        others = readings(yardstick, left.estimate, left.std_error, left.df, left.clusters)
        cautions = (RESTS_ON_ONE,) if any(one != own for one in others) else ()
    return replace(
        found, estimate=replace(estimate, statistic=left.largest_share), cautions=cautions
    )


def _refused(main: Finding, reason: str) -> Estimate:
    return not_estimable(
        reason, n=main.estimate.n, n_clusters=main.estimate.n_clusters, method=METHOD
    )
