"""What people said afterwards of the time before, beside what they had said at the time.

Descriptions, never a result: the plan cannot name them, and nothing that is judged rests on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import side_masks
from impact_eval.findings.data.samples import Linked, Sample, draw_sample, draw_wave
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import finding_of
from impact_eval.findings.outcomes.estimands import linked_change, stacked_change, weighted_mean
from impact_eval.findings.sides.effects import estimands_of
from impact_eval.vocabulary import Estimand

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome
    from impact_eval.study.structure import Wave

NO_EARLIER_SURVEY: Final = (
    "nobody was asked before: people who look back rate their earlier selves lower, also without"
    " any workshop, so the difference of the two answers on one form shows a rise where there is"
    " none"
)
NO_CONTRAST: Final = (
    "the plan compares the survey in which people looked back with none before it, and the"
    " difference of the two answers on one form means nothing by itself"
)
NO_ANSWERS: Final = "nobody answered the whole scale for both times"
ONLY_BESIDE: Final = (
    "it is given only beside the change between the two surveys, which cannot be estimated here"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A scale that was asked looking back, of one phase and of everybody or one side.

    `then` has the shape of the audience: what was said of the time before, known only where the
    form beside it has a score too.
    """

    people: AudienceData
    outcome: Outcome
    wave: Wave
    then: Floats
    keep: NDArray[np.bool_] | None
    address: Address


