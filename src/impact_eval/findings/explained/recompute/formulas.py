"""The formula of every quantity in words, and the function that computes it a second time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from impact_eval.findings.explained.recompute import (
    between,
    effects,
    lost,
    pairs,
    people,
    ratings,
    robustness,
    scores,
)
from impact_eval.findings.explained.recompute.formulas_beside import (
    MODELLED,
    ODDS_OF_EFFECT,
    ROLL_OUT_ALONE,
    SUBGROUP_DIFFERENCE,
    Recompute,
)
from impact_eval.findings.explained.recompute.formulas_looking_back import LOOKING_BACK_FORMULAS
from impact_eval.findings.explained.recompute.formulas_of_doses import DOSE_FORMULAS
from impact_eval.findings.explained.recompute.formulas_of_measurement import (
    MEASUREMENT_FORMULAS,
)
from impact_eval.findings.explained.recompute.formulas_of_people import PEOPLE_FORMULAS
from impact_eval.findings.explained.recompute.formulas_of_shares import SHARE_FORMULAS
from impact_eval.findings.explained.recompute.topics import TOPIC_FORMULAS
from impact_eval.vocabulary import Quantity

_CHANGE = (
    "mean over schools of (mean after - mean before), schools weighted as the method says; with"
    " respondents, by n before x n after / (n before + n after)"
)
_BETWEEN = "weights 1 / (variance between schools + variance of the school's change)"

FORMULAS: Final[Mapping[Quantity, tuple[str, Recompute]]] = {
    "mean": ("sum of scores / people", scores.mean),
    "mastery_share": ("100 x people at the mark or beyond / people", scores.mean),
    "item_share": ("100 x people whose answer counts / people", scores.mean),
    "change": (_CHANGE, scores.stacked),
    "mastery_change": (_CHANGE, scores.stacked),
    "item_change": (_CHANGE, scores.stacked),
    "item_superiority": (
        (
            "100 x mean over schools of (pairs with a higher later answer + half the pairs with the"
            " same) / pairs of a later and an earlier answer; of linked people, of their own two"
        ),
        ratings.superiority,
    ),
    "item_odds_ratio": (
        (
            "log of (odds of a higher answer later / before), the same at every cut of the answers,"
            " by maximum likelihood, a school with the same weight in both waves; as check the"
            " largest such number of one cut less the smallest"
        ),
        ratings.odds,
    ),
    "subgroup_difference": SUBGROUP_DIFFERENCE,
    "gap": ("mean of the first group - mean of the other, or of all others", scores.gap),
    "pair_mean": ("sum of the answers of one side / pairs", pairs.pair_number),
    "pair_agreement": ("100 x pairs with the same answer / pairs", pairs.pair_number),
    "pair_kappa": (
        (
            "(agreement seen - expected) / (1 - expected), answers apart weighted by the square of"
            " their distance; expected from both sides' margins (kappa), or from the mean margin"
            " (AC2)"
        ),
        pairs.pair_number,
    ),
    "pair_difference": (
        (
            "mean over pairs of (parent's answer - child's answer); between waves the coefficient"
            " of the wave beside schools"
        ),
        pairs.pair_number,
    ),
    "phase_difference": (
        (
            "coefficient of wave x phase, beside school and wave; by permutation the mean change of"
            " the first phase's clusters less that of the other's; as a half-width the t quantile"
            " times the pooled standard error of that"
        ),
        scores.phase_difference,
    ),
    "effect_size": (
        (
            "change / standard deviation before (d_pre), or the root mean square of both waves'"
            " (d_av), times Hedges' small-sample factor"
        ),
        scores.effect_size,
    ),
    "retention": (
        (
            "100 x change to the later wave / change to the wave between (`variant`), of schools"
            " seen in all three, school effects, by least squares"
        ),
        effects.left,
    ),
    "effect": (
        (
            "mean change of the programme's schools - that of the others; for the analysis of"
            " covariance the coefficient of the side beside the school's mean before, the own"
            " distance from it, a mark for who is not linked, and strata"
        ),
        effects.effect,
    ),
    **ROLL_OUT_ALONE,
    "baseline_difference": (
        (
            "(mean before at the programme's schools - at the others) / standard deviation within"
            " sides, times the factors of an effect in standard deviations"
        ),
        effects.baseline,
    ),
    "tipping_point": (
        (
            "the bias that moves the limit of the verdict's interval to its bound; as secular"
            " change this bias beside the declared one, as loss - bias / share of people lost, as a"
            " trend bias / mean surveys since the last before a workshop, also divided by the"
            " largest step before"
        ),
        robustness.tipping_point,
    ),
    "without_one_school": (
        "smallest and largest of the estimates without the rows of each school",
        robustness.without_one_school,
    ),
    "specification": (
        "the planned change with what the variant names done otherwise",
        robustness.specification,
    ),
    "specifications": (
        "number of ways that the variant names",
        robustness.specifications,
    ),
    "schools_mean_change": (
        f"weighted mean of school changes, {_BETWEEN}",
        between.random_effects_number,
    ),
    "between_school_sd": (
        (
            "root of the variance of true school changes that makes the data most likely (REML);"
            " its limits are those at which Cochran's Q would be as unlikely"
        ),
        between.random_effects_number,
    ),
    "spread_by_moments": (
        (
            "the variance of true school changes with which Cochran's Q is schools - 1 (Paule and"
            " Mandel): its root (sd), and the schools' mean weighted by it (mean)"
        ),
        between.random_effects_number,
    ),
    "prediction_interval": (
        (
            f"weighted mean of school changes, {_BETWEEN}; its limits are those of a further"
            " school, averaged over what the variances between and within schools may be"
        ),
        between.random_effects_number,
    ),
    "shrunken_change": (
        (
            "own change and mean of the schools, weighted by variance between schools and own"
            " variance; its limits are averaged over what both variances may be"
        ),
        between.random_effects_number,
    ),
    "placement": (
        (
            "100 x normal share below (change - mean of the others) / root of (variance between"
            " schools + variance of the change)"
        ),
        between.placement,
    ),
    "linked_unlinked_difference": (
        (
            "(mean before of the linked - of the others) / pooled standard deviation, times Hedges'"
            " small-sample factor"
        ),
        scores.linked_unlinked,
    ),
    "linked_share": ("100 x linked / surveyed later", people.linked_share),
    "false_link_share": (
        "100 x expected false links / links, of equal and nearly equal codes",
        people.false_links,
    ),
    "attrition": (
        "from 100 x (n before - n after) / n before, at least 0, to 100 x unlinked / n before",
        people.lost,
    ),
    "attrition_difference": (
        (
            "100 x unlinked / people before, at the programme's schools that stayed, - the same at"
            " the others"
        ),
        effects.attrition_difference,
    ),
    "change_with_lost": (
        (
            "weights: mean gain of those seen again, each by 1 / chance of it; imputation: mean"
            " gain of all asked before, missing later scores drawn from a two-level model, mean of"
            " all draws; worst cases: the change with every lost person at the lowest, or highest,"
            " later score"
        ),
        lost.with_lost,
    ),
    "effect_with_lost": (
        (
            "weights: the sides' mean gains, or later scores adjusted for earlier ones, of those"
            " seen again, each by 1 / chance of it on their side; imputation: the same of all asked"
            " before, missing later scores drawn on each side from a two-level model of its own,"
            " mean of all draws; Lee: the side that answered more without the share by which it"
            " did, at its top or bottom; worst cases: one side's lost at the lowest score, the"
            " other's at the highest"
        ),
        lost.sides_with_lost,
    ),
    "lost": (
        (
            "people with an earlier and no later score; where codes fail, school by school, at"
            " least before - after, at most before - linked"
        ),
        lost.lost,
    ),
    "weight_balance": (
        (
            "largest |mean of those seen again - mean of all before| / standard deviation of all;"
            " of two sides the larger"
        ),
        lost.balance,
    ),
    "effective_sample": (
        "(sum of weights)^2 / sum of squared weights; of two sides the sum of both",
        lost.effective_sample,
    ),
    "missing_information": (
        "100 x (r + 2 / (df + 3)) / (r + 1), r = (1 + 1/m) variance between / variance within",
        lost.missing_information,
    ),
    **MODELLED,
    "effect_odds_ratio": ODDS_OF_EFFECT,
    **PEOPLE_FORMULAS,
    **DOSE_FORMULAS,
    **LOOKING_BACK_FORMULAS,
    **TOPIC_FORMULAS,
    **MEASUREMENT_FORMULAS,
    **SHARE_FORMULAS,
}
