"""Groups of people or of schools, and families of outcomes."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators import (
    change_difference,
    fit_cr2,
    joint_change_difference,
    mean_change,
    romano_wolf,
)
from impact_eval.findings.beside.family_tests import holm
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import two_waves

GENERALISES = 4
WORKSHOPS = 3
OUTCOMES, ALIKE = 4, 0.5


def subgroups(condition, draws, rng):
    """Two and three groups in every school, which differ by school; and two groups of schools."""
    drawn = two_waves(condition, draws, rng, workshops=WORKSHOPS, shop_icc=condition.icc / 2)
    tally, enough = Tally(draws), condition.schools >= GENERALISES
    first = (rng.random(drawn.n) < 0.4).astype(int)
    third = rng.integers(0, 3, drawn.n)
    kind = (np.arange(condition.schools) % 3 == 0).astype(int)
    by_school = rng.normal(0, np.sqrt(condition.icc / 2), (2, draws, condition.schools))
    drawn.pre[:] += by_school[0][:, drawn.school] * first
    drawn.post[:] += by_school[1][:, drawn.school] * first
    both = np.concatenate([first, first[drawn.answered]])
    three = np.concatenate([third, third[drawn.answered]])
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        found = change_difference(score, wave, both, school, school=school)
        tally.interval("change_difference of groups of people", found, 0.0)
        found = change_difference(score, wave, kind[school], school, school=school)
        tally.interval("change_difference of groups of schools", found, 0.0)
        joint = joint_change_difference(score, wave, three, school, school=school)
        tally.rejects("joint_change_difference, three groups", joint.p_value)
        before = wave == 0
        design = np.column_stack([first, np.ones(drawn.n)])
        gap = fit_cr2(score[before], design, drawn.school, coefficient=0)
        tally.interval("gap of a wave", gap, 0.0, shown=enough)
        alone = change_difference(score, wave, both, np.arange(score.size), school=school)
        tally.interval("difference of groups, people as clusters", alone, 0.0, naive=True)
    return tally


def family(condition, draws, rng):
    """Four outcomes that hang together, none of which changes: any finding is false."""
    tally = Tally(draws)
    surveys = [two_waves(condition, draws, rng) for _ in range(OUTCOMES)]
    common = surveys[0].shift
    for survey in surveys[1:]:
        shift = np.sqrt(ALIKE) * common + np.sqrt(1 - ALIKE) * survey.shift - survey.shift
        survey.post[:] += shift[:, survey.school]
    weights = np.tile(surveys[0].weight[:, None], OUTCOMES)
    changes = np.stack([survey.changes for survey in surveys], axis=2)
    for draw in range(draws):
        found = romano_wolf(changes[draw], weights=weights, n_draws=1_999, generator=rng)
        tally.rejects("romano_wolf, any of four", found.p_adjusted.min())
        own = []
        for survey in surveys:
            score, wave, school, _ = survey.stacked(draw)
            own.append(mean_change(score, wave, school, school=school).p_value)
        tally.rejects("Holm, any of four", min(holm(own, OUTCOMES)))
        tally.rejects("smallest p of four", min(own), naive=True)
    return tally


SCENARIOS = (
    Scenario(
        "subgroups",
        "Groups of people and of schools",
        lambda whole: grid(whole=whole),
        subgroups,
    ),
    Scenario(
        "family",
        "A family of four outcomes",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], few_people=False),
        family,
        share=0.75,
    ),
)
