"""Arms: which schools had the programme and which are the comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from impact_eval.study.part import Identifier, Part, Text

ARM: Final = "arm"
STRATUM: Final = "stratum"
WITH_ARMS: Final = ("comparison", "randomised")


class Arm(Part):
    """Schools that were treated alike; the label reads after "at the": "programme schools"."""

    id: Identifier
    label: Text
    programme: bool


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
    """Look up every school's arm, and its stratum where the roster has one; by column."""
    if roster is None:
        return {}
    return {
        column: {
            str(school): str(cell)
            for school, cell in zip(roster["school_id"], roster[column], strict=True)
        }
        for column in (ARM, STRATUM)
        if column in roster and (roster[column] != "").any()
    }
