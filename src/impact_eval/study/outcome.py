"""An outcome: what the items of one audience add up to, and which change would matter."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat

from impact_eval.study.part import Identifier, Part, Text
from impact_eval.vocabulary import Direction, OutcomeKind

Range = tuple[FiniteFloat, FiniteFloat]

_DECIMALS: dict[OutcomeKind, int] = {"index": 1, "scale": 2, "ready_made": 1}


class Outcome(Part):
    """An index, scale or ready-made score of one audience, in its natural unit."""

    id: Identifier
    audience: Identifier
    label: Text
    kind: OutcomeKind
    unit: Text
    direction: Direction
    minimum_answered: Annotated[int, Field(ge=1)] | None = None
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    ranges: dict[Identifier, Range] = Field(default_factory=dict)
    decimals: Annotated[int, Field(ge=0, le=4)] | None = None
    mastery: FiniteFloat | None = None
    mastery_label: str = ""
    smallest_effect: FiniteFloat | None = None
    secular: Range | None = None
    secular_source: str = ""
    over_aligned: bool = False

    @property
    def shown_decimals(self) -> int:
        """Decimals that tables show: as declared, else by kind."""
        return _DECIMALS[self.kind] if self.decimals is None else self.decimals

    @property
    def ranges_differ(self) -> bool:
        """Whether the waves have scales of their own, so that no change can be computed."""
        return len(set(self.ranges.values())) > 1
