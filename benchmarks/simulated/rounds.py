"""Rounds that drew other schools: nobody, and no school, is met twice."""

from __future__ import annotations

import numpy as np
from scipy import stats

from impact_eval.estimators import (
    change_difference,
    joint_change_difference,
    mean_change,
    odds_change,
    rank_superiority,
)
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import two_waves

CASES = ("half of the schools in either round", "a quarter of the schools in the later round")
ANSWERS = (0.12, 0.22, 0.32, 0.22, 0.12)


def rounds(condition, draws, rng):
    """Compare two rounds of one law; groups of people differ by school."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    later = np.arange(condition.schools) % (2 if condition.case == CASES[0] else 4) == 0
    school, wave = drawn.school, later[drawn.school].astype(int)
    cuts = stats.norm.ppf(np.cumsum(ANSWERS)[:-1])
    by_school = rng.normal(0, np.sqrt(condition.icc / 2), (draws, condition.schools))
    group, third = (rng.random(drawn.n) < 0.4).astype(int), rng.integers(0, 3, drawn.n)
    for draw in range(draws):
        score = drawn.pre[draw]
        tally.interval("mean_change of other schools", mean_change(score, wave, school), 0.0)
        answer = 1.0 + np.searchsorted(cuts, score)
        ranks = rank_superiority(answer, wave, school)
        tally.interval("rank_superiority of other schools", ranks, 0.5)
        odds = odds_change(answer, wave, school)
        tally.interval("odds_change of other schools", odds.log_odds, 0.0)
        name = "odds_change of other schools, all cuts alike"
        tally.rejects(name, odds.proportionality.p_value)
        own = score + by_school[draw][school] * group
        apart = change_difference(own, wave, group, school)
        tally.interval("change_difference of other schools", apart, 0.0)
        joint = joint_change_difference(own, wave, third, school)
        tally.rejects("joint_change_difference of other schools", joint.p_value)
    return tally


SCENARIOS = (
    Scenario(
        "rounds",
        "Two rounds at other schools",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=CASES),
        rounds,
        share=0.5,
    ),
)
