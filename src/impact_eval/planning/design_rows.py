"""Which designs a next phase could have, given the design that the study has now."""

from __future__ import annotations

from typing import Final

from impact_eval.estimators.planning.precision import PlannedDesign
from impact_eval.vocabulary import Design

DESIGN_ORDER: Final[tuple[PlannedDesign, ...]] = (
    "one_group",
    "one_group_linked",
    "same_schools",
    "other_schools",
    "comparison",
    "randomised",
    "waiting_list",
    "staggered",
)
_ROUNDS: Final[tuple[PlannedDesign, ...]] = (
    "other_schools",
    "same_schools",
    "randomised",
    "staggered",
)


def designs_of(design: Design) -> tuple[PlannedDesign, ...]:
    """List the designs to plan for: where nobody is linked, those that need no links.

    Examples
    --------
    >>> designs_of("cross_sections")[0]
    'other_schools'
    """
    return _ROUNDS if design == "cross_sections" else DESIGN_ORDER
