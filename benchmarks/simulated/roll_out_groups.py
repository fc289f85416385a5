"""Two groups of people, and shares, where schools begin at different times."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.designs import staggered_effect, staggered_group_difference
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.later_waves import WAVES, panel

EFFECT, OWN, HIGH = 0.3, 0.5, 0.8
CASES = ("half of the people", "one in six people")


def begun_groups(condition, draws, rng):
    """The programme moves one group alone; a school's groups part by half of what schools do."""
    scores, school = panel(condition, draws, rng, WAVES)
    dates = min(4, condition.schools // 2)
    first = np.array([np.nan, 1, 2, 3])[:dates][np.arange(condition.schools) % dates]
    after = np.arange(WAVES)[:, None] >= first
    group = (rng.random(school.size) < (1 / 2 if condition.case == CASES[0] else 1 / 6)).astype(int)
    apart = rng.normal(0, np.sqrt(OWN * condition.icc / 2), (WAVES, draws, condition.schools))
    share = np.where(scores > HIGH, 100.0, 0.0)
    scores += group * (apart[:, :, school] + EFFECT * after[:, None, school])
    wave, everywhere = np.repeat(np.arange(WAVES), school.size), np.tile(school, WAVES)
    tally, begun = Tally(draws), first[everywhere]
    for draw in range(draws):
        own = scores[:, draw].ravel()
        found = staggered_group_difference(
            own, wave, everywhere, begun, np.tile(group, WAVES), weights="respondent"
        )
        tally.interval("staggered_group_difference", found, EFFECT)
        of_share = staggered_effect(share[:, draw].ravel(), wave, everywhere, begun)
        tally.interval("staggered_effect of a share", of_share.overall, 0.0)
    return tally


SCENARIOS = (
    Scenario(
        "begun_groups",
        "Groups of people, and shares, in a staggered roll-out",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=CASES, few_people=False),
        begun_groups,
        share=0.4,
    ),
)
