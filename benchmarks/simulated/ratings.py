"""Single ratings without a cut: who is higher later, and by what odds, of one group and of two."""

from __future__ import annotations

import numpy as np
from scipy import stats

from impact_eval.estimators import (
    linked_superiority,
    odds_change,
    rank_superiority,
    school_superiority,
    wave_dif,
)
from impact_eval.estimators.designs import adjusted_odds
from simulated.alike import OF_WORKSHOP, alike_waves, people_of, sides, spread_of
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import sizes_of

GENERALISES = 4
LINKED = 0.7
STATEMENTS, LOADING = 5, 0.65
# shares of the answers 1 to 5
ANSWERS = {
    "answers spread": (0.12, 0.22, 0.32, 0.22, 0.12),
    "seven in ten give the highest answer": (0.02, 0.03, 0.08, 0.17, 0.70),
}
HALF, NONE = 0.5, 0.0


def ratings(condition, draws, rng):
    """Five answers of one law in both waves: half of all pairs, and odds that do not change."""
    drawn, tally = alike_waves(condition, draws, rng), Tally(draws)
    cuts = spread_of(condition) * stats.norm.ppf(np.cumsum(ANSWERS[condition.case])[:-1])
    arm, enough = sides(condition), condition.schools >= GENERALISES
    again = drawn.answered
    for draw in range(draws):
        score, wave, school, _ = drawn.stacked(draw)
        answer = 1.0 + np.searchsorted(cuts, score)
        found = school_superiority(answer, wave, school, school=school)
        tally.interval("school_superiority", found, HALF, shown=enough)
        pre, post = (
            1.0 + np.searchsorted(cuts, one[draw, again]) for one in (drawn.pre, drawn.post)
        )
        found = linked_superiority(pre, post, drawn.school[again])
        tally.interval("linked_superiority", found, HALF, shown=enough)
        person, side = people_of(drawn, rng, LINKED), arm[school]
        for name, odds in (
            ("odds_change", odds_change(answer, wave, school, school=school)),
            (
                "odds_change of two sides",
                odds_change(answer, wave, school, school=school, programme=side),
            ),
            ("adjusted_odds", adjusted_odds(answer, wave, side, school, respondent=person)),
        ):
            tally.interval(name, odds.log_odds, NONE)
            tally.rejects(f"{name}, all cuts alike", odds.proportionality.p_value)
    return tally


def ratings_here(condition, draws, rng):
    """The same of these schools alone, where workshops are the clusters."""
    drawn, tally = alike_waves(condition, draws, rng), Tally(draws)
    cuts = spread_of(condition) * stats.norm.ppf(np.cumsum(ANSWERS[condition.case])[:-1])
    inside = np.sqrt((1 - condition.icc) * (1 + OF_WORKSHOP * condition.icc))
    for draw in range(draws):
        score, wave, school, workshop = drawn.stacked(draw)
        answer = 1.0 + np.searchsorted(cuts, score)
        before, after = (
            np.diff(stats.norm.cdf(cuts, mean[:, None], inside), prepend=0, append=1)
            for mean in (drawn.level[draw] - drawn.shift[draw] / 2,
                         drawn.level[draw] + drawn.shift[draw] / 2)
        )  # fmt: skip
        below = np.cumsum(before, axis=1) - before / 2
        truth = float((after * below).sum(axis=1) @ drawn.weight)
        found = rank_superiority(answer, wave, workshop, school=school)
        tally.interval("rank_superiority by workshops", found, truth)
    return tally


def statements(condition, draws, rng):
    """Five statements of one scale, each of which moves by itself a little in each school."""
    tally = Tally(draws)
    sizes = sizes_of(condition.schools, condition.people, condition.size_cv)
    school, wave = np.tile(np.repeat(np.arange(condition.schools), sizes), 2), _waves(sizes)
    cuts = stats.norm.ppf(np.cumsum(ANSWERS["answers spread"])[:-1])
    own = np.sqrt(condition.icc / 4)
    for _ in range(draws):
        place = rng.normal(0, np.sqrt(condition.icc), (2, condition.schools))[wave, school]
        trait = place + rng.normal(0, np.sqrt(1 - condition.icc), school.size)
        moved = rng.normal(0, own, (2, condition.schools, STATEMENTS))[wave, school]
        noise = rng.normal(0, np.sqrt(1 - LOADING**2), (school.size, STATEMENTS))
        answers = 1.0 + np.searchsorted(cuts, LOADING * trait[:, None] + moved + noise)
        found = wave_dif(answers, wave, item=0, cluster=school)
        tally.rejects("wave_dif", found.total.p_value)
        tally.rejects("wave_dif, uniform", found.uniform.p_value)
        tally.rejects("wave_dif, nonuniform", found.nonuniform.p_value)
        alone = wave_dif(answers, wave, item=0)
        tally.rejects("wave_dif, people as independent", alone.total.p_value, naive=True)
    return tally


def _waves(sizes):
    return np.repeat([0, 1], int(sizes.sum()))


SCENARIOS = (
    Scenario(
        "ratings",
        "Single ratings without a cut",
        lambda whole: grid(whole=whole, schools=SCHOOLS[1:], cases=tuple(ANSWERS)),
        ratings,
        share=0.4,
    ),
    Scenario(
        "ratings_here",
        "Single ratings of these schools' participants",
        lambda whole: grid(whole=whole, schools=SCHOOLS[:6], cases=tuple(ANSWERS)),
        ratings_here,
        share=0.5,
    ),
    Scenario(
        "statements",
        "Statements of a scale in two waves",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], few_people=False),
        statements,
        share=0.4,
    ),
)
