"""Two groups of schools: phases, comparisons that were chosen, and randomised ones."""

from __future__ import annotations

from math import sqrt

import numpy as np

from impact_eval.estimators import (
    cluster_changes,
    mean_change,
    permutation_difference,
    phase_difference,
)
from impact_eval.estimators.designs import compare_groups, compare_randomised, lee_bounds
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import two_waves

GENERALISES = 4
EFFECT = 0.4
LINKED = 0.7
SPREAD = "four schools against the others, which vary a third as much"
FOUR = "four schools against the others"


def phases(condition, draws, rng):
    """Compare an earlier phase with a later one."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    earlier = np.arange(condition.schools)
    first = earlier < 4 if condition.case else earlier % 2 == 0
    # the findings refuse to exchange clusters of which one phase has twice as many
    even = max(first.sum(), (~first).sum()) < 2 * min(first.sum(), (~first).sum())
    if condition.case == SPREAD:
        more = (sqrt(3) - 1) * drawn.shift * first
        drawn.post[:] += more[:, drawn.school]
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        group = first[school].astype(int)
        both = phase_difference(score, wave, group, school, school=school)
        tally.interval("phase_difference", both, 0.0)
        if both.reason:
            continue
        found = cluster_changes(score, wave, school)
        shuffled = permutation_difference(
            found.change, first[found.cluster].astype(int), generator=rng, n_draws=1_999
        )
        name = "permutation_difference of phases"
        tally.interval(name, shuffled, 0.0, shown=even)
        tally.rejects(name, shuffled.p_value, shown=even)
    return tally


def comparison(condition, draws, rng):
    """Compare a programme's schools with others, by lot or not; one in five or one in two."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    every = 2 if condition.case == "half in the programme" else 5
    treated = np.arange(condition.schools) % every == 0
    enough = condition.schools >= GENERALISES
    drawn.post[:] += EFFECT * treated[drawn.school]
    truth_of_g = EFFECT / sqrt(1 + condition.icc)
    everybody = np.concatenate([np.arange(drawn.n), np.flatnonzero(drawn.answered)])
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        arm = treated[school].astype(int)
        hidden = rng.random(drawn.n) >= LINKED
        person = np.where(hidden[everybody], np.nan, everybody)
        chosen = compare_groups(score, wave, arm, school, school=school, respondent=person)
        lot = compare_randomised(score, wave, arm, school, respondent=person)
        for name, found in (("compare_groups", chosen), ("compare_randomised", lot)):
            tally.interval(name, found.primary, EFFECT, shown=enough)
            tally.interval(f"{name}, beside", found.beside, EFFECT, shown=enough)
            tally.interval(f"{name}, g", found.g, truth_of_g, shown=enough)
        tally.interval("baseline of two groups, g", chosen.balance.g, 0.0, shown=enough)
        _permute(tally, score - EFFECT * arm * wave, wave, school, treated, rng)
        _without_clusters(tally, score, wave, arm)
    return tally


def bounds(condition, draws, rng):
    """Lose a tenth of the comparison's people more, the weakest first; Lee's bounds."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    treated = np.arange(condition.schools) % 2 == 0
    arm = treated[drawn.school]
    for draw in range(draws):
        score = drawn.post[draw] + EFFECT * arm
        weak = drawn.post[draw] < np.quantile(drawn.post[draw], 0.3)
        lost = weak & (rng.random(drawn.n) < np.where(arm, 0.2, 0.5))
        later = np.where(lost, np.nan, score)
        found = lee_bounds(later, arm.astype(int), drawn.school, seed=draw, n_draws=299).bounds
        tally.covers("lee_bounds", found.conf_low, found.conf_high, EFFECT)
    return tally


def _permute(tally, score, wave, school, treated, rng):
    """Exchange schools' adjusted means, as the findings do, where there is no effect."""
    size = np.bincount(2 * school + wave).reshape(-1, 2)
    before, after = (np.bincount(2 * school + wave, score).reshape(-1, 2) / size).T
    apart = before - before.mean()
    means = after - float(apart @ after) / float(apart @ apart) * apart
    found = permutation_difference(means, treated.astype(int), generator=rng, n_draws=1_999)
    tally.interval("permutation_difference of a lot", found, 0.0)
    tally.rejects("permutation_difference of a lot", found.p_value)


def _without_clusters(tally, score, wave, arm):
    """People as their own clusters."""
    after = wave == 1
    found = mean_change(score[after], arm[after], np.arange(int(after.sum())))
    tally.interval("t test of post scores without schools", found, EFFECT, naive=True)


SCENARIOS = (
    Scenario(
        "phases",
        "Difference of two phases' changes",
        lambda whole: grid(
            whole=whole, schools=SCHOOLS[4:], cases=("", FOUR, SPREAD), few_people=False
        ),
        phases,
    ),
    Scenario(
        "comparison",
        "Programme schools against others",
        lambda whole: grid(
            whole=whole,
            schools=SCHOOLS[1:],
            cases=("half in the programme", "one in five in the programme"),
        ),
        comparison,
        share=0.75,
    ),
    Scenario(
        "bounds",
        "Lee's bounds of an effect",
        lambda whole: grid(whole=whole, schools=(4, 8, 20, 50), few_people=False),
        bounds,
        share=0.5,
    ),
)
