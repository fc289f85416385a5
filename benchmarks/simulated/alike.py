"""Two waves between which nothing changes on average, on any scale: either could be the other.

Changes on a scale of answers have no simple truth where their sources have one on another scale.
Here both waves follow the same law, so that shares, ranks and odds do not change either.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from simulated.draws import Drawn, two_waves

WORKSHOPS, OF_WORKSHOP = 3, 0.5


@dataclass(frozen=True, slots=True)
class Alike(Drawn):
    """Surveys of which `level` is known, the schools' means halfway, shape (draws, schools)."""

    level: np.ndarray


def alike_waves(condition, draws, rng):
    """Draw surveys whose schools' changes are half a fall before and half a rise after."""
    nobody = replace(condition, icc=0.0)
    drawn = two_waves(nobody, draws, rng, workshops=WORKSHOPS, shop_icc=OF_WORKSHOP * condition.icc)
    shape, inside = (draws, condition.schools), sqrt(1 - condition.icc)
    level, shift = (rng.normal(0, sqrt(condition.icc), shape) for _ in range(2))
    low, high = (level - shift / 2)[:, drawn.school], (level + shift / 2)[:, drawn.school]
    return Alike(
        school=drawn.school,
        workshop=drawn.workshop,
        answered=drawn.answered,
        pre=low + inside * drawn.pre,
        post=high + inside * drawn.post,
        shift=shift,
        level=level,
    )


def spread_of(condition):
    """Standard deviation of all people's scores in a wave."""
    return sqrt(1 + condition.icc * (0.25 + OF_WORKSHOP * (1 - condition.icc)))


def sides(condition, every=2):
    """Schools with the programme: every other, or fewer."""
    return (np.arange(condition.schools) % every == 0).astype(int)


def people_of(drawn, rng, linked):
    """Number everybody of both waves, nan for who cannot be recognised."""
    hidden = rng.random(drawn.n) >= linked
    everybody = np.concatenate([np.arange(drawn.n), np.flatnonzero(drawn.answered)])
    return np.where(hidden[everybody], np.nan, everybody)
