"""Effects of a lot over total standard deviations, from a mixed model."""

from __future__ import annotations

from functools import cache

import numpy as np

from impact_eval.estimators.designs.later_columns import later_columns
from impact_eval.estimators.designs.random_intercept import random_intercept
from impact_eval.estimators.designs.unequal_clusters_g import total_variance_g
from simulated.alike import people_of, sides
from simulated.cells import Scenario, Tally, grid
from simulated.draws import two_waves

EFFECT, LINKED = 0.4, 0.7
CASES = ("half in the programme", "one in four in the programme")
SIZES = (6, 8, 12, 20, 30, 100)
FEWEST, MANY = 3, 1_500  # clusters a side that the estimator asks for; schools of the truth


def sizes_of_lots(condition, draws, rng):
    """Seven in ten are recognised; the truth is that of very many schools of the same sizes."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    arm = sides(condition, 2 if condition.case == CASES[0] else 4)
    truth = _truth(condition)
    if min(arm.sum(), condition.schools - arm.sum()) < FEWEST:
        return tally
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        side = arm[school]
        score, later = score + EFFECT * side * wave, wave == 1
        columns = _columns(score, wave, side, school, people_of(drawn, rng, LINKED))
        people = [np.bincount(school[later & (side == one)]) for one in (1, 0)]
        people = [size[size > 0] for size in people]
        own = school[later]
        adjusted, plain = (random_intercept(score[later], x, own) for x in (columns, None))
        for name, of in (("g_unconditional", plain), ("g_conditional", adjusted)):
            found = total_variance_g(float(adjusted.coefficients[0]), of.total, of.icc, *people)
            tally.interval(f"total_variance_g, {name}", found, truth[name])
    return tally


def _columns(score, wave, side, school, person):
    return later_columns(
        score, wave, side, school, respondent=person, stratum=None, sampling=np.ones(score.size)
    )


@cache
def _truth(condition):
    """Both sizes, whose deviations are those within either side, of many surveys put together."""
    rng = np.random.default_rng(condition.schools)
    surveys = -(-MANY // condition.schools)
    drawn = two_waves(condition, surveys, rng)
    arm = sides(condition, 2 if condition.case == CASES[0] else 4)
    score, wave, school, person = (
        np.concatenate(one)
        for one in zip(
            *(_one_of(drawn, draw, condition, rng) for draw in range(surveys)), strict=True
        )
    )
    side = arm[school % condition.schools]
    later = wave == 1
    columns = _columns(score, wave, side, school, person)
    of = (random_intercept(score[later], x, school[later]) for x in (None, columns))
    names = ("g_unconditional", "g_conditional")
    return {name: EFFECT / np.sqrt(one.total) for name, one in zip(names, of, strict=True)}


def _one_of(drawn, draw, condition, rng):
    score, wave, school, _ = drawn.stacked(draw)
    person = people_of(drawn, rng, LINKED)
    return score, wave, school + draw * condition.schools, person + draw * drawn.n


SCENARIOS = (
    Scenario(
        "sizes_of_lots",
        "Effects of a lot over total standard deviations",
        lambda whole: grid(whole=whole, schools=SIZES, cases=CASES),
        sizes_of_lots,
        share=0.4,
    ),
)
