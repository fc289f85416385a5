"""A class on a scale, with the rule that gave it and what would raise it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scale = Literal["maryland", "nesta", "wwc", "eef"]
Raise = Literal[
    "a_programme",
    "adjust",
    "adjust_for_the_time",
    "ask_before",
    "ask_before_and_after",
    "broader_questions",
    "comparable_groups",
    "comparison",
    "low_attrition",
    "more_clusters",
    "no_spillover",
    "randomise",
    "replicate",
    "show_alike",
]


@dataclass(frozen=True, slots=True)
class Label:
    """One scale's class of a design.

    Attributes
    ----------
    scale
        Its texts, with its version, stand in `wording` under `classing.scales`.
    grade
        The class: a key of `classing.<scale>`.
    rule
        Why: a key of `classing.rules`.
    raised_by
        What would raise the class, any of them a step: keys of `classing.raises`; empty where the
        design can get no higher, or where reviewers decide.
    """

    scale: Scale
    grade: str
    rule: str
    raised_by: tuple[Raise, ...] = ()
