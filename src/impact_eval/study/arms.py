"""Arms: which schools had the programme and which are the comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import pandas as pd

from impact_eval.study.part import Identifier, Part, Text

ARM: Final = "arm"
STRATUM: Final = "stratum"
WORKSHOP_WAVE: Final = "workshop_wave"
WORKSHOP_ON: Final = "workshop_on"
NEVER: Final = "never"
WITH_ARMS: Final = ("comparison", "randomised", "waiting_list", "staggered")
AssignedBy = Literal["lot", "choice"]


class Arm(Part):
    """Schools that were treated alike; the label reads after "at the": "programme schools".

    In a waiting list `workshop_before` names the first survey after the waiting schools' own
    workshop; without it they waited until the last survey.
    """

    id: Identifier
    label: Text
    programme: bool
    workshop_before: Identifier | None = None


def sides(arms: Sequence[Arm]) -> dict[str, str]:
    """Name the schools of the two sides; several arms of a side are named together.

    Examples
    --------
    >>> sides([Arm(id="a", label="lesson schools", programme=True),
    ...        Arm(id="b", label="other schools", programme=False)])
    {'programme': 'lesson schools', 'comparison': 'other schools'}
    """
    named = {
        side: " and ".join(arm.label for arm in arms if arm.programme == programme)
        for side, programme in (("programme", True), ("comparison", False))
    }
    return named if arms else {}


def assigned(roster: pd.DataFrame | None) -> Mapping[str, Mapping[str, str]]:
    """Look up what a lock holds of every school, where the roster has it; by column.

    Its arm, its stratum, and in a staggered roll-out the first survey after its workshop, or
    `never`, and the day of the workshop.
    """
    if roster is None:
        return {}
    return {
        column: {
            str(school): str(cell) or (NEVER if column == WORKSHOP_WAVE else "")
            for school, cell in zip(roster["school_id"], roster[column], strict=True)
        }
        for column in (ARM, STRATUM, WORKSHOP_WAVE, WORKSHOP_ON)
        if column in roster and (roster[column] != "").any()
    }
