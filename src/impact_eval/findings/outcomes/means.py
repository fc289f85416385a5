"""Means and mastery shares of each wave: programme, provinces, schools and subgroups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.estimate import Estimate, describe
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import on_side, side_masks
from impact_eval.findings.data.samples import draw_wave
from impact_eval.findings.data.study_data import AudienceData, Coded, Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.estimands import PERCENT, weighted_mean
from impact_eval.vocabulary import Level

if TYPE_CHECKING:
    from impact_eval.study.outcome import Outcome

AT_AN_END = 0.2


def means(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the mean score of every wave, in the outcome's unit."""
    del done
    for phase, people, outcome in data.measured():
        address = Address(
            study_id=data.study.id,
            quantity="mean",
            outcome=outcome.id,
            audience=people.audience.id,
            phase=phase,
            estimator="mean",
        )
        for finding in _of_waves(data, people, people.scores[outcome.id], address, outcome.unit):
            ends = _ends(data, people, outcome, finding.address)
            yield replace(finding, cautions=(*finding.cautions, *ends))


def mastery_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage that reached the mastery mark in every wave."""
    del done
    for phase, people, outcome in data.measured():
        if outcome.mastery is None:
            continue
        address = Address(
            study_id=data.study.id,
            quantity="mastery_share",
            outcome=outcome.id,
            audience=people.audience.id,
            phase=phase,
            estimator="mean",
        )
        yield from _of_waves(data, people, mastered(people, outcome), address, "percent")


def mastered(people: AudienceData, outcome: Outcome) -> Floats:
    """100 for who reached the mastery mark, 0 for who did not, NaN without a score.

    The mark is reached from below; where lower scores are hoped for, from above.
    """
    score = people.scores[outcome.id]
    mark = np.nan if outcome.mastery is None else outcome.mastery
    reached = score <= mark if outcome.direction == "lower" else score >= mark
    return np.where(np.isfinite(score), 100.0 * reached, np.nan)


def levels_below(people: AudienceData) -> list[tuple[Level, Coded]]:
    """List the levels under the programme at which an audience is reported, with codes."""
    finest = people.audience.report_level
    if finest == "programme":
        return []
    provinces: list[tuple[Level, Coded]] = [("province", people.province)]
    return provinces if finest == "province" else [*provinces, ("school", people.school)]


def _of_waves(
    data: StudyData, people: AudienceData, values: Floats, address: Address, unit: str
) -> Iterator[Finding]:
    """Yield the means of every wave at every level and in every subgroup."""
    for wave in data.study.waves:
        rows = draw_wave(people, values, phase=address.phase, wave=wave.id)
        if rows.size == 0:
            continue
        here = replace(address, wave_from=wave.id, wave_to=wave.id)
        ends = _range(data, here)
        of = partial(weighted_mean, data, people, values, ends=ends)
        yield _mean(here, of(rows), unit)
        for subgroup, chosen in _subgroups(data, people, rows):
            yield _mean(replace(here, subgroup=subgroup), of(chosen), unit)
        for subgroup, chosen in _on_sides(data, people, rows) if here.quantity == "mean" else ():
            yield _mean(replace(here, subgroup=subgroup), of(chosen), unit)
        yield from _below(data, people, values, rows, here, unit)


def _range(data: StudyData, here: Address) -> tuple[float, float]:
    """Give the ends between which a mean, or a share, lies."""
    if here.quantity == "mastery_share":
        return PERCENT
    return data.study.outcome_range(here.audience, here.outcome, here.wave_to)


def _mean(address: Address, estimate: Estimate, unit: str) -> Finding:
    """Make a mean a finding; without an interval it says why."""
    bare = isnan(estimate.conf_low) and not estimate.reason and address.level != "school"
    few = bare and estimate.n_clusters < ENOUGH_TO_GENERALISE
    cautions = ("no_interval_few_clusters",) if few else ()
    return Finding(address=address, estimate=estimate, unit=unit, cautions=cautions)


def _subgroups(data: StudyData, people: AudienceData, rows: Codes) -> Iterator[tuple[str, Codes]]:
    """Yield the rows of each side of a comparison, and of each level of each subgroup there is."""
    for subgroup, mask in side_masks(data, people):
        if mask[rows].any():
            yield subgroup, rows[mask[rows]]
    for group in data.study.subgroups:
        if group.id not in people.subgroups:
            continue
        own = people.subgroups[group.id][rows]
        for level in group.levels:
            if (own == level).any():
                yield f"{group.id}:{level}", rows[own == level]


def _on_sides(data: StudyData, people: AudienceData, rows: Codes) -> Iterator[tuple[str, Codes]]:
    """Yield the rows of each level of each subgroup on each side: gaps are made of these."""
    for side, mask in side_masks(data, people):
        for group in data.study.subgroups:
            if group.id not in people.subgroups:
                continue
            own = people.subgroups[group.id][rows]
            for level in group.levels:
                chosen = rows[mask[rows] & (own == level)]
                if chosen.size:
                    yield on_side(f"{group.id}:{level}", side), chosen


def _below(
    data: StudyData,
    people: AudienceData,
    values: Floats,
    rows: Codes,
    here: Address,
    unit: str,
) -> Iterator[Finding]:
    """Yield the means of provinces, and of schools without an interval."""
    for level, units in levels_below(people):
        own = units.codes[rows]
        for code in np.unique(own):
            label = units.labels[code]
            if not label:
                continue
            chosen = rows[own == code]
            if level == "province":
                estimate = weighted_mean(data, people, values, chosen, ends=_range(data, here))
            else:
                estimate = describe(
                    float(values[chosen].mean()), n=chosen.size, n_clusters=1, method="mean"
                )
            yield _mean(replace(here, level=level, unit_id=label), estimate, unit)


def _ends(
    data: StudyData, people: AudienceData, outcome: Outcome, address: Address
) -> tuple[str, ...]:
    """Cautions where many programme respondents stand at an end of the scale."""
    if address.level != "programme" or address.subgroup:
        return ()
    facts = data.facts.outcome(people.audience.id, outcome.id)
    values = people.scores[outcome.id]
    scores = values[draw_wave(people, values, phase=address.phase, wave=address.wave_to)]
    ceiling = (scores >= facts.maximum).mean() >= AT_AN_END
    floor = (scores <= facts.minimum).mean() >= AT_AN_END
    return (*(("ceiling",) if ceiling else ()), *(("floor",) if floor else ()))
