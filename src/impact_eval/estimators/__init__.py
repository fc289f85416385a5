"""Estimators: arrays in, `Estimate` out. They know nothing of studies, files or words."""

from impact_eval.estimators.agreement import agreement
from impact_eval.estimators.attrition import (
    AttritionRange,
    attrition_range,
    baseline_difference,
)
from impact_eval.estimators.changes import (
    change_difference,
    mean_change,
    one_wave_schools,
    wave_mean,
)
from impact_eval.estimators.cluster_changes import ClusterChanges, cluster_changes
from impact_eval.estimators.clustered_odds import OddsOfHigher, odds_of_higher
from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.effect_sizes import d_av, d_pre, d_z, hedges_correction, standardise
from impact_eval.estimators.equivalence import equivalence_interval, simultaneous, with_level
from impact_eval.estimators.estimate import Estimate, EstimatorCallError
from impact_eval.estimators.few_clusters import refusal, smallest_sign_flip_p
from impact_eval.estimators.icc import design_effect, icc
from impact_eval.estimators.item_statistics import (
    item_difficulty,
    item_discrimination,
    item_total,
)
from impact_eval.estimators.joint_changes import joint_change_difference
from impact_eval.estimators.linked import adjusted_gain, raw_gain, schools_without_links
from impact_eval.estimators.odds_change import odds_change
from impact_eval.estimators.permutation import permutation_difference
from impact_eval.estimators.permutation_stepdown import permutation_stepdown
from impact_eval.estimators.phases import Placement, phase_difference, phase_half_width, placement
from impact_eval.estimators.planning.inputs import Sample, Spread
from impact_eval.estimators.planning.power import (
    Needed,
    minimum_detectable,
    people_per_school_needed,
    power_of,
    schools_needed,
)
from impact_eval.estimators.planning.precision import Precision, precision_of
from impact_eval.estimators.planning.published_formulas import (
    minimum_detectable_change,
    minimum_detectable_randomised,
)
from impact_eval.estimators.random_effects import RandomEffects, random_effects
from impact_eval.estimators.rank_superiority import rank_superiority
from impact_eval.estimators.reliability import cronbach_alpha, omega_total
from impact_eval.estimators.romano_wolf import StepdownTest, romano_wolf
from impact_eval.estimators.schools import (
    SchoolChanges,
    pooled_components,
    school_changes,
    school_estimates,
)
from impact_eval.estimators.score_spread import score_correlation, score_sd
from impact_eval.estimators.sign_flip import sign_flip, sign_flip_change
from impact_eval.estimators.superiority import linked_superiority, school_superiority
from impact_eval.estimators.unlinked import partly_linked_change
from impact_eval.estimators.wave_dif import WaveDif, wave_dif
from impact_eval.estimators.wild_bootstrap import WildDraws, wild_bootstrap
from impact_eval.estimators.wild_stepdown import Coefficient, WildStepdown, wild_stepdown
from impact_eval.estimators.workshop_components import PooledComponents

__all__ = [
    "AttritionRange",
    "ClusterChanges",
    "Coefficient",
    "Estimate",
    "EstimatorCallError",
    "Needed",
    "OddsOfHigher",
    "Placement",
    "PooledComponents",
    "Precision",
    "RandomEffects",
    "Sample",
    "SchoolChanges",
    "Spread",
    "StepdownTest",
    "WaveDif",
    "WildDraws",
    "WildStepdown",
    "adjusted_gain",
    "agreement",
    "attrition_range",
    "baseline_difference",
    "change_difference",
    "cluster_changes",
    "cronbach_alpha",
    "d_av",
    "d_pre",
    "d_z",
    "design_effect",
    "equivalence_interval",
    "fit_cr2",
    "hedges_correction",
    "icc",
    "item_difficulty",
    "item_discrimination",
    "item_total",
    "joint_change_difference",
    "linked_superiority",
    "mean_change",
    "minimum_detectable",
    "minimum_detectable_change",
    "minimum_detectable_randomised",
    "odds_change",
    "odds_of_higher",
    "omega_total",
    "one_wave_schools",
    "partly_linked_change",
    "people_per_school_needed",
    "permutation_difference",
    "permutation_stepdown",
    "phase_difference",
    "phase_half_width",
    "placement",
    "pooled_components",
    "power_of",
    "precision_of",
    "random_effects",
    "rank_superiority",
    "raw_gain",
    "refusal",
    "romano_wolf",
    "school_changes",
    "school_estimates",
    "school_superiority",
    "schools_needed",
    "schools_without_links",
    "score_correlation",
    "score_sd",
    "sign_flip",
    "sign_flip_change",
    "simultaneous",
    "smallest_sign_flip_p",
    "standardise",
    "wave_dif",
    "wave_mean",
    "wild_bootstrap",
    "wild_stepdown",
    "with_level",
]
