"""Standardised changes, and intervals at other levels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from impact_eval.estimators import (
    EstimatorCallError,
    d_av,
    d_pre,
    d_z,
    equivalence_interval,
    hedges_correction,
    mean_change,
    raw_gain,
    simultaneous,
    with_level,
)
from impact_eval.estimators.estimate import describe, from_std_error, not_estimable
from impact_eval.estimators.spread_beside_change import spread_beside_change


@pytest.fixture(scope="module")
def change(a12_wide):
    return raw_gain(a12_wide.pre, a12_wide.post, a12_wide.school)


def test_three_denominators_of_the_twelve_schools(change, a12_wide, reference):
    # mean(gain) / sd(pre), / sqrt((var(pre) + var(post)) / 2), / sd(gain): .2076, .2116, .2447
    sd, n = reference("schools")["sd"], len(a12_wide)
    assert d_pre(change, sd["pre"], n).estimate / hedges_correction(n - 1) == pytest.approx(
        0.2076, abs=5e-5
    )
    assert d_av(change, sd["pre"], sd["post"], n, n).estimate / hedges_correction(
        2 * n - 2
    ) == pytest.approx(0.2116, abs=5e-5)
    assert d_z(change, sd["gain"], n).estimate / hedges_correction(n - 1) == pytest.approx(
        0.2447, abs=5e-5
    )


@pytest.mark.parametrize("df", [2, 3, 10, 100])
def test_correction_removes_the_bias_of_one_over_s(df):
    # E(1/s) of a chi distribution: sqrt(df/2) gamma((df-1)/2) / gamma(df/2); scipy integrates it
    expected = stats.chi(df).expect(lambda x: np.sqrt(df) / x)
    assert hedges_correction(df) * expected == pytest.approx(1, rel=1e-6)


def test_correction_is_near_hedges_approximation():
    assert hedges_correction(50) == pytest.approx(1 - 3 / (4 * 50 - 1), rel=1e-4)


def test_uncertain_denominator_widens_the_interval(change):
    few, many = d_pre(change, 0.94, 30), d_pre(change, 0.94, 10**7)
    assert few.std_error / few.estimate > many.std_error / many.estimate
    assert many.std_error == pytest.approx(change.std_error / 0.94, rel=1e-5)
    assert d_pre(change, 0.94, 300, design_effect=10).estimate == pytest.approx(
        d_pre(change, 0.94, 300).estimate, rel=0.05
    )


def test_a_constant_score_and_a_refused_change_have_no_effect_size(change):
    assert d_pre(change, 0.0, 100).reason == "the scores do not vary"
    refused = not_estimable("one school", n=5, n_clusters=1, method="CR2")
    assert d_pre(refused, 1.0, 100).reason == "one school"


def test_wrong_calls_raise(change):
    with pytest.raises(EstimatorCallError, match="at least 2"):
        d_pre(change, 1.0, 1)
    with pytest.raises(EstimatorCallError, match="negative"):
        d_pre(change, -1.0, 10)
    with pytest.raises(EstimatorCallError, match="design_effect"):
        d_pre(change, 1.0, 10, design_effect=0.5)
    counted = describe(3.0, n=5, n_clusters=1, method="count")
    with pytest.raises(EstimatorCallError, match="no standard error"):
        d_pre(counted, 1.0, 10)
    with pytest.raises(EstimatorCallError, match="cut again"):
        with_level(counted, 0.9)


def test_another_level_keeps_everything_but_the_interval(change):
    e = with_level(change, 0.9)
    half = stats.t.ppf(0.95, change.df) * change.std_error
    assert (e.conf_low, e.conf_high) == pytest.approx(
        (change.estimate - half, change.estimate + half)
    )
    assert (e.p_value, e.std_error, e.n) == (change.p_value, change.std_error, change.n)
    assert with_level(e, change.conf_level) == change


def test_bonferroni_interval_excludes_zero_when_the_adjusted_p_is_small():
    for t in np.linspace(1.5, 4, 40):
        e = simultaneous(from_std_error(t, 1, 9, n=50, n_clusters=10, method="CR2"), 3)
        assert (e.conf_low > 0) == (3 * e.p_value < 0.05)


def test_sidak_is_narrower_than_bonferroni_and_one_comparison_changes_nothing(change):
    assert simultaneous(change, 1) == change
    assert (
        change.conf_level
        < simultaneous(change, 3, "sidak").conf_level
        < simultaneous(change, 3).conf_level
    )


def test_equivalence_interval_is_the_ninety_percent_interval(change):
    assert equivalence_interval(change) == with_level(change, 0.9)
    assert equivalence_interval(change, n_comparisons=2) == with_level(change, 0.95)


def test_refused_estimates_stay_refused():
    refused = not_estimable("one school", n=5, n_clusters=1, method="CR2")
    assert equivalence_interval(refused).reason == "one school"
    assert simultaneous(refused, 3).reason == "one school"


def test_wrong_families_raise(change):
    with pytest.raises(EstimatorCallError, match="at least 1"):
        simultaneous(change, 0)
    with pytest.raises(EstimatorCallError, match="bonferroni, sidak"):
        simultaneous(change, 3, "holm")
    with pytest.raises(EstimatorCallError, match="alpha"):
        equivalence_interval(change, alpha=0.5)


def near_the_top(n_schools, rng):
    """Two waves of unequal schools near the top of their scale, everybody anew."""
    school = np.repeat(np.arange(n_schools), np.resize([4, 8, 12, 30, 60], n_schools))
    level, shift = rng.normal(0, 0.45, (2, n_schools))
    noise = rng.normal(0, 0.9, (2, school.size))
    waves = [level[school] + noise[0], (level + shift)[school] + 0.6 + noise[1]]
    score = np.minimum(np.concatenate(waves), 0.7)
    return score, np.repeat([0, 1], school.size), np.tile(school, 2)


@pytest.mark.parametrize("both", [False, True])
def test_errors_by_cluster_are_those_of_leaving_out_one(both):
    score, wave, school = near_the_top(100, np.random.default_rng(7))

    def logarithm(kept):
        spread = [np.var(score[kept & (wave == one)]) for one in ((0, 1) if both else (0,))]
        return np.log(np.mean(spread)) / 2

    def change(kept):
        counts = [np.bincount(school[kept & (wave == one)], minlength=100) for one in (0, 1)]
        totals = [
            np.bincount(school[kept & (wave == one)], score[kept & (wave == one)], 100)
            for one in (0, 1)
        ]
        there = counts[0] > 0
        low, high = (t[there] / c[there] for t, c in zip(totals, counts, strict=True))
        return np.average(high - low, weights=(counts[0] * counts[1])[there] / sum(counts)[there])

    without = np.array([[f(school != g) for f in (logarithm, change)] for g in range(100)])
    around = without - without.mean(axis=0)
    jackknife = 99 / 100 * around.T @ around
    e = spread_beside_change(score, wave, school, both=both)
    scale = np.sqrt(jackknife[0, 0] * jackknife[1, 1])
    assert e.variance == pytest.approx(jackknife[0, 0], rel=0.06)
    assert e.covariance == pytest.approx(jackknife[0, 1], abs=0.04 * scale)


def test_a_change_that_takes_away_spread_has_a_wider_ratio():
    score, wave, school = near_the_top(30, np.random.default_rng(8))
    rise = mean_change(score, wave, school, school=school)
    spreads = [float(score[wave == one].std(ddof=1)) for one in (0, 1)]
    n = int((wave == 0).sum())
    alone = d_av(rise, *spreads, n, n)
    errors = spread_beside_change(score, wave, school, both=True)
    together = d_av(rise, *spreads, n, n, errors=errors)
    assert together.estimate == alone.estimate
    assert together.std_error > 1.04 * alone.std_error


def test_fixed_schools_are_compared_within():
    score, wave, school = near_the_top(6, np.random.default_rng(9))
    place = np.arange(school.size) % 3 + 3 * school
    moved = spread_beside_change(score, wave, place, school=school)
    again = spread_beside_change(10 * score + 5, wave, place, school=school)
    assert again.variance == pytest.approx(moved.variance)
    assert again.covariance == pytest.approx(10 * moved.covariance)
    whole = spread_beside_change(score, wave, school, school=school)
    assert (whole.variance, whole.covariance) == pytest.approx((0, 0))
