"""What stands beside the effect of a roll-out: against R, by a search, and applied to the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.designs import (
    staggered_effect,
    staggered_gain,
    staggered_worst_case,
)
from impact_eval.estimators.robustness import (
    roll_out_trends,
    roll_out_without_each_school,
    times_the_largest_step,
    trend_that_undoes,
)

REFERENCE = Path(__file__).parents[1] / "reference"
WEIGHTS = ["school", "respondent"]
ENDS = (-20, 20)


@pytest.fixture(scope="module")
def rollout():
    """Eighteen schools, five waves, workshops before wave 2, 3, 4 or never; two cells empty."""
    return pd.read_csv(REFERENCE / "staggered.csv")


@pytest.fixture(scope="module")
def people(rollout):
    """The i-th answer of a school at a wave is its i-th person's; some later ones are missing."""
    d = rollout.copy()
    d["i"] = d.groupby(["school", "wave"]).cumcount() + 1
    d["person"] = d.school + " " + d.i.astype(str)
    return d[~((d.wave > 2) & ((d.i + d.wave) % 7 == 0))]


def call(d):
    return d.y, d.person, d.wave, d.school, d.first_wave


@pytest.mark.parametrize("weights", WEIGHTS)
def test_every_school_left_out_against_r(rollout, reference, weights):
    # contrast of lm(change ~ 0 + cell + cell:T, weights = u) without the school's rows, CR2
    d, r = rollout, reference("roll_outs")[f"without_{weights}"]
    left = roll_out_without_each_school(d.y, d.wave, d.school, d.first_wave, weights=weights)
    assert left.school.tolist() == sorted(r)
    for place, school in enumerate(left.school):
        assert left.estimate[place] == pytest.approx(r[school]["b"], rel=1e-9)
        assert left.std_error[place] == pytest.approx(r[school]["se"], rel=1e-7)
        assert left.df[place] == pytest.approx(r[school]["df"], rel=1e-6)
    assert set(left.clusters) == {17}


def test_a_school_left_out_is_the_estimator_without_its_rows(rollout):
    d = rollout
    by = dict(zip(sorted(set(d.school)), range(3, 21), strict=True))
    left = roll_out_without_each_school(
        d.y, d.wave, d.school, d.first_wave, weights="beneficiary", school_weights=by
    )
    for place in (0, 7, 17):
        rest = d[d.school != left.school[place]]
        own = {school: by[school] for school in set(rest.school)}
        e = staggered_effect(
            rest.y, rest.wave, rest.school, rest.first_wave, weights="beneficiary",
            school_weights=own,
        ).overall  # fmt: skip
        assert left.estimate[place] == pytest.approx(e.estimate)
        assert left.std_error[place] == pytest.approx(e.std_error)
        assert left.df[place] == pytest.approx(e.df)


def test_a_school_without_which_a_cohort_falls_away_has_no_number(rollout):
    d = rollout[~rollout.school.isin(["s05", "s06"])]  # two schools are left in cohort 3
    left = roll_out_without_each_school(d.y, d.wave, d.school, d.first_wave)
    lost = left.school[np.isnan(left.estimate)].tolist()
    assert lost == sorted(set(d[d.first_wave == 3].school))
    assert roll_out_without_each_school([], [], [], []).school.size == 0


def test_the_largest_share_is_how_far_a_school_pulls(rollout):
    d = rollout
    left = roll_out_without_each_school(d.y, d.wave, d.school, d.first_wave)
    h = left.largest_share / (1 - left.largest_share)
    whole = staggered_effect(d.y, d.wave, d.school, d.first_wave).overall.estimate
    moved = []
    for school in left.school:
        shifted = d.y + 1.0 * ((d.school == school) & (d.wave >= d.first_wave.fillna(9)))
        e = staggered_effect(shifted, d.wave, d.school, d.first_wave).overall.estimate
        moved.append(e - whole)
    assert max(moved) <= left.largest_share < h


@pytest.mark.parametrize("weights", WEIGHTS)
def test_steps_before_against_r(rollout, reference, agree, weights):
    d, r = rollout, reference("roll_outs")
    found = roll_out_trends(d.y, d.wave, d.school, d.first_wave, weights=weights)
    assert [one.since for one in found.steps] == [-3, -2]
    for one in found.steps:
        expected = r[f"step_{one.since}_{weights}"]
        assert one.estimate.estimate == pytest.approx(expected["b"], rel=1e-9)
        assert one.estimate.std_error == pytest.approx(expected["se"], rel=1e-7)
        assert one.estimate.df == pytest.approx(expected["df"], rel=1e-6)
    assert found.reach == pytest.approx(r[f"reach_{weights}"])
    assert found.largest == max(abs(one.estimate.estimate) for one in found.steps)
    assert found.largest_in_intervals > found.largest


