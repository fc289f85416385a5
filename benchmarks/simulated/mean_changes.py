"""Mean changes of all respondents: of schools like these, and of these schools' participants."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators import d_pre, mean_change, sign_flip_change, wave_mean, wild_bootstrap
from simulated import naive
from simulated.cells import Scenario, Tally, grid
from simulated.draws import two_waves

WILD_FROM, WILD_TO = 4, 12
GENERALISES = 4
CHANGE = 0.5


def programme(condition, draws, rng):
    """Schools stand for others like them; both waves' answers, most people in both."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    enough = condition.schools >= GENERALISES
    weight = drawn.weight
    naive.t_test(tally, drawn)
    naive.least_squares(tally, drawn.changes, weight)
    naive.percentile_bootstrap(tally, drawn.changes, weight, rng)
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        change = mean_change(score, wave, school, school=school)
        tally.interval("mean_change", change, 0.0)
        tally.rejects("mean_change", change.p_value)
        equal = mean_change(score, wave, school, school=school, weights="school")
        tally.interval("mean_change, schools count the same", equal, 0.0)
        before = score[wave == 0]
        tally.interval("wave_mean", wave_mean(before, drawn.school), 0.0, shown=enough)
        raised = mean_change(score + CHANGE * wave, wave, school, school=school)
        size = d_pre(raised, float(before.std(ddof=1)), before.size)
        tally.interval("d_pre", size, CHANGE)
        flipped = sign_flip_change(score, wave, school, generator=rng)
        tally.interval("sign_flip_change", flipped, 0.0)
        tally.rejects("sign_flip_change", flipped.p_value)
        if WILD_FROM <= condition.schools <= WILD_TO:
            wild = wild_bootstrap(score, wave.astype(float), school, school=school)
            tally.interval("wild_bootstrap", wild, 0.0)
            tally.rejects("wild_bootstrap", wild.p_value)
    return tally


def participants(condition, draws, rng):
    """The schools are these; workshops or classes within them are the clusters."""
    many = 10 if condition.case == "ten workshops a school" else 2
    drawn = two_waves(condition, draws, rng, workshops=many, shop_icc=condition.icc / 2)
    tally, truth = Tally(draws), drawn.shift @ drawn.weight
    for draw in range(draws):
        score, wave, school, workshop = drawn.stacked(draw)
        change = mean_change(score, wave, workshop, school=school)
        tally.interval("mean_change by workshops", change, truth[draw])
        equal = mean_change(score, wave, workshop, school=school, weights="school")
        name = "mean_change by workshops, schools count the same"
        tally.interval(name, equal, drawn.shift[draw].mean())
        alone = mean_change(score, wave, np.arange(score.size), school=school)
        tally.interval("people as clusters", alone, truth[draw], naive=True)
    return tally


SCENARIOS = (
    Scenario(
        "programme",
        "Mean change of schools like these, between two waves",
        lambda whole: grid(whole=True),
        programme,
    ),
    Scenario(
        "participants",
        "Mean change of these schools' participants",
        lambda whole: grid(whole=whole, cases=("two workshops a school", "ten workshops a school")),
        participants,
    ),
)
