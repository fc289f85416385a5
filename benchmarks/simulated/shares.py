"""Single items as shares, of one group and of two sides: in the middle and near nothing."""

from __future__ import annotations

from scipy import stats

from impact_eval.estimators import mean_change, wave_mean
from impact_eval.estimators.bounded_mean import within_ends
from impact_eval.estimators.designs import compare_groups, compare_randomised
from simulated.alike import alike_waves, people_of, sides, spread_of
from simulated.cells import Scenario, Tally, grid

GENERALISES = 4
SHARES = {"half say yes": 0.5, "one in ten says yes": 0.1, "three in a hundred say yes": 0.03}
LINKED = 0.7


def shares(condition, draws, rng):
    """100 for yes and 0 for no, as the findings count; nothing changes, and sides do not differ."""
    drawn, tally = alike_waves(condition, draws, rng), Tally(draws)
    share = SHARES[condition.case]
    cut = spread_of(condition) * stats.norm.isf(share)
    arm, enough = sides(condition), condition.schools >= GENERALISES
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        percent = 100.0 * (score > cut)
        before = wave_mean(percent[wave == 0], drawn.school)
        tally.interval("wave_mean of a share, symmetrical", before, 100 * share, naive=True)
        between = within_ends(before, 0.0, 100.0)
        tally.interval("wave_mean of a share, within its ends", between, 100 * share, shown=enough)
        change = mean_change(percent, wave, school, school=school)
        tally.interval("mean_change of a share", change, 0.0, shown=enough)
        side, person = arm[school], people_of(drawn, rng, LINKED)
        chosen = compare_groups(percent, wave, side, school, school=school, respondent=person)
        tally.interval("compare_groups of a share", chosen.primary, 0.0, shown=enough)
        lot = compare_randomised(percent, wave, side, school, respondent=person)
        tally.interval("compare_randomised of a share", lot.primary, 0.0, shown=enough)
    return tally


SCENARIOS = (
    Scenario(
        "shares",
        "Single items: shares of yes",
        lambda whole: grid(whole=whole, cases=tuple(SHARES)),
        shares,
        share=0.5,
    ),
)