@pytest.mark.parametrize("weights", WEIGHTS)
def test_other_comparisons_and_own_gains_against_r(rollout, people, reference, weights):
    d, p, r = rollout, people, reference("roll_outs")
    never = staggered_effect(
        d.y, d.wave, d.school, d.first_wave, weights=weights, waiting="to_the_end"
    ).overall
    gain = staggered_gain(*call(p), weights=weights)
    worst = staggered_worst_case(*call(p), ends=ENDS, weights=weights)
    for e, name in ((never, "to_the_end"), (gain, "gain")):
        expected = r[f"{name}_{weights}"]
        assert e.estimate == pytest.approx(expected["b"], rel=1e-9)
        assert e.std_error == pytest.approx(expected["se"], rel=1e-7)
        assert e.df == pytest.approx(expected["df"], rel=1e-6)
    for value, error, name in (
        (worst.bounds.lower, worst.bounds.std_error_lower, "worst"),
        (worst.bounds.upper, worst.bounds.std_error_upper, "best"),
    ):
        assert value == pytest.approx(r[f"{name}_{weights}"]["b"], rel=1e-9)
        assert error == pytest.approx(r[f"{name}_{weights}"]["se"], rel=1e-7)
    assert worst.lost == r["lost"]


def test_a_trend_that_undoes_does_so_when_it_is_put_into_the_data(rollout):
    d = rollout
    begun = (d.wave - d.first_wave + 1).clip(lower=0).fillna(0)
    whole = staggered_effect(d.y, d.wave, d.school, d.first_wave).overall
    reach = roll_out_trends(d.y, d.wave, d.school, d.first_wave).reach
    trend = trend_that_undoes(whole.conf_low - 0.1, reach)
    bent = staggered_effect(d.y - trend * begun, d.wave, d.school, d.first_wave).overall
    assert bent.conf_low == pytest.approx(0.1)
    assert bent.std_error == pytest.approx(whole.std_error)


@pytest.mark.parametrize("waves", [3, 6])
def test_the_breakdown_value_is_the_largest_that_a_linear_programme_bears(waves):
    # maximise the bias over all paths whose steps are at most M times the largest before
    rng = np.random.default_rng(waves)
    share = rng.dirichlet(np.ones(waves))
    reach, largest, shift = float(share @ np.arange(1, waves + 1)), 0.07, 0.4
    m = times_the_largest_step(trend_that_undoes(shift, reach), largest)
    steps = np.eye(waves) - np.eye(waves, k=-1)
    for factor, reached in ((0.999, False), (1.001, True)):
        most = linprog(
            -share, A_ub=np.vstack([steps, -steps]), b_ub=np.full(2 * waves, factor * m * largest),
            bounds=(None, None),
        )  # fmt: skip
        assert (-most.fun >= shift) is reached


def test_what_cannot_be_is_refused():
    assert times_the_largest_step(0.3, 0.0) == np.inf
    for wrong in (lambda: trend_that_undoes(0.3, 0.0), lambda: times_the_largest_step(0.3, -1.0)):
        with pytest.raises(EstimatorCallError):
            wrong()
    one = ([1.0, 2.0], ["a", "a"], [0, 0], ["s", "s"], [1.0, 1.0])
    with pytest.raises(EstimatorCallError, match="two scores"):
        staggered_gain(*one)
    with pytest.raises(EstimatorCallError, match="within"):
        staggered_worst_case(*one, ends=(0, 1))
    assert roll_out_trends([], [], [], []).steps == ()
    assert staggered_gain([], [], [], [], []).reason
    assert staggered_worst_case([], [], [], [], [], ends=(0, 1)).bounds.reason


def test_with_everybody_seen_all_three_are_one(people):
    d = people[people.i <= 4]
    d = d[d.groupby("person").wave.transform("size") == 5]
    plain = staggered_effect(d.y, d.wave, d.school, d.first_wave, weights="respondent").overall
    gain = staggered_gain(*call(d), weights="respondent")
    worst = staggered_worst_case(*call(d), ends=ENDS, weights="respondent")
    assert worst.lost == 0
    for value in (gain.estimate, worst.bounds.lower, worst.bounds.upper):
        assert value == pytest.approx(plain.estimate)
    assert gain.std_error == pytest.approx(plain.std_error)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), a=st.floats(0.2, 5), b=st.floats(-9, 9))
def test_units_and_order_do_not_matter_and_bounds_hold_what_is_filled_in(rollout, seed, a, b):
    rng = np.random.default_rng(seed)
    d = rollout.assign(i=rollout.groupby(["school", "wave"]).cumcount()).query("i < 4")
    d = d.assign(
        person=d.school + " " + d.i.astype(str), lost=(d.wave > 3) & (rng.random(len(d)) < 0.3)
    )
    worst = staggered_worst_case(*call(d[~d.lost]), ends=ENDS)
    mixed = d[~d.lost].sample(frac=1, random_state=seed).assign(y=lambda one: a * one.y + b)
    again = staggered_worst_case(*call(mixed), ends=(a * ENDS[0] + b, a * ENDS[1] + b))
    assert again.bounds.lower == pytest.approx(a * worst.bounds.lower, abs=1e-8)
    assert again.lost == worst.lost
    filled = d.assign(y=d.y.where(~d.lost, rng.uniform(*ENDS, len(d))))
    e = staggered_gain(*call(filled))
    assert worst.bounds.lower - 1e-9 <= e.estimate <= worst.bounds.upper + 1e-9
