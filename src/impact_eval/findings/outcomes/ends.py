"""How many stand at the ends of a score's range, where nothing lower or higher can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import draw_wave
from impact_eval.findings.data.study_data import Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.estimands import PERCENT, weighted_mean
from impact_eval.vocabulary import Quantity

MANY, MOST = 15.0, 20.0
_NEAR = 1e-9


def floor_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage with the lowest possible score of every outcome, by wave."""
    del done
    return _shares(data, "floor_share")


def ceiling_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage with the highest possible score of every outcome, by wave."""
    del done
    return _shares(data, "ceiling_share")


def at_end(scores: Floats, quantity: str, bounds: tuple[float, float]) -> Floats:
    """100 for who stands at the end that the quantity names, else 0; NaN without a score.

    Examples
    --------
    >>> at_end(np.array([1.0, 5.0, np.nan]), "ceiling_share", (1, 5)).tolist()
    [0.0, 100.0, nan]
    """
    low, high = bounds
    there = scores <= low + _NEAR if quantity == "floor_share" else scores >= high - _NEAR
    return np.where(np.isfinite(scores), 100.0 * there, np.nan)


def _shares(data: StudyData, quantity: Quantity) -> Iterator[Finding]:
    for phase, people, outcome in data.measured():
        scores = people.scores[outcome.id]
        for wave in data.study.waves:
            rows = draw_wave(people, scores, phase=phase, wave=wave.id)
            if rows.size == 0:
                continue
            bounds = data.study.outcome_range(people.audience.id, outcome.id, wave.id)
            values = at_end(scores, quantity, bounds)
            estimate = weighted_mean(data, people, values, rows, ends=PERCENT)
            yield Finding(
                address=Address(
                    study_id=data.study.id,
                    quantity=quantity,
                    outcome=outcome.id,
                    audience=people.audience.id,
                    phase=phase,
                    wave_from=wave.id,
                    wave_to=wave.id,
                    estimator="mean",
                ),
                estimate=estimate,
                unit="percent",
                cautions=_flags(quantity, estimate.estimate),
            )


def _flags(quantity: Quantity, share: float) -> tuple[str, ...]:
    """Flag from 15 % on, and from 20 % on as the means do."""
    end = quantity.removesuffix("_share")
    if share >= MOST:
        return (end,)
    return (f"near_{end}",) if share > MANY else ()
