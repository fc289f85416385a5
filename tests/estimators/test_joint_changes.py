"""One test of the changes of several groups, held against clubSandwich's Wald_test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError, change_difference
from impact_eval.estimators.joint_changes import joint_change_difference

REFERENCE = Path(__file__).parents[1] / "reference"
KNOWN = json.loads((REFERENCE / "joint.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def unbal():
    table = pd.read_csv(REFERENCE / "a12_unbal.csv")
    place = np.unique(table["school"], return_inverse=True)[1]
    row = np.arange(len(table))
    return table.assign(
        mixed=row % 3,
        four=(row * 7) % 4,
        nested=place % 3,
        team=place // 2,
        crossing=row % 9,
    )


@pytest.mark.parametrize("case", list(KNOWN))
def test_r_gives_the_same(unbal, case):
    group, _, cluster = case.partition("_")
    known = KNOWN[case]
    e = joint_change_difference(
        unbal["y"],
        unbal["t"],
        unbal[group],
        unbal["school" if cluster == "plain" else cluster],
        school=None if cluster == "plain" else unbal["school"],
    )
    assert e.estimate == pytest.approx(known["range"], rel=1e-8)
    assert e.statistic == pytest.approx(known["F"], rel=1e-7)
    assert e.df == pytest.approx(known["df"], rel=1e-7)
    assert e.p_value == pytest.approx(known["p"], rel=1e-7)


def survey(rng, n_schools, k, *, spread=0.0, per=8):
    school = np.repeat(np.arange(n_schools), 2 * per)
    wave = np.tile(np.repeat([0, 1], per), n_schools)
    group = np.tile(np.arange(per) % k, 2 * n_schools)
    drift = rng.normal(0.3, 0.3, n_schools)[school] + spread * group
    score = rng.normal(0, 1, n_schools)[school] + wave * drift + rng.normal(size=school.size)
    return score, wave, group, school


@given(st.integers(0, 2**32 - 1), st.floats(-50, 50), st.floats(0.01, 100))
@settings(max_examples=25, deadline=None)
def test_units_order_and_names_make_no_difference(seed, shift, factor):
    rng = np.random.default_rng(seed)
    score, wave, group, school = survey(rng, 8, 3)
    e = joint_change_difference(score, wave, group, school, school=school)
    order = rng.permutation(score.size)
    other = joint_change_difference(
        (shift + factor * score)[order],
        wave[order],
        np.array(["c", "a", "b"])[group][order],
        school[order] + 100,
        school=school[order],
    )
    assert other.estimate == pytest.approx(factor * e.estimate, rel=1e-7)
    assert other.p_value == pytest.approx(e.p_value, rel=1e-6)
    swapped = joint_change_difference(score, 1 - wave, group, school, school=school)
    assert swapped.p_value == pytest.approx(e.p_value, rel=1e-7)


def test_two_groups_are_the_difference_of_two():
    score, wave, group, school = survey(np.random.default_rng(3), 10, 2)
    e = joint_change_difference(score, wave, group, school, school=school)
    two = change_difference(score, wave, group, school, school=school)
    assert e.estimate == pytest.approx(abs(two.estimate))
    assert e.statistic == pytest.approx(two.statistic**2)
    assert (e.df, e.p_value) == pytest.approx((two.df, two.p_value))


def test_what_cannot_be_tested_says_why():
    score, wave, group, school = survey(np.random.default_rng(3), 6, 3)
    alone = joint_change_difference(score, wave, 0 * group, school, school=school)
    assert alone.reason == "there is a single group"
    late = joint_change_difference(score, wave, np.where(wave == 1, group, 0), school)
    assert late.reason == "a group has no answers in one of the waves"
    nested = joint_change_difference(score, wave, np.minimum(school, 2), school, school=school)
    assert nested.reason == "a group has a single cluster, so its change has no standard error"
    few = joint_change_difference(score, wave, group, school // 3, school=school)
    assert few.reason == "too few clusters are left to test so many groups at once"
    with pytest.raises(EstimatorCallError, match="0 and 1"):
        joint_change_difference(score, wave + 1, group, school)


def test_false_positives_of_groups_that_change_alike():
    rng = np.random.default_rng(20)
    p = [
        joint_change_difference(*survey(rng, 12, 3), school=school_of(12)).p_value
        for _ in range(400)
    ]
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.08


def test_groups_that_change_differently_are_found():
    rng = np.random.default_rng(21)
    p = [
        joint_change_difference(*survey(rng, 12, 3, spread=0.6), school=school_of(12)).p_value
        for _ in range(50)
    ]
    assert np.mean(np.array(p) < 0.05) > 0.7


def school_of(n_schools, per=8):
    return np.repeat(np.arange(n_schools), 2 * per)
