"""Estimators: arrays in, `Estimate` out. They know nothing of studies, files or words."""

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
from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.effect_sizes import d_av, d_pre, d_z, hedges_correction, standardise
from impact_eval.estimators.equivalence import equivalence_interval, simultaneous, with_level
from impact_eval.estimators.estimate import Estimate, EstimatorCallError
from impact_eval.estimators.few_clusters import (
    minimum_detectable_change,
    refusal,
    smallest_sign_flip_p,
)
from impact_eval.estimators.icc import design_effect, icc
from impact_eval.estimators.item_statistics import (
    item_difficulty,
    item_discrimination,
    item_total,
)
from impact_eval.estimators.linked import adjusted_gain, raw_gain, schools_without_links
from impact_eval.estimators.phases import Placement, phase_difference, placement
from impact_eval.estimators.random_effects import RandomEffects, random_effects
from impact_eval.estimators.reliability import cronbach_alpha, omega_total
from impact_eval.estimators.schools import (
    SchoolChanges,
    pooled_components,
    school_changes,
    school_estimates,
)
from impact_eval.estimators.unlinked import partly_linked_change
from impact_eval.estimators.wave_dif import WaveDif, wave_dif
from impact_eval.estimators.workshop_components import PooledComponents

__all__ = [
    "AttritionRange",
    "Estimate",
    "EstimatorCallError",
    "Placement",
    "PooledComponents",
    "RandomEffects",
    "SchoolChanges",
    "WaveDif",
    "adjusted_gain",
    "attrition_range",
    "baseline_difference",
    "change_difference",
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
    "mean_change",
    "minimum_detectable_change",
    "omega_total",
    "one_wave_schools",
    "partly_linked_change",
    "phase_difference",
    "placement",
    "pooled_components",
    "random_effects",
    "raw_gain",
    "refusal",
    "school_changes",
    "school_estimates",
    "schools_without_links",
    "simultaneous",
    "smallest_sign_flip_p",
    "standardise",
    "wave_dif",
    "wave_mean",
    "with_level",
]
