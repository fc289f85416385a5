"""Where each number that pages may show is simulated, or why there is nothing to simulate.

Keys are quantities of the findings, values scenarios and measures as in the file of cells. Held
against both, and against the estimators that the findings call, by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from impact_eval.vocabulary import Quantity

_MEAN: Final = ("programme: wave_mean", "ceilings: wave_mean, within its ends")
_SHARE: Final = ("shares: wave_mean of a share, within its ends",)
_SHARES_CHANGE: Final = (
    "shares: mean_change of a share",
    "shares: compare_groups of a share",
    "shares: compare_randomised of a share",
)
_CHANGE: Final = (
    "programme: mean_change",
    "programme: mean_change, schools count the same",
    "participants: mean_change by workshops",
    "participants: mean_change by workshops, schools count the same",
    "rounds: mean_change of other schools",
    "ceilings: mean_change",
)
_GAINS: Final = ("gains: adjusted_gain", "gains: adjusted_gain by workshops")
_TESTS: Final = (
    "programme: sign_flip_change",
    "programme: wild_bootstrap",
    "family: Holm, any of four",
    "family: romano_wolf, any of four",
)
_SIDES: Final = (
    "comparison: compare_groups",
    "comparison: compare_groups, beside",
    "comparison: compare_randomised",
    "comparison: compare_randomised, beside",
    "ceilings: compare_groups",
    "ceilings: compare_randomised",
    "sides_lost: compare_randomised, everybody recognised",
    "sides_lost: adjusted_gain_difference",
    "sides_lost: adjusted_gain_difference by workshops",
    "waiting: waiting_list",
    "waiting_lost: waiting_list",
    "staggered: staggered_effect",
    "begun_lost: staggered_effect",
    "begun_lost: staggered_gain",
)
_SIDES_TESTS: Final = (
    "comparison: permutation_difference of a lot",
    "sides_tests: wild_bootstrap of two sides",
    "sides_tests: wild_stepdown, any of four",
)
_SCHOOL_MEANS: Final = (
    "school_means: school_means",
    "school_means: school_means of two sides",
    "school_means: school_means of two sides, in strata",
    "school_means: school_means of two rounds",
)
_STEPDOWNS: Final = (
    "lots_again: permutation_stepdown, any of four",
    "lots_again: permutation_stepdown, any of three beside an effect",
    "lots_again: permutation_stepdown of pairs, any of four",
    "dates_again: roll_out_stepdown",
    "dates_again: roll_out_stepdown, any of four",
)
_BEGUN_GROUPS: Final = ("begun_groups: staggered_group_difference",)
_BEGUN_SHARES: Final = ("begun_groups: staggered_effect of a share",)
_DISCOVERIES: Final = ("discoveries: benjamini_hochberg, one found is false",)
_TOPICS: Final = (
    "topics: several_changes",
    "topics: several_changes of two sides",
    "topics: several_adjusted_effects",
)

MEASURED: Final[Mapping[Quantity, tuple[str, ...]]] = {
    "mean": _MEAN,
    "mastery_share": _SHARE,
    "item_share": _SHARE,
    "floor_share": _SHARE,
    "ceiling_share": _SHARE,
    "topic_mean": (*_MEAN, *_SHARE),
    "mean_looking_back": _MEAN,
    "pair_mean": _MEAN,
    "exposed_mean": _MEAN,
    "exposure_share": (
        "exposed: wave_mean of who met the programme",
        "exposed_sides: share of who met the programme, two sides",
        *_SHARE,
    ),
    "exposure_gap": (
        "exposed: gap of who met the programme",
        "exposed: gap of who met the programme, schools count the same",
        "exposed_sides: gap of who met the programme, two sides",
        "exposed_sides: gap of two sides, schools count the same",
    ),
    "exposure_slope": ("exposed_by_dose: exposure_slope",),
    "exposure_change": (
        "exposed_by_dose: exposed_changes, without",
        "exposed_by_dose: exposed_changes, with it",
        "exposed_by_dose: exposed_changes at other schools, without",
        "exposed_by_dose: exposed_changes at other schools, with it",
    ),
    "change": (*_CHANGE, *_GAINS, *_TESTS, "schools: school_changes"),
    "mastery_change": _SHARES_CHANGE,
    "item_change": (*_SHARES_CHANGE, *_BEGUN_SHARES, *_DISCOVERIES, "one_school: mcnemar"),
    "share_odds_ratio": (
        "share_odds: share_odds",
        "share_odds: share_odds of two sides",
        "share_odds: adjusted_share_odds",
    ),
    "cox_index": ("share_odds: cox_of_changes", "share_odds: adjusted_cox"),
    "risen_share": ("risen: risen_share",),
    "topic_change": _CHANGE,
    "topic_effect": _SIDES,
    "topic_difference": _TOPICS,
    "response_shift": _CHANGE,
    "change_looking_back": _CHANGE,
    "pair_difference": (
        "programme: wave_mean",
        "programme: mean_change",
        "subgroups: change_difference of groups of schools",
        "staggered: staggered_effect",
    ),
    "pair_agreement": ("spread: agreement, same_answer",),
    "pair_kappa": ("spread: agreement, weighted_kappa", "spread: agreement, gwet_ac2"),
    "gap": ("subgroups: gap of a wave",),
    "subgroup_difference": (
        *_BEGUN_GROUPS,
        "subgroups: change_difference of groups of people",
        "subgroups: change_difference of groups of schools",
        "subgroups: joint_change_difference, three groups",
        "rounds: change_difference of other schools",
        "rounds: joint_change_difference of other schools",
        "sides_groups: effect_difference",
        "sides_groups: effect_difference, schools count the same",
        "sides_groups: adjusted_effect_difference",
        *_DISCOVERIES,
    ),
    "effect_size": (
        "programme: d_pre",
        "ceilings: d_av",
        "comparison: compare_groups, g",
        "comparison: compare_randomised, g",
        "sizes_of_lots: total_variance_g, g_unconditional",
        "sizes_of_lots: total_variance_g, g_conditional",
    ),
    "item_superiority": (
        "ratings: school_superiority",
        "ratings: linked_superiority",
        "ratings_here: rank_superiority by workshops",
        "rounds: rank_superiority of other schools",
        "ratings_apart: school_superiority, difference of two sides",
        "ratings_apart: linked_superiority, difference of two sides",
    ),
    "item_odds_ratio": (
        "ratings: odds_change",
        "ratings: odds_change, all cuts alike",
        "ratings: odds_change of two sides",
        "ratings: odds_change of two sides, all cuts alike",
        "rounds: odds_change of other schools",
        "rounds: odds_change of other schools, all cuts alike",
    ),
    "effect_odds_ratio": ("ratings: adjusted_odds", "ratings: adjusted_odds, all cuts alike"),
    "dose_slope": (
        "doses: school_dose_slope",
        "doses: person_dose_slopes, within",
        "doses: person_dose_slopes, between",
    ),
    "effect": (*_SIDES, *_SIDES_TESTS, *_STEPDOWNS),
    "effect_since": ("staggered: staggered_effect by time since",),
    "effect_of_group": ("staggered: staggered_effect by group",),
    "equal_trends": ("staggered: equal_trends",),
    "baseline_difference": ("comparison: baseline of two groups, g",),
    "retention": (
        *("follow_up: retention", "follow_up: retention, none given leaves all open"),
        *("followed_lost: retention", "followed_lost: retention of two sides"),
    ),
    "schools_mean_change": ("schools: random_effects, mean",),
    "between_school_sd": ("schools: random_effects, spread",),
    "spread_by_moments": (
        "by_moments: random_effects by moments, mean",
        "by_moments: random_effects by moments, spread",
    ),
    "prediction_interval": ("schools: random_effects, further school",),
    "shrunken_change": ("schools: random_effects, shrunken change",),
    "placement": ("schools: placement",),
    "phase_difference": (
        "phases: phase_difference",
        "phases: permutation_difference of phases",
    ),
    "specification": (*_CHANGE, *_GAINS, *_SIDES, *_SCHOOL_MEANS),
    "modelled_change": ("second_opinions: mixed_change",),
    "modelled_effect": ("second_opinions: mixed_change of two sides",),
    "alpha": ("reliability: cronbach_alpha",),
    "omega": ("reliability: omega_total",),
    "dif_wave": (
        "statements: wave_dif",
        "statements: wave_dif, uniform",
        "statements: wave_dif, nonuniform",
    ),
    "icc_score": ("spread: icc",),
    "icc_gain": ("spread: icc",),
    "score_sd": ("spread: score_sd",),
    "correlation": ("spread: score_correlation",),
    "linked_unlinked_difference": ("gains: baseline_difference",),
    "change_with_lost": (
        "gains: weighted_gain",
        "gains: weighted_gain by workshops",
        "gains: worst_case_gain",
        "imputed: imputed_gain",
        "imputed: imputed_gain by workshops",
    ),
    "effect_with_lost": (
        "sides_lost: weighted_effect",
        "sides_lost: weighted_effect, adjusted",
        "sides_lost: weighted_effect by workshops",
        "sides_lost: worst_case_effect",
        "sides_imputed: imputed_effect",
        "sides_imputed: imputed_effect, adjusted",
        "begun_lost: staggered_worst_case",
        "bounds: lee_bounds",
    ),
}

# Counted, or described without limits and without a test.
BARE: Final[tuple[Quantity, ...]] = (
    *("workshops", "sessions_planned", "sessions_held", "sessions_share"),
    *("people_per_workshop", "workshop_minutes", "item_total", "difficulty", "discrimination"),
    *("dont_know_share", "refused_share", "unanswered_share", "attrition_difference"),
    *("lost", "weight_balance", "effective_sample", "missing_information"),
    *("linked_share", "false_link_share", "surveyed", "attended", "claimed", "enrolled"),
    *("invited", "analysed", "schools", "schools_one_wave", "schools_listed"),
    "schools_without_pairs",
    *("schools_attended", "schools_surveyed", "schools_analysed", "rows", "rejected_answers"),
    *("flagged", "identifying_columns", "disclosures", "consents_missing", "consents_limited"),
    "withdrawals_not_found",
)

# Limits of another kind: nothing is promised that repeated surveys could hold or break.
RANGES: Final[Mapping[Quantity, str]] = {
    "attrition": "from the fewest to the most who can have left: a bound without any assumption",
    "tipping_point": "what a planned interval bears, and a bound from who can have left",
    "without_one_school": "the smallest and the largest of the estimates without a school each",
    "specifications": "how many of the ways, each of which is a `specification`, agree",
    "days_after_workshop": "the middle nine in ten of the days that were counted",
}

_TYPES: Final = "a type, a constant, or a text"
_BARE: Final = "gives no interval and no p-value"
_SAME: Final = "the same numbers as an estimator that is simulated, computed another way"

# Estimators that findings name and no scenario calls.
NOT_CALLED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("Balance", "Bounds", "ClusterChanges", "Comparison", "ENOUGH_TO_GENERALISE"),
            *("Estimate", "ImputedGain", "LEAST_ITEMS", "LeftOut", "METHOD", "MOST_ENUMERATED"),
            *("Measure", "MixedFit", "OddsOfHigher", "Pair", "PooledComponents", "RandomEffects"),
            *("SchoolChanges", "SchoolParts", "StaggeredEffect", "StepdownTest", "Trends"),
            *("SpreadErrors", "Waiting", "WaveDif"),
            *("WeightedEffect", "WeightedGain", "WorstCase"),
        ),
        _TYPES,
    ),
    **dict.fromkeys(
        (
            *("attrition_level", "attrition_range", "cluster_attrition", "describe", "n_distinct"),
            *("hedges_correction", "item_difficulty", "item_discrimination", "item_total"),
            *("loss_that_undoes", "many_at_an_end", "not_estimable", "one_wave_schools"),
            *("phase_half_width", "pooled_components", "refusal", "refuse_odds"),
            *("shift_that_undoes", "tau2_by_paule_mandel", "tau2_by_reml"),
            *("times_the_largest_step", "trend_that_undoes"),
        ),
        _BARE,
    ),
    "from_interval": "puts limits that were computed elsewhere, or counted, into a finding",
    "from_resampling": "puts limits that were computed elsewhere into a finding",
    "baseline_balance": f"{_SAME}: `compare_groups` calls it",
    "parts_estimate": f"{_SAME}: `mean_change` from schools' means",
    "parts_of_changes": f"{_SAME}: `mean_change` from schools' means",
    "parts_of_rounds": f"{_SAME}: `mean_change` from schools' means",
    "without_each_school": f"{_SAME}: `mean_change` of all schools but one",
    "roll_out_without_each_school": f"{_SAME}: `staggered_effect` of all schools but one",
    "roll_out_trends": f"{_SAME}: a group's difference before its workshop in `staggered_effect`",
    "sign_flip": f"{_SAME}: `sign_flip_change` calls it",
    "simultaneous": f"{_SAME}: an interval leaves nought out where Bonferroni's p is under 5 %, "
    "and any of a family does where Holm's method finds anything",
    "equivalence_interval": "the 90 % interval of the t whose 95 % interval is simulated",
    "worst_case_change": "the bounds of `worst_case_gain` where people have no number, moved by"
    " known counts",
}
# Drawn beside what is named above, under conditions or names of their own.
UNDER_OTHER_CONDITIONS: Final[tuple[str, ...]] = (
    "ceilings: sign_flip_change",
    "ceilings: wild_bootstrap",
    "gains: mean_change of all answers",
    "gains: raw_gain",
    "sides_lost: compare_groups of all answers",
    "waiting: waiting_list, change of the late",
)
# Holm's method is simulated under the name by which the findings' own module calls it.
CALLED_THROUGH: Final[Mapping[str, str]] = {"holm": "simulated.groups"}
