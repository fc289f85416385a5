"""What would change a finding: one school left out, and how large a bias would undo it."""

from impact_eval.estimators.robustness.left_out import LeftOut, without_each_school
from impact_eval.estimators.robustness.roll_out_left_out import roll_out_without_each_school
from impact_eval.estimators.robustness.school_parts import (
    SchoolParts,
    parts_estimate,
    parts_of_changes,
    parts_of_rounds,
)
from impact_eval.estimators.robustness.tipping import loss_that_undoes, shift_that_undoes
from impact_eval.estimators.robustness.trends import (
    Trends,
    roll_out_trends,
    times_the_largest_step,
    trend_that_undoes,
)

__all__ = [
    "LeftOut",
    "SchoolParts",
    "Trends",
    "loss_that_undoes",
    "parts_estimate",
    "parts_of_changes",
    "parts_of_rounds",
    "roll_out_trends",
    "roll_out_without_each_school",
    "shift_that_undoes",
    "times_the_largest_step",
    "trend_that_undoes",
    "without_each_school",
]
