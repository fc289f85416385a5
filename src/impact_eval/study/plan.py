"""The analysis plan: what is compared, declared before the data of the later waves are read."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from impact_eval.study.part import Identifier, Part, Text
from impact_eval.vocabulary import Estimand, FormFlag, Weights

Contrast = tuple[Identifier, Identifier]
Estimator = Literal["stacked", "adjusted_gain"]
Answers = Literal["complete", "half"]
Scoring = Literal["missing_wrong", "top_box"]
Exclusions = Literal["none", "all_flags"]
Sample = Literal["linked", "adjusted_gain"]
Cluster = Literal["school"]
Waiting = Literal["to_the_end"]
OtherEstimator = Literal[
    "school_means",
    "mixed_model",
    "ancova",
    "difference_in_differences",
    "adjusted_gain",
    "weighted",
    "imputed",
]


class Family(Part):
    """Comparisons that a reader takes as one claim, and that share a simultaneous interval."""

    id: Identifier
    label: Text
    role: Literal["primary", "secondary"]
    estimand: Estimand
    outcomes: dict[Identifier, tuple[Identifier, ...]] = Field(min_length=1)
    contrasts: tuple[Contrast, ...] = Field(min_length=1)
    phases: tuple[Identifier, ...] = ()


class Specifications(Part):
    """Other ways of computing each planned comparison, beside the plan's own; all are crossed."""

    answers: tuple[Answers, ...] = ()
    scoring: tuple[Scoring, ...] = ()
    exclusions: tuple[Exclusions, ...] = ()
    sample: tuple[Sample, ...] = ()
    weights: tuple[Weights, ...] = ()
    cluster: tuple[Cluster, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    estimators: tuple[OtherEstimator, ...] = ()


class Plan(Part):
    """Contrasts, estimators, weights and families; what is in no family is exploratory."""

    declared_on: datetime.date
    weights: Weights
    contrasts: tuple[Contrast, ...]
    estimators: tuple[Estimator, ...] = ("stacked",)
    conf_level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    subgroups: tuple[Identifier, ...] = ()
    exclude: tuple[FormFlag, ...] = ()
    specifications: Specifications | None = None
    families: tuple[Family, ...] = ()
