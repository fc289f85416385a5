"""How many of the linked scored higher later."""

from __future__ import annotations

from math import sqrt

from scipy import stats

from impact_eval.estimators import wave_mean
from impact_eval.estimators.bounded_mean import within_ends
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import STABLE, two_waves

# the mean change, in standard deviations of the scores
RISES = {"as many rise as fall": 0.0, "nine in ten rise": 1.28, "98 in a hundred rise": 2.05}


def risen(condition, draws, rng):
    """Everybody rises by as much, but for what schools and people change by themselves."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    spread = sqrt(condition.icc + (1 - condition.icc) * (2 - 2 * STABLE))
    truth = 100 * float(stats.norm.cdf(RISES[condition.case] / spread))
    again = drawn.answered
    gains = drawn.post[:, again] - drawn.pre[:, again] + RISES[condition.case]
    for gain in gains:
        share = wave_mean(100.0 * (gain > 0), drawn.school[again])
        tally.interval("risen_share, symmetrical", share, truth, naive=True)
        tally.interval("risen_share", within_ends(share, 0.0, 100.0), truth)
    return tally


SCENARIOS = (
    Scenario(
        "risen",
        "The share whose score rose",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=tuple(RISES)),
        risen,
    ),
)
