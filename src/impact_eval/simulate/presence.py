"""Who fills in which wave, and whose codes agree: both worse for boys and for weaker people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from impact_eval.simulate.calibration import solve
from impact_eval.simulate.model import AudienceModel, PhaseModel, Programme
from impact_eval.simulate.people import People
from impact_eval.simulate.response import Floats
from impact_eval.simulate.scenario import Scenario
from impact_eval.simulate.sites import Sites

# log odds per standard deviation of the first trait, for a boy, between schools, and per standard
# deviation of delivery
WEAKER_MISSING, BOYS_MISSING, SCHOOLS_MISSING, POOR_DELIVERY_MISSING = 0.25, 0.30, 0.40, 0.30
WEAKER_MISTYPE, BOYS_MISTYPE = 0.15, 0.25


def draw_presence(
    programme: Programme,
    audience: AudienceModel,
    scenario: Scenario,
    sites: Sites,
    people: People,
    ability: Floats,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Whether each person fills in each wave, shape (people, waves).

    Poor delivery goes with more missing people. In cross-sections everybody is asked once.
    """
    waves = len(programme.waves)
    if programme.cross_sections:
        return np.asarray(sites.wave[people.site][:, None] == np.arange(waves)[None, :])
    school = (
        SCHOOLS_MISSING * rng.standard_normal(len(sites)) - POOR_DELIVERY_MISSING * sites.delivery
    )
    odds = scenario.selectivity * (
        -WEAKER_MISSING * ability + BOYS_MISSING * ~people.female
    ) + np.asarray(school[people.site])
    present = np.ones((len(people), waves), dtype=bool)
    for index, phase in enumerate(programme.phases):
        here = people.phase == index
        first = rng.random(int(here.sum())) >= phase.missing_first_wave
        present[here, 0] = first
        for wave, rate in enumerate(phase.missing[audience.audience], start=1):
            chance = chances(odds[here], rate)
            present[here, wave] = rng.random(chance.size) >= chance
    return present


def draw_code_errors(
    programme: Programme,
    scenario: Scenario,
    sites: Sites,
    people: People,
    ability: Floats,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Whether each person's code is mistyped at each wave, shape (people, waves).

    The chance is such that two codes of one person agree as often as the phase declares, on average
    over people, with the declared spread between schools.
    """
    waves = len(programme.waves)
    wrong = np.zeros((len(people), waves), dtype=bool)
    odds = scenario.selectivity * (-WEAKER_MISTYPE * ability + BOYS_MISTYPE * ~people.female)
    school = rng.standard_normal(len(sites))[people.site]
    for index, phase in enumerate(programme.phases):
        here = people.phase == index
        if not phase.exact_match or not here.any():
            continue
        chance = _mistype_chances(phase, scenario, odds[here], school[here])
        wrong[here] = rng.random((chance.size, waves)) < chance[:, None]
    return wrong


def _mistype_chances(phase: PhaseModel, scenario: Scenario, odds: Floats, school: Floats) -> Floats:
    match = phase.exact_match if scenario.exact_match is None else scenario.exact_match
    error = 1.0 - np.sqrt(match)
    # a spread of matches s is one of log odds s / (dmatch / dlogodds), by the delta method
    slope = 2.0 * (1.0 - error) * error * (1.0 - error)
    odds = odds + school * phase.exact_match_sd / slope

    def excess(level: float) -> float:
        return match - float(np.mean((1.0 - _logistic(odds + level)) ** 2))

    return _logistic(odds + solve(excess, -12.0, 12.0))


def chances(odds: Floats, rate: float) -> Floats:
    """Chances whose mean is `rate` and whose log odds differ as given."""
    if odds.size == 0 or rate <= 0.0:
        return np.zeros_like(odds)
    level = solve(lambda by: float(_logistic(odds + by).mean()) - rate, -14.0, 14.0)
    return _logistic(odds + level)


def _logistic(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float64)
