"""Each planned change if those who did not answer again had: weights, imputation, worst cases."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite, nan
from typing import Final

import numpy as np

from impact_eval.estimators.designs.bounds import Bounds
from impact_eval.estimators.designs.manski import worst_case_change, worst_case_gain
from impact_eval.estimators.estimate import Estimate, describe, from_interval, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.missing import (
    ImputedGain,
    WeightedEffect,
    WeightedGain,
    imputed_gain,
    weighted_gain,
)
from impact_eval.findings.address import Address
from impact_eval.findings.data.asked_before import (
    AskedBefore,
    asked_before,
    range_of,
    why_nobody_is_lost_by_name,
)
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Codes, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import clusters_of
from impact_eval.findings.plan.families import memberships

WEIGHTS: Final = "retention_weights"
IMPUTATION: Final = "imputation"
WORST_CASE: Final = "worst_case"
INTERVAL: Final = "interval"
FEWEST, MOST = "fewest", "most"
SEED: Final = 1
NOT_PLANNED: Final = "not_planned"
OUTSIDE: Final = "some scores lie outside the range that the study declares"


def changes_with_lost(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each planned change with a number what the lost could make of it.

    Notes
    -----
    A sensitivity set: exploratory whatever the plan names, and never with a verdict of its own.
    """
    for finding_id, member in () if data.has_arms else memberships(data.study).items():
        main, at = done.get(finding_id), member.address
        if main is None or not isfinite(main.estimate.estimate):
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        here = replace(at, quantity="change_with_lost")
        for made in _of_change(data, people, sample, here):
            yield made.finding(sample, main.unit)


@dataclass(frozen=True, slots=True)
class Made:
    """An estimate at its address, with its unit and parent where they are its own."""

    address: Address
    estimate: Estimate
    unit: str = ""
    parent_id: str = ""

    def finding(self, sample: Sample, unit: str) -> Finding:
        """Make it a finding that no plan holds."""
        made = finding_of(
            self.address,
            self.estimate,
            sample,
            unit=self.unit or unit,
            parent_id=self.parent_id,
        )
        return replace(made, plan_status=NOT_PLANNED)


def _of_change(
    data: StudyData, people: AudienceData, sample: Sample, at: Address
) -> Iterator[Made]:
    """Yield addresses, estimates, and what differs from a plain finding."""
    by_name = why_nobody_is_lost_by_name(data, people)
    reason = by_name or _few(people, sample, at)
    asked = asked_before(people, at)
    for name, compute in ((WEIGHTS, _weights), (IMPUTATION, _imputation)):
        here = replace(at, estimator=name)
        if reason:
            yield Made(here, _refuse(data, sample, reason))
        else:
            yield from compute(data, asked, here)
    if by_name and people.audience.link != "code":
        yield Made(replace(at, estimator=WORST_CASE), _refuse(data, sample, by_name))
    elif by_name:
        yield from _range_of_worst_cases(data, people, sample, at)
    else:
        yield from _worst_case(data, people, sample, asked, at)


def _weights(data: StudyData, asked: AskedBefore, at: Address) -> Iterator[Made]:
    found = weighted_gain(
        asked.pre,
        asked.post,
        _clusters(asked, at),
        school=asked.school,
        covariates=asked.known,
        hold_schools=at.estimand == "participants",
        conf_level=data.conf_level,
    )
    yield from of_weights(
        found,
        at,
        balance="largest difference of those seen again from all asked before",
        worth="(sum of weights)^2 / sum of squared weights",
    )


def _imputation(data: StudyData, asked: AskedBefore, at: Address) -> Iterator[Made]:
    held = at.estimand == "participants"
    found = imputed_gain(
        asked.pre,
        asked.post,
        _clusters(asked, at),
        group=asked.workshop if held else asked.school,
        seed=SEED,
        covariates=asked.known,
        hold_groups=asked.school if held else None,
        conf_level=data.conf_level,
    )
    yield from of_imputations(found, at)


def of_weights(
    found: WeightedGain | WeightedEffect, at: Address, *, balance: str, worth: str
) -> Iterator[Made]:
    """Yield a weighted estimate, how alike weights make the two, and what they are worth."""
    yield Made(at, found.estimate)
    if found.estimate.reason:
        return
    n = found.estimate.n
    for variant, value in (
        ("before", found.imbalance_before),
        ("after", found.imbalance_after),
    ):
        here = replace(at, quantity="weight_balance", variant=variant)
        own = describe(value, n=n, n_clusters=0, method=balance)
        yield Made(here, own, unit="SD", parent_id=at.finding_id)
    people = describe(found.effective_n, n=n, n_clusters=0, method=worth)
    here = replace(at, quantity="effective_sample")
    yield Made(here, people, unit="people", parent_id=at.finding_id)


