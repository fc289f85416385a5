"""Formulas of shares as odds, of other p-values of items and groups, and of other spreads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from impact_eval.findings.data.arms import estimator_of
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute import effects, scores, shares
from impact_eval.findings.explained.recompute.formulas_beside import Recompute
from impact_eval.vocabulary import Quantity


def discovered(behind: Behind) -> float:
    """Compute the change, or the difference of groups, beside which the other p stands."""
    if behind.row["quantity"] == "item_change":
        return effects.of_design(behind) if behind.row["contrast"] else scores.stacked(behind)
    row = behind.row.copy()
    row["estimator"] = estimator_of(behind.study) if row["contrast"] else "interaction"
    return effects.subgroup_difference(replace(behind, row=row))


DISCOVERED: Final[tuple[str, Recompute]] = (
    (
        "the change, or the difference; p is the smallest of p_(k) x number / k over all k that"
        " are not before it in the order of the family's p-values"
    ),
    discovered,
)

MCNEMAR: Final[tuple[str, Recompute]] = (
    (
        "100 x (linked people who came to it - who left it) / linked people; p is the chance that"
        " a coin divides those who moved at least as unevenly"
    ),
    shares.mcnemar,
)

G_OF_LOT: Final[tuple[str, Recompute]] = (
    (
        "coefficient of the side in a model with an intercept of each cluster, by restricted"
        " likelihood, over the root of the variance between and within clusters, with earlier"
        " scores (conditional) or without (unconditional), times the factor for clusters"
    ),
    shares.size_of_lot,
)

SHARE_FORMULAS: Final[Mapping[Quantity, tuple[str, Recompute]]] = {
    "share_odds_ratio": (
        (
            "coefficient of the wave (of wave x side; after a lot of the side, earlier answers"
            " beside it) in a logit by estimating equations with one correlation of answers within"
            " a cluster, everybody counting once"
        ),
        shares.odds_of_share,
    ),
    "cox_index": (
        (
            "(log odds of the share with the programme - without) / 1.65, of adjusted later shares"
            " after a lot, else later less before"
        ),
        shares.cox,
    ),
    "risen_share": (
        "100 x linked people whose later score is higher / linked people",
        shares.risen,
    ),
}
