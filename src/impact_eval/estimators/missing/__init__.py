"""What a mean gain would be if those who did not answer again had: weights, imputation, bounds."""

from impact_eval.estimators.missing.answer_chances import answer_chances
from impact_eval.estimators.missing.imputed_gain import ImputedGain, imputed_gain
from impact_eval.estimators.missing.rubin import Pooled, imputations_needed, pool_imputations
from impact_eval.estimators.missing.two_level import TwoLevelDraws
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
    "WeightedGain",
    "answer_chances",
    "answer_weights",
    "imbalance",
    "imputations_needed",
    "imputed_gain",
    "pool_imputations",
    "weighted_gain",
    "worst_case_effect",
]
