"""All scenarios by name, in the order of the documentation."""

from __future__ import annotations

from typing import Final

from simulated import (
    between_schools,
    ceilings,
    doses,
    gains,
    groups,
    later_lost,
    later_waves,
    mean_changes,
    ratings,
    rounds,
    scales,
    second_opinions,
    shares,
    sides_beside,
    sides_lost,
    topics,
    two_groups,
)

_MODULES: Final = (
    *(mean_changes, gains, between_schools, two_groups, later_waves, groups, scales),
    *(ceilings, shares, ratings, topics, rounds, doses),
    *(sides_beside, sides_lost, later_lost, second_opinions),
)
SCENARIOS: Final = {one.name: one for module in _MODULES for one in module.SCENARIOS}
