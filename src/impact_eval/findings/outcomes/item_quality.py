"""How single items measure: with the rest, how hard, whom they tell apart, alike in two waves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite

import numpy as np

from impact_eval.estimators.estimate import Estimate, describe, not_estimable
from impact_eval.estimators.inputs import n_distinct
from impact_eval.estimators.item_statistics import (
    item_difficulty,
    item_discrimination,
    item_total,
)
from impact_eval.estimators.wave_dif import LEAST_ITEMS, WaveDif, wave_dif
from impact_eval.findings.data.answers import Answers, answers_of_waves, scales
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.vocabulary import Quantity

FEWEST_TOGETHER = 2
LOW_ITEM_TOTAL = 0.3
LOW_DISCRIMINATION = 0.2
SHARE_RIGHT = "share_right"
PART_OF_RANGE = "part_of_range"


def item_totals(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each item's correlation with the sum of the outcome's other items, by wave."""
    del done
    for found in answers_of_waves(data):
        if len(found.items) >= FEWEST_TOGETHER:
            values = item_total(found.answers)
            method = "correlation with the sum of the other items, complete answers"
            for item, value in zip(found.items, values, strict=True):
                low = value < LOW_ITEM_TOTAL and found.outcome.kind == "scale"
                yield _of_item(
                    found,
                    item,
                    "item_total",
                    _described(found, float(value), method),
                    estimator="corrected",
                    cautions=("item_total_low",) if low else (),
                )


def difficulties(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each item's percentage right, or its mean as a percentage of the range, by wave."""
    del done
    for found in answers_of_waves(data):
        values = item_difficulty(found.answers, minimum=found.minimum, maximum=found.maximum)
        for item, value, given, in_parts in zip(
            found.items, values, found.answers.T, found.in_parts, strict=True
        ):
            part = in_parts or found.outcome.kind == "scale"
            method = "mean as a percentage of the range" if part else "percentage right"
            known = np.isfinite(given)
            if known.any():
                clusters = found.people.cluster.codes[found.rows][known]
                estimate = describe(
                    float(value), n=int(known.sum()), n_clusters=n_distinct(clusters), method=method
                )
                estimator = PART_OF_RANGE if part else SHARE_RIGHT
                yield _of_item(found, item, "difficulty", estimate, estimator=estimator)


def discriminations(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by how much the best 27 % do better on each item than the worst 27 %, by wave."""
    del done
    for found in answers_of_waves(data):
        if len(found.items) >= FEWEST_TOGETHER:
            values = item_discrimination(
                found.answers, minimum=found.minimum, maximum=found.maximum
            )
            method = "best less worst scoring 27 %, in shares of the range, complete answers"
            for item, value in zip(found.items, values, strict=True):
                low = value < LOW_DISCRIMINATION and found.outcome.kind == "index"
                yield _of_item(
                    found,
                    item,
                    "discrimination",
                    _described(found, float(value), method),
                    estimator="upper_lower",
                    cautions=("discrimination_low",) if low else (),
                )


def wave_difs(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for every rating how much the wave adds to what the scale's total says of it."""
    del done
    waves: dict[tuple[str, str, str], dict[str, Answers]] = {}
    for found in scales(data):
        if len(found.items) >= LEAST_ITEMS:
            at = found.address
            waves.setdefault((at.phase, at.audience, at.outcome), {})[at.wave_from] = found
    for by_wave in waves.values():
        for first, later in data.contrasts:
            if first in by_wave and later in by_wave:
                yield from _difs_of(by_wave[first], by_wave[later])


def _difs_of(before: Answers, after: Answers) -> Iterator[Finding]:
    """Yield the findings of all items of one scale in two waves."""
    answers = np.concatenate([before.answers, after.answers])
    wave = np.repeat([0, 1], [len(before.answers), len(after.answers)])
    clusters = before.people.cluster.codes[np.concatenate([before.rows, after.rows])]
    complete = np.concatenate([before.complete, after.complete])
    for column, item in enumerate(before.items):
        dif = wave_dif(answers, wave, item=column, cluster=clusters)
        for variant, estimate in _parts(dif):
            yield Finding(
                address=replace(
                    before.address,
                    quantity="dif_wave",
                    item_id=item,
                    wave_to=after.address.wave_to,
                    estimator="proportional_odds",
                    variant=variant,
                ),
                estimate=replace(estimate, n_clusters=n_distinct(clusters[complete])),
                unit="",
                cautions=_dif_cautions(dif) if not variant else (),
                n_pre=float(before.complete.sum()),
                n_post=float(after.complete.sum()),
            )


def _parts(dif: WaveDif) -> tuple[tuple[str, Estimate], ...]:
    return (("", dif.total), ("uniform", dif.uniform), ("nonuniform", dif.nonuniform))


def _dif_cautions(dif: WaveDif) -> tuple[str, ...]:
    """Name the class."""
    return (f"dif_{dif.effect}",) if dif.effect else ()


def _described(found: Answers, value: float, method: str) -> Estimate:
    """Describe a number of all complete answers; without variation it says so."""
    n = int(found.complete.sum())
    clusters = n_distinct(found.people.cluster.codes[found.rows][found.complete])
    if not isfinite(value):
        reason = "the answers do not vary enough"
        return not_estimable(reason, n=n, n_clusters=clusters, method=method)
    return describe(value, n=n, n_clusters=clusters, method=method)


def _of_item(
    found: Answers,
    item: str,
    quantity: Quantity,
    estimate: Estimate,
    *,
    estimator: str,
    cautions: tuple[str, ...] = (),
) -> Finding:
    address = replace(found.address, quantity=quantity, item_id=item, estimator=estimator)
    unit = "percent" if quantity == "difficulty" else ""
    return Finding(address=address, estimate=estimate, unit=unit, cautions=cautions)
