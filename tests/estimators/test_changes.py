"""Identities, refusals and smallest cases of changes between waves."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from impact_eval.estimators import (
    EstimatorCallError,
    change_difference,
    fit_cr2,
    joint_change_difference,
    mean_change,
    one_wave_schools,
    rank_superiority,
    wave_mean,
)


def same(first, second, rel=1e-9):
    """Hold two estimates to the same estimate, standard error and df."""
    found = (first.estimate, first.std_error, first.df)
    assert found == pytest.approx((second.estimate, second.std_error, second.df), rel=rel)


def draw(seed, n_schools=6, size=(3, 12)):
    rng = np.random.default_rng(seed)
    n = rng.integers(*size, (n_schools, 2))
    school = np.repeat(np.arange(n_schools).repeat(2), n.ravel())
    wave = np.repeat(np.tile([0, 1], n_schools), n.ravel())
    score = rng.normal(size=school.size) + rng.normal(0, 0.5, n_schools)[school] * wave + 0.3 * wave
    return score, wave, school, rng


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), factor=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_units_scale_the_estimate_and_leave_df_and_p(seed, factor, shift):
    score, wave, school, _ = draw(seed)
    one = mean_change(score, wave, school, school=school)
    other = mean_change(shift + factor * score, wave, school, school=school)
    assert other.estimate == pytest.approx(factor * one.estimate, rel=1e-7, abs=1e-9 * factor)
    assert other.std_error == pytest.approx(factor * one.std_error, rel=1e-7)
    assert (other.df, other.p_value) == pytest.approx((one.df, one.p_value), rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_row_order_and_names_of_schools_do_not_matter(seed):
    score, wave, school, rng = draw(seed)
    order = rng.permutation(score.size)
    named = np.array([f"school {s}" for s in school])
    one = mean_change(score, wave, school, school=school, weights="school")
    other = mean_change(
        score[order], wave[order], named[order], school=named[order], weights="school"
    )
    same(one, other)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), weights=st.sampled_from(["respondent", "school"]))
def test_swapped_waves_flip_the_sign_only(seed, weights):
    score, wave, school, _ = draw(seed)
    one = mean_change(score, wave, school, school=school, weights=weights)
    other = mean_change(score, 1 - wave, school, school=school, weights=weights)
    assert other.estimate == pytest.approx(-one.estimate, rel=1e-9)
    assert other.std_error == pytest.approx(one.std_error, rel=1e-9)
    assert (other.conf_low, other.conf_high) == pytest.approx((-one.conf_high, -one.conf_low))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_absorbed_school_effects_equal_dummies(seed):
    score, wave, school, _ = draw(seed)
    trainer = school // 2
    dummies = (school[:, None] == np.arange(6)).astype(float)
    absorbed = mean_change(score, wave, trainer, school=school)
    explicit = fit_cr2(score, np.column_stack([wave, dummies]), trainer, coefficient=0)
    same(absorbed, explicit, rel=1e-8)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_weighted_school_effects_equal_weighted_dummies(seed):
    score, wave, school, rng = draw(seed)
    weights, crossing = rng.uniform(0.2, 3, score.size), rng.integers(0, 4, score.size)
    dummies = (school[:, None] == np.arange(6)).astype(float)
    for cluster in (school, school // 2, crossing):
        absorbed = fit_cr2(score, wave, cluster, school=school, weights=weights)
        design = np.column_stack([wave, dummies])
        explicit = fit_cr2(score, design, cluster, coefficient=0, weights=weights)
        same(absorbed, explicit, rel=1e-8)


def test_clusters_of_one_equal_hc2():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=40), rng.normal(size=40)
    design = np.column_stack([np.ones(40), x])
    bread = np.linalg.inv(design.T @ design)
    hat = np.einsum("ij,jk,ik->i", design, bread, design)
    residual = y - design @ bread @ design.T @ y
    hc2 = bread @ (design.T * (residual**2 / (1 - hat))) @ design @ bread
    estimate = fit_cr2(y, design, np.arange(40), coefficient=1)
    assert estimate.std_error == pytest.approx(np.sqrt(hc2[1, 1]), rel=1e-12)


def test_balanced_schools_give_the_t_test_of_their_changes():
    rng = np.random.default_rng(6)
    school, wave = np.repeat(np.arange(7), 20), np.tile([0, 1], 70)
    score = rng.normal(size=140) + wave * rng.normal(0.4, 0.3, 7)[school]
    changes = [score[(school == j) & (wave == 1)].mean() - score[(school == j) & (wave == 0)].mean()
               for j in range(7)]  # fmt: skip
    for weights in ("respondent", "school"):
        e = mean_change(score, wave, school, school=school, weights=weights)
        assert e.df == pytest.approx(6)
        assert e.p_value == pytest.approx(stats.ttest_1samp(changes, 0).pvalue, rel=1e-10)


def test_school_weights_of_one_equal_the_mean_of_school_changes():
    score, wave, school, _ = draw(7)
    changes = [score[(school == j) & (wave == 1)].mean() - score[(school == j) & (wave == 0)].mean()
               for j in range(6)]  # fmt: skip
    e = mean_change(score, wave, school, school=school, weights="school")
    assert e.estimate == pytest.approx(np.mean(changes))
    given_equal = dict.fromkeys(range(6), 40)
    f = mean_change(
        score, wave, school, school=school, weights="beneficiary", school_weights=given_equal
    )
    same(e, f)


def test_beneficiary_weights_weight_the_school_changes():
    score, wave, school, _ = draw(8)
    changes = [score[(school == j) & (wave == 1)].mean() - score[(school == j) & (wave == 0)].mean()
               for j in range(6)]  # fmt: skip
    numbers = {j: 100 * (j + 1) for j in range(6)}
    e = mean_change(
        score, wave, school, school=school, weights="beneficiary", school_weights=numbers
    )
    assert e.estimate == pytest.approx(np.average(changes, weights=list(numbers.values())))


def test_ordinary_least_squares_weights_schools_by_harmonic_size():
    score, wave, school, _ = draw(9)
    changes, weights = [], []
    for j in range(6):
        before, after = (score[(school == j) & (wave == t)] for t in (0, 1))
        changes.append(after.mean() - before.mean())
        weights.append(before.size * after.size / (before.size + after.size))
    e = mean_change(score, wave, school, school=school)
    assert e.estimate == pytest.approx(np.average(changes, weights=weights))


def test_schools_of_one_person_a_wave_are_fine():
    rng = np.random.default_rng(10)
    gains = rng.normal(0.5, 1, 9)
    before = rng.normal(size=9)
    score, wave = np.concatenate([before, before + gains]), np.repeat([0, 1], 9)
    school = np.tile(np.arange(9), 2)
    e = mean_change(score, wave, school, school=school)
    assert e.p_value == pytest.approx(stats.ttest_1samp(gains, 0).pvalue)


def test_cross_sections_of_equal_clusters_give_the_t_test_of_cluster_means():
    rng = np.random.default_rng(11)
    school = np.repeat(np.arange(12), 10)
    wave = (school >= 5).astype(int)
    score = rng.normal(size=120) + rng.normal(0, 0.5, 12)[school]
    means = score.reshape(12, 10).mean(axis=1)
    welch = stats.ttest_ind(means[5:], means[:5], equal_var=False)
    e = mean_change(score, wave, school)
    assert e.statistic == pytest.approx(welch.statistic)


def test_a_contrast_of_two_columns_is_their_difference():
    rng = np.random.default_rng(12)
    group = np.repeat([0, 1], 50)
    y, cluster = rng.normal(size=100) + group, np.arange(100) // 10
    both = np.column_stack([group == 0, group == 1]).astype(float)
    one = fit_cr2(y, both, cluster, coefficient=[-1, 1])
    other = fit_cr2(y, np.column_stack([np.ones(100), group]), cluster, coefficient=1)
    same(one, other)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_smallest_inputs_are_refused_with_a_reason(n):
    e = mean_change([1.0] * n, [0] * n, ["a"] * n, school=["a"] * n)
    assert np.isnan(e.estimate)
    assert e.reason == "no school has answers in both waves"
    assert wave_mean([1.0] * n, ["a"] * n).reason != ""


def test_one_cluster_is_refused_with_its_reason():
    e = mean_change([1.0, 2.0, 4.0, 3.0], [0, 0, 1, 1], ["a"] * 4, school=["a"] * 4)
    assert "1 cluster" in e.reason
    assert e.n_clusters == 1
    assert e.n == 4


@pytest.mark.parametrize("n_schools", [2, 3])
def test_two_or_three_clusters_have_their_interval(n_schools):
    score, wave, school, _ = draw(13, n_schools)
    e = mean_change(score, wave, school, school=school)
    assert e.conf_low < e.estimate < e.conf_high
    assert 0 < e.df <= n_schools - 1 + 1e-9


@pytest.mark.parametrize("value", [0.0, 3.7, 1e6])
def test_scores_that_do_not_vary_are_refused(value):
    e = mean_change([value] * 8, [0, 1] * 4, list("aabbccdd"), school=list("aabbccdd"))
    assert "standard error is zero" in e.reason


def test_missing_wave_without_schools_is_refused():
    assert mean_change([1.0, 2.0], [1, 1], ["a", "b"]).reason != ""


def test_difference_is_refused_where_a_group_has_one_cluster_or_no_wave():
    score, wave, school, _ = draw(14)
    alone = (school == 0).astype(int)
    assert "single cluster" in change_difference(score, wave, alone, school).reason
    later = wave * (school < 3)
    assert "one of the waves" in change_difference(score, wave, later, school).reason


def test_a_round_of_a_single_cluster_is_refused_where_rounds_drew_other_schools():
    score, _, school, _ = draw(14)
    lone, both = (school == 0).astype(int), (school < 2).astype(int)
    group = np.arange(school.size) % 3
    for found in (
        mean_change(score, lone, school),
        change_difference(score, lone, group % 2, school),
        joint_change_difference(score, lone, group, school),
        rank_superiority(score, lone, school),
    ):
        assert "single cluster" in found.reason
    assert np.isfinite(mean_change(score, both, school).estimate)
    assert np.isfinite(change_difference(score, both, group % 2, school).estimate)
    assert joint_change_difference(score, both, group, school).p_value > 0


def test_two_groups_swapped_flip_the_sign():
    score, wave, school, _ = draw(15)
    group = school % 2
    one = change_difference(score, wave, group, school, school=school)
    other = change_difference(score, wave, 1 - group, school, school=school)
    assert other.estimate == pytest.approx(-one.estimate)
    assert other.std_error == pytest.approx(one.std_error)


def test_one_wave_schools_are_named():
    assert one_wave_schools([0, 1, 0, 1], ["a", "a", "b", "c"]).tolist() == ["b", "c"]
    assert one_wave_schools([], []).tolist() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"score": [1, np.nan]}, "missing"),
        ({"wave": [0, 2]}, "0 and 1"),
        ({"cluster": [1]}, "shape"),
        ({"cluster": ["a", None]}, "missing"),
        ({"weights": "school"}, "need `school`"),
        ({"weights": "pupil"}, "respondent, school, beneficiary"),
        ({"conf_level": 95}, "between 0 and 1"),
    ],
)
def test_wrong_calls_raise_and_say_what_is_wrong(arguments, words):
    good = {"score": [1, 2], "wave": [0, 1], "cluster": [1, 2]}
    with pytest.raises(EstimatorCallError, match=words):
        mean_change(**(good | arguments))


def test_a_school_without_its_number_is_an_error():
    with pytest.raises(EstimatorCallError, match="1 schools have no positive number"):
        mean_change(
            [1, 2, 3, 4],
            [0, 1, 0, 1],
            list("aabb"),
            school=list("aabb"),
            weights="beneficiary",
            school_weights={"a": 10},
        )


def test_wrong_designs_raise():
    with pytest.raises(EstimatorCallError, match="name the column"):
        fit_cr2([1, 2, 3], np.ones((3, 2)), [1, 2, 3])
    with pytest.raises(EstimatorCallError, match="from 0 to 1"):
        fit_cr2([1, 2, 3], np.ones((3, 2)), [1, 2, 3], coefficient=2)
    with pytest.raises(EstimatorCallError, match="positive"):
        fit_cr2([1, 2, 3], [1, 1, 1], [1, 2, 3], weights=[1, 0, 1])
    twice = fit_cr2([1, 2, 3], np.ones((3, 2)), [1, 2, 3], coefficient=0)
    assert "cannot tell it apart" in twice.reason


def peak_memory(n_rows, n_schools):
    rng = np.random.default_rng(1)
    school, wave = np.arange(n_rows) % n_schools, rng.integers(0, 2, n_rows)
    score = rng.normal(size=n_rows)
    tracemalloc.start()
    mean_change(score, wave, school % (n_schools // 2), school=school, weights="school")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_is_linear_in_rows_and_never_rows_by_schools():
    peak_memory(1000, 10)
    small, large = peak_memory(10_000, 100), peak_memory(40_000, 100)
    assert large < 4.5 * small
    assert large < 40_000 * 100 * 8
