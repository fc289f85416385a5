"""Schools that have begun against those that still wait: overall, by time since, by group."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.designs.balance import baseline_balance
from impact_eval.estimators.designs.leads import equal_trends
from impact_eval.estimators.designs.staggered import StaggeredEffect, Waiting, staggered_effect
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import COHORTS, CONTRAST, begun_of
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import comparisons, contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import NO_ATTENDANCE, school_weights

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome

SD = "SD"
SCALES = "the surveys have different scales, so there are no changes to subtract"
FEWEST = 2


@dataclass(frozen=True, slots=True)
class RollOut:
    """All scores between two surveys: arrays of one length, a submission an element.

    `position` is the submission's place in its `AudienceData`, `wave` that of the survey in the
    study's order, `begun` that of the first survey after the school's workshop; NaN where it comes
    after the last of these surveys. `person` is -1 for who has no code.
    """

    position: Codes
    score: Floats
    wave: Codes
    school: Codes
    cluster: Codes
    begun: Floats
    person: Codes


def roll_outs(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the effect on every outcome, by surveys since the workshop, by group, and the leads.

    Notes
    -----
    Of two surveys that the plan names, all those between them are used. Schools that had their
    workshop before the first of them can be used for nothing.
    """
    del done
    for people, outcome, address in comparisons(data) if data.staggered else ():
        at = replace(
            address,
            quantity="effect",
            contrast=CONTRAST,
            estimator=COHORTS,
            estimand="schools_like_these",
        )
        sample = draw_sample(
            people, people.scores[outcome.id], phase=at.phase, contrast=contrast_of(at)
        )
        if draw_roll_out(data, people, at).score.size:
            yield from _of_outcome(data, people, outcome, sample, at)


def roll_out_effect(
    data: StudyData,
    people: AudienceData,
    at: Address,
    *,
    values: Floats | None = None,
    waiting: Waiting = "not_yet",
) -> Estimate:
    """Estimate the effect alone; of other scores, or beside other schools, if they are given."""
    return _estimated(data, people, at, values=values, waiting=waiting)[0]


def surveys_between(data: StudyData, at: Address) -> list[str]:
    """List the surveys between the two of an address, both included."""
    order = list(data.study.wave_ids)
    return order[order.index(at.wave_from) : order.index(at.wave_to) + 1]


def draw_roll_out(
    data: StudyData, people: AudienceData, at: Address, values: Floats | None = None
) -> RollOut:
    """Take the scores of every survey between the two of an address, both included."""
    order = list(data.study.wave_ids)
    first, last = order.index(at.wave_from), order.index(at.wave_to)
    values = people.scores[at.outcome] if values is None else values
    rows = [people.rows[at.phase, wave] for wave in surveys_between(data, at)]
    rows = [own[np.isfinite(values[own])] for own in rows]
    position = np.concatenate(rows)
    begun = begun_of(data, people)[position]
    known = begun >= 0
    within = np.where(begun > last, np.nan, np.maximum(begun, first).astype(np.float64))
    wave = np.repeat(np.arange(first, last + 1), [own.size for own in rows]).astype(np.intp)
    return RollOut(
        position=position[known],
        score=values[position][known],
        wave=wave[known],
        school=people.school.codes[position][known],
        cluster=people.cluster.codes[position][known],
        begun=within[known],
        person=people.respondent[position][known],
    )


def _of_outcome(
    data: StudyData, people: AudienceData, outcome: Outcome, sample: Sample, at: Address
) -> Iterator[Finding]:
    estimate, found = _estimated(data, people, at)
    main = finding_of(at, estimate, sample, unit=outcome.unit)
    yield main
    if found is None:
        return
    waves = data.study.wave_ids
    parts: list[tuple[Address, Estimate]] = [
        (replace(at, quantity="equal_trends"), equal_trends(found))
    ]
    for time in found.by_time_since:
        here = replace(at, quantity="effect_since", variant=f"since:{time.since}")
        parts.append((here, time.estimate))
    for cell in found.cells:
        group = f"{waves[cell.cohort]}:{waves[cell.wave]}"
        reason = cell.estimate.reason.replace("clusters", people.audience.cluster_nouns[1])
        part = replace(cell.estimate, reason=reason)
        parts.append((replace(at, quantity="effect_of_group", variant=group), part))
    for address, part in parts:
        yield finding_of(address, part, sample, unit=outcome.unit, parent_id=main.finding_id)
    yield from _baselines(data, people, at)


