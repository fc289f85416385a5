"""What takes each school as a number: means of their changes, and their spread by moments."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators import random_effects, school_changes
from impact_eval.estimators.school_means import school_means_change
from simulated.alike import sides
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import two_waves

EFFECT, GENERALISES, WORKSHOPS = 0.4, 4, 3
CASES = ("half in the programme", "one in four in the programme")


def school_means(condition, draws, rng):
    """Schools as numbers, of one group, of two sides, in strata of four, and of two rounds."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    arm = sides(condition, 2 if condition.case == CASES[0] else 4)
    stratum = np.arange(condition.schools) // 4
    later = arm[drawn.school]
    by_stratum = rng.normal(0, 1, (draws, int(stratum.max()) + 1))
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        found = school_means_change(score, wave, school)
        tally.interval("school_means", found, 0.0)
        side = arm[school]
        raised = score + EFFECT * side * wave
        two = school_means_change(raised, wave, school, programme=side)
        tally.interval("school_means of two sides", two, EFFECT)
        layer = stratum[school]
        raised = raised + wave * by_stratum[draw][layer]
        two = school_means_change(raised, wave, school, programme=side, stratum=layer)
        tally.interval("school_means of two sides, in strata", two, EFFECT)
        rounds = school_means_change(drawn.pre[draw], later, drawn.school, same_schools=False)
        tally.interval("school_means of two rounds", rounds, 0.0)
    return tally


def by_moments(condition, draws, rng):
    """The mean of schools' changes, and their spread, by Paule and Mandel's method."""
    drawn = two_waves(condition, draws, rng, workshops=WORKSHOPS, shop_icc=condition.icc / 2)
    tally, enough = Tally(draws), condition.schools >= GENERALISES
    person = np.concatenate([np.arange(drawn.n), np.flatnonzero(drawn.answered)]).astype(float)
    for draw in range(draws):
        score, wave, school, workshop = drawn.stacked(draw)
        own = school_changes(score, wave, school, workshop, respondent=person)
        usable = np.isfinite(own.variance) & (own.variance > 0)
        if usable.sum() < 2:
            continue
        found = random_effects(
            own.change[usable],
            own.variance[usable],
            variances_df=own.variance_df[usable],
            tau2_method="paule_mandel",
        )
        tally.interval("random_effects by moments, mean", found.mean, 0.0, shown=enough)
        name = "random_effects by moments, spread"
        tally.interval(name, found.tau2, condition.icc, shown=enough)
    return tally


SCENARIOS = (
    Scenario(
        "school_means",
        "Schools as numbers",
        lambda whole: grid(whole=whole, cases=CASES),
        school_means,
        share=0.5,
    ),
    Scenario(
        "by_moments",
        "Spread of schools' changes by moments",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:]),
        by_moments,
        share=0.5,
    ),
)
