"""Schools' mean changes, held against R, against what must hold, and against draws of no effect."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.changes import mean_change
from impact_eval.estimators.school_means import school_means_change

REFERENCE = Path(__file__).parents[1] / "reference"
KNOWN = json.loads((REFERENCE / "school_means.json").read_text(encoding="utf-8"))
SIDES = pd.read_csv(REFERENCE / "a12_unbal.csv")


def one_group():
    """Both waves below each other, every fifth row after left out, as in school_means.R."""
    people = pd.read_csv(REFERENCE / "dose.csv")
    rows = pd.concat([people.assign(y=people["pre"], t=0), people.assign(y=people["post"], t=1)])
    return rows[~((rows["t"] == 1) & ((np.arange(len(rows)) + 1) % 5 == 0))]


def is_as(found, known):
    assert (found.estimate, found.std_error, found.df) == pytest.approx(
        (known["estimate"], known["std_error"], known["df"]), rel=1e-9
    )


@pytest.mark.parametrize("cluster", ["school", "team"])
def test_one_group_is_rs_t_test(cluster):
    rows = one_group()
    found = school_means_change(rows["y"], rows["t"], rows[cluster], school=rows["school"])
    is_as(found, KNOWN[cluster])
    assert (found.conf_low, found.conf_high) == pytest.approx(
        (KNOWN[cluster]["low"], KNOWN[cluster]["high"])
    )
    assert found.n == len(rows)


def test_two_rounds_at_other_places_are_compared_as_r_does():
    rows = one_group()
    rows = rows[(rows["school"] % 2 == 1) == (rows["t"] == 0)]
    found = school_means_change(rows["y"], rows["t"], rows["school"], same_schools=False)
    is_as(found, KNOWN["rounds"])
    assert found.std_error == pytest.approx(KNOWN["rounds"]["welch"])


def test_two_sides_and_strata_are_compared_as_r_does():
    at = (SIDES["y"], SIDES["t"], SIDES["school"])
    found = school_means_change(*at, programme=SIDES["treat"])
    is_as(found, KNOWN["sides"])
    assert found.std_error == pytest.approx(KNOWN["sides"]["welch"])
    stratum = SIDES["school"].str[1:].astype(int) // 2 % 3
    is_as(school_means_change(*at, programme=SIDES["treat"], stratum=stratum), KNOWN["strata"])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 50), st.floats(-20, 20))
def test_units_row_order_and_swapped_waves(seed, scale, shift):
    rng = np.random.default_rng(seed)
    school = rng.integers(0, 6, 60)
    wave, score = rng.integers(0, 2, 60), rng.normal(0, 1, 60)
    plain = school_means_change(score, wave, school)
    order = rng.permutation(60)
    moved = school_means_change(shift + scale * score[order], wave[order], school[order])
    back = school_means_change(score, 1 - wave, school)
    assert moved.estimate == pytest.approx(scale * plain.estimate, abs=1e-9 * (1 + abs(shift)))
    assert moved.std_error == pytest.approx(scale * plain.std_error)
    assert back.estimate == pytest.approx(-plain.estimate)
    assert back.df == plain.df


def test_equal_schools_give_the_stacked_change():
    rng = np.random.default_rng(2)
    school, wave = np.repeat(np.arange(8), 10), np.tile([0, 1], 40)
    score = rng.normal(0, 1, 80)
    found, stacked = (
        school_means_change(score, wave, school),
        mean_change(score, wave, school, school=school),
    )
    assert found.estimate == pytest.approx(stacked.estimate)
    assert found.std_error == pytest.approx(stacked.std_error)
    assert found.df == pytest.approx(stacked.df)


def test_one_person_of_a_school_counts_as_much_as_many():
    score = [1, 2, 0, 3, 1, 3, 0, 0, 0, 5, 5, 5]
    wave = [0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1]
    school = list("aabbccdddddd")
    assert school_means_change(score, wave, school).estimate == (1 + 3 + 2 + 5) / 4


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"school": list("aabb"), "cluster": list("abab")}, "several clusters"),
        ({"cluster": list("abcd")}, "no school"),
        ({"cluster": list("aabb"), "programme": [1, 1, 0, 0]}, "single cluster"),
        ({"cluster": list("aaaa")}, "cluster"),
        ({"cluster": list("abac"), "same_schools": False, "wave": [0, 0, 0, 1]}, "single cluster"),
    ],
)
def test_what_cannot_be_estimated_says_why(call, said):
    call = {"score": [1.0, 2.0, 3.0, 5.0], "wave": [0, 1, 0, 1]} | call
    found = school_means_change(**call)
    assert said in found.reason
    assert np.isnan(found.estimate)


def test_wrong_calls():
    with pytest.raises(EstimatorCallError, match="two sides"):
        school_means_change([1, 2], [0, 1], ["a", "a"], programme=[0, 1])
    with pytest.raises(EstimatorCallError, match="both waves"):
        school_means_change([1, 2], [0, 1], ["a", "b"], programme=[0, 1], same_schools=False)


def shares_of_no_effect(draws: int) -> tuple[float, float]:
    """Shares of false positives with 6 schools of very unequal size, one group and two sides."""
    rng = np.random.default_rng(11)
    size = np.array([2, 40, 5, 20, 3, 10, 4, 30, 6, 12])
    school = np.repeat(np.arange(10), 2 * size)
    wave = np.concatenate([np.repeat([0, 1], n) for n in size])
    side = school % 2
    hits = np.zeros(2)
    for _ in range(draws):
        score = rng.normal(0, 1, school.size) + wave * rng.normal(0, 0.6, 10)[school]
        for place, sides in enumerate((None, side)):
            hits[place] += school_means_change(score, wave, school, programme=sides).p_value < 0.05
    return hits[0] / draws, hits[1] / draws


def test_false_positives_are_about_one_in_twenty():
    one, two = shares_of_no_effect(600)
    assert 0.025 < one < 0.075
    assert 0.025 < two < 0.075
