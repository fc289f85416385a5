"""The sign-flip test beside each planned change of schools like these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.cluster_changes import cluster_changes
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.sign_flip import sign_flip
from impact_eval.estimators.sign_patterns import MOST_ENUMERATED
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import refuse_sample, school_weights
from impact_eval.findings.plan.families import memberships

ESTIMATOR: Final = "sign_flip"
SEED: Final = 1
FEW_ENOUGH_TO_TELL: Final = 12


def sign_flip_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield a sign-flip test of each planned change of schools like these that has a number.

    Notes
    -----
    The estimate is the change's own; p and interval need no normal distribution and no degrees of
    freedom, but changes that lie symmetrically about their mean.
    """
    for finding_id, member in () if data.has_arms else memberships(data.study).items():
        main, at = done.get(finding_id), member.address
        if main is None or not isfinite(main.estimate.estimate):
            continue
        if member.family.estimand != "schools_like_these":
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        tested, cautions = _test(data, people, sample)
        yield finding_of(
            replace(at, estimator=ESTIMATOR),
            tested,
            sample,
            unit=main.unit,
            parent_id=finding_id,
            cautions=cautions,
        )


def limits_of_few(fewest: int, n_clusters: int, threshold: int) -> tuple[str, ...]:
    """Name the caution of limits that may be the number of a cluster with few people.

    Limits of rearranged clusters are numbers of single clusters where there are few of these.
    """
    telling = fewest < threshold and n_clusters <= FEW_ENOUGH_TO_TELL
    return ("limits_of_few",) if telling else ()


def _test(
    data: StudyData, people: AudienceData, sample: Sample
) -> tuple[Estimate, tuple[str, ...]]:
    """Flip the signs of the declared clusters' changes, weighted as the plan says."""
    weights = data.study.plan.weights
    nouns = people.audience.cluster_nouns[1]
    n_clusters = np.unique(sample.cluster).size
    patterns = "all" if n_clusters <= MOST_ENUMERATED else "drawn"
    method = f"sign flips by {nouns}, {patterns} patterns, weights: {weights}"
    refused = refuse_sample(data, people, sample, estimand="schools_like_these", method=method)
    if refused is not None:
        return refused, ()
    if data.rounds_differ:
        reason = "each round asked at other places, so none changed"
        return _refuse(data, sample, method, reason), ()
    found = cluster_changes(
        sample.score,
        sample.wave,
        sample.cluster,
        school=sample.school,
        weights=weights,
        school_weights=school_weights(data, people) if weights == "beneficiary" else None,
    )
    if found.reason or not found.change.size:
        reason = found.reason or "there are no places with answers in both waves"
        return _refuse(data, sample, method, reason), ()
    tested = sign_flip(
        found.change,
        weight=found.weight,
        n=found.n,
        generator=np.random.default_rng(SEED),
        conf_level=data.conf_level,
    )
    fewest = min(int(found.n_pre.min()), int(found.n_post.min()))
    cautions = limits_of_few(fewest, found.change.size, data.study.disclosure_threshold)
    return replace(tested, method=method), cautions


def _refuse(data: StudyData, sample: Sample, method: str, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method=method,
        conf_level=data.conf_level,
    )
