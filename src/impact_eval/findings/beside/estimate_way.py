"""One planned change computed in another way."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.robustness import SchoolParts, parts_estimate
from impact_eval.findings.beside.ways import PLANNED, Way
from impact_eval.findings.beside.without_schools import parts_of
from impact_eval.findings.data.samples import Linked, Sample, part_of
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData
from impact_eval.findings.outcomes.estimands import (
    clusters_of,
    linked_change,
    refuse_sample,
    row_weights,
    stacked_change,
)
from impact_eval.findings.plan.families import Membership
from impact_eval.findings.sides.effects import main_effect

OTHER_PEOPLE: Final = "each round asked other people, so nobody can be linked"
NOBODY_LINKED: Final = "nobody is recognised from one wave to the next"
FEW_LINKED: Final = "too few people are linked between the two waves"


def estimate_way(
    data: StudyData, people: AudienceData, sample: Sample, member: Membership, way: Way
) -> Estimate:
    """Estimate a planned change with another sample, other weights or other clusters.

    Parameters
    ----------
    data, people, member
        The study, the audience and the planned change.
    sample
        With the way's own scores and forms.
    way
        What is done otherwise than planned.

    Returns
    -------
    Estimate
        In the outcome's unit; with a reason where the design does not give it.
    """
    if way.weights != PLANNED:
        data = weighted(data, way.weights)
    if way.cluster == "school":
        sample = by_school(sample)
    if way.sample == PLANNED:
        return _of_everybody(data, people, sample, member)
    method = f"{way.sample}, weights: {data.study.plan.weights}"
    if data.rounds_differ or people.audience.link == "none":
        reason = OTHER_PEOPLE if data.rounds_differ else NOBODY_LINKED
        return _refuse(data, sample, method, reason)
    if data.has_arms:
        return main_effect(data, people, _rows_of_linked(sample), member.address)
    if way.sample == "adjusted_gain":
        return linked_change(data, people, sample, estimand=member.family.estimand)
    return _of_linked(data, people, sample, member, method)


def _of_everybody(
    data: StudyData, people: AudienceData, sample: Sample, member: Membership
) -> Estimate:
    """Estimate as planned; from schools' parts where that is the same, because it is faster."""
    if data.has_arms:
        return main_effect(data, people, sample, member.address)
    estimand = member.family.estimand
    method = f"all respondents of both waves, weights: {data.study.plan.weights}"
    refused = refuse_sample(data, people, sample, estimand=estimand, method=method)
    if refused is not None:
        return refused
    if data.rounds_differ and data.study.plan.weights != "respondent":
        return _rounds_by_school(data, people, sample, member, method)
    parts = parts_of(data, people, sample, member)
    if parts is not None:
        return parts_estimate(parts, conf_level=data.conf_level, method=method)
    return stacked_change(data, people, sample, estimand=estimand)


def _rounds_by_school(
    data: StudyData, people: AudienceData, sample: Sample, member: Membership, method: str
) -> Estimate:
    """Compare two rounds' means of schools, which count as the weights say."""
    weights = row_weights(data, people, sample)
    if weights is None or np.isnan(weights).any():
        return _refuse(data, sample, method, "attendance is not known for every school")
    return fit_cr2(
        sample.score,
        np.column_stack([sample.wave, np.ones(sample.score.size)]),
        clusters_of(sample, member.family.estimand),
        coefficient=0,
        weights=weights,
        conf_level=data.conf_level,
        method=method,
    )


def _of_linked(
    data: StudyData, people: AudienceData, sample: Sample, member: Membership, method: str
) -> Estimate:
    """Average the linked people's own gains, unadjusted."""
    estimand, linked = member.family.estimand, sample.linked
    refused = refuse_sample(data, people, sample, estimand=estimand, method=method)
    if refused is not None:
        return refused
    own = linked.workshop if estimand == "participants" else linked.cluster
    if np.unique(own).size < 2:
        return _refuse(data, sample, method, FEW_LINKED)
    weights = _weights_of_linked(data, people, sample)
    if weights is not None and np.isnan(weights).any():
        return _refuse(data, sample, method, "attendance is not known for every school")
    if weights is None:
        return parts_estimate(
            _parts_of_gains(linked, own), conf_level=data.conf_level, method=method
        )
    return fit_cr2(
        linked.post - linked.pre,
        np.ones(linked.pre.size),
        own,
        weights=weights,
        conf_level=data.conf_level,
        method=method,
    )


def _parts_of_gains(linked: Linked, cluster: Codes) -> SchoolParts:
    """Each cluster's mean gain, which counts by its people."""
    labels, codes = np.unique(cluster, return_inverse=True)
    n = np.bincount(codes)
    return SchoolParts(
        school=labels,
        value=np.bincount(codes, linked.post - linked.pre) / n,
        weight=n.astype(np.float64),
        cluster=labels,
        side=np.ones(n.size, np.intp),
        rows=n,
    )


def _weights_of_linked(data: StudyData, people: AudienceData, sample: Sample) -> Floats | None:
    """Weigh linked people so that their schools count as the plan says; None if people do."""
    linked = sample.linked
    rows = part_of(sample, np.zeros(sample.score.size, bool), np.ones(linked.pre.size, bool))
    alone = replace(
        rows,
        position=np.empty(linked.pre.size, np.intp),
        score=linked.post,
        wave=np.ones(linked.pre.size, np.intp),
        school=linked.school,
    )
    return row_weights(data, people, alone)


def _rows_of_linked(sample: Sample) -> Sample:
    """Keep the rows of people with a score in both waves."""
    known = np.isfinite(sample.respondent)
    both = np.intersect1d(
        sample.respondent[known & (sample.wave == 0)], sample.respondent[known & (sample.wave == 1)]
    )
    return part_of(sample, np.isin(sample.respondent, both), np.ones(sample.linked.pre.size, bool))


def by_school(sample: Sample) -> Sample:
    """Take schools as a sample's clusters, whatever the estimand takes."""
    linked = sample.linked
    return replace(
        sample,
        cluster=sample.school,
        workshop=sample.school,
        linked=Linked(
            pre=linked.pre,
            post=linked.post,
            school=linked.school,
            cluster=linked.school,
            workshop=linked.school,
        ),
    )


def weighted(data: StudyData, weights: str) -> StudyData:
    """Give a study's plan other weights."""
    plan = data.study.plan.model_copy(update={"weights": weights})
    return replace(data, study=data.study.model_copy(update={"plan": plan}))


def _refuse(data: StudyData, sample: Sample, method: str, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method=method,
        conf_level=data.conf_level,
    )
