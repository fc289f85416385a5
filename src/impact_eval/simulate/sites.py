"""Schools, trainer teams and workshops: what people share, and how many of them there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.model import AudienceModel, Programme
from impact_eval.simulate.response import Floats

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Sites:
    """The roster as arrays, one element for each school or sampling point.

    `phase`, `team` and `wave` are indices (`wave` is -1 where a site is asked in every wave);
    `delivered` is the share of the content that was delivered, `delivery` the same standardised.
    """

    table: pd.DataFrame
    phase: Integers
    team: Integers
    wave: Integers
    delivered: Floats
    delivery: Floats

    def __len__(self) -> int:
        return len(self.table)


@dataclass(frozen=True)
class Workshops:
    """Workshops of one audience: `site` is an index into Sites; people per workshop."""

    workshop_id: NDArray[np.str_]
    site: Integers
    held_on: NDArray[np.datetime64]
    attended: Integers


def draw_sites(programme: Programme, roster: pd.DataFrame, rng: np.random.Generator) -> Sites:
    """Read the roster and draw how completely each school's trainers delivered the content."""
    table = roster.reset_index(drop=True)
    names = [phase.phase for phase in programme.phases]
    phase = np.array([names.index(each) for each in table["phase"]])
    teams = table["trainer_team"].where(table["trainer_team"].ne(""), table["school_id"])
    low, high = np.array([each.fidelity for each in programme.phases])[phase].T
    draw = rng.beta(2.5, 2.5, size=len(table))
    # the standard deviation of this beta distribution is sqrt(1 / 24)
    return Sites(
        table=table,
        phase=phase,
        team=pd.factorize(teams)[0],
        wave=_waves(programme, table),
        delivered=low + (high - low) * draw,
        delivery=(draw - 0.5) * np.sqrt(24.0),
    )


def _waves(programme: Programme, table: pd.DataFrame) -> Integers:
    if not programme.cross_sections:
        return np.full(len(table), -1)
    return np.array([programme.waves.index(each) for each in table["round"]])


def draw_workshops(
    audience: AudienceModel, sites: Sites, phases: tuple[str, ...], rng: np.random.Generator
) -> Workshops:
    """Draw the workshops of an audience, with dates and with everybody who attended shared out."""
    numbers = np.zeros(len(sites), dtype=np.int64)
    for index, phase in enumerate(phases):
        here = np.flatnonzero(sites.phase == index)
        low, high = audience.workshops[phase]
        numbers[here] = rng.permutation(low + np.arange(here.size) % (high - low + 1))
    site = np.repeat(np.arange(len(sites)), numbers)
    order = np.concatenate([np.arange(n) for n in numbers])
    letter = audience.audience[0]
    ids = sites.table["school_id"].to_numpy()[site]
    attended = np.zeros(site.size, dtype=np.int64)
    for index, phase in enumerate(phases):
        here = sites.phase[site] == index
        weights = rng.uniform(0.8, 1.2, size=int(here.sum()))
        attended[here] = share_out(audience.reached[phase], weights)
    return Workshops(
        workshop_id=np.array([f"{a}-{letter}{k + 1}" for a, k in zip(ids, order, strict=True)]),
        site=site,
        held_on=_dates(sites, audience, phases, rng)[site] + order * 2,
        attended=attended,
    )


def _dates(
    sites: Sites, audience: AudienceModel, phases: tuple[str, ...], rng: np.random.Generator
) -> NDArray[np.datetime64]:
    """First workshop day of each school: Mondays, teachers a day and parents two days later."""
    starts = {"phase_1": ("2022-08-15", 10), "phase_2": ("2023-03-06", 30)}
    later = {"student": 0, "teacher": 1, "parent": 3}[audience.audience]
    dates = np.empty(len(sites), dtype="datetime64[D]")
    for index, phase in enumerate(phases):
        first, weeks = starts[phase]
        here = sites.phase == index
        monday = np.datetime64(first) + 7 * rng.integers(0, weeks, size=int(here.sum()))
        dates[here] = monday + later
    return dates


def share_out(total: int, weights: Floats) -> Integers:
    """Divide a number of people by weights, by largest remainders.

    >>> share_out(10, np.array([1.0, 1.0, 2.0])).tolist()
    [3, 2, 5]
    """
    exact = total * weights / weights.sum()
    whole: Integers = np.floor(exact).astype(np.int64)
    rest = np.argsort(-(exact - whole), kind="stable")[: total - int(whole.sum())]
    whole[rest] += 1
    return whole
