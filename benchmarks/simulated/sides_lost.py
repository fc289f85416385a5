"""Two sides of which people are lost, the weaker more often: on both, or on one of them only."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.designs import (
    adjusted_gain_difference,
    compare_groups,
    compare_randomised,
    worst_case_gain,
)
from impact_eval.estimators.missing import imputed_effect, weighted_effect, worst_case_effect
from simulated.alike import sides
from simulated.cells import SCHOOLS, Condition, Scenario, Tally, grid
from simulated.draws import seen_again, two_waves

WORKSHOPS, EFFECT = 3, 0.4
ENDS = (-8.0, 8.0)
ONE = "the weaker of the programme's side are lost"
CASES = ("the weaker of both sides are lost", ONE)


def sides_lost(condition, draws, rng):
    """Estimate the effect on everybody asked before from those who are seen again."""
    tally, drawn, seen, arm = _start(condition, draws, rng)
    side, school, shop = arm[drawn.school], drawn.school, drawn.workshop
    share = np.bincount(school) / drawn.n
    own_share = np.where(arm == 1, share / share[arm == 1].sum(), -share / share[arm == 0].sum())
    for draw in range(draws):
        pre, again = drawn.pre[draw], seen[draw]
        post = drawn.post[draw] + EFFECT * side
        later = np.where(again, post, np.nan)
        linked = (pre[again], post[again], side[again])
        asked = {"pre_all": pre, "pre_all_programme": side, "pre_all_school": school}
        asked["school"] = school[again]
        gains = adjusted_gain_difference(*linked, school[again], pre_all_cluster=school, **asked)
        tally.interval("adjusted_gain_difference", gains, EFFECT)
        weighted = weighted_effect(pre, later, side, school, school=school)
        tally.interval("weighted_effect", weighted.estimate, EFFECT)
        weighted = weighted_effect(pre, later, side, school, school=school, adjusted=True)
        tally.interval("weighted_effect, adjusted", weighted.estimate, EFFECT)
        apart = [
            worst_case_gain(
                pre[side == one], later[side == one], school[side == one],
                lowest=ENDS[0], highest=ENDS[1],
            )
            for one in (1, 0)
        ]  # fmt: skip
        bounds = worst_case_effect(*apart)
        tally.covers("worst_case_effect", bounds.conf_low, bounds.conf_high, EFFECT)
        _planned(tally, drawn, draw, post, again, side, one_only=condition.case == ONE)
        held = EFFECT + float(drawn.shift[draw] @ own_share)
        gains = adjusted_gain_difference(*linked, shop[again], pre_all_cluster=shop, **asked)
        tally.interval("adjusted_gain_difference by workshops", gains, held)
        weighted = weighted_effect(pre, later, side, shop, school=school, hold_schools=True)
        tally.interval("weighted_effect by workshops", weighted.estimate, held)
    return tally


def _planned(tally, drawn, draw, post, again, side, *, one_only):
    """Compare all who answered, as pages do before they ask who was lost."""
    score = np.concatenate([drawn.pre[draw], post[again]])
    wave = np.repeat([0, 1], [drawn.n, int(again.sum())])
    school, arm = (np.concatenate([one, one[again]]) for one in (drawn.school, side))
    person = np.concatenate([np.arange(drawn.n), np.flatnonzero(again)]).astype(float)
    chosen = compare_groups(score, wave, arm, school, school=school, respondent=person).primary
    name = "compare_groups of all answers"
    if one_only:
        name += ", although one side's weaker are lost"
    tally.interval(name, chosen, EFFECT, naive=one_only)
    lot = compare_randomised(score, wave, arm, school, respondent=person).primary
    tally.interval("compare_randomised, everybody recognised", lot, EFFECT)


def sides_imputed(condition, draws, rng):
    """Impute the lost of each side by itself."""
    tally, drawn, seen, arm = _start(condition, draws, rng)
    side, school = arm[drawn.school], drawn.school
    for draw in range(draws):
        pre = drawn.pre[draw]
        later = np.where(seen[draw], drawn.post[draw] + EFFECT * side, np.nan)
        for name, adjusted in (("imputed_effect", False), ("imputed_effect, adjusted", True)):
            found = imputed_effect(
                pre, later, side, school,
                school=school, group=school, seed=draw, adjusted=adjusted,
            )  # fmt: skip
            tally.interval(name, found.estimate, EFFECT)
    return tally


def _start(condition, draws, rng):
    drawn = two_waves(condition, draws, rng, workshops=WORKSHOPS, shop_icc=condition.icc / 2)
    arm = sides(condition)
    seen = seen_again(drawn, rng, by_score=True)
    if condition.case == ONE:
        at_random = seen_again(drawn, rng, by_score=False)
        seen = np.where(arm[drawn.school] == 1, seen, at_random)
    # one of each school, so that the schools spoken of are the same in all draws
    seen[:, np.searchsorted(drawn.school, np.arange(condition.schools))] = True
    return Tally(draws), drawn, seen, arm


SCENARIOS = (
    Scenario(
        "sides_lost",
        "Two sides of which the weaker are lost",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=CASES),
        sides_lost,
        share=0.4,
    ),
    Scenario(
        "sides_imputed",
        "The same by imputation of each side",
        lambda whole: (
            grid(whole=True, schools=(8, 20, 50), cases=CASES, few_people=False)
            if whole
            else [Condition(8, 0.05, 0.5, case=ONE)]  # half a second a survey
        ),
        sides_imputed,
        share=0.1,
    ),
)
