"""A study's files: what is declared, by whom, before anything is computed."""

from impact_eval.study.arms import Arm
from impact_eval.study.outcome import Outcome
from impact_eval.study.plan import Family, Plan
from impact_eval.study.source import ColumnRule, Columns, Source
from impact_eval.study.structure import Audience, Phase, Report, Subgroup, Wave
from impact_eval.study.study import Study

__all__ = [
    "Arm",
    "Audience",
    "ColumnRule",
    "Columns",
    "Family",
    "Outcome",
    "Phase",
    "Plan",
    "Report",
    "Source",
    "Study",
    "Subgroup",
    "Wave",
]
