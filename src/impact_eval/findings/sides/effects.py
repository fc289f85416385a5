"""The programme's schools against the others: effects, and whether both were alike before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.designs.balance import Balance
from impact_eval.estimators.designs.comparison import (
    Comparison,
    compare_groups,
    compare_randomised,
)
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import (
    ANCOVA,
    CONTRAST,
    GAINS,
    LINKED_ONLY,
    estimator_of,
    sides_of,
)
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import (
    comparisons,
    contrast_of,
    finding_of,
    scales_differ,
)
from impact_eval.findings.outcomes.estimands import (
    ESTIMANDS,
    clusters_of,
    refuse_sample,
    row_weights,
    school_weights,
)
from impact_eval.findings.sides.linked_gains import linked_gain_difference
from impact_eval.findings.sides.roll_outs import roll_out_effect
from impact_eval.vocabulary import Estimand

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome

SD = "SD"
SCALES = "the two waves have different scales, so there are no changes to subtract"
CROSSED_OVER = (
    "the waiting side had had its own workshop by then, so that nobody was left to compare with"
)
NO_ANSWERS = "a side has no answers in one of the two waves"


def effects(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the effect on every outcome, what stands beside it, its g, and the baseline.

    Notes
    -----
    Where somebody chose the schools, the difference in differences is the effect, and beside it
    stand the analysis of covariance and, where people are linked, the difference of their adjusted
    gains; where a lot did, the analysis of covariance is, and that of the linked respondents alone
    stands beside it. Randomised schools are judged by schools.
    """
    del done
    with_sides = data.has_arms and not data.staggered
    for people, outcome, address in comparisons(data) if with_sides else ():
        at = effect_address(data, address)
        sample = draw_sample(
            people, people.scores[outcome.id], phase=at.phase, contrast=contrast_of(at)
        )
        if sample.score.size:
            for estimand in estimands_of(data):
                yield from _of_estimand(
                    data, people, outcome, sample, replace(at, estimand=estimand)
                )


def effect_address(data: StudyData, address: Address) -> Address:
    """Turn the address of a change into that of the effect on it."""
    return replace(
        address, quantity="effect", contrast=CONTRAST, estimator=estimator_of(data.study)
    )


def estimands_of(data: StudyData) -> tuple[Estimand, ...]:
    """List whom the design can speak for."""
    return ("schools_like_these",) if data.by_lot or data.staggered else ESTIMANDS


def crossed_over(data: StudyData, wave: str) -> bool:
    """Whether the schools of a waiting list that waited had had their own workshop by a survey."""
    order, crossover = data.study.wave_ids, data.facts.crossover
    return bool(crossover) and order.index(wave) >= order.index(crossover)


def main_effect(
    data: StudyData, people: AudienceData, sample: Sample, address: Address
) -> Estimate:
    """Estimate the effect alone."""
    if data.staggered:
        return roll_out_effect(data, people, address)
    return compare_sides(data, people, sample, address)[0]


def _of_estimand(
    data: StudyData, people: AudienceData, outcome: Outcome, sample: Sample, at: Address
) -> Iterator[Finding]:
    primary, compared = compare_sides(data, people, sample, at)
    main = finding_of(at, primary, sample, unit=outcome.unit)
    yield main
    if compared is None:
        return
    variant = LINKED_ONLY if data.by_lot else ANCOVA
    linkable = people.audience.link != "none"
    if variant == ANCOVA or linkable:
        beside = replace(at, estimator=ANCOVA, variant=variant)
        yield finding_of(
            beside, compared.beside, sample, unit=outcome.unit, parent_id=main.finding_id
        )
    if variant == ANCOVA and linkable:
        gains = replace(at, estimator=GAINS, variant=GAINS)
        found = primary if primary.reason else linked_gain_difference(data, people, sample, gains)
        yield finding_of(gains, found, sample, unit=outcome.unit, parent_id=main.finding_id)
    size = replace(at, quantity="effect_size", variant="g")
    g = compared.g if not primary.reason else primary
    yield finding_of(size, g, sample, unit=SD, parent_id=main.finding_id)
    if at.estimand == "schools_like_these":
        yield _baseline(compared.balance, sample, at)


