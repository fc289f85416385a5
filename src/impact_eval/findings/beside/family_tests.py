"""P-values that allow for the other outcomes of a family: stepdown by sign flips, and Holm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from impact_eval.estimators.cluster_changes import ClusterChanges, cluster_changes
from impact_eval.estimators.estimate import Estimate, from_resampling, not_estimable
from impact_eval.estimators.holm import holm
from impact_eval.estimators.romano_wolf import romano_wolf
from impact_eval.findings.beside.sign_flips import SEED
from impact_eval.findings.data.samples import draw_sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of
from impact_eval.findings.outcomes.estimands import school_weights
from impact_eval.findings.plan.families import named_by

if TYPE_CHECKING:
    from impact_eval.study.plan import Family

ROMANO_WOLF: Final = "romano_wolf"
HOLM: Final = "holm"


def family_tests(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each change of a family of several its p with the others allowed for, twice.

    Notes
    -----
    Holm's counts all comparisons that the family declares, measured or not. That by sign flips
    keeps the correlation of the outcomes, which Holm's cannot use; it needs one kind of cluster.
    """
    for family in () if data.has_arms else data.study.plan.families:
        named = named_by(data.study, family)
        own = [done.get(at.finding_id) for at in named]
        mains = [one for one in own if one is not None and isfinite(one.estimate.p_value)]
        if len(named) < 2 or not mains or family.estimand != "schools_like_these":
            continue
        for main, tested in zip(mains, _stepdown(data, family, mains), strict=True):
            yield beside(main, ROMANO_WOLF, tested)
        for main, p in zip(mains, holm([one.estimate.p_value for one in mains], len(named)),
                           strict=True):  # fmt: skip
            method = f"Holm's p of the {len(named)} comparisons of the family"
            yield beside(main, HOLM, with_p(main, p, method))


def beside(main: Finding, estimator: str, estimate: Estimate) -> Finding:
    """Put another estimate of the same thing beside a finding, without its cautions."""
    return replace(
        main,
        address=replace(main.address, estimator=estimator),
        estimate=estimate,
        parent_id=main.finding_id,
        cautions=(),
    )


def _stepdown(data: StudyData, family: Family, mains: Sequence[Finding]) -> list[Estimate]:
    """Flip the signs of whole clusters in all outcomes of the family at once."""
    columns = {data.audiences[audience].audience.cluster for audience in family.outcomes}
    reason = "the audiences of this family have clusters of different kinds"
    if data.rounds_differ:
        reason = "each round asked at other places, so none changed"
    elif len(columns) == 1:
        found = [_changes(data, main) for main in mains]
        reason = next((one.reason for _, one in found if one.reason), "")
        if not reason:
            return _tested(mains, found)
    return [
        not_estimable(
            reason,
            n=main.estimate.n,
            n_clusters=main.estimate.n_clusters,
            method="stepdown by sign flips",
            conf_level=data.conf_level,
        )
        for main in mains
    ]


def _changes(data: StudyData, main: Finding) -> tuple[AudienceData, ClusterChanges]:
    at = main.address
    people, weights = data.audiences[at.audience], data.study.plan.weights
    sample = draw_sample(
        people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
    )
    return people, cluster_changes(
        sample.score,
        sample.wave,
        sample.cluster,
        school=sample.school,
        weights=weights,
        school_weights=school_weights(data, people) if weights == "beneficiary" else None,
    )


def _tested(
    mains: Sequence[Finding], found: Sequence[tuple[AudienceData, ClusterChanges]]
) -> list[Estimate]:
    """Put the changes of one cluster into one row, by its name, and test the columns together."""
    named = [[people.cluster.labels[int(code)] for code in one.cluster] for people, one in found]
    labels = sorted({label for own in named for label in own})
    place = {label: row for row, label in enumerate(labels)}
    changes = np.full((len(labels), len(mains)), nan)
    weights = np.zeros(changes.shape)
    for column, (own, (_, one)) in enumerate(zip(named, found, strict=True)):
        rows = [place[label] for label in own]
        changes[rows, column], weights[rows, column] = one.change, one.weight
    test = romano_wolf(changes, weights=weights, generator=np.random.default_rng(SEED))
    return [
        _adjusted(main, float(p), test.method, test.reason)
        for main, p in zip(mains, test.p_adjusted, strict=True)
    ]


def _adjusted(main: Finding, p: float, method: str, reason: str) -> Estimate:
    if not isfinite(p):
        return not_estimable(
            reason or "the clusters' changes do not vary",
            n=main.estimate.n,
            n_clusters=main.estimate.n_clusters,
            method=method,
            conf_level=main.estimate.conf_level,
        )
    return with_p(main, p, method)


def with_p(main: Finding, p: float, method: str) -> Estimate:
    """Put another p beside a change; its interval is that of the family and stands there."""
    own = main.estimate
    return from_resampling(
        own.estimate,
        p,
        (nan, nan),
        n=own.n,
        n_clusters=own.n_clusters,
        method=method,
        conf_level=own.conf_level,
    )
