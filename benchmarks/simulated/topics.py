"""Topics of an outcome: whether all of them changed alike, of one group and of two sides."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.designs.several_effects import several_adjusted_effects
from impact_eval.estimators.several_changes import several_changes
from simulated.alike import people_of, sides
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import two_waves

TOPICS, LINKED, COMMON = 4, 0.7, 0.5
OWN = 0.5  # share of a school's change that belongs to a topic alone
CASES = ("half in the programme", "one in four in the programme")


def topics(condition, draws, rng):
    """Four topics that the same people answer, of which none changes more than the others."""
    surveys = [two_waves(condition, draws, rng) for _ in range(TOPICS)]
    first, tally = surveys[0], Tally(draws)
    for one in surveys[1:]:
        shift = np.sqrt(1 - OWN) * first.shift + np.sqrt(OWN) * one.shift - one.shift
        one.post[:] += shift[:, one.school]
        one.pre[:] += COMMON * first.pre
        one.post[:] += COMMON * first.post
    arm = sides(condition, 2 if condition.case == CASES[0] else 4)
    for draw in range(draws):
        rows = [one.stacked(draw) for one in surveys]
        score, wave, school = (np.concatenate([row[i] for row in rows]) for i in range(3))
        topic = np.repeat(np.arange(TOPICS), rows[0][0].size)
        alike = several_changes(score, wave, topic, school, school=school)
        tally.rejects("several_changes", alike.p_value)
        side = arm[school]
        alike = several_changes(score, wave, topic, school, school=school, programme=side)
        tally.rejects("several_changes of two sides", alike.p_value)
        person = np.tile(people_of(first, rng, LINKED), TOPICS)
        lot = several_adjusted_effects(score, wave, topic, side, school, respondent=person)
        tally.rejects("several_adjusted_effects", lot.p_value)
    return tally


SCENARIOS = (
    Scenario(
        "topics",
        "Topics held against each other",
        lambda whole: grid(whole=whole, schools=SCHOOLS[:-1], cases=CASES, few_people=False),
        topics,
        share=0.4,
    ),
)
