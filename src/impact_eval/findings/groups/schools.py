"""Changes school by school, and how they vary between schools beyond chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators import (
    PooledComponents,
    SchoolChanges,
    pooled_components,
    school_estimates,
)
from impact_eval.estimators import school_changes as estimate_school_changes
from impact_eval.estimators.estimate import Estimate, from_interval, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.random_effects import RandomEffects, random_effects
from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import comparisons, contrast_of, scales_differ
from impact_eval.findings.outcomes.estimands import MOSTLY_KNOWN
from impact_eval.findings.outcomes.means import mastered

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome

LEAST_DF_OF_COMPONENTS = 10


@dataclass(frozen=True, slots=True)
class BySchool:
    """The changes of the schools of one comparison, with their estimates in the same order."""

    people: AudienceData
    address: Address
    changes: SchoolChanges
    estimates: tuple[Estimate, ...]
    cautions: tuple[str, ...]

    def labels(self) -> list[str]:
        """List the schools' ids."""
        return [self.people.school.labels[code] for code in self.changes.school]


def school_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each school's change, for audiences that are reported by school."""
    del done
    for people, outcome, address in compared(data):
        if people.audience.report_level == "school":
            values = people.scores[outcome.id]
            by_school = changes_by_school(data, people, values, address)
            yield from _findings(by_school, outcome.unit)


def school_mastery_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each school's change of the share that reached the mastery mark."""
    del done
    for people, outcome, address in compared(data):
        if people.audience.report_level == "school" and outcome.mastery is not None:
            here = replace(address, quantity="mastery_change")
            by_school = changes_by_school(data, people, mastered(people, outcome), here)
            yield from _findings(by_school, "points")


