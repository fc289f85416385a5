"""Estimators of designs with a comparison, and of what a design leaves open: arrays in, result out.

A comparison that was chosen or randomised, a waiting list, a staggered roll-out, follow-up waves,
attrition and bounds.
"""

from impact_eval.estimators.designs.adjusted_difference import adjusted_difference
from impact_eval.estimators.designs.adjusted_gains import adjusted_gain_difference
from impact_eval.estimators.designs.adjusted_odds import adjusted_odds
from impact_eval.estimators.designs.adjusted_share_odds import adjusted_cox, adjusted_share_odds
from impact_eval.estimators.designs.arms import Arms, describe_arms, smallest_permutation_p
from impact_eval.estimators.designs.attrition_standard import (
    AttritionLevel,
    ClusterAttrition,
    attrition_level,
    attrition_limit,
    cluster_attrition,
)
from impact_eval.estimators.designs.balance import Balance, baseline_balance, standardise_by_arms
from impact_eval.estimators.designs.bounds import Bounds
from impact_eval.estimators.designs.clustered_g import (
    ClusterCorrection,
    cluster_correction,
    corrected_t,
    hedges_g,
)
from impact_eval.estimators.designs.comparison import Comparison, compare_groups, compare_randomised
from impact_eval.estimators.designs.date_orders import RollOutScores
from impact_eval.estimators.designs.drawn_dates import roll_out_stepdown
from impact_eval.estimators.designs.effect_differences import (
    adjusted_effect_difference,
    effect_difference,
)
from impact_eval.estimators.designs.lee import LeeBounds, lee_bounds
from impact_eval.estimators.designs.manski import worst_case_change, worst_case_gain
from impact_eval.estimators.designs.retention import Retention, retention, schools_missing_a_wave
from impact_eval.estimators.designs.shares import (
    cox_difference,
    cox_index,
    cox_of_changes,
    improvement_index,
)
from impact_eval.estimators.designs.staggered import (
    CohortAtWave,
    StaggeredEffect,
    TimeSince,
    staggered_effect,
)
from impact_eval.estimators.designs.staggered_gains import (
    WorstCase,
    staggered_gain,
    staggered_worst_case,
)
from impact_eval.estimators.designs.staggered_groups import staggered_group_difference
from impact_eval.estimators.designs.unequal_clusters_g import total_variance_g
from impact_eval.estimators.designs.waiting_list import AtWave, WaitingList, waiting_list

__all__ = [
    "Arms",
    "AtWave",
    "AttritionLevel",
    "Balance",
    "Bounds",
    "ClusterAttrition",
    "ClusterCorrection",
    "CohortAtWave",
    "Comparison",
    "LeeBounds",
    "Retention",
    "RollOutScores",
    "StaggeredEffect",
    "TimeSince",
    "WaitingList",
    "WorstCase",
    "adjusted_cox",
    "adjusted_difference",
    "adjusted_effect_difference",
    "adjusted_gain_difference",
    "adjusted_odds",
    "adjusted_share_odds",
    "attrition_level",
    "attrition_limit",
    "baseline_balance",
    "cluster_attrition",
    "cluster_correction",
    "compare_groups",
    "compare_randomised",
    "corrected_t",
    "cox_difference",
    "cox_index",
    "cox_of_changes",
    "describe_arms",
    "effect_difference",
    "hedges_g",
    "improvement_index",
    "lee_bounds",
    "retention",
    "roll_out_stepdown",
    "schools_missing_a_wave",
    "smallest_permutation_p",
    "staggered_effect",
    "staggered_gain",
    "staggered_group_difference",
    "staggered_worst_case",
    "standardise_by_arms",
    "total_variance_g",
    "waiting_list",
    "worst_case_change",
    "worst_case_gain",
]