def _baselines(data: StudyData, people: AudienceData, at: Address) -> Iterator[Finding]:
    """Yield how each group of schools differed at first from those that began later."""
    drawn = draw_roll_out(data, people, at)
    before = drawn.wave == drawn.wave.min()
    for cohort in _cohorts(drawn):
        own = before & (drawn.begun == cohort)
        later = before & ~(drawn.begun <= cohort)
        rows = own | later
        if not own.any() or not later.any():
            continue
        balance = baseline_balance(
            drawn.score[rows],
            own[rows].astype(np.intp),
            2 * drawn.cluster[rows] + own[rows],  # whose schools begin at two dates, is two
            conf_level=data.conf_level,
        )
        yield Finding(
            address=replace(
                at,
                quantity="baseline_difference",
                estimator="hedges_g",
                variant=data.study.wave_ids[int(cohort)],
            ),
            estimate=balance.g,
            unit=SD,
            n_pre=int(rows.sum()),
            cautions=(f"baseline_{balance.likeness}",),
        )


def _cohorts(drawn: RollOut) -> list[float]:
    """List the first surveys after workshops that came after the first survey drawn."""
    found = np.unique(drawn.begun[~np.isnan(drawn.begun)])
    return [float(one) for one in found if one > drawn.wave.min()]


def given_weights(data: StudyData, people: AudienceData) -> Mapping[Hashable, float] | None:
    """Look up how the plan lets schools count, if it is by people reached."""
    return school_weights(data, people) if _weights(data) == "beneficiary" else None


def refuse_roll_out(
    data: StudyData, people: AudienceData, at: Address, drawn: RollOut, *, method: str
) -> Estimate | None:
    """Say why a roll-out cannot be estimated; None if it can."""
    by_school = given_weights(data, people)
    n_clusters = np.unique(drawn.cluster).size
    reason = ""
    if _scales_differ(data, at):
        reason = SCALES
    elif by_school is not None and set(drawn.school.tolist()) - set(by_school):
        reason = NO_ATTENDANCE
    elif n_clusters < ENOUGH_TO_GENERALISE:
        nouns = people.audience.cluster_nouns[1]
        reason = f"there are {n_clusters} {nouns} together, too few to speak for others"
    if not reason:
        return None
    return not_estimable(
        reason,
        n=drawn.score.size,
        n_clusters=n_clusters,
        method=method,
        conf_level=data.conf_level,
    )


def _estimated(
    data: StudyData,
    people: AudienceData,
    at: Address,
    *,
    values: Floats | None = None,
    waiting: Waiting = "not_yet",
) -> tuple[Estimate, StaggeredEffect | None]:
    """Estimate everything at once, or say why there is nothing."""
    drawn = draw_roll_out(data, people, at, values)
    nouns = people.audience.cluster_nouns[1]
    method = f"groups against schools still waiting, CR2 by {nouns}, weights: {_weights(data)}"
    refused = refuse_roll_out(data, people, at, drawn, method=method)
    if refused is not None:
        return refused, None
    found = staggered_effect(
        drawn.score,
        drawn.wave,
        drawn.school,
        drawn.begun,
        cluster=drawn.cluster,
        weights=data.study.plan.weights,
        school_weights=given_weights(data, people),
        min_schools=FEWEST,
        waiting=waiting,
        conf_level=data.conf_level,
    )
    return replace(found.overall, method=method), found


def _weights(data: StudyData) -> str:
    return data.study.plan.weights


def _scales_differ(data: StudyData, at: Address) -> bool:
    """Whether any of the surveys between the two measured the outcome on another scale.

    Shares of an item have one scale, whatever the outcome's is.
    """
    if at.item_id:
        return False
    outcome = data.study.outcome(at.audience, at.outcome)
    return len({outcome.ranges.get(wave) for wave in surveys_between(data, at)}) > 1
