"""What went with more sessions, and with having met the programme."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators import fit_cr2, wave_mean
from impact_eval.estimators.bounded_mean import within_ends
from impact_eval.estimators.dose import person_dose_slopes, school_dose_slope
from simulated.cells import SCHOOLS, Scenario, Tally, grid
from simulated.draws import two_waves

FEW = "one school in five held more"
CASES = ("schools held one to six sessions", FEW)
OF_SCHOOL, WITHIN, BETWEEN, GAP = 0.1, 0.1, 0.2, 0.3


def doses(condition, draws, rng):
    """Schools that held more changed more, and so did people who came more often."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    again = drawn.answered
    size = np.bincount(drawn.school[again])
    for draw in range(draws):
        held = _held(condition, rng)[drawn.school]
        slope = rng.normal(WITHIN, np.sqrt(condition.icc) / 4, condition.schools)[drawn.school]
        came = np.maximum(held + rng.integers(-2, 3, drawn.n), 0)
        mean = (np.bincount(drawn.school[again], came[again]) / size)[drawn.school]
        score, wave, school, _ = drawn.stacked(draw)
        dose = np.concatenate([held, held[again]])
        found = school_dose_slope(
            score + OF_SCHOOL * dose * wave, wave, dose, school, school=school
        )
        tally.interval("school_dose_slope", found, OF_SCHOOL)
        gain = drawn.post[draw] - drawn.pre[draw] + slope * (came - mean) + BETWEEN * mean
        of = drawn.school[again]
        slopes = person_dose_slopes(gain[again], came[again], of, of)
        tally.interval("person_dose_slopes, within", slopes.within, WITHIN)
        tally.interval("person_dose_slopes, between", slopes.between, BETWEEN)
    return tally


def exposed(condition, draws, rng):
    """Who met the programme differs much by school; one wave."""
    drawn, tally = two_waves(condition, draws, rng), Tally(draws)
    size = np.bincount(drawn.school)
    for draw in range(draws):
        chance = rng.beta(1.0, 1.5, condition.schools)
        met = rng.random(drawn.n) < chance[drawn.school]
        score = drawn.pre[draw] + GAP * met
        share = within_ends(wave_mean(100.0 * met, drawn.school), 0.0, 100.0)
        tally.interval("wave_mean of who met the programme", share, 40.0)
        design = np.column_stack([met, np.ones(drawn.n)])
        gap = fit_cr2(score, design, drawn.school, coefficient=0)
        tally.interval("gap of who met the programme", gap, GAP)
        weights = np.empty(drawn.n)
        for side in (met, ~met):
            own = np.bincount(drawn.school[side], minlength=size.size)
            weights[side] = 1 / own[drawn.school[side]]
            weights[side] /= weights[side].mean()
        equal = fit_cr2(score, design, drawn.school, coefficient=0, weights=weights)
        tally.interval("gap of who met the programme, schools count the same", equal, GAP)
    return tally


def _held(condition, rng):
    """Draw the sessions that each school held."""
    if condition.case == FEW:
        return np.where(rng.permutation(condition.schools) % 5 == 0, 6.0, 2.0)
    return rng.integers(1, 7, condition.schools).astype(float)


SCENARIOS = (
    Scenario(
        "doses",
        "What went with more sessions",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:], cases=CASES),
        doses,
        share=0.5,
    ),
    Scenario(
        "exposed",
        "Those who met the programme and the others",
        lambda whole: grid(whole=whole, schools=SCHOOLS[2:]),
        exposed,
    ),
)
