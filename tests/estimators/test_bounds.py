"""Lee's and worst-case bounds: against R, against trimming by hand, and their coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from impact_eval.estimators import EstimatorCallError, mean_change, raw_gain
from impact_eval.estimators.designs import lee_bounds, worst_case_change, worst_case_gain
from impact_eval.estimators.designs.bounds import bounds_from_std_errors

NAN = np.nan


def test_lee_against_r(a12_wide, reference):
    # trimming an answer at a time, the last one in part; 12 schools, people lost by rule
    d, r = a12_wide, reference("designs")["lee"]
    z = np.arange(1, len(d) + 1)
    answered = (z * 7) % 10 >= np.where(d.treat == 1, 1, 3)
    lee = lee_bounds(d.post.where(answered), d.treat, d.school, seed=1)
    assert lee.answered == pytest.approx((r["q1"], r["q0"]))
    assert lee.trimmed_share == pytest.approx(r["trim"])
    assert (lee.bounds.lower, lee.bounds.upper) == pytest.approx((r["lower"], r["upper"]))
    assert lee.trimmed_arm == "programme"
    assert "fewer than 5 clusters" in lee.bounds.reason  # four schools in the programme's arm
    assert np.isnan(lee.bounds.conf_low)


def draw(rng, n_schools, effect=0.3, harm=False):
    """The programme makes some of the weak answer who would not have (or the reverse)."""
    arm = np.resize([1, 0], n_schools)
    school = np.repeat(np.arange(n_schools), rng.integers(20, 40, n_schools))
    trait = rng.normal(0, 0.3, n_schools)[school] + rng.normal(size=school.size)
    helped = (arm[school] == 1) != harm
    answers = rng.random(school.size) < np.where((trait < -0.2) & ~helped, 0.5, 0.9)
    y = np.round(2 * (trait + effect * arm[school]))  # many ties
    return np.where(answers, y, NAN), arm[school], school


@given(seed=st.integers(0, 10**6), scale=st.floats(0.1, 30), shift=st.floats(-20, 20))
@settings(max_examples=10, deadline=None)
def test_lee_does_not_depend_on_units_order_or_arms(seed, scale, shift):
    rng = np.random.default_rng(seed)
    y, arm, school = draw(rng, 12)
    order = rng.permutation(y.size)
    a = lee_bounds(y, arm, school, seed=1, n_draws=99)
    b = lee_bounds(shift + scale * y[order], arm[order], school[order], seed=1, n_draws=99)
    c = lee_bounds(y, 1 - arm, school, seed=1, n_draws=99)
    ends = np.array([a.bounds.lower, a.bounds.upper])
    assert [b.bounds.lower, b.bounds.upper] == pytest.approx(scale * ends, rel=1e-7, abs=1e-9)
    assert [c.bounds.lower, c.bounds.upper] == pytest.approx(-ends[::-1], rel=1e-7, abs=1e-9)
    assert a.bounds.lower <= a.bounds.upper


def test_equal_rates_leave_nothing_open():
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(20), 25)
    arm, y = school % 2, rng.normal(size=500) + np.repeat(rng.normal(0, 0.3, 20), 25)
    lee = lee_bounds(y, arm, school, seed=1, n_draws=1999)
    difference = y[arm == 1].mean() - y[arm == 0].mean()
    assert lee.bounds.lower == pytest.approx(difference)
    assert lee.bounds.upper == pytest.approx(difference)
    assert (lee.trimmed_share, lee.trimmed_arm) == (0, "none")
    # equal schools, nobody lost: about the t interval of the schools' means
    means = y.reshape(20, 25).mean(axis=1)
    t = stats.ttest_ind(means[1::2], means[::2]).confidence_interval()
    assert (lee.bounds.conf_low, lee.bounds.conf_high) == pytest.approx((t.low, t.high), abs=0.04)


def test_lee_refusals_and_wrong_calls():
    y, arm, school = draw(np.random.default_rng(4), 12)
    lost = np.where(arm == 1, NAN, y)
    nobody = lee_bounds(lost, arm, school, seed=1)
    assert "nobody" in nobody.bounds.reason
    assert np.isnan(nobody.bounds.lower)
    few = (school < 3) & (school != 0)
    assert "single cluster" in lee_bounds(y[few], arm[few], school[few], seed=1).bounds.reason
    for bad in ({"n_draws": 10}, {"conf_level": 1.0}):
        with pytest.raises(EstimatorCallError):
            lee_bounds(y, arm, school, seed=1, **bad)
    with pytest.raises(EstimatorCallError, match="one arm"):
        lee_bounds(y, np.arange(y.size) % 2, school, seed=1)


def lee_coverage(n_schools, repeats, seed=5, harm=False):
    """Cover each end of the true bounds and the interval of both; the truth is a large draw's."""
    rng = np.random.default_rng(seed)
    big = lee_bounds(*draw(rng, 6000, harm=harm), seed=1, n_draws=99).bounds
    hits = np.zeros(2)
    for k in range(repeats):
        b = lee_bounds(*draw(rng, n_schools, harm=harm), seed=k, n_draws=199).bounds
        hits += b.conf_low <= big.lower, b.conf_high >= big.upper
    return hits / repeats


