"""What is left of a change, or of an effect, at a later wave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.designs.retention import retention
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import CONTRAST, DIFFERENCE, sides_of
from impact_eval.findings.data.study_data import AudienceData, Codes, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import scales_differ
from impact_eval.findings.outcomes.estimands import ESTIMANDS, MOSTLY_KNOWN
from impact_eval.findings.sides.effects import CROSSED_OVER, crossed_over
from impact_eval.vocabulary import Estimand

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome

Waves = tuple[str, str, str]
LEFT = "share of the first change left"
NO_WORKSHOPS = "it is not known who was in which workshop or class"


def retentions(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the share of each first change that is left at a later wave, in percent.

    Notes
    -----
    For every two contrasts from one wave: to a first wave, and to a later one. Where sides are
    compared, of the difference of their changes. Nothing of neutral outcomes, where other schools
    are asked in each round, where nothing took place, or of a staggered roll-out, whose effects by
    surveys since the workshop say it.
    """
    del done
    if data.rounds_differ or data.staggered or data.study.design == "no_programme":
        return
    for phase, people, outcome in data.measured():
        if outcome.direction == "neutral":
            continue
        for waves in three_waves(data):
            if not any(scales_differ(outcome, (waves[0], later)) for later in waves[1:]):
                yield from _of_waves(data, people, outcome, phase, waves)


def three_waves(data: StudyData) -> list[Waves]:
    """List the waves before, after and later that two contrasts of the study join."""
    order = list(data.study.wave_ids)
    return [
        (before, after, later)
        for before, after in data.contrasts
        for first, later in data.contrasts
        if first == before and order.index(after) < order.index(later)
    ]


def _of_waves(
    data: StudyData, people: AudienceData, outcome: Outcome, phase: str, waves: Waves
) -> Iterator[Finding]:
    values = people.scores[outcome.id]
    rows = [people.rows[phase, wave] for wave in waves]
    rows = [own[np.isfinite(values[own])] for own in rows]
    if min(own.size for own in rows) == 0:
        return
    position = np.concatenate(rows)
    number = np.repeat(np.arange(len(waves)), [own.size for own in rows]).astype(np.intp)
    for estimand in ESTIMANDS:
        yield Finding(
            address=Address(
                study_id=data.study.id,
                quantity="retention",
                outcome=outcome.id,
                audience=people.audience.id,
                phase=phase,
                wave_from=waves[0],
                wave_to=waves[2],
                contrast=CONTRAST if data.has_arms else "",
                estimand=estimand,
                estimator=DIFFERENCE if data.has_arms else "stacked",
                variant=waves[1],
            ),
            estimate=(
                not_estimable(CROSSED_OVER, n=position.size, n_clusters=0, method=LEFT)
                if data.has_arms and crossed_over(data, waves[2])
                else _left(data, people, outcome, position, number, estimand)
            ),
            unit="percent",
        )


def _left(
    data: StudyData,
    people: AudienceData,
    outcome: Outcome,
    position: Codes,
    number: Codes,
    estimand: Estimand,
) -> Estimate:
    workshops = estimand == "participants"
    if workshops and people.workshop_known[position].mean() < MOSTLY_KNOWN:
        return not_estimable(NO_WORKSHOPS, n=position.size, n_clusters=0, method=LEFT)
    cluster = people.workshop if workshops else people.cluster
    programme = sides_of(data, people).programme[position] if data.has_arms else None
    share = retention(
        people.scores[outcome.id][position],
        number,
        cluster.codes[position],
        school=people.school.codes[position],
        programme=programme,
        conf_level=data.conf_level,
    ).share
    return replace(
        share,
        estimate=100 * share.estimate,
        conf_low=100 * share.conf_low,
        conf_high=100 * share.conf_high,
    )