def means_looking_back(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the mean of what was said looking back, in the outcome's unit."""
    del done
    for asked in _asked(data):
        at = asked.address
        if not _baselines(data, at.wave_to):
            continue  # beside the later mean alone it would be the difference that is refused
        rows = draw_wave(asked.people, asked.then, phase=at.phase, wave=at.wave_to, keep=asked.keep)
        if rows.size:
            mean = weighted_mean(
                data,
                asked.people,
                asked.then,
                rows,
                ends=data.study.outcome_range(at.audience, at.outcome, at.wave_to),
            )
            here = replace(at, quantity="mean_looking_back", estimator="mean")
            few = np.isnan(mean.conf_low) and mean.n_clusters < ENOUGH_TO_GENERALISE
            yield Finding(
                address=here,
                estimate=mean,
                unit=asked.outcome.unit,
                cautions=("no_interval_few_clusters",) if few and not mean.reason else (),
            )


def response_shifts(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how much lower or higher people rated the time before when they looked back at it.

    Notes
    -----
    What was said looking back less what had been said at the time: a change between the two waves
    with the answers of the later one replaced, so its estimators, clusters and estimands are those
    of a change.
    """
    for asked in _asked(data):
        people, at = asked.people, replace(asked.address, quantity="response_shift")
        baselines = _baselines(data, at.wave_to)
        if not baselines:
            yield _without_baseline(data, asked, at)
        said = np.where(_of_wave(asked), asked.then, people.scores[at.outcome])
        for first in baselines:
            here = replace(at, wave_from=first)
            sample = draw_sample(
                people, said, phase=at.phase, contrast=(first, at.wave_to), keep=asked.keep
            )
            yield from _shifts(data, asked, sample, here, done)


def changes_looking_back(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the difference of the two answers on one form, beside the change between the surveys.

    Notes
    -----
    Published studies found it inflated, so it stands nowhere without the change that it is to be
    held against: without an earlier survey, or where that change has no number, there is a reason
    in its place.
    """
    for asked in _asked(data):
        at = replace(asked.address, quantity="change_looking_back")
        baselines = _baselines(data, at.wave_to)
        if not baselines:
            yield _without_baseline(data, asked, at)
        sample = _both_answers(asked)
        for first in baselines:
            for estimand in estimands_of(data):
                here = replace(at, wave_from=first, estimator="stacked")
                yield _beside(data, asked, sample, here, estimand, done)


def _asked(data: StudyData) -> Iterator[_Asked]:
    """Yield each scale of an audience that was asked looking back, by phase and side."""
    for phase, people, outcome in data.measured() if data.study.retrospective else ():
        for wave in data.study.retrospective:
            then = people.looking_back.get((wave.id, outcome.id))
            asked_at_all = any(of_wave == wave.id for of_wave, _ in people.looking_back)
            if outcome.kind != "scale" or not asked_at_all or not wave.asked_in:
                continue
            if not _is_asked(data, outcome, wave):
                continue
            scores = people.scores[outcome.id]
            both = np.full(scores.size, np.nan) if then is None else then
            both = np.where(np.isfinite(scores), both, np.nan)
            address = Address(
                study_id=data.study.id,
                quantity="mean_looking_back",
                outcome=outcome.id,
                audience=people.audience.id,
                phase=phase,
                wave_from=wave.asked_in,
                wave_to=wave.asked_in,
                variant=wave.id,
            )
            if not data.has_arms:
                yield _Asked(people, outcome, wave, both, None, address)
            for subgroup, keep in side_masks(data, people):
                yield _Asked(people, outcome, wave, both, keep, replace(address, subgroup=subgroup))


def _is_asked(data: StudyData, outcome: Outcome, wave: Wave) -> bool:
    return any(
        wave.id in data.study.waves_of(item)
        for item in data.study.item_rows
        if (item.audience, item.outcome) == (outcome.audience, outcome.id)
    )


def _baselines(data: StudyData, asked_in: str) -> list[str]:
    """List the surveys with which the plan compares the one in which people looked back."""
    return [first for first, later in data.contrasts if later == asked_in]


def _shifts(
    data: StudyData,
    asked: _Asked,
    sample: Sample,
    address: Address,
    done: Mapping[str, Finding],
) -> Iterator[Finding]:
    """Yield the shift of all respondents and, where the plan links people, that of the linked."""
    for estimand in estimands_of(data):
        here = replace(address, estimator="stacked", estimand=estimand)
        main = _change_beside(here, done)
        parent_id = "" if main is None else main.finding_id
        estimate = stacked_change(data, asked.people, sample, estimand=estimand)
        if not sample.n_post:
            estimate = _refused(data, asked, sample.score.size, NO_ANSWERS)
        shift = finding_of(here, estimate, sample, unit=asked.outcome.unit, parent_id=parent_id)
        yield replace(shift, n_linked=np.nan)
        linked = asked.people.audience.link != "none" and not data.has_arms
        if linked and sample.n_post and "adjusted_gain" in data.study.plan.estimators:
            estimate = linked_change(data, asked.people, sample, estimand=estimand)
            yield finding_of(
                replace(here, estimator="adjusted_gain"),
                estimate,
                sample,
                unit=asked.outcome.unit,
                parent_id=parent_id,
            )


def _beside(
    data: StudyData,
    asked: _Asked,
    sample: Sample,
    address: Address,
    estimand: Estimand,
    done: Mapping[str, Finding],
) -> Finding:
    """Subtract the two answers of each form where the change between the surveys has a number."""
    address = replace(address, estimand=estimand)
    main = _change_beside(address, done)
    reason = ""
    if main is None or not np.isfinite(main.estimate.estimate):
        reason = ONLY_BESIDE
    if not sample.n_post:
        reason = NO_ANSWERS
    if reason:
        estimate = _refused(data, asked, sample.n_post, reason)
    else:
        estimate = stacked_change(data, asked.people, sample, estimand=estimand)
    return Finding(
        address=address,
        estimate=replace(estimate, n=sample.n_post),
        unit=asked.outcome.unit,
        n_post=sample.n_post,
        parent_id="" if main is None else main.finding_id,
    )


def _of_wave(asked: _Asked) -> NDArray[np.bool_]:
    """Forms beside which people could look back."""
    rows = asked.people.rows[asked.address.phase, asked.address.wave_to]
    found = np.zeros(asked.then.size, dtype=bool)
    found[rows] = True
    return found


def _both_answers(asked: _Asked) -> Sample:
    """Put what was said of both times on one form below each other, as if they were two waves."""
    people, at = asked.people, asked.address
    rows = draw_wave(people, asked.then, phase=at.phase, wave=at.wave_to, keep=asked.keep)
    then, now = asked.then[rows], people.scores[at.outcome][rows]
    twice = np.concatenate([rows, rows])
    return Sample(
        position=twice,
        score=np.concatenate([then, now]),
        wave=np.repeat([0, 1], rows.size).astype(np.intp),
        school=people.school.codes[twice],
        cluster=people.cluster.codes[twice],
        workshop=people.workshop.codes[twice],
        respondent=twice.astype(float),
        linked=Linked(
            pre=then,
            post=now,
            school=people.school.codes[rows],
            cluster=people.cluster.codes[rows],
            workshop=people.workshop.codes[rows],
        ),
    )


def _change_beside(address: Address, done: Mapping[str, Finding]) -> Finding | None:
    """Find the change between the two surveys of the same people."""
    return done.get(replace(address, quantity="change", variant="").finding_id)


def _without_baseline(data: StudyData, asked: _Asked, address: Address) -> Finding:
    alone = data.study.wave_ids[0] == address.wave_to
    rows = draw_wave(
        asked.people, asked.then, phase=address.phase, wave=address.wave_to, keep=asked.keep
    )
    reason = NO_EARLIER_SURVEY if alone else NO_CONTRAST
    return Finding(
        address=replace(address, estimator="stacked"),
        estimate=_refused(data, asked, rows.size, reason),
        unit=asked.outcome.unit,
        n_post=rows.size,
    )


def _refused(data: StudyData, asked: _Asked, n: int, reason: str) -> Estimate:
    rows = asked.people.rows[asked.address.phase, asked.address.wave_to]
    return not_estimable(
        reason,
        n=n,
        n_clusters=np.unique(asked.people.cluster.codes[rows]).size,
        method="what was said looking back",
        conf_level=data.conf_level,
    )
