"""Reliability, likeness within schools, spread, correlation and agreement."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from impact_eval.estimators import (
    agreement,
    cronbach_alpha,
    icc,
    omega_total,
    score_correlation,
    score_sd,
)
from simulated import naive
from simulated.cells import Scenario, Tally, grid
from simulated.draws import STABLE, sizes_of, two_waves

ITEMS, LOADING, OF_ITEM = 5, 0.65, 0.04
ANSWERS = np.arange(1, 6)
PAIR = 0.6


def reliability(condition, draws, rng):
    """Five rating items of one trait, each of which differs a little between schools."""
    tally = Tally(draws)
    sizes = sizes_of(condition.schools, condition.people, condition.size_cv)
    school = np.repeat(np.arange(condition.schools), sizes)
    truth = _alpha()
    for _ in range(draws):
        items = _items(school, condition.icc, rng)
        tally.interval("cronbach_alpha", cronbach_alpha(items, school), truth)
        # with the same loading of all items, omega is alpha
        tally.interval("omega_total", omega_total(items, school), truth)
        naive.alpha_bootstrap(tally, items, school, truth, rng)
    return tally


def spread(condition, draws, rng):
    """Likeness, standard deviation, correlation of linked scores, agreement of pairs."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    again = drawn.answered
    school, before = drawn.school, condition.icc
    together = (before + STABLE * (1 - before)) / np.sqrt(1 + before)
    for draw in range(draws):
        pre, post = drawn.pre[draw], drawn.post[draw]
        tally.interval("icc", icc(pre, school), before)
        tally.interval("score_sd", score_sd(pre, school), 1.0)
        found = score_correlation(pre[again], post[again], school[again])
        tally.interval("score_correlation", found, together)
        first, second = _pairs(school, condition.icc, rng)
        for measure in ("same_answer", "weighted_kappa", "gwet_ac2"):
            found = agreement(first, second, school, answers=ANSWERS, measure=measure)
            tally.interval(f"agreement, {measure}", found, _agreement(condition.icc, measure))
    return tally


def _alpha():
    common = LOADING**2
    total = ITEMS * (1 + OF_ITEM) + ITEMS * (ITEMS - 1) * common
    return ITEMS / (ITEMS - 1) * (1 - ITEMS * (1 + OF_ITEM) / total)


def _items(school, likeness, rng):
    schools = int(school.max()) + 1
    trait = rng.normal(0, np.sqrt(likeness), schools)[school]
    trait = trait + rng.normal(0, np.sqrt(1 - likeness), school.size)
    shift = rng.normal(0, np.sqrt(OF_ITEM), (schools, ITEMS))[school]
    own = rng.normal(0, np.sqrt(1 - LOADING**2), (school.size, ITEMS))
    return LOADING * trait[:, None] + shift + own


def _pairs(school, likeness, rng):
    """Answers 1 to 5 of a parent and a child, more alike in some schools than in others."""
    level = rng.normal(0, np.sqrt(likeness), int(school.max()) + 1)[school]
    common = rng.normal(0, np.sqrt(PAIR), school.size)
    own = rng.normal(0, np.sqrt(1 - PAIR - likeness), (2, school.size))
    return np.clip(np.round(3.2 + 1.1 * (level + common + own)), 1, 5)


@lru_cache
def _agreement(likeness, measure):
    """Agreement of very many pairs."""
    school = np.repeat(np.arange(20_000), 20)
    first, second = _pairs(school, likeness, np.random.default_rng(1))
    return agreement(first, second, school, answers=ANSWERS, measure=measure).estimate


SCENARIOS = (
    Scenario(
        "reliability",
        "How well items hang together",
        lambda whole: grid(whole=whole),
        reliability,
        share=0.75,
    ),
    Scenario(
        "spread",
        "How scores spread and how alike two are",
        lambda whole: grid(whole=whole),
        spread,
    ),
)
