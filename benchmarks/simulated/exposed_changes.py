"""Exposure as a dose: slopes within schools, changes with and without it, and the two sides."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators import fit_cr2
from impact_eval.estimators.exposed_changes import exposed_changes, exposure_slope
from impact_eval.estimators.share_difference import share_difference
from impact_eval.findings.delivery.side_exposures import FEWEST
from simulated.alike import sides
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import two_waves

RISE, GAP, UNSURE = 0.3, 0.3, 0.1
FEW, NUMBER = "one in ten says yes", "people say how often"
CASES = ("four in ten say yes", FEW, NUMBER)
# parameters of the beta distribution of which the first is 1.5
SIDES = {"three in ten of the others say yes": 3.5, "one in twenty of the others says yes": 28.5}


def exposed_by_dose(condition, draws, rng):
    """Who met the programme differs by school, and so does by how much they differ."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    again, others = drawn.answered, np.arange(condition.schools) % 2
    for draw in range(draws):
        met = _amount(condition, drawn, rng)
        slope = rng.normal(GAP, np.sqrt(condition.icc) / 4, condition.schools)[drawn.school]
        scored = drawn.pre[draw] + slope * met
        found = exposure_slope(scored, met, drawn.school, school=drawn.school)
        tally.interval("exposure_slope", found, GAP)
        said = np.where(rng.random(drawn.n) < UNSURE, np.nan, met)
        post = drawn.post[draw] + RISE + slope * met
        score = np.concatenate([drawn.pre[draw], post[again]])
        _, wave, school, _ = drawn.stacked(draw)
        said = np.concatenate([np.zeros(drawn.n), said[again]])
        _count(tally, "", exposed_changes(score, wave, said, school, school=school))
        kept = others[school] == wave
        apart = exposed_changes(score[kept], wave[kept], said[kept], school[kept])
        _count(tally, " at other schools", apart)
    return tally


def _count(tally, where, found):
    tally.interval(f"exposed_changes{where}, without", found.without, RISE)
    tally.interval(f"exposed_changes{where}, with it", found.with_it, RISE + GAP)


def _amount(condition, drawn, rng):
    """Draw yes or no, or a number from 0 to 4, with chances that differ by school."""
    rest = 13.5 if condition.case == FEW else 2.25
    chance = rng.beta(1.5, rest, condition.schools)[drawn.school]
    return rng.binomial(4 if condition.case == NUMBER else 1, chance).astype(float)


def exposed_sides(condition, draws, rng):
    """Four in ten of the programme's people met it, fewer of the others; both gaps are alike."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    arm = sides(condition)
    side, school = arm[drawn.school], drawn.school
    one, ones = 1.5 / (1.5 + 2.25), np.ones(drawn.n)
    rest = SIDES[condition.case]
    other = 1.5 / (1.5 + rest)
    for draw in range(draws):
        chance = rng.beta(1.5, np.where(arm == 1, 2.25, rest))
        yes = rng.random(drawn.n) < chance[school]
        slope = rng.normal(GAP, np.sqrt(condition.icc) / 4, condition.schools)[school]
        score = drawn.pre[draw] + slope * yes
        if min(arm.sum(), (1 - arm).sum()) < FEWEST:
            continue
        truth, of = 100 * (one - other), "of who met the programme, two sides"
        tally.interval(f"share {of}", share_difference(yes, side, school), truth)
        plain = fit_cr2(100.0 * yes, np.column_stack([side, ones]), school, coefficient=0)
        tally.interval(f"share {of}, symmetrical", plain, truth, naive=True)
        cells = [now & (side == code) for now in (yes, ~yes) for code in (1, 0)]
        if min(np.unique(school[cell]).size for cell in cells) < FEWEST:
            continue
        design = np.column_stack([yes * side, yes, side, ones])
        gap = fit_cr2(score, design, school, coefficient=0)
        tally.interval(f"gap {of}", gap, 0.0)
        equal = fit_cr2(score, design, school, coefficient=0, weights=_equal(cells, school))
        tally.interval("gap of two sides, schools count the same", equal, 0.0)
    return tally


def _equal(cells, school):
    """Let each school count the same within each of the four groups."""
    weights = np.empty(school.size)
    for cell in cells:
        weights[cell] = 1 / np.bincount(school[cell])[school[cell]]
        weights[cell] /= weights[cell].mean()
    return weights


SCENARIOS = (
    Scenario(
        "exposed_by_dose",
        "Later scores and changes beside exposure",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=CASES),
        exposed_by_dose,
        share=0.4,
    ),
    Scenario(
        "exposed_sides",
        "Who met the programme on two sides",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=tuple(SIDES)),
        exposed_sides,
        share=0.5,
    ),
)
