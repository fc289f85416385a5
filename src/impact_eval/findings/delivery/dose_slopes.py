"""Whether changes go with the sessions that schools held, or that people attended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.dose import person_dose_slopes, school_dose_slope
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import PROGRAMME, begun_of, side_masks, subgroup_of
from impact_eval.findings.data.samples import draw_sample
from impact_eval.findings.data.study_data import AudienceData, Codes, Contrast, Floats, StudyData
from impact_eval.findings.delivery.deliveries import workshops_of
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import (
    comparisons,
    contrast_of,
    finding_of,
    scales_differ,
)

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome

OF_SCHOOLS = "sessions_held"
OF_LINKED = "linked_gain"
WITHIN, BETWEEN = "within", "between"
OTHER_DATES = (
    "schools begin at different dates, so that their changes hold more or less time after the"
    " workshop and are not set against each other"
)
OTHER_SCHOOLS = "each round asked other people at other places, so no school's change is known"


@dataclass(frozen=True, slots=True)
class LinkedDoses:
    """Linked people with a gain and a dose: arrays of one length, a person an element."""

    gain: Floats
    dose: Floats
    school: Codes
    cluster: Codes


def dose_slopes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each outcome and contrast the slopes on sessions held and on declared doses.

    Notes
    -----
    None of them is planned and none says what a session did: schools that held more, and people
    who came more often, may differ in other things. Where two sides are compared they are of the
    programme's side alone. In a staggered roll-out they are of the schools that began between the
    two surveys, people of one school held against each other alone.
    """
    del done
    for people, outcome, address in comparisons(data):
        if scales_differ(outcome, contrast_of(address)):
            continue
        here = replace(address, quantity="dose_slope", estimand="schools_like_these")
        keep = np.ones(people.school.codes.size, bool)
        for side, mask in side_masks(data, people):
            if side == subgroup_of(PROGRAMME):
                here, keep = replace(here, subgroup=side), mask
        if data.staggered:
            here = replace(here, subgroup=subgroup_of(PROGRAMME))
            keep = began_between(data, people, contrast_of(here))
        yield from _of_schools(data, people, outcome, here, keep)
        for dose in data.study.doses:
            if dose.audience == people.audience.id:
                yield from _of_people(data, people, outcome, here, dose.id, dose.item, keep)


def began_between(data: StudyData, people: AudienceData, waves: Contrast) -> NDArray[np.bool_]:
    """Mark the forms of schools that had their workshop between two surveys of a roll-out."""
    order = list(data.study.wave_ids)
    begun = begun_of(data, people)
    return np.asarray((begun > order.index(waves[0])) & (begun <= order.index(waves[1])))


def school_doses(data: StudyData, phase: str, people: AudienceData) -> Floats:
    """Sessions held in a workshop of each form's school, on average; NaN where nobody knows.

    Parameters
    ----------
    data, phase, people
        The study, a phase of it and an audience, whose own workshops count.

    Returns
    -------
    ndarray
        Shape of the audience.
    """
    known = workshops_of(data, phase, people).dropna(subset=["sessions_held"])
    mean = known.groupby("school_id")["sessions_held"].mean()
    by_school = np.array([mean.get(label, np.nan) for label in people.school.labels])
    if by_school.size == 0:
        return np.empty(0)
    return np.asarray(by_school[people.school.codes], dtype=np.float64)


