"""Slopes on doses, held against R, against what must hold, and against draws of a known truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.dose import person_dose_slopes, school_dose_slope

REFERENCE = Path(__file__).parents[1] / "reference"
KNOWN = json.loads((REFERENCE / "dose.json").read_text(encoding="utf-8"))
PEOPLE = pd.read_csv(REFERENCE / "dose.csv")


def long_rows():
    """Both waves below each other, every fifth row after left out, as in dose.R."""
    rows = pd.concat([PEOPLE.assign(y=PEOPLE["pre"], t=0), PEOPLE.assign(y=PEOPLE["post"], t=1)])
    number = np.arange(len(rows)) + 1
    return rows[~((rows["t"] == 1) & (number % 5 == 0))]


def is_as(estimate, known):
    found = (estimate.estimate, estimate.std_error, estimate.df)
    expected = (known["estimate"], known["std_error"], known["df"])
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("cluster", ["school", "team"])
def test_r_gives_the_same(cluster):
    gain = PEOPLE["post"] - PEOPLE["pre"]
    slopes = person_dose_slopes(gain, PEOPLE["dose"], PEOPLE["school"], PEOPLE[cluster])
    is_as(slopes.within, KNOWN[cluster]["within"])
    is_as(slopes.between, KNOWN[cluster]["between"])
    rows = long_rows()
    slope = school_dose_slope(
        rows["y"], rows["t"], rows["held"], rows[cluster], school=rows["school"]
    )
    is_as(slope, KNOWN[cluster]["schools"])


def draw(rng, *, n_schools=16, size=12, within=0.0, between=0.0, luck=0.3):
    """Gains that go with own doses within and between schools, and with schools' own luck."""
    school = np.repeat(np.arange(n_schools), size)
    mean = rng.integers(2, 6, n_schools)[school].astype(float)
    dose = mean + rng.integers(-1, 2, school.size)
    own = pd.Series(dose).groupby(school).transform("mean").to_numpy()
    gain = 0.5 + within * (dose - own) + between * own
    gain += rng.normal(0, luck, n_schools)[school] + rng.normal(0, 1, school.size)
    return gain, dose, school


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_units_order_and_names_make_no_difference(seed):
    rng = np.random.default_rng(seed)
    gain, dose, school = draw(rng)
    order = rng.permutation(gain.size)
    slopes = person_dose_slopes(gain, dose, school, school)
    other = person_dose_slopes(
        10 * gain[order] + 3,
        2 * dose[order] - 5,
        [f"s{one}" for one in school[order]],
        school[order],
    )
    for one, same in ((slopes.within, other.within), (slopes.between, other.between)):
        assert same.estimate == pytest.approx(5 * one.estimate)
        assert same.std_error == pytest.approx(5 * one.std_error)
        assert same.p_value == pytest.approx(one.p_value)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_equal_schools_are_a_line_through_their_changes(seed):
    rng = np.random.default_rng(seed)
    dose = np.array([1.0, 2, 3, 4, 6])
    school = np.repeat(np.arange(5), 8)
    wave = np.tile([0, 1], 20)
    score = rng.normal(5, 1, 40)
    slope = school_dose_slope(score, wave, dose[school], school, school=school)
    changes = [
        score[(school == one) & (wave == 1)].mean() - score[(school == one) & (wave == 0)].mean()
        for one in range(5)
    ]
    assert slope.estimate == pytest.approx(np.polyfit(dose, changes, 1)[0])
    turned = school_dose_slope(score, 1 - wave, dose[school], school, school=school)
    assert turned.estimate == pytest.approx(-slope.estimate)
    assert turned.std_error == pytest.approx(slope.std_error)


def test_within_and_between_are_told_apart():
    rng = np.random.default_rng(5)
    gain, dose, school = draw(rng, n_schools=60, within=0.4, between=-0.3, luck=0.1)
    slopes = person_dose_slopes(gain, dose, school, school)
    assert slopes.within.conf_low < 0.4 < slopes.within.conf_high
    assert slopes.between.conf_low < -0.3 < slopes.between.conf_high
    assert slopes.within.conf_low > 0 > slopes.between.conf_high
    own = pd.Series(dose).groupby(school).transform(lambda one: one - one.mean())
    inside = pd.Series(gain).groupby(school).transform(lambda one: one - one.mean())
    assert slopes.within.estimate == pytest.approx(float(own @ inside / (own @ own)))