def of_imputations(found: ImputedGain, at: Address, *, each: str = "") -> Iterator[Made]:
    """Yield a pooled estimate, and how much of it hangs on what was filled in."""
    yield Made(at, found.estimate)
    if not found.estimate.reason:
        share = describe(
            100 * found.missing_information,
            n=found.estimate.n,
            n_clusters=0,
            method=f"fraction of missing information, {found.imputations} imputations{each}",
        )
        here = replace(at, quantity="missing_information")
        yield Made(here, share, unit="percent", parent_id=at.finding_id)


def _worst_case(
    data: StudyData, people: AudienceData, sample: Sample, asked: AskedBefore, at: Address
) -> Iterator[Made]:
    """Yield the bounds where it is known who was lost."""
    lowest, highest = range_of(data, at)
    reason = _few(people, sample, at) or _outside(sample, lowest, highest)
    here = replace(at, estimator=WORST_CASE)
    if reason:
        yield Made(here, _refuse(data, sample, reason))
        return
    bounds = worst_case_gain(
        asked.pre,
        asked.post,
        _clusters(asked, at),
        lowest=lowest,
        highest=highest,
        hold_schools=asked.school if at.estimand == "participants" else None,
        conf_level=data.conf_level,
    )
    yield from of_bounds(bounds, here, lost=int(np.isnan(asked.post).sum()))


def _range_of_worst_cases(
    data: StudyData, people: AudienceData, sample: Sample, at: Address
) -> Iterator[Made]:
    """Yield the bounds with as few lost, and with as many, as codes that fail leave open.

    Of participants the lost are counted by workshop, which is the cluster; else by school.
    """
    lowest, highest = range_of(data, at)
    reason = _few(people, sample, at) or _outside(sample, lowest, highest)
    place = sample.workshop if at.estimand == "participants" else sample.school
    linked = sample.linked
    linked_place = linked.workshop if at.estimand == "participants" else linked.school
    for variant in (FEWEST, MOST):
        here = replace(at, estimator=WORST_CASE, variant=variant)
        if reason:
            yield Made(here, _refuse(data, sample, reason))
            continue
        lost = _lost(sample, place, linked_place, fewest=variant == FEWEST)
        bounds = worst_case_change(
            sample.score,
            sample.wave,
            place,
            lost=lost,
            lowest=lowest,
            highest=highest,
            cluster=clusters_of(sample, at.estimand),  # type: ignore[arg-type]
            conf_level=data.conf_level,
        )
        yield from of_bounds(bounds, here, lost=sum(lost.values()))


def of_bounds(bounds: Bounds, at: Address, *, lost: int) -> Iterator[Made]:
    """Yield how many were lost, the bounds, and their interval; both hang on the number.

    The width of the bounds gives the number away.
    """
    counted = replace(at, quantity="lost", estimator="count")
    number = describe(float(lost), n=lost, n_clusters=0, method="asked before, no later score")
    yield Made(counted, number, unit="people")
    make = partial(
        from_interval,
        nan,
        n=bounds.n,
        n_clusters=bounds.n_clusters,
        method=bounds.method,
        conf_level=bounds.conf_level,
    )
    ends = {"": (bounds.lower, bounds.upper), INTERVAL: (bounds.conf_low, bounds.conf_high)}
    for name, (low, high) in ends.items():
        here = replace(at, variant="_".join(part for part in (at.variant, name) if part))
        missing = "" if isfinite(low) else bounds.reason
        range_of_it = replace(make(low, high), reason=missing)
        yield Made(here, range_of_it, parent_id=counted.finding_id)


def _lost(
    sample: Sample, place: Codes, linked_place: Codes, *, fewest: bool
) -> Mapping[Hashable, int]:
    """Count the lost of each place: as few, or as many, as there can be."""
    size = int(place.max()) + 1
    before, after = (np.bincount(place[sample.wave == w], minlength=size) for w in (0, 1))
    most = np.maximum(before - np.bincount(linked_place, minlength=size), 0)
    number = np.minimum(np.maximum(before - after, 0), most) if fewest else most
    return {int(code): int(number[code]) for code in np.unique(place)}


def _clusters(asked: AskedBefore, at: Address) -> Codes:
    return asked.workshop if at.estimand == "participants" else asked.cluster


def _few(people: AudienceData, sample: Sample, at: Address) -> str:
    """Say why schools like these, or these participants, cannot be spoken of."""
    n_clusters = np.unique(sample.cluster).size
    if at.estimand == "schools_like_these" and n_clusters < ENOUGH_TO_GENERALISE:
        return refusal(n_clusters, unit=people.audience.cluster_nouns[0])
    return ""


def _outside(sample: Sample, lowest: float, highest: float) -> str:
    inside = (sample.score >= lowest) & (sample.score <= highest)
    return "" if inside.all() else OUTSIDE


def _refuse(data: StudyData, sample: Sample, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method="if those who did not answer again differ",
        conf_level=data.conf_level,
    )
