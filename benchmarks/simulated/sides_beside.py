"""What stands beside the difference of two sides: groups of people, and tests by wild signs."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators import Coefficient, WildDraws, wild_bootstrap, wild_stepdown
from impact_eval.estimators.designs import adjusted_effect_difference, effect_difference
from impact_eval.findings.beside.effect_tests import FEWEST_ON_A_SIDE, LEAST_SHARE
from impact_eval.findings.beside.wild_bootstraps import FEWEST, MOST
from simulated.alike import people_of, sides
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import two_waves

LINKED, EFFECT = 0.7, 0.4
OUTCOMES, ALIKE = 4, 0.5
CASES = ("half in the programme", "one in four in the programme")


def sides_groups(condition, draws, rng):
    """Groups whose gap differs by school and changes by as much on both sides."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    group = (rng.random(drawn.n) < 0.4).astype(int)
    by_school = rng.normal(0, np.sqrt(condition.icc / 2), (2, draws, condition.schools))
    drawn.pre[:] += by_school[0][:, drawn.school] * group
    drawn.post[:] += by_school[1][:, drawn.school] * group
    arm = sides(condition, 2 if condition.case == CASES[0] else 4)
    both = np.concatenate([group, group[drawn.answered]])
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        side, person = arm[school], people_of(drawn, rng, LINKED)
        chosen = effect_difference(score, wave, side, both, school, school=school)
        tally.interval("effect_difference", chosen, 0.0)
        equal = effect_difference(score, wave, side, both, school, school=school, weights="school")
        tally.interval("effect_difference, schools count the same", equal, 0.0)
        lot = adjusted_effect_difference(score, wave, side, both, school, respondent=person)
        tally.interval("adjusted_effect_difference", lot, 0.0)
    return tally


def sides_tests(condition, draws, rng):
    """Four outcomes that hang together, in none of which two sides differ."""
    tally = Tally(draws)
    surveys = [two_waves(condition, draws, rng) for _ in range(OUTCOMES)]
    for one in surveys[1:]:
        shift = np.sqrt(ALIKE) * surveys[0].shift + np.sqrt(1 - ALIKE) * one.shift - one.shift
        one.post[:] += shift[:, one.school]
    arm = sides(condition, 2 if condition.case == CASES[0] else 4)
    few = min(arm.sum(), condition.schools - arm.sum())
    enough = FEWEST <= condition.schools <= MOST
    enough = enough and few >= max(FEWEST_ON_A_SIDE, LEAST_SHARE * condition.schools)
    signs = WildDraws(n=1_999, generator=rng)
    for draw in range(draws):
        tested = []
        for one in surveys:
            score, wave, school, _ = one.stacked(draw)
            design = np.column_stack([wave * arm[school], wave]).astype(float)
            tested.append(Coefficient(score, design, school, school))
        found = wild_stepdown(tested, draws=signs)
        tally.rejects("wild_stepdown, any of four", np.nanmin(found.p_adjusted, initial=1.0))
        if enough:
            first = tested[0]
            wild = wild_bootstrap(first.y, first.design, first.cluster, school=first.school)
            tally.interval("wild_bootstrap of two sides", wild, 0.0)
            tally.rejects("wild_bootstrap of two sides", wild.p_value)
    return tally


SCENARIOS = (
    Scenario(
        "sides_groups",
        "Groups of people on two sides",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=CASES),
        sides_groups,
        share=0.5,
    ),
    Scenario(
        "sides_tests",
        "Tests by wild signs of two sides",
        lambda whole: grid(
            whole=whole, schools=(4, 6, 8, 12, 20, 50), cases=CASES, few_people=False
        ),
        sides_tests,
        share=0.4,
    ),
)
