"""Several waves of which people are lost: at random, or the weaker of those with a workshop."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.designs import (
    retention,
    staggered_effect,
    staggered_gain,
    staggered_worst_case,
    waiting_list,
)
from simulated.alike import sides
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.later_waves import panel

FIRST, LEFT, EFFECT, OF_OTHERS = 0.8, 0.6, 0.3, 0.2
WAVES, ENDS = 3, (-9.0, 9.0)
BY_SCORE = "the weaker of schools that had the workshop are lost"
CASES = ("three in ten are lost at random", BY_SCORE)


def followed_lost(condition, draws, rng):
    """Follow a programme's schools, and others, to a third wave."""
    scores, school = panel(condition, draws, rng, WAVES)
    tally, arm = Tally(draws), sides(condition)
    scores += FIRST * np.array([0, 1, LEFT])[:, None, None] * arm[school]
    scores += OF_OTHERS * np.array([0, 1, 1])[:, None, None]
    seen = _seen(condition, scores, arm[school] == 1, rng)
    both = (FIRST * LEFT + OF_OTHERS) / (FIRST + OF_OTHERS)
    by_score = condition.case == BY_SCORE
    for draw in range(draws):
        score, wave, where, _ = _rows(scores, seen, school, draw)
        found = retention(score, wave, where, school=where, programme=arm[where])
        _count(tally, "retention of two sides", found.share, LEFT, by_score=by_score)
        own = arm[where] == 1
        found = retention(score[own], wave[own], where[own], school=where[own])
        _count(tally, "retention", found.share, both, by_score=by_score)
    return tally


def waiting_lost(condition, draws, rng):
    """Every other school waits until the third wave; everybody is recognised."""
    scores, school = panel(condition, draws, rng, WAVES)
    tally, arm = Tally(draws), sides(condition)
    scores[1:] += EFFECT * arm[school]
    seen = _seen(condition, scores, arm[school] == 1, rng)
    for draw in range(draws):
        score, wave, where, person = _rows(scores, seen, school, draw)
        found = waiting_list(score, wave, arm[where], where, crossover=2, respondent=person)
        tally.interval("waiting_list", found.randomised[0].estimate, EFFECT)
    return tally


def begun_lost(condition, draws, rng):
    """Schools begin at the second wave, at the third, or not at all."""
    scores, school = panel(condition, draws, rng, WAVES)
    tally = Tally(draws)
    first = np.array([1.0, 2.0, np.nan])[np.arange(condition.schools) % 3]
    begun = np.arange(WAVES)[:, None] >= first[school]
    scores += EFFECT * begun[:, None, :]
    seen = _seen(condition, scores, np.isfinite(first)[school], rng)
    by_score = condition.case == BY_SCORE
    for draw in range(draws):
        score, wave, where, person = _rows(scores, seen, school, draw)
        found = staggered_effect(score, wave, where, first[where]).overall
        _count(tally, "staggered_effect", found, EFFECT, by_score=by_score)
        found = staggered_gain(score, person, wave, where, first[where])
        _count(tally, "staggered_gain", found, EFFECT, by_score=by_score)
        worst = staggered_worst_case(score, person, wave, where, first[where], ends=ENDS).bounds
        tally.covers("staggered_worst_case", worst.conf_low, worst.conf_high, EFFECT)
    return tally


def _count(tally, name, estimate, truth, *, by_score):
    """Count what asks that the lost are like the others as naive where they are not."""
    if by_score:
        name += ", although the weaker are lost"
    tally.interval(name, estimate, truth, naive=by_score)


def _seen(condition, scores, at_risk, rng):
    """Draw who is seen after the first wave, everybody before; two of a school are always seen."""
    _, draws, n = scores.shape
    chance = np.full((draws, n), 0.95)
    if condition.case == BY_SCORE:
        chance = chance + 0.8 * scores[0] * at_risk
    again = rng.random((draws, n)) < 1 / (1 + np.exp(-chance))
    return np.stack([np.ones_like(again), again, again])


def _rows(scores, seen, school, draw):
    """Stack one draw: score, wave, school and person of everybody who was there."""
    there = seen[:, draw]
    wave, person = np.nonzero(there)
    return scores[:, draw][there], wave, school[person], person.astype(float)


SCENARIOS = tuple(
    Scenario(
        name,
        title,
        lambda whole, few=few: grid(whole=whole, schools=few, cases=CASES, few_people=False),
        run,
        share=0.4,
    )
    for name, title, run, few in (
        ("followed_lost", "Follow-up where people are lost", followed_lost, SCHOOLS[2:]),
        ("waiting_lost", "Waiting list where people are lost", waiting_lost, SCHOOLS[2:]),
        ("begun_lost", "Roll-out over three waves where people are lost", begun_lost, SCHOOLS[3:]),
    )
)
