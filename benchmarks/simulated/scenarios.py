"""All scenarios by name, in the order of the documentation."""

from __future__ import annotations

from typing import Final

from simulated import (
    between_schools,
    ceilings,
    doses,
    exposed_changes,
    families,
    gains,
    groups,
    later_lost,
    later_waves,
    mean_changes,
    other_sizes,
    ratings,
    ratings_apart,
    risen,
    roll_out_groups,
    rounds,
    scales,
    school_numbers,
    second_opinions,
    share_odds,
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
    *(share_odds, risen, other_sizes, school_numbers, exposed_changes, ratings_apart, families),
    roll_out_groups,
)
SCENARIOS: Final = {one.name: one for module in _MODULES for one in module.SCENARIOS}
