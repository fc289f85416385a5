"""What a mean gain, or an effect, would be if those who did not answer again had.

Weights, imputation and bounds.
"""

from impact_eval.estimators.missing.answer_chances import answer_chances
from impact_eval.estimators.missing.imputed_effect import imputed_effect
from impact_eval.estimators.missing.imputed_gain import ImputedGain, imputed_gain
from impact_eval.estimators.missing.rubin import Pooled, imputations_needed, pool_imputations
from impact_eval.estimators.missing.two_level import TwoLevelDraws
from impact_eval.estimators.missing.weighted_effect import WeightedEffect, weighted_effect
from impact_eval.estimators.missing.weighted_gain import (
    WeightedGain,
    answer_weights,
    imbalance,
    weighted_gain,
)
from impact_eval.estimators.missing.worst_case_effect import worst_case_effect

__all__ = [
    "ImputedGain",
    "Pooled",
    "TwoLevelDraws",
    "WeightedEffect",
    "WeightedGain",
    "answer_chances",
    "answer_weights",
    "imbalance",
    "imputations_needed",
    "imputed_effect",
    "imputed_gain",
    "pool_imputations",
    "weighted_effect",
    "weighted_gain",
    "worst_case_effect",
]
