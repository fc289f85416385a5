"""Formulas of how well outcomes and items measure, and what computes them a second time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from impact_eval.findings.explained.recompute import measurement, people, scores
from impact_eval.findings.explained.recompute.formulas_beside import Recompute
from impact_eval.vocabulary import Quantity

MEASUREMENT_FORMULAS: Final[Mapping[Quantity, tuple[str, Recompute]]] = {
    "alpha": (
        "k / (k - 1) x (1 - sum of item variances / variance of the sum), complete answers",
        scores.alpha,
    ),
    "omega": (
        (
            "(sum of loadings)^2 / ((sum of loadings)^2 + sum of the items' own variances), one"
            " factor by maximum likelihood, complete answers"
        ),
        measurement.omega,
    ),
    "item_total": (
        "correlation of the item with the sum of the others, complete answers",
        measurement.item_total,
    ),
    "difficulty": (
        "100 x (mean of the item - lowest answer) / range of the answers",
        measurement.difficulty,
    ),
    "discrimination": (
        (
            "(mean of the 27 % with the highest sum - mean of the 27 % with the lowest) / range,"
            " complete answers"
        ),
        measurement.discrimination,
    ),
    "floor_share": ("100 x people with the lowest score / people", scores.mean),
    "ceiling_share": ("100 x people with the highest score / people", scores.mean),
    "dif_wave": (
        "gain in Nagelkerke's R2 when wave joins the scale's total in a proportional odds model",
        measurement.wave_dif,
    ),
    "dont_know_share": (
        "100 x forms with a code for don't know / forms on which the item was asked",
        people.not_answered,
    ),
    "refused_share": (
        "100 x forms with a code for refused / forms on which the item was asked",
        people.not_answered,
    ),
    "unanswered_share": (
        "100 x (blank + outside its rule + other missing codes) / forms on which it was asked",
        people.not_answered,
    ),
    "icc_score": (
        "(MSB - MSW) / (MSB + (n0 - 1) MSW) of the scores",
        scores.icc_score,
    ),
    "icc_gain": (
        "(MSB - MSW) / (MSB + (n0 - 1) MSW) of the linked people's gains",
        scores.icc_gain,
    ),
    "score_sd": (
        "root of (sum of squared distances from the mean / (people - 1))",
        scores.score_sd,
    ),
    "correlation": (
        "correlation of the linked people's scores before and after",
        scores.correlation,
    ),
}
