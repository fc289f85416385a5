"""Gains of people who are linked or seen again: at random, or the stronger more often."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators import adjusted_gain, baseline_difference, mean_change, raw_gain
from impact_eval.estimators.designs import worst_case_gain
from impact_eval.estimators.missing import imputed_gain, weighted_gain
from simulated.cells import Scenario, Tally, grid
from simulated.draws import seen_again, two_waves

GENERALISES = 4
WORKSHOPS = 3
BY_SCORE = "the stronger are seen again"
CASES = ("seven in ten at random", BY_SCORE)
ENDS = (-8.0, 8.0)


def gains(condition, draws, rng):
    """Estimate the mean gain of everybody asked before."""
    for_others, tally, drawn, seen = _start(condition, draws, rng)
    share = np.bincount(drawn.school) / drawn.n
    for draw in range(draws):
        pre, post, again = drawn.pre[draw], drawn.post[draw], seen[draw]
        school, shop = drawn.school, drawn.workshop
        here = {"school": school[again], "pre_all_school": school, "pre_all": pre}
        linked = (pre[again], post[again])
        raw = raw_gain(*linked, school[again])
        tally.interval(_naive("raw_gain", condition), raw, 0.0, naive=condition.case == BY_SCORE)
        stacked = mean_change(
            np.concatenate([pre, post[again]]),
            np.repeat([0, 1], [pre.size, int(again.sum())]),
            np.concatenate([school, school[again]]),
            school=np.concatenate([school, school[again]]),
        )
        name = _naive("mean_change of all answers", condition)
        tally.interval(name, stacked, 0.0, naive=condition.case == BY_SCORE)
        adjusted = adjusted_gain(*linked, school[again], pre_all_cluster=school, **here)
        tally.interval("adjusted_gain", adjusted, 0.0)
        later = np.where(again, post, np.nan)
        weighted = weighted_gain(pre, later, school, school=school)
        tally.interval("weighted_gain", weighted.estimate, 0.0, shown=for_others)
        worst = worst_case_gain(pre, later, school, lowest=ENDS[0], highest=ENDS[1])
        tally.covers("worst_case_gain", worst.conf_low, worst.conf_high, 0.0, shown=for_others)
        if condition.case != BY_SCORE:
            apart = baseline_difference(pre, again, school)
            tally.interval("baseline_difference", apart, 0.0)
        own = drawn.shift[draw] @ share
        adjusted = adjusted_gain(*linked, shop[again], pre_all_cluster=shop, **here)
        tally.interval("adjusted_gain by workshops", adjusted, own)
        weighted = weighted_gain(pre, later, shop, school=school, hold_schools=True)
        tally.interval("weighted_gain by workshops", weighted.estimate, own)
    return tally


def imputed(condition, draws, rng):
    """Impute who was not seen again."""
    for_others, tally, drawn, seen = _start(condition, draws, rng)
    share = np.bincount(drawn.school) / drawn.n
    for draw in range(draws):
        pre, post = drawn.pre[draw], np.where(seen[draw], drawn.post[draw], np.nan)
        one = imputed_gain(pre, post, drawn.school, group=drawn.school, seed=draw)
        tally.interval("imputed_gain", one.estimate, 0.0, shown=for_others)
        own = drawn.shift[draw] @ share
        one = imputed_gain(
            pre, post, drawn.workshop, group=drawn.workshop, hold_groups=drawn.school, seed=draw
        )
        tally.interval("imputed_gain by workshops", one.estimate, own)
    return tally


def _start(condition, draws, rng):
    drawn = two_waves(condition, draws, rng, workshops=WORKSHOPS, shop_icc=condition.icc / 2)
    seen = seen_again(drawn, rng, by_score=condition.case == BY_SCORE)
    # one of each school, so that the schools spoken of are the same in all draws
    seen[:, np.searchsorted(drawn.school, np.arange(condition.schools))] = True
    return condition.schools >= GENERALISES, Tally(draws), drawn, seen


def _naive(name, condition):
    return name if condition.case != BY_SCORE else f"{name}, although the stronger are linked"


SCENARIOS = (
    Scenario(
        "gains",
        "Mean gain where three in ten are not seen again or not linked",
        lambda whole: grid(whole=whole, cases=CASES),
        gains,
    ),
    Scenario(
        "imputed",
        "The same by imputation",
        lambda whole: grid(whole=whole, cases=CASES, schools=(4, 8, 20, 50) if whole else (4, 12)),
        imputed,
        share=0.15,
    ),
)
