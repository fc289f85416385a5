"""Scores with an end that many reach, of people whose schools' changes are skewed by it."""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy import stats

from impact_eval.estimators import (
    d_av,
    mean_change,
    sign_flip_change,
    wave_mean,
    wild_bootstrap,
)
from impact_eval.estimators.bounded_mean import within_ends
from impact_eval.estimators.designs import compare_groups, compare_randomised
from impact_eval.estimators.spread_beside_change import spread_beside_change
from simulated.alike import people_of, sides
from simulated.cells import Scenario, Tally, grid
from simulated.draws import two_waves

GENERALISES, WILD_TO, LINKED = 4, 12, 0.7
RISE, LOWEST = 0.6, -3.0
QUANTILES = stats.norm.ppf((np.arange(100_000) + 0.5) / 100_000)
# shares of the highest score in the later wave, without the programme's rise
AT_END = {"a quarter reach the highest score": 0.25, "six in ten reach the highest score": 0.6}


def ceilings(condition, draws, rng):
    """Everybody rises by as much, so that most of those who were low do and others cannot."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    later = sqrt(1 + condition.icc)
    end = stats.norm.isf(AT_END[condition.case], scale=later)
    before, after, raised = (
        _law(*one, end)[0] for one in ((0.0, 1.0), (0.0, later), (RISE, later))
    )
    enough = condition.schools >= GENERALISES
    pre = np.clip(drawn.pre, LOWEST, end)
    plain, risen = (np.clip(drawn.post + rise, LOWEST, end) for rise in (0.0, RISE))
    again = drawn.answered
    for draw in range(draws):
        _, wave, school, _ = drawn.stacked(draw)
        arm = rng.permutation(sides(condition))
        side = arm[school]
        score = np.concatenate([pre[draw], risen[draw, again]])
        mean = wave_mean(score[wave == 1], school[wave == 1])
        tally.interval("wave_mean, symmetrical", mean, raised, naive=True)
        between = within_ends(mean, LOWEST, end)
        tally.interval("wave_mean, within its ends", between, raised, shown=enough)
        change = mean_change(score, wave, school, school=school)
        tally.interval("mean_change", change, raised - before, shown=enough)
        errors = spread_beside_change(score, wave, school, both=True)
        _sized(tally, score, wave, change, errors, (raised - before, end, later), shown=enough)
        null = score - (raised - before) * wave
        flipped = sign_flip_change(null, wave, school, generator=rng)
        tally.rejects("sign_flip_change", flipped.p_value, shown=enough)
        if GENERALISES <= condition.schools <= WILD_TO:
            wild = wild_bootstrap(null, wave.astype(float), school, school=school)
            tally.rejects("wild_bootstrap", wild.p_value)
        own = np.where(arm[drawn.school] == 1, risen[draw], plain[draw])
        score, person = np.concatenate([pre[draw], own[again]]), people_of(drawn, rng, LINKED)
        chosen = compare_groups(score, wave, side, school, school=school, respondent=person)
        tally.interval("compare_groups", chosen.primary, raised - after, shown=enough)
        lot = compare_randomised(score, wave, side, school, respondent=person)
        tally.interval("compare_randomised", lot.primary, raised - after, shown=enough)
    return tally


def _sized(tally, score, wave, change, errors, truth, *, shown):
    """Divide the change by the mean spread of both waves."""
    rise, end, later = truth
    now, then = (score[wave == one] for one in (0, 1))
    spreads = float(now.std(ddof=1)), float(then.std(ddof=1))
    found = d_av(change, *spreads, now.size, then.size, errors=errors)
    spread = sqrt((_law(0.0, 1.0, end)[1] + _law(RISE, later, end)[1]) / 2)
    tally.interval("d_av", found, rise / spread, shown=shown)


def _law(mean, spread, end):
    """Mean and variance of a normal score of which those beyond the ends stand at them."""
    scores = np.clip(mean + spread * QUANTILES, LOWEST, end)
    return scores.mean(), scores.var()


SCENARIOS = (
    Scenario(
        "ceilings",
        "Scores with an end that many reach",
        lambda whole: grid(whole=whole, cases=tuple(AT_END)),
        ceilings,
        share=0.5,
    ),
)
