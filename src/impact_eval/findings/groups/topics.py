"""What changed topic by topic, and whether all topics changed alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.designs.several_effects import several_adjusted_effects
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.estimators.holm import holm
from impact_eval.estimators.several_changes import several_changes
from impact_eval.findings.address import Address
from impact_eval.findings.beside.family_tests import HOLM, beside, with_p
from impact_eval.findings.data.arms import CONTRAST, estimator_of, sides_of
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.gaps import JOINT
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import (
    NO_ATTENDANCE,
    clusters_of,
    refuse_sample,
    row_weights,
    school_weights,
    stacked_change,
)
from impact_eval.findings.outcomes.topic_scores import Topics, topics_of
from impact_eval.findings.sides.effects import CROSSED_OVER, crossed_over, main_effect
from impact_eval.findings.sides.roll_outs import roll_out_effect
from impact_eval.vocabulary import Estimand

NOT_TOGETHER: Final = (
    "schools begin at different dates, so topics are each compared by themselves, and no one test"
    " holds them against each other"
)


def topic_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each topic's change, or the sides' difference in it, and its p by Holm's method.

    Notes
    -----
    As for single items there is one estimand, the widest that holds. Holm's family are all topics
    of an outcome of an audience and phase between two waves.
    """
    del done
    for of, at in _contrasts(data):
        found = list(_of_topics(data, of, at))
        yield from found
        tested = [one for one in found if isfinite(one.estimate.p_value)]
        adjusted = holm([one.estimate.p_value for one in tested], len(of.scores))
        method = f"Holm's p of the {len(of.scores)} topics of the outcome"
        for one, p in zip(tested, adjusted, strict=True):
            yield beside(one, HOLM, with_p(one, p, method))


def topic_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield one test that all topics of an outcome changed alike, or that the sides differ alike.

    Notes
    -----
    Topics are answered by the same people, so they are held against each other within one model.
    """
    del done
    for of, at in _contrasts(data):
        samples = [_draw(of, values, at) for values in of.scores.values()]
        anything = np.isfinite(np.column_stack(list(of.scores.values()))).any(axis=1)
        whole = _draw(of, np.where(anything, 0.0, np.nan), at)
        if not whole.n_pre or not whole.n_post:
            continue
        estimand = _widest(data, whole)
        here = replace(at, quantity="topic_difference", estimand=estimand, estimator=JOINT)
        estimate = _joint(data, of, samples, whole, here)
        yield finding_of(here, replace(estimate, n=whole.score.size), whole, unit=of.unit)


def _contrasts(data: StudyData) -> Iterator[tuple[Topics, Address]]:
    """Yield all topics of an outcome with each pair of waves, as the address of their changes."""
    for of in topics_of(data):
        for first, later in data.contrasts:
            yield (
                of,
                replace(
                    of.address,
                    quantity="topic_effect" if data.has_arms else "topic_change",
                    wave_from=first,
                    wave_to=later,
                    contrast=CONTRAST if data.has_arms else "",
                    estimator=estimator_of(data.study),
                ),
            )


def _of_topics(data: StudyData, of: Topics, at: Address) -> Iterator[Finding]:
    for topic, values in of.scores.items():
        sample = _draw(of, values, at)
        if sample.n_pre == 0 or sample.n_post == 0:
            continue
        estimand = _widest(data, sample)
        here = replace(at, variant=topic, estimand=estimand)
        if data.staggered:
            estimate = roll_out_effect(data, of.people, here, values=values)
        elif data.has_arms:
            estimate = main_effect(data, of.people, sample, here)
        else:
            estimate = stacked_change(data, of.people, sample, estimand=estimand)
        yield finding_of(here, estimate, sample, unit=of.unit)


def _joint(
    data: StudyData, of: Topics, samples: Sequence[Sample], whole: Sample, at: Address
) -> Estimate:
    """Hold all topics against each other, or say why they cannot be."""
    people, weights = of.people, data.study.plan.weights
    estimand: Estimand = "participants" if at.estimand == "participants" else "schools_like_these"
    reason = _why_not_together(data, of, whole, at)
    if reason:
        return _refused(data, whole, reason)
    if data.has_arms and data.by_lot:
        return _joint_by_lot(data, of, samples, estimand)
    rows = np.concatenate([sample.position for sample in samples])
    programme = sides_of(data, people).programme[rows] if data.has_arms else None
    return several_changes(
        np.concatenate([sample.score for sample in samples]),
        np.concatenate([sample.wave for sample in samples]),
        _topic_of_rows(samples),
        np.concatenate([clusters_of(sample, estimand) for sample in samples]),
        programme=programme,
        school=None if data.rounds_differ else people.school.codes[rows],
        weights="respondent" if data.rounds_differ else weights,
        school_weights=(
            school_weights(data, people)
            if weights == "beneficiary" and not data.rounds_differ
            else None
        ),
    )


def _joint_by_lot(
    data: StudyData, of: Topics, samples: Sequence[Sample], estimand: Estimand
) -> Estimate:
    """Hold the adjusted differences of two randomised sides against each other."""
    sides, people = sides_of(data, of.people), of.people
    rows = np.concatenate([sample.position for sample in samples])
    weights = [row_weights(data, people, sample) for sample in samples]
    known = [one for one in weights if one is not None]
    return several_adjusted_effects(
        np.concatenate([sample.score for sample in samples]),
        np.concatenate([sample.wave for sample in samples]),
        _topic_of_rows(samples),
        sides.programme[rows],
        people.school.codes[rows],
        respondent=(
            None
            if people.audience.link == "none"
            else np.concatenate([sample.respondent for sample in samples])
        ),
        stratum=None if sides.stratum is None else sides.stratum[rows],
        cluster=np.concatenate([clusters_of(sample, estimand) for sample in samples]),
        weights=np.concatenate(known) if known else None,
    )


def _topic_of_rows(samples: Sequence[Sample]) -> Codes:
    return np.repeat(np.arange(len(samples)), [sample.score.size for sample in samples])


def _why_not_together(data: StudyData, of: Topics, whole: Sample, at: Address) -> str:
    """Say why topics cannot be held against each other; empty if they can."""
    estimand: Estimand = "participants" if at.estimand == "participants" else "schools_like_these"
    if data.has_arms:
        if data.staggered:
            return NOT_TOGETHER
        if crossed_over(data, at.wave_to):
            return CROSSED_OVER
    refused = refuse_sample(data, of.people, whole, estimand=estimand, method="")
    if refused is not None:
        return refused.reason
    by_people = data.study.plan.weights == "beneficiary"
    if by_people and set(whole.school.tolist()) - set(school_weights(data, of.people)):
        return NO_ATTENDANCE
    return ""


def _draw(of: Topics, values: Floats, at: Address) -> Sample:
    return draw_sample(of.people, values, phase=at.phase, contrast=contrast_of(at))


def _widest(data: StudyData, sample: Sample) -> Estimand:
    """Choose the widest estimand that the number of clusters allows."""
    enough = np.unique(sample.cluster).size >= ENOUGH_TO_GENERALISE
    by_schools = data.staggered or (data.has_arms and data.by_lot)
    return "schools_like_these" if enough or by_schools else "participants"


def _refused(data: StudyData, sample: Sample, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method="topics held against each other",
        conf_level=data.conf_level,
    )