def _of_schools(
    data: StudyData,
    people: AudienceData,
    outcome: Outcome,
    address: Address,
    keep: NDArray[np.bool_],
) -> Iterator[Finding]:
    """Yield the slope of schools' changes on the sessions that they held."""
    if data.tables.workshops.empty:
        return
    dose = school_doses(data, address.phase, people)
    sample = draw_sample(
        people,
        people.scores[outcome.id],
        phase=address.phase,
        contrast=contrast_of(address),
        keep=np.isfinite(dose) & keep,
    )
    if sample.n_pre == 0 or sample.n_post == 0:
        return
    noun, nouns = people.audience.cluster_nouns
    method = f"change by sessions held, school fixed effects, CR2 by {nouns}"
    estimate = _refused(data, sample.score.size, sample.cluster, noun, method)
    if data.rounds_differ or data.staggered:
        estimate = not_estimable(
            OTHER_SCHOOLS if data.rounds_differ else OTHER_DATES,
            n=sample.score.size,
            n_clusters=np.unique(sample.cluster).size,
            method=method,
        )
    estimate = estimate or school_dose_slope(
        sample.score,
        sample.wave,
        dose[sample.position],
        sample.cluster,
        school=sample.school,
        conf_level=data.conf_level,
    )
    at = replace(address, variant=OF_SCHOOLS)
    yield finding_of(at, replace(estimate, method=method), sample, unit=outcome.unit)


def _of_people(
    data: StudyData,
    people: AudienceData,
    outcome: Outcome,
    address: Address,
    dose: str,
    item: str,
    keep: NDArray[np.bool_],
) -> Iterator[Finding]:
    """Yield the slopes of linked people's gains on what they said, or a list said, they had."""
    linked = linked_doses(people, outcome.id, item, address, keep=keep)
    noun, nouns = people.audience.cluster_nouns
    fitted: dict[str, Estimate] = {}
    method = "gain by own dose less the school's mean, and by that mean, CR2 by"
    refused = _refused(data, linked.gain.size, linked.cluster, noun, f"{method} {nouns}")
    if refused is None:
        slopes = person_dose_slopes(
            linked.gain, linked.dose, linked.school, linked.cluster, conf_level=data.conf_level
        )
        fitted = {WITHIN: slopes.within, BETWEEN: slopes.between}
        if data.staggered:
            fitted[BETWEEN] = not_estimable(
                OTHER_DATES,
                n=linked.gain.size,
                n_clusters=np.unique(linked.cluster).size,
                method=method,
                conf_level=data.conf_level,
            )
    for part in (WITHIN, BETWEEN):
        estimate = fitted.get(part, refused)
        if estimate is not None:
            yield Finding(
                address=replace(address, estimator=OF_LINKED, variant=f"{dose}:{part}"),
                estimate=replace(estimate, method=f"{method} {nouns}"),
                unit=outcome.unit,
                n_pre=linked.gain.size,
                n_post=linked.gain.size,
                n_linked=linked.gain.size,
            )


def linked_doses(
    people: AudienceData,
    outcome: str,
    item: str,
    address: Address,
    *,
    keep: NDArray[np.bool_] | None = None,
) -> LinkedDoses:
    """Take the linked people with scores in both waves of an address and a dose in the later one.

    Parameters
    ----------
    people
        The audience.
    outcome, item
        Ids of the outcome and of the item that holds the dose.
    address
        Names phase and waves.
    keep
        Shape of the audience: who is looked at; everybody if not given.

    Returns
    -------
    LinkedDoses
        Possibly of nobody.
    """
    first, later = people.pairs[address.phase, address.wave_from, address.wave_to]
    scores = people.scores[outcome]
    dose = people.items.get(item, np.full(scores.size, np.nan))
    known = np.isfinite(scores[first]) & np.isfinite(scores[later]) & np.isfinite(dose[later])
    known &= True if keep is None else keep[first]
    first, later = first[known], later[known]
    return LinkedDoses(
        gain=scores[later] - scores[first],
        dose=dose[later],
        school=people.school.codes[first],
        cluster=people.cluster.codes[first],
    )


def _refused(data: StudyData, n: int, cluster: Codes, noun: str, method: str) -> Estimate | None:
    """Say why too few clusters give no slope, or why nobody does."""
    n_clusters = np.unique(cluster).size
    refuse = partial(
        not_estimable, n=n, n_clusters=n_clusters, method=method, conf_level=data.conf_level
    )
    if n == 0:
        return refuse("nobody's dose and change are both known")
    if n_clusters < ENOUGH_TO_GENERALISE:
        return refuse(refusal(n_clusters, unit=noun))
    return None
