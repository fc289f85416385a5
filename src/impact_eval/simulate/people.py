"""Who attended and is surveyed: school, workshop, sex and care in answering."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from impact_eval.simulate.model import AudienceModel, Programme
from impact_eval.simulate.scenario import Scenario
from impact_eval.simulate.sites import Integers, Sites, Workshops

ATTENTIVE, STRAIGHTLINER, RANDOM = 0, 1, 2


@dataclass(frozen=True)
class People:
    """Surveyed people of one audience.

    `workshop` is -1 where there are none, `interviewer` where people fill in the form themselves.
    """

    site: Integers
    workshop: Integers
    phase: Integers
    female: NDArray[np.bool_]
    care: NDArray[np.int8]
    interviewer: Integers

    def __len__(self) -> int:
        return self.site.size

    def only(self, keep: Integers) -> People:
        """Keep these people only, by index."""
        return People(
            self.site[keep],
            self.workshop[keep],
            self.phase[keep],
            self.female[keep],
            self.care[keep],
            self.interviewer[keep],
        )


def draw_people(
    programme: Programme,
    audience: AudienceModel,
    scenario: Scenario,
    sites: Sites,
    workshops: Workshops | None,
    rng: np.random.Generator,
) -> People:
    """Draw the people of one audience who are surveyed, in the order of their schools."""
    if workshops is None:
        site = np.repeat(np.arange(len(sites)), _asked_at_sites(audience, sites, rng))
        workshop = np.full(site.size, -1)
    else:
        asked = _asked_in_workshops(programme, audience, scenario, sites, workshops, rng)
        workshop = np.repeat(np.arange(asked.size), asked)
        site = workshops.site[workshop]
    phase = sites.phase[site]
    female = _sex(audience, sites, site, rng)
    care = _care(programme, audience, phase, female, rng)
    return People(site, workshop, phase, female, care, _interviewers(audience, site, rng))


def _asked_at_sites(audience: AudienceModel, sites: Sites, rng: np.random.Generator) -> Integers:
    span = audience.surveyed["campaign"] or (0, 0)
    kind = "school" if audience.audience == "student" else "sampling point"
    numbers = rng.integers(span[0], span[1] + 1, size=len(sites))
    return np.where(sites.table["kind"].eq(kind).to_numpy(), numbers, 0)


def _asked_in_workshops(
    programme: Programme,
    audience: AudienceModel,
    scenario: Scenario,
    sites: Sites,
    workshops: Workshops,
    rng: np.random.Generator,
) -> Integers:
    asked = workshops.attended.copy()
    for index, phase in enumerate(programme.phases):
        span = audience.surveyed[phase.phase]
        if span is None or scenario.survey_everybody:
            continue
        for school in np.flatnonzero(sites.phase == index):
            held = np.flatnonzero(workshops.site == school)
            wanted = int(rng.integers(span[0], span[1] + 1))
            asked[held] = wanted // held.size + (np.arange(held.size) < wanted % held.size)
    return np.minimum(asked, workshops.attended)


def _sex(
    audience: AudienceModel, sites: Sites, site: Integers, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Girls' and boys' schools hold one sex; their teachers mostly the same."""
    kind = sites.table["kind"].to_numpy()[site]
    chance = np.full(site.size, audience.share_female)
    one_sex = {"student": (1.0, 0.0), "teacher": (0.9, 0.1)}.get(audience.audience)
    if one_sex is not None:
        chance[kind == "girls"], chance[kind == "boys"] = one_sex
    return rng.random(site.size) < chance


def straightlining_chances(
    programme: Programme, audience: str, phase: Integers, female: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Chance of each person to straightline: boys above, girls below the phase's rate."""
    rates = np.array([each.straightlining[audience] for each in programme.phases])[phase]
    if audience != "student":
        return rates
    boys = np.array([each.boys_straightline_more for each in programme.phases])[phase]
    return rates * np.where(female, 1.0 / boys, boys)


def _interviewers(audience: AudienceModel, site: Integers, rng: np.random.Generator) -> Integers:
    """Pick one of a school's two interviewers for those who are asked orally."""
    if not audience.share_interviewed:
        return np.full(site.size, -1)
    asked_orally = rng.random(site.size) < audience.share_interviewed
    return np.where(asked_orally, 2 * site + rng.integers(0, 2, size=site.size), -1)


def _care(
    programme: Programme,
    audience: AudienceModel,
    phase: Integers,
    female: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.int8]:
    straight = straightlining_chances(programme, audience.audience, phase, female)
    random = np.array([each.random_answers for each in programme.phases])[phase]
    draw = rng.random(phase.size)
    care = np.where(draw < straight + random, RANDOM, ATTENTIVE)
    return np.where(draw < straight, STRAIGHTLINER, care).astype(np.int8)
