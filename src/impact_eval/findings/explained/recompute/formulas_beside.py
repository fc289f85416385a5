"""Formulas of estimates that stand beside another, or that a design computes in its own way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute import effects, mixed, ratings, roll_outs, scores
from impact_eval.vocabulary import Quantity

Recompute = Callable[[Behind], "float | dict[str, float]"]

ADJUSTED_GAIN: Final[tuple[str, Recompute]] = (
    (
        "mean over schools, by people surveyed before, of: the linked people's mean gain, plus the"
        " slope of gains on scores before times the distance of all before from the linked before"
    ),
    scores.adjusted_gain,
)

OF_SCHOOL: Final[tuple[str, Recompute]] = (
    (
        "the school's mean after - its mean before; its error from variances of workshops and of"
        " people within schools, pooled over schools"
    ),
    scores.stacked,
)

ITEM_OF_SIDES: Final[tuple[str, Recompute]] = (
    ("the effect, by the estimator of the design, on 100 for who counts and 0 for who does not"),
    effects.of_design,
)

GAINS_OF_SIDES: Final[tuple[str, Recompute]] = (
    (
        "the programme's schools' - the others', of: mean over schools, by people surveyed before,"
        " of the linked people's mean gain, plus the side's slope of gains on scores before times"
        " the distance of all before from the linked before"
    ),
    effects.gains,
)

SIGN_FLIP: Final[tuple[str, Recompute]] = (
    (
        "the change; p is the share of all patterns of signs, one sign for each cluster's change,"
        " whose weighted mean lies at least as far from zero; the limits are the values that this"
        " test does not reject"
    ),
    scores.sign_flip,
)

MODELLED: Final[Mapping[Quantity, tuple[str, Recompute]]] = {
    "modelled_change": (
        (
            "coefficient of the wave in a model with an intercept and a change of each cluster's"
            " and school's own and an intercept of each person, by restricted likelihood"
        ),
        mixed.modelled,
    ),
    "modelled_effect": (
        (
            "coefficient of wave x side in a model with an intercept and a change of each"
            " cluster's and school's own and an intercept of each person, by restricted likelihood"
        ),
        mixed.modelled,
    ),
}

SUBGROUP_DIFFERENCE: Final[tuple[str, Recompute]] = (
    (
        "coefficient of wave x group, beside school, wave and group; for all groups at once the"
        " largest change less the smallest, with one coefficient for each group; where sides"
        " are compared the effect in the first group less the effect in the others"
    ),
    effects.subgroup_difference,
)

ODDS_OF_EFFECT: Final[tuple[str, Recompute]] = (
    (
        "log of (odds of a higher later score with the programme / without it), the same at"
        " every cut, beside the school's mean before, the own distance from it and strata, by"
        " maximum likelihood; as check the largest such number of one cut less the smallest"
    ),
    ratings.odds_of_effect,
)

G: Final[tuple[str, Recompute]] = (
    (
        "effect / standard deviation of the later scores within sides, times Hedges' factor, times"
        " the root of 1 - 2 (cluster size - 1) x icc / (people - 2)"
    ),
    effects.standardised_effect,
)

_CELL = (
    "mean change of a group's schools since the last survey before their workshops, - that of the"
    " schools that still waited; 2 schools or more on each side"
)

ROLL_OUT: Final[Mapping[str, tuple[str, Recompute]]] = {
    "effect": (
        (
            f"for each group of schools and survey after its workshop: {_CELL}; mean over a group's"
            " surveys, then over groups by the weight of their schools"
        ),
        roll_outs.effect,
    ),
    "topic_effect": (
        "as the effect on the outcome, on the points of the topic's items alone",
        roll_outs.effect,
    ),
    "item_change": (
        "as the effect on an outcome, on 100 for who counts and 0 for who does not",
        roll_outs.effect,
    ),
    "subgroup_difference": (
        (
            "the effect from the first group's forms - that from the other's, both over the groups"
            " of schools and surveys that either can give"
        ),
        roll_outs.group_difference,
    ),
    "baseline_difference": (
        (
            "(mean at first at a group's schools - at those that began later) / standard deviation"
            " within the two, times the factors of an effect in standard deviations"
        ),
        roll_outs.baseline,
    ),
    "attrition_difference": (
        (
            "100 x unlinked / people at first, at a group's schools that stayed, - the same at"
            " those that began later"
        ),
        roll_outs.attrition_difference,
    ),
}
ROLL_OUT_ALONE: Final[Mapping[Quantity, tuple[str, Recompute]]] = {
    "effect_since": (
        f"mean over groups, by the weight of their schools, of: {_CELL}",
        roll_outs.since,
    ),
    "effect_of_group": (_CELL, roll_outs.of_group),
    "equal_trends": (
        (
            "the difference before the workshops that lies farthest from zero in standard errors;"
            " p is the smallest of all times their number"
        ),
        roll_outs.trends,
    ),
}

WILD: Final[tuple[str, Recompute]] = (
    (
        "the change; p is the share of all patterns of signs, one sign for each cluster's residuals"
        " around no change, whose t lies at least as far from zero; the limits are the values that"
        " this test does not reject"
    ),
    scores.stacked,
)

FAMILY: Final[tuple[str, Recompute]] = (
    (
        "the change; p allows for the other comparisons of its family: by Holm's method, or as the"
        " share of patterns of signs, one sign for each cluster in all outcomes, whose largest"
        " statistic among those not yet rejected is as large"
    ),
    scores.stacked,
)

_OTHER_P = (
    "the effect; p allows for the other effects of its family, or counts the patterns of signs, one"
    " sign for each cluster's residuals around no effect, whose t lies at least as far from zero;"
    " after a lot it counts the orders that the lot could have drawn, in all outcomes at once"
)
TEST_OF_SIDES: Final[tuple[str, Recompute]] = (_OTHER_P, effects.of_design)
TEST_OF_ROLL_OUT: Final[tuple[str, Recompute]] = (_OTHER_P, roll_outs.effect)
DATES_AGAIN: Final[tuple[str, Recompute]] = (
    (
        "the effect; p is the share of orders of the dates that the lot could have drawn, cluster"
        " by cluster and within strata, whose effect lies at least as far from zero"
    ),
    roll_outs.effect,
)

PERMUTATION: Final[tuple[str, Recompute]] = (
    (
        "mean of the programme's schools - mean of the others, of school means after less slope x"
        " school means before, weighted as in the plan, within strata; p is the share of all ways"
        " to draw the lot, cluster by cluster, whose difference lies at least as far from zero"
    ),
    effects.permuted,
)
