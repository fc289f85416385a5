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
_OWN: Final[dict[Design, PlannedDesign]] = {
    "comparison": "comparison",
    "randomised": "randomised_pretest",
    "waiting_list": "waiting_list",
    "staggered": "staggered",
}


def designs_of(design: Design) -> tuple[PlannedDesign, ...]:
    """List the designs to plan for, the study's own first; without links those that need none.

    Examples
    --------
    >>> designs_of("cross_sections")[0], designs_of("randomised")[0]
    ('other_schools', 'randomised_pretest')
    """
    if design == "cross_sections":
        return _ROUNDS
    own = _OWN.get(design, DESIGN_ORDER[0])
    return (own, *(one for one in DESIGN_ORDER if one != own))