def test_lee_bounds_are_covered():
    # one-sided where the bounds lie apart: each end in 95 % of draws
    assert (lee_coverage(20, 80) >= 0.89).all()


@pytest.mark.simulation
@pytest.mark.parametrize("harm", [False, True])
@pytest.mark.parametrize("n_schools", [10, 30, 100])
def test_coverage_of_lee_bounds(n_schools, harm):
    covered = lee_coverage(n_schools, 400, harm=harm)
    assert (covered >= 0.93).all()
    assert (covered <= 0.995).all()


def test_imbens_manski_is_two_sided_at_a_point_and_one_sided_far_apart():
    options = {"n": 10, "n_clusters": 5, "method": ""}
    point = bounds_from_std_errors((0.2, 0.2), (0.1, 0.1), 1e9, **options)
    assert (point.conf_low, point.conf_high) == pytest.approx((0.004, 0.396), abs=1e-4)
    far = bounds_from_std_errors((0.0, 9.0), (0.1, 0.2), 1e9, **options)
    assert (far.conf_low, far.conf_high) == pytest.approx((-0.16449, 9.32897), abs=1e-4)
    assert bounds_from_std_errors((0.0, 1.0), (0.0, 0.0), 9, **options).reason


def test_worst_case_gain_is_the_range_times_the_share_lost(a12_wide):
    d = a12_wide
    pre = np.clip(d.pre, -2, 2) + 2
    post = np.clip(d.post, -2, 2) + 2
    lost = np.arange(len(d)) % 5 == 0
    b = worst_case_gain(pre, post.where(~lost), d.school, lowest=0, highest=4)
    assert b.upper - b.lower == pytest.approx(4 * lost.mean())
    assert b.lower == pytest.approx((post.where(~lost, 0) - pre).mean())
    assert b.conf_low < b.lower < b.upper < b.conf_high
    whole = worst_case_gain(pre, post, d.school, lowest=0, highest=4)
    gain = raw_gain(pre, post, d.school)
    assert (whole.lower, whole.upper) == pytest.approx((gain.estimate, gain.estimate))
    assert (whole.conf_low, whole.conf_high) == pytest.approx((gain.conf_low, gain.conf_high))


def test_worst_case_change_adds_the_lost_to_their_schools(unbal):
    d = unbal.assign(y=np.clip(unbal.y, -2, 2))
    n = [d[d.t == t].groupby("school").size() for t in (0, 1)]
    lost = (n[0] - n[1]).clip(lower=0).to_dict()
    b = worst_case_change(d.y, d.t, d.school, lost=lost, lowest=-2, highest=2)
    for end, found in ((-2.0, b.lower), (2.0, b.upper)):
        names = [school for school, number in lost.items() for _ in range(number)]
        added = pd.DataFrame({"y": end, "t": 1, "school": names})
        whole = pd.concat([d[["y", "t", "school"]], added])
        slow = mean_change(whole.y, whole.t, whole.school, school=whole.school)
        assert found == pytest.approx(slow.estimate)
    nobody = worst_case_change(d.y, d.t, d.school, lost={}, lowest=-2, highest=2)
    assert nobody.upper - nobody.lower == pytest.approx(0)
    one = d[d.school == "s000"]
    assert worst_case_change(one.y, one.t, one.school, lost={}, lowest=-2, highest=2).reason


def test_worst_case_wrong_calls(unbal):
    d = unbal.assign(y=np.clip(unbal.y, -2, 2))
    ends = {"lowest": -2, "highest": 2}
    for lost in ({"s000": -1}, {"elsewhere": 1}):
        with pytest.raises(EstimatorCallError, match="numbers from 0"):
            worst_case_change(d.y, d.t, d.school, lost=lost, **ends)
    with pytest.raises(EstimatorCallError, match="lie outside"):
        worst_case_change(d.y, d.t, d.school, lost={}, lowest=-1, highest=1)
    with pytest.raises(EstimatorCallError, match="under"):
        worst_case_gain([1], [1], ["a"], lowest=2, highest=2)
    with pytest.raises(EstimatorCallError, match="several clusters"):
        worst_case_change(d.y, d.t, d.school, lost={}, cluster=np.arange(len(d)), **ends)


def test_worst_cases_hold_the_change_that_everybody_would_show():
    # the weakest leave: what the rest show is too high, the bounds hold the truth
    rng = np.random.default_rng(6)
    held = []
    for _ in range(60):
        school = np.repeat(np.arange(12), 30)
        trait = rng.normal(0, 0.2, 12)[school] + rng.normal(0, 1, school.size)
        pre = np.clip(5 + trait + rng.normal(size=school.size), 0, 10)
        post = np.clip(5.5 + trait + rng.normal(size=school.size), 0, 10)
        seen = np.where(trait < -0.8, NAN, post)
        b = worst_case_gain(pre, seen, school, lowest=0, highest=10)
        held.append(b.lower <= (post - pre).mean() <= b.upper)
    assert all(held)
