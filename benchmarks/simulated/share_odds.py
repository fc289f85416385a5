"""Shares as odds: one group and two sides, in the middle and near nothing; one school alone."""

from __future__ import annotations

from math import log

import numpy as np
from scipy import special, stats

from impact_eval.estimators.designs.adjusted_share_odds import adjusted_cox, adjusted_share_odds
from impact_eval.estimators.designs.shares import LOGIT_SD, cox_of_changes
from impact_eval.estimators.mcnemar import mcnemar_change
from impact_eval.estimators.share_odds import share_odds
from simulated.alike import alike_waves, people_of, sides, spread_of
from simulated.cells import ALONE, Condition, Scenario, Tally, grid
from simulated.draws import STABLE
from simulated.shares import SHARES

LINKED, ODDS = 0.7, log(2.0)
SIZES = (4, 6, 8, 12, 30, 100)
PEOPLE_OF_ONE = (6, 12, 30, 100)


def of_shares(condition, draws, rng):
    """Odds of a yes double later, on one side or in one group; by lot, nothing changes."""
    drawn, tally = alike_waves(condition, draws, rng), Tally(draws)
    share = SHARES[condition.case]
    later = special.expit(special.logit(share) + ODDS)
    low, high = (spread_of(condition) * stats.norm.isf(one) for one in (share, later))
    arm = sides(condition)
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        raised = np.where(wave == 1, high, low)
        one = share_odds(score > raised, wave, school)
        tally.interval("share_odds", one, ODDS)
        side, person = arm[school], people_of(drawn, rng, LINKED)
        yes = score > np.where(side == 1, raised, low)
        columns = np.column_stack([wave * side, wave, side])
        two = share_odds(yes, columns, school)
        tally.interval("share_odds of two sides", two, ODDS)
        cox = cox_of_changes(yes, wave, side, school)
        tally.interval("cox_of_changes", cox, ODDS / LOGIT_SD)
        same = score > low
        lot = adjusted_share_odds(same, wave, side, school, respondent=person)
        tally.interval("adjusted_share_odds", lot, 0.0)
        lot = adjusted_cox(same, wave, side, school, respondent=person)
        tally.interval("adjusted_cox", lot, 0.0)
    return tally


def one_school(condition, draws, rng):
    """People of one school, as many of whom come to a yes as leave it."""
    tally, n = Tally(draws), condition.people
    cut = stats.norm.isf(SHARES[condition.case])
    level = np.sqrt(STABLE) * rng.normal(size=(draws, 1, n))
    scores = level + np.sqrt(1 - STABLE) * rng.normal(size=(draws, 2, n))
    for before, after in scores > cut:
        tally.rejects("mcnemar", mcnemar_change(before, after).p_value)
    return tally


SCENARIOS = (
    Scenario(
        "share_odds",
        "Shares as odds",
        lambda whole: grid(whole=whole, schools=SIZES, cases=tuple(SHARES)),
        of_shares,
        share=0.4,
    ),
    Scenario(
        "one_school",
        "Shares at one school",
        lambda whole: [
            Condition(ALONE, 0.0, 0.0, people, case) for case in SHARES for people in PEOPLE_OF_ONE
        ],
        one_school,
        share=10.0,
    ),
)
