"""The analysis plan: what is compared, declared before the data of the later waves are read."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from impact_eval.study.part import Identifier, Part, Text
from impact_eval.vocabulary import Estimand, FormFlag, Weights

Contrast = tuple[Identifier, Identifier]
Estimator = Literal["stacked", "adjusted_gain"]


class Family(Part):
    """Comparisons that a reader takes as one claim, and that share a simultaneous interval."""

    id: Identifier
    label: Text
    role: Literal["primary", "secondary"]
    estimand: Estimand
    outcomes: dict[Identifier, tuple[Identifier, ...]] = Field(min_length=1)
    contrasts: tuple[Contrast, ...] = Field(min_length=1)
    phases: tuple[Identifier, ...] = ()


class Plan(Part):
    """Contrasts, estimators, weights and families; what is in no family is exploratory."""

    declared_on: datetime.date
    weights: Weights
    contrasts: tuple[Contrast, ...]
    estimators: tuple[Estimator, ...] = ("stacked",)
    conf_level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    subgroups: tuple[Identifier, ...] = ()
    exclude: tuple[FormFlag, ...] = ()
    families: tuple[Family, ...] = ()
