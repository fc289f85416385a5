"""The random numbers of each part of a survey, so that adding a part moves no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from impact_eval.simulate.model import Programme


@dataclass(frozen=True)
class Streams:
    """Generators of a survey.

    `drawn`, `filled` and `field` map an audience to what draws its people and answers, its typed
    forms with their faults, and its interviewers, devices and times.
    """

    sites: np.random.Generator
    drawn: Mapping[str, np.random.Generator]
    filled: Mapping[str, np.random.Generator]
    field: Mapping[str, np.random.Generator]
    children: np.random.Generator


def own_stream(seed: int, audience: str, outcome: str, part: str) -> np.random.Generator:
    """Give an outcome that is drawn apart its generator for a part of the work."""
    return np.random.default_rng([seed, *f"{audience}/{outcome}/{part}".encode()])


def streams_of(programme: Programme, seed: int) -> Streams:
    """Give every part of a survey its generator.

    Audiences that are drawn apart have generators that only seed and name decide; those of the
    others depend on how many of them there are.
    """
    together = [one.audience for one in programme.audiences if not one.drawn_apart]
    count = len(together)
    streams = np.random.default_rng(seed).spawn(3 * count + 2)
    drawn = dict(zip(together, streams[1 : 1 + count], strict=True))
    filled = dict(zip(together, streams[1 + count : 1 + 2 * count], strict=True))
    field = dict(zip(together, streams[2 + 2 * count :], strict=True))
    for one in programme.audiences:
        if one.drawn_apart:
            own = np.random.default_rng([seed, *one.audience.encode()]).spawn(3)
            drawn[one.audience], filled[one.audience], field[one.audience] = own
    return Streams(streams[0], drawn, filled, field, children=streams[1 + 2 * count])