def between_schools(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield mean, spread and prediction interval of school changes, and the shrunken changes."""
    del done
    for people, outcome, address in () if data.has_arms else compared(data):
        by_school = changes_by_school(data, people, people.scores[outcome.id], address)
        usable = np.isfinite(by_school.changes.variance) & (by_school.changes.variance > 0)
        effects = summarise(data, by_school)
        yield from spread_findings(data, by_school, effects, outcome.unit)
        if people.audience.report_level == "school" and usable.sum() >= ENOUGH_TO_GENERALISE:
            yield from _shrunken(by_school, effects, outcome.unit, data.conf_level)


def changes_by_school(
    data: StudyData, people: AudienceData, values: Floats, address: Address
) -> BySchool:
    """Estimate the change of each school of one phase, with pooled variance components.

    Parameters
    ----------
    data, people
        The study and the audience.
    values
        Shape of the audience, in any unit; NaN where there is none.
    address
        Names the phase and the two waves.

    Returns
    -------
    BySchool
        Schools with respondents in both waves. Where the phase's workshops leave fewer than 10
        degrees of freedom, the components are pooled over all phases.
    """
    contrast = contrast_of(address)
    sample = draw_sample(people, values, phase=address.phase, contrast=contrast)
    everybody = [
        draw_sample(people, values, phase=phase, contrast=contrast) for phase in data.phases
    ]
    known = people.workshop_known[sample.position]
    with_workshops = bool(known.size) and known.mean() >= MOSTLY_KNOWN
    components = _components(sample, with_workshops=with_workshops)
    if components.df < LEAST_DF_OF_COMPONENTS and len(everybody) > 1:
        components = _pool(everybody, with_workshops=with_workshops)
    changes = estimate_school_changes(
        sample.score,
        sample.wave,
        sample.school,
        sample.workshop if with_workshops else None,
        respondent=sample.respondent,
        components=components,
    )
    estimates = tuple(
        replace(estimate, std_error=sqrt(variance), df=changes.df)
        if not estimate.reason
        else estimate
        for estimate, variance in zip(
            school_estimates(changes, conf_level=data.conf_level), changes.variance, strict=True
        )
    )
    cautions = () if with_workshops else ("no_workshops",)
    return BySchool(people, address, changes, estimates, cautions)


def summarise(data: StudyData, by_school: BySchool) -> RandomEffects:
    """Summarise the schools with a usable variance by random effects."""
    changes = by_school.changes
    usable = np.isfinite(changes.variance) & (changes.variance > 0)
    people = changes.n_pre + changes.n_post - changes.n_linked
    return random_effects(
        changes.change[usable],
        changes.variance[usable],
        variances_df=changes.variance_df[usable],
        n_people=int(people[usable].sum()),
        conf_level=data.conf_level,
    )


def compared(data: StudyData) -> Iterator[tuple[AudienceData, Outcome, Address]]:
    """Yield the comparisons whose waves met the same schools on one scale, in both waves."""
    for people, outcome, address in () if data.rounds_differ else comparisons(data):
        contrast = contrast_of(address)
        if scales_differ(outcome, contrast):
            continue
        values = people.scores[outcome.id]
        sample = draw_sample(people, values, phase=address.phase, contrast=contrast)
        if np.intersect1d(sample.school[sample.wave == 0], sample.school[sample.wave == 1]).size:
            yield people, outcome, replace(address, estimand="participants")


def _components(sample: Sample, *, with_workshops: bool) -> PooledComponents:
    return pooled_components(
        sample.score,
        sample.wave,
        sample.school,
        sample.workshop if with_workshops else None,
        respondent=sample.respondent,
    )


def _pool(samples: list[Sample], *, with_workshops: bool) -> PooledComponents:
    """Components of several phases together; a school of two phases counts as two."""
    sizes = [sample.score.size for sample in samples]
    phase = np.repeat(np.arange(len(samples)), sizes)
    school = np.concatenate([sample.school for sample in samples])
    workshop = np.concatenate([sample.workshop for sample in samples])
    apart = phase * (int(max(school.max(), workshop.max())) + 1)
    return pooled_components(
        np.concatenate([sample.score for sample in samples]),
        np.concatenate([sample.wave for sample in samples]),
        school + apart,
        workshop + apart if with_workshops else None,
        respondent=np.concatenate([sample.respondent for sample in samples]),
    )


def _findings(by_school: BySchool, unit: str) -> Iterator[Finding]:
    changes = by_school.changes
    for index, (label, estimate) in enumerate(
        zip(by_school.labels(), by_school.estimates, strict=True)
    ):
        yield Finding(
            address=replace(by_school.address, level="school", unit_id=label),
            estimate=estimate,
            unit=unit,
            n_pre=float(changes.n_pre[index]),
            n_post=float(changes.n_post[index]),
            n_linked=float(changes.n_linked[index]),
            cautions=("these_respondents_only", *by_school.cautions),
        )


def spread_findings(
    data: StudyData, by_school: BySchool, effects: RandomEffects, unit: str
) -> Iterator[Finding]:
    """Yield the random-effects mean, standard deviation and prediction interval."""
    audience = by_school.people.audience
    usable = effects.shrunken.size
    shared = () if audience.cluster == "school_id" else ("schools_share_delivery",)
    spread = effects.tau2
    numbers = {
        "schools_mean_change": (effects.mean, shared),
        "between_school_sd": (root(spread), shared),
        "prediction_interval": (effects.prediction, (*shared, "range_of_changes")),
    }
    refused = refusal(usable, unit=audience.site_noun[0])
    for quantity, (number, cautions) in numbers.items():
        estimate = _refuse(number, refused) if refused else number
        yield Finding(
            address=replace(
                by_school.address,
                quantity=quantity,  # type: ignore[arg-type]
                estimand="schools_like_these",
                estimator="random_effects",
            ),
            estimate=estimate,
            unit=unit,
            n_pre=float(by_school.changes.n_pre.sum()),
            n_post=float(by_school.changes.n_post.sum()),
            n_linked=float(by_school.changes.n_linked.sum()),
            cautions=(*cautions, *by_school.cautions),
        )


def _refuse(estimate: Estimate, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=estimate.n,
        n_clusters=estimate.n_clusters,
        method=estimate.method,
        conf_level=estimate.conf_level,
    )


def root(variance: Estimate) -> Estimate:
    """Take the root of a variance and its limits."""
    if variance.reason:
        return replace(variance, method="standard deviation of true school changes")
    low, high = (
        sqrt(max(limit, 0.0)) if isfinite(limit) else limit
        for limit in (variance.conf_low, variance.conf_high)
    )
    return from_interval(
        sqrt(max(variance.estimate, 0.0)),
        low,
        high,
        n=variance.n,
        n_clusters=variance.n_clusters,
        method="standard deviation of true school changes, REML",
        conf_level=variance.conf_level,
    )


def _shrunken(
    by_school: BySchool, effects: RandomEffects, unit: str, conf_level: float
) -> Iterator[Finding]:
    """Yield each school's change drawn towards the mean of its audience and phase."""
    changes = by_school.changes
    usable = np.flatnonzero(np.isfinite(changes.variance) & (changes.variance > 0))
    labels = by_school.labels()
    for index, shrunken, low, high in zip(
        usable, effects.shrunken, effects.shrunken_low, effects.shrunken_high, strict=True
    ):
        parent = replace(by_school.address, level="school", unit_id=labels[index])
        yield Finding(
            address=replace(parent, quantity="shrunken_change", estimator="random_effects"),
            estimate=from_interval(
                float(shrunken),
                float(low),
                float(high),
                n=by_school.estimates[index].n,
                n_clusters=by_school.estimates[index].n_clusters,
                method="school change shrunken towards the mean of its phase, REML",
                conf_level=conf_level,
            ),
            unit=unit,
            n_pre=float(changes.n_pre[index]),
            n_post=float(changes.n_post[index]),
            n_linked=float(changes.n_linked[index]),
            cautions=("these_respondents_only", *by_school.cautions),
            parent_id=parent.finding_id,
        )
