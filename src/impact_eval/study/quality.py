"""Cut-offs of the flags for careless and doubtful forms, and what answers can be."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from impact_eval.study.part import Identifier, Part, Text


class NumberRule(Part):
    """A question whose answer is a number, such as an age, and what it can be."""

    item: Text
    audience: Identifier
    minimum: float | None = None
    maximum: float | None = None
    last_digits: bool = False


class ImpossibleAnswers(Part):
    """Answers to two questions or more that cannot all be true of one person."""

    id: Identifier
    audience: Identifier
    answers: Annotated[
        dict[Text, Annotated[tuple[Text, ...], Field(min_length=1)]], Field(min_length=2)
    ]


class Quality(Part):
    """What counts as too fast, too close together or too many; every value has a default."""

    seconds_per_item: Annotated[float, Field(ge=0)] = 2.0
    share_of_median: Annotated[float, Field(ge=0, lt=1)] = 1 / 3
    batch_forms: Annotated[int, Field(ge=3)] = 5
    batch_seconds: Annotated[float, Field(gt=0)] = 60.0
    rejected_answers: Annotated[int, Field(ge=1)] = 3
    false_alarms: Annotated[float, Field(gt=0, lt=0.5)] = 0.01
    numbers: tuple[NumberRule, ...] = ()
    impossible: tuple[ImpossibleAnswers, ...] = ()