def _baseline(balance: Balance, sample: Sample, at: Address) -> Finding:
    """Make the standardised difference before, with its class as a caution, a finding."""
    address = replace(at, quantity="baseline_difference", estimator="hedges_g")
    return Finding(
        address=address,
        estimate=balance.g,
        unit=SD,
        n_pre=sample.n_pre,
        cautions=(f"baseline_{balance.likeness}",),
    )


def compare_sides(
    data: StudyData, people: AudienceData, sample: Sample, at: Address
) -> tuple[Estimate, Comparison | None]:
    """Compare the sides; the effect may be refused although what stands beside it is not."""
    of = sides_of(data, people)
    programme = of.programme[sample.position]
    method = _method(data, people, at)
    reason = _reason(data, people, sample, programme, at, method)
    if reason:
        return _refuse(data, sample, method, reason), None
    respondent = None if people.audience.link == "none" else sample.respondent
    cluster = clusters_of(sample, at.estimand)  # type: ignore[arg-type]
    if data.by_lot:
        found = compare_randomised(
            sample.score,
            sample.wave,
            programme,
            sample.school,
            respondent=respondent,
            stratum=None if of.stratum is None else of.stratum[sample.position],
            cluster=cluster,
            weights=row_weights(data, people, sample),
            conf_level=data.conf_level,
        )
        return replace(found.primary, method=method), found
    weights = data.study.plan.weights
    found = compare_groups(
        sample.score,
        sample.wave,
        programme,
        cluster,
        school=sample.school,
        respondent=respondent,
        weights=weights,
        school_weights=school_weights(data, people) if weights == "beneficiary" else None,
        conf_level=data.conf_level,
    )
    if not at.item_id and scales_differ(
        data.study.outcome(at.audience, at.outcome), contrast_of(at)
    ):
        return _refuse(data, sample, method, SCALES), found
    return replace(found.primary, method=method), found


def _reason(
    data: StudyData,
    people: AudienceData,
    sample: Sample,
    programme: np.ndarray,
    at: Address,
    method: str,
) -> str:
    """Say why the sides cannot be compared; empty if they can."""
    if crossed_over(data, at.wave_to):
        return CROSSED_OVER
    estimand: Estimand = "participants" if at.estimand == "participants" else "schools_like_these"
    refused = refuse_sample(data, people, sample, estimand=estimand, method=method)
    if refused is not None:
        return refused.reason
    if np.unique(2 * programme + sample.wave).size < len(("pre", "post")) * 2:
        return NO_ANSWERS
    if data.study.plan.weights == "beneficiary" and np.isnan(_weights(data, people, sample)).any():
        return "attendance is not known for every school, so schools cannot count by it"
    n_clusters = np.unique(sample.cluster).size
    if estimand == "schools_like_these" and n_clusters < ENOUGH_TO_GENERALISE:
        noun = people.audience.cluster_nouns[1]
        return f"the two sides have {n_clusters} {noun} together, too few to speak for others"
    return ""


def _weights(data: StudyData, people: AudienceData, sample: Sample) -> np.ndarray:
    weights = row_weights(data, people, sample)
    return np.ones(sample.score.size) if weights is None else weights


def _method(data: StudyData, people: AudienceData, at: Address) -> str:
    nouns = people.audience.cluster_nouns[1] if at.estimand != "participants" else "workshops"
    what = (
        "later scores adjusted for earlier ones and strata, all later respondents"
        if data.by_lot
        else "difference of the two sides' changes, school fixed effects"
    )
    return f"{what}, CR2 by {nouns}, weights: {data.study.plan.weights}"


def _refuse(data: StudyData, sample: Sample, method: str, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method=method,
        conf_level=data.conf_level,
    )
