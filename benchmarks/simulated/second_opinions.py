"""The mixed model beside planned results."""

from __future__ import annotations

from impact_eval.estimators.mixed_model import mixed_change
from simulated.alike import people_of, sides
from simulated.cells import Scenario, Tally, grid
from simulated.draws import two_waves

SIZES = (4, 6, 8, 12, 20, 30)
LINKED = 0.7


def second_opinions(condition, draws, rng):
    """Seven in ten are recognised; one group, and two sides of one law."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    arm = sides(condition)
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        person = people_of(drawn, rng, LINKED)
        one = mixed_change(score, wave, school, respondent=person)
        tally.interval("mixed_change", one.estimate, 0.0)
        two = mixed_change(score, wave, school, respondent=person, programme=arm[school])
        tally.interval("mixed_change of two sides", two.estimate, 0.0)
    return tally


SCENARIOS = (
    Scenario(
        "second_opinions",
        "Mixed models beside planned results",
        lambda whole: grid(whole=whole, schools=SIZES if whole else (4, 6, 12)),
        second_opinions,
        share=0.1,
    ),
)
