"""Changes between two waves: of means, of mastery, and as effect sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.changes import one_wave_schools
from impact_eval.estimators.effect_sizes import d_av, d_pre
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.spread_beside_change import SpreadErrors, spread_beside_change
from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Contrast, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.estimands import ESTIMANDS, linked_change, stacked_change
from impact_eval.findings.outcomes.means import levels_below, mastered
from impact_eval.vocabulary import Estimand

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome


def changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the change of every outcome, of the programme and of provinces."""
    del done
    for people, outcome, address in of_one_group(data):
        values = people.scores[outcome.id]
        here = replace(address, quantity="change")
        if scales_differ(outcome, contrast_of(here)):
            yield from _refused(data, people, values, here, outcome.unit)
            continue
        sample = _draw(people, values, here)
        if sample.score.size == 0:
            continue
        for estimand in ESTIMANDS:
            yield from _both_estimators(data, people, sample, here, estimand, outcome.unit)
        yield from _of_provinces(data, people, values, here, outcome.unit)


def mastery_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the change of the share that reached the mastery mark, in percentage points."""
    del done
    for people, outcome, address in of_one_group(data):
        if outcome.mastery is None or scales_differ(outcome, contrast_of(address)):
            continue
        sample = _draw(people, mastered(people, outcome), address)
        for estimand in ESTIMANDS if sample.score.size else ():
            yield finding_of(
                replace(address, quantity="mastery_change", estimand=estimand),
                stacked_change(data, people, sample, estimand=estimand),
                sample,
                unit="points",
            )


def effect_sizes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each programme change divided by a standard deviation that its variant names."""
    for parent in list(done.values()):
        at = parent.address
        wanted = at.quantity == "change" and at.level == "programme" and not at.subgroup
        if not wanted or at.variant or at.estimator != "stacked" or parent.estimate.reason:
            continue
        people = data.audiences[at.audience]
        sample = _draw(people, people.scores[at.outcome], at)
        if min(sample.n_pre, sample.n_post) < 2:
            continue
        spread = [float(sample.score[sample.wave == wave].std(ddof=1)) for wave in (0, 1)]
        before, both = _spread_errors(sample, at.estimand)
        n_pre, n_post = sample.n_pre, sample.n_post
        sizes = {
            "d_pre": d_pre(parent.estimate, spread[0], n_pre, errors=before),
            "d_av": d_av(parent.estimate, spread[0], spread[1], n_pre, n_post, errors=both),
        }
        for variant, size in sizes.items():
            yield finding_of(
                replace(at, quantity="effect_size", variant=variant),
                size,
                sample,
                unit="SD",
                parent_id=parent.finding_id,
            )


def _spread_errors(sample: Sample, estimand: str) -> Iterator[SpreadErrors]:
    """Tell how the spread before, and of both waves, varies by cluster and with the change."""
    fixed = estimand == "participants"
    cluster = np.unique(sample.workshop if fixed else sample.cluster, return_inverse=True)[1]
    school = np.unique(sample.school, return_inverse=True)[1] if fixed else None
    for both in (False, True):
        yield spread_beside_change(sample.score, sample.wave, cluster, school=school, both=both)


def of_one_group(data: StudyData) -> Iterator[tuple[AudienceData, Outcome, Address]]:
    """Yield the comparisons in which everybody had the programme; none where schools are compared.

    Schools with and without it together changed by nothing that anybody asks about.
    """
    yield from () if data.has_arms else comparisons(data)


def comparisons(data: StudyData) -> Iterator[tuple[AudienceData, Outcome, Address]]:
    """Yield each measured outcome with each contrast, as the address of a stacked change."""
    for phase, people, outcome in data.measured():
        for first, later in data.contrasts:
            yield (
                people,
                outcome,
                Address(
                    study_id=data.study.id,
                    quantity="change",
                    outcome=outcome.id,
                    audience=people.audience.id,
                    phase=phase,
                    wave_from=first,
                    wave_to=later,
                    estimator="stacked",
                ),
            )


