"""What would change a finding: one school left out, and how large a bias would undo it."""

from impact_eval.estimators.robustness.left_out import LeftOut, without_each_school
from impact_eval.estimators.robustness.school_parts import (
    SchoolParts,
    parts_estimate,
    parts_of_changes,
    parts_of_rounds,
)
from impact_eval.estimators.robustness.tipping import loss_that_undoes, shift_that_undoes

__all__ = [
    "LeftOut",
    "SchoolParts",
    "loss_that_undoes",
    "parts_estimate",
    "parts_of_changes",
    "parts_of_rounds",
    "shift_that_undoes",
    "without_each_school",
]