def test_refusals_are_reasons():
    gain, dose, school = draw(np.random.default_rng(1), n_schools=3)
    few = person_dose_slopes(gain, dose, school, school)
    assert "too little is known of others" in few.within.reason
    assert "too little is known of others" in few.between.reason
    gain, dose, school = draw(np.random.default_rng(1), n_schools=6)
    level = pd.Series(dose).groupby(school).transform("min").to_numpy() + 1
    level[school == 0] += 1
    lone = person_dose_slopes(gain, np.where(school == 0, 2.0, 1.0), school, school)
    assert "that one's alone" in lone.between.reason
    lone = person_dose_slopes(gain, np.where(school == 0, dose, 1.0), school, school)
    assert "that one's alone" in lone.within.reason
    alike = person_dose_slopes(gain, level, school, school)
    assert "nobody's dose" in alike.within.reason
    assert np.isfinite(alike.between.estimate)
    flat = person_dose_slopes(gain, np.tile([1.0, 2.0], gain.size // 2), school, school)
    assert "same mean" in flat.between.reason
    assert np.isfinite(flat.within.estimate)
    wave = np.tile([0, 1], gain.size // 2)
    same = school_dose_slope(gain, wave, np.full(gain.size, 3.0), school, school=school)
    assert "same dose" in same.reason
    held = np.where(school == 2, 3.0, 1.0)
    assert "that one's alone" in school_dose_slope(gain, wave, held, school, school=school).reason
    held = np.where((school == 2) | (school == 3), 3.0, 1.0)
    assert np.isfinite(school_dose_slope(gain, wave, held, school, school=school).estimate)
    assert "nobody's dose" in school_dose_slope([], [], [], [], school=[]).reason
    assert "nobody's dose" in person_dose_slopes([], [], [], []).within.reason


def test_schools_of_one_wave_are_left_out():
    rows = long_rows()
    more = pd.concat([rows, rows[rows["school"] == 1].assign(school=99, t=0, held=50.0)])
    asked = [
        school_dose_slope(of["y"], of["t"], of["held"], of["school"], school=of["school"])
        for of in (rows, more)
    ]
    assert asked[0].estimate == asked[1].estimate
    assert asked[1].n == len(rows)


def test_wrong_calls_say_so():
    with pytest.raises(EstimatorCallError, match="`dose` must have shape"):
        person_dose_slopes([1, 2], [1], [1, 1], [1, 1])
    with pytest.raises(EstimatorCallError, match="`wave` must hold only 0 and 1"):
        school_dose_slope([1, 2], [1, 2], [1, 1], [1, 1], school=[1, 1])


def rates(n_schools, repeats, seed, *, within=0.0, between=0.0):
    """How often intervals hold the truth within and between, and those that ignore clusters."""
    rng = np.random.default_rng(seed)
    held = []
    for _ in range(repeats):
        gain, dose, school = draw(
            rng, n_schools=n_schools, within=within, between=between, luck=0.5
        )
        right = person_dose_slopes(gain, dose, school, school)
        wrong = person_dose_slopes(gain, dose, school, np.arange(gain.size))
        held.append(
            [
                one.conf_low <= truth <= one.conf_high
                for one, truth in (
                    (right.within, within),
                    (right.between, between),
                    (wrong.between, between),
                )
            ]
        )
    return np.mean(held, axis=0)


def test_intervals_hold_the_truth_and_those_without_clusters_do_not():
    within, between, apart = rates(12, 150, 3, within=0.2, between=0.3)
    assert within > 0.9
    assert between > 0.9
    assert apart < 0.88


@pytest.mark.simulation
@pytest.mark.parametrize("n_schools", [6, 12, 40])
def test_no_slope_is_found_as_often_as_it_should(n_schools):
    within, between, _ = rates(n_schools, 800, 4)
    assert within == pytest.approx(0.95, abs=0.025)
    assert between == pytest.approx(0.95, abs=0.025)
