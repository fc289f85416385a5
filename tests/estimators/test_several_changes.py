"""One test of the changes of several measures, held against clubSandwich's Wald_test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError, change_difference, mean_change
from impact_eval.estimators.designs.adjusted_difference import adjusted_difference
from impact_eval.estimators.designs.several_effects import several_adjusted_effects
from impact_eval.estimators.several_changes import several_changes

REFERENCE = Path(__file__).parents[1] / "reference"
KNOWN = json.loads((REFERENCE / "topics.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measured():
    table = pd.read_csv(REFERENCE / "a12_unbal.csv")
    place = np.unique(table["school"], return_inverse=True)[1]
    row = np.arange(len(table))
    arm, t, y = place % 2, table["t"].to_numpy(), table["y"].to_numpy()
    table = table.assign(place=place, arm=arm)
    parts = [
        table.assign(m="a"),
        table.assign(m="b", y=0.6 * y + 2 * np.sin(row) + 0.4 * t)[row % 7 != 0],
        table.assign(m="c", y=0.3 * y + 3 * np.cos(row * place) - 0.2 * t * arm)[row % 5 != 1],
    ]
    return pd.concat(parts, ignore_index=True)


CASES = {
    "respondent": {},
    "school": {"weights": "school"},
    "team": {"cluster": "team"},
    "plain": {"school": None},
    "sides": {"programme": "arm"},
}


@pytest.mark.parametrize("case", CASES)
def test_r_gives_the_same(measured, case):
    wanted = dict(CASES[case])
    cluster = measured["place"] // 2 if wanted.pop("cluster", "") else measured["school"]
    if "programme" in wanted:
        wanted["programme"] = measured["arm"]
    e = several_changes(
        measured["y"], measured["t"], measured["m"], cluster,
        **{"school": measured["school"]} | wanted,
    )  # fmt: skip
    assert_known(e, KNOWN[case])


@pytest.mark.parametrize("case", ["lot", "lot_school"])
def test_r_gives_the_same_after_a_lot(measured, case):
    cell = measured.groupby(["m", "school", "t"])["y"].transform("size")
    e = several_adjusted_effects(
        measured["y"], measured["t"], measured["m"], measured["arm"], measured["school"],
        weights=1 / cell if case == "lot_school" else None,
    )  # fmt: skip
    assert_known(e, KNOWN[case])


def assert_known(e, known):
    assert e.estimate == pytest.approx(known["range"], rel=1e-8)
    assert e.statistic == pytest.approx(known["F"], rel=1e-7)
    assert e.df == pytest.approx(known["df"], rel=1e-7)
    assert e.p_value == pytest.approx(known["p"], rel=1e-7)


def test_what_is_held_together_are_the_measures_own_changes(measured):
    by_measure = [part for _, part in measured.groupby("m")]
    alone = [mean_change(d["y"], d["t"], d["school"], school=d["school"]) for d in by_measure]
    e = several_changes(
        measured["y"], measured["t"], measured["m"], measured["school"], school=measured["school"]
    )
    assert e.estimate == pytest.approx(np.ptp([one.estimate for one in alone]))
    alone = [
        change_difference(d["y"], d["t"], d["arm"], d["school"], school=d["school"])
        for d in by_measure
    ]
    e = several_changes(
        measured["y"], measured["t"], measured["m"], measured["school"], school=measured["school"],
        programme=measured["arm"],
    )  # fmt: skip
    assert e.estimate == pytest.approx(np.ptp([one.estimate for one in alone]))
    arguments = ["y", "t", "arm", "school"]
    alone = [
        adjusted_difference(*(d[name] for name in arguments), respondent=d["pid"],
                            stratum=d["place"] // 4)
        for d in by_measure
    ]  # fmt: skip
    e = several_adjusted_effects(
        *(measured[name] for name in ["y", "t", "m", "arm", "school"]),
        respondent=measured["pid"],
        stratum=measured["place"] // 4,
    )
    assert e.estimate == pytest.approx(np.ptp([one.estimate for one in alone]))


def test_two_measures_of_everybody_are_the_change_of_their_difference(measured):
    both = measured[measured["m"] == "a"]
    other = 0.5 * both["y"] + np.sin(np.arange(len(both)))
    apart = mean_change(both["y"] - other, both["t"], both["school"], school=both["school"])
    e = several_changes(
        [*both["y"], *other], [*both["t"]] * 2, [0] * len(both) + [1] * len(both),
        [*both["school"]] * 2, school=[*both["school"]] * 2,
    )  # fmt: skip
    assert e.estimate == pytest.approx(abs(apart.estimate))
    assert e.statistic == pytest.approx(apart.statistic**2, rel=0.02)
    assert e.p_value == pytest.approx(apart.p_value, rel=0.05)


def survey(rng, n_schools, k, *, spread=0.0, per=6):
    """Draw k measures of people whose level and change they share with their school."""
    school = np.repeat(np.arange(n_schools), 2 * per)
    wave = np.tile(np.repeat([0, 1], per), n_schools)
    shared = rng.normal(size=school.size) + wave * rng.normal(0.3, 0.4, n_schools)[school]
    drift = rng.normal(0, 0.3, (k, n_schools)) + spread * np.arange(k)[:, None]
    score = shared + wave * drift[:, school] + rng.normal(size=(k, school.size))
    measure = np.repeat(np.arange(k), school.size)
    return score.ravel(), np.tile(wave, k), measure, np.tile(school, k)


@given(st.integers(0, 2**32 - 1), st.floats(-50, 50), st.floats(0.01, 100))
@settings(max_examples=20, deadline=None)
def test_units_order_and_names_make_no_difference(seed, shift, factor):
    rng = np.random.default_rng(seed)
    score, wave, measure, school = survey(rng, 8, 3)
    e = several_changes(score, wave, measure, school, school=school)
    order = rng.permutation(score.size)
    other = several_changes(
        (shift + factor * score)[order],
        wave[order],
        np.array(["c", "a", "b"])[measure][order],
        school[order] + 100,
        school=school[order],
    )
    assert other.estimate == pytest.approx(factor * e.estimate, rel=1e-7)
    assert other.p_value == pytest.approx(e.p_value, rel=1e-6)
    swapped = several_changes(score, 1 - wave, measure, school, school=school)
    assert swapped.p_value == pytest.approx(e.p_value, rel=1e-7)


def test_what_cannot_be_tested_says_why():
    score, wave, measure, school = survey(np.random.default_rng(3), 6, 3)
    alone = several_changes(score, wave, 0 * measure, school, school=school)
    assert alone.reason == "there is a single measure"
    late = several_changes(score, wave, np.where(wave == 1, measure, 0), school)
    assert late.reason == "a measure has no answers in one of the waves"
    few = several_changes(score, wave, measure, school // 3, school=school)
    assert few.reason == "too few clusters are left to test so many changes at once"
    arm = (school < 3).astype(int)
    one_side = several_changes(score, wave, measure, school, school=school, programme=0 * arm)
    assert one_side.reason == "a measure has no answers on a side in one of the waves"
    lonely = several_changes(
        score, wave, measure, school, school=school, programme=(school == 0).astype(int)
    )
    assert lonely.reason == "a side has a single cluster, so its changes have no standard error"
    lot = several_adjusted_effects(score, wave, measure, (school == 0).astype(int), school)
    assert "one" in lot.reason or "single" in lot.reason
    with pytest.raises(EstimatorCallError, match="0 and 1"):
        several_changes(score, wave + 1, measure, school)
    with pytest.raises(EstimatorCallError, match="need `school`"):
        several_changes(score, wave, measure, school, weights="school")


def test_false_positives_of_measures_that_change_alike():
    rng = np.random.default_rng(20)
    p = [several_changes(*(d := survey(rng, 12, 3)), school=d[3]).p_value for _ in range(400)]
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.08


def test_measures_that_change_differently_are_found():
    rng = np.random.default_rng(21)
    p = [
        several_changes(*(d := survey(rng, 12, 3, spread=0.5)), school=d[3]).p_value
        for _ in range(50)
    ]
    assert np.mean(np.array(p) < 0.05) > 0.7