def finding_of(
    address: Address,
    estimate: Estimate,
    sample: Sample,
    *,
    unit: str,
    parent_id: str = "",
    cautions: tuple[str, ...] = (),
) -> Finding:
    """Make a finding with the counts of its sample."""
    return Finding(
        address=address,
        estimate=estimate,
        unit=unit,
        n_pre=sample.n_pre,
        n_post=sample.n_post,
        n_linked=sample.n_linked,
        parent_id=parent_id,
        cautions=cautions,
    )


def gaps_of(
    data: StudyData, people: AudienceData, sample: Sample, estimand: Estimand
) -> tuple[str, ...]:
    """Name the cautions for schools and forms that a change must do without."""
    gaps = []
    if not data.rounds_differ and one_wave_schools(sample.wave, sample.school).size:
        gaps.append("schools_left_out")
    if estimand == "participants" and not people.workshop_known[sample.position].all():
        gaps.append("workshops_partly_known")
    return tuple(gaps)


def contrast_of(address: Address) -> Contrast:
    """Take the two waves of an address."""
    return address.wave_from, address.wave_to


def scales_differ(outcome: Outcome, contrast: Contrast) -> bool:
    """Whether two waves measured an outcome on different scales."""
    first, later = (outcome.ranges.get(wave) for wave in contrast)
    return first != later


def _draw(people: AudienceData, values: Floats, address: Address) -> Sample:
    return draw_sample(people, values, phase=address.phase, contrast=contrast_of(address))


def _both_estimators(
    data: StudyData,
    people: AudienceData,
    sample: Sample,
    address: Address,
    estimand: Estimand,
    unit: str,
) -> Iterator[Finding]:
    """Yield the stacked change and, where the plan names it and links exist, the linked one."""
    here = replace(address, estimand=estimand)
    estimate = stacked_change(data, people, sample, estimand=estimand)
    cautions = () if estimate.reason else gaps_of(data, people, sample, estimand)
    yield finding_of(here, estimate, sample, unit=unit, cautions=cautions)
    if "adjusted_gain" in data.study.plan.estimators and people.audience.link != "none":
        estimate = linked_change(data, people, sample, estimand=estimand)
        yield finding_of(replace(here, estimator="adjusted_gain"), estimate, sample, unit=unit)


def _of_provinces(
    data: StudyData, people: AudienceData, values: Floats, address: Address, unit: str
) -> Iterator[Finding]:
    """Yield the change in each province; other schools of it are spoken of from 4 clusters on."""
    units = dict(levels_below(people)).get("province")
    if units is None:
        return
    for code, label in enumerate(units.labels):
        sample = draw_sample(
            people,
            values,
            phase=address.phase,
            contrast=contrast_of(address),
            keep=units.codes == code,
        )
        for estimand in ESTIMANDS if label and sample.score.size else ():
            estimate = stacked_change(data, people, sample, estimand=estimand)
            few = np.unique(sample.cluster).size < ENOUGH_TO_GENERALISE
            if estimand == "schools_like_these" and few:
                estimate = not_estimable(
                    refusal(estimate.n_clusters, unit=people.audience.cluster_nouns[0]),
                    n=estimate.n,
                    n_clusters=estimate.n_clusters,
                    method=estimate.method,
                    conf_level=data.conf_level,
                )
            yield finding_of(
                replace(address, level="province", unit_id=label, estimand=estimand),
                estimate,
                sample,
                unit=unit,
            )


def _refused(
    data: StudyData, people: AudienceData, values: Floats, address: Address, unit: str
) -> Iterator[Finding]:
    """Yield the reason why scores on two scales have no difference."""
    sample = _draw(people, values, address)
    low, high = (
        data.study.outcome_range(address.audience, address.outcome, wave)
        for wave in contrast_of(address)
    )
    refused = not_estimable(
        f"the two waves have different scales ({low[0]:g} to {low[1]:g}, then {high[0]:g} to"
        f" {high[1]:g}), so there is no difference to take",
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method="change between two waves",
        conf_level=data.conf_level,
    )
    for estimand in ESTIMANDS:
        yield finding_of(replace(address, estimand=estimand), refused, sample, unit=unit)
