"""Which designs a next phase could have, given the design that the study has now."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, get_args

from impact_eval.estimators.planning.precision import PlannedDesign
from impact_eval.vocabulary import Design

KNOWN_DESIGNS: Final = get_args(PlannedDesign)
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
_DRAWN: Final[tuple[PlannedDesign, ...]] = ("waiting_list", "staggered")
_OWN: Final[Mapping[str, PlannedDesign]] = MappingProxyType(
    {
        "comparison": "comparison",
        "randomised": "randomised_pretest",
        "waiting_list": "waiting_list",
        "staggered": "staggered",
    }
)


def designs_of(design: Design) -> tuple[PlannedDesign, ...]:
    """List the designs to plan for, the study's own first; without links, those that need none.

    Examples
    --------
    >>> designs_of("cross_sections")[0]
    'other_schools'
    >>> designs_of("staggered")[:2]
    ('staggered', 'one_group')
    """
    if design == "cross_sections":
        return _ROUNDS
    own = tuple(_OWN[one] for one in (design,) if one in _OWN)
    return (*own, *(one for one in DESIGN_ORDER if one not in own))


def compared_designs(design: Design) -> tuple[PlannedDesign, ...]:
    """List the designs to draw beside each other: the study's own, and those by lot.

    Examples
    --------
    >>> compared_designs("one_group")
    ('one_group', 'waiting_list', 'staggered')
    >>> compared_designs("cross_sections")
    ('other_schools', 'randomised', 'staggered')
    """
    known = designs_of(design)
    by_lot = _DRAWN if "waiting_list" in known else ("randomised", "staggered")
    return tuple(dict.fromkeys((known[0], *by_lot)))
