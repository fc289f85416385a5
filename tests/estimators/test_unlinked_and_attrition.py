"""Partly linked samples of one school, and who was lost between waves."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import (
    EstimatorCallError,
    attrition_range,
    baseline_difference,
    fit_cr2,
    partly_linked_change,
)

# Partiallyoverlapping::Partover.test, the package's own example; sample "a" is our post.
A_ALONE, A_PAIRED = [20, 21, 16, 18, 14, 12, 14, 17], [14, 15, 18, 20, 11, 19, 14, 15]
B_ALONE, B_PAIRED = [10, 16, 18, 16, 15, 14, 13, 10], [15, 10, 15, 17, 13, 19, 12, 13]


def change(variances, alone=(B_ALONE, A_ALONE), paired=(B_PAIRED, A_PAIRED)):
    return partly_linked_change(*alone, *paired, variances=variances)


def test_authors_example_with_equal_variances():
    # Partover.test(a.unpaired, b.unpaired, a.paired, b.paired, var.equal = TRUE)
    e = change("equal")
    assert (e.statistic, e.df, e.p_value) == pytest.approx((2.420745, 18.5, 0.025968), rel=1e-5)


def test_authors_example_with_unequal_variances():
    # Partover.test(a.unpaired, b.unpaired, a.paired, b.paired): p .02610
    assert change("unequal").p_value == pytest.approx(0.02610, abs=5e-6)


def test_everybody_linked_is_the_paired_t_test(reference):
    # t.test(x3, x4, paired = TRUE); equal to it where both waves have one variance
    r = reference("schools")["paired"]
    e = change("unequal", alone=([], []))
    assert e.df == r["df"]
    assert (e.statistic, e.std_error) == pytest.approx((r["t"], r["se"]), rel=1e-9)


@pytest.mark.parametrize("variances", ["equal", "unequal"])
def test_waves_swapped_flip_the_sign(variances):
    one = change(variances)
    other = change(variances, alone=(A_ALONE, B_ALONE), paired=(A_PAIRED, B_PAIRED))
    assert other.estimate == -one.estimate
    assert (other.std_error, other.df) == pytest.approx((one.std_error, one.df))


def test_hardly_anybody_linked_is_nearly_the_two_sample_t_test(reference):
    # t.test(x1, x2): many people, two uncorrelated pairs
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=400), rng.normal(size=300)
    pairs = [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]
    from scipy import stats

    welch = stats.ttest_ind(np.append(y, pairs[1]), np.append(x, pairs[0]), equal_var=False)
    e = partly_linked_change(x, y, *pairs)
    assert e.statistic == pytest.approx(welch.statistic, rel=1e-10)
    assert e.df == pytest.approx(welch.df, rel=0.02)


@pytest.mark.parametrize("n_paired", [0, 1])
def test_fewer_than_two_pairs_are_refused(n_paired):
    e = partly_linked_change([1, 2], [2, 4], [1.0] * n_paired, [2.0] * n_paired)
    assert e.reason == "fewer than 2 people are linked"


def test_scores_without_variation_are_refused():
    assert "do not vary" in partly_linked_change([1], [2, 3], [1, 1], [2, 4]).reason


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="shape"):
        partly_linked_change([], [], [1, 2], [1])
    with pytest.raises(EstimatorCallError, match="equal, unequal"):
        partly_linked_change([], [], [1, 2], [1, 2], variances="welch")


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((500, 460, 380), (40, 120)),
        ((500, 520, 380), (0, 120)),
        ((500, 500, 500), (0, 0)),
        ((500, 0, 0), (500, 500)),
        ((0, 20, 0), (0, 0)),
    ],
)
def test_range_of_attrition(counts, expected):
    r = attrition_range(*counts)
    assert (r.lost_low, r.lost_high) == expected


def test_rates_are_shares_of_pre_respondents():
    r = attrition_range(200, 190, 150)
    assert (r.rate_low, r.rate_high) == (0.05, 0.25)
    assert np.isnan(attrition_range(0, 0, 0).rate_low)


@pytest.mark.parametrize("counts", [(10, 5, 6), (-1, 0, 0), (5, 10, 6)])
def test_impossible_counts_raise(counts):
    with pytest.raises(EstimatorCallError, match="n_linked"):
        attrition_range(*counts)


@pytest.mark.parametrize(("linked", "reason"), [(1, "everybody"), (0, "nobody")])
def test_all_alike_have_no_baseline_difference_and_say_so(linked, reason):
    e = baseline_difference([5, 6, 7, 6], [linked] * 4, ["a", "a", "b", "b"])
    assert np.isnan(e.estimate)
    assert e.reason.startswith(reason)


def test_baseline_difference_is_the_regression_over_the_pooled_sd(a12_wide):
    linked = (np.arange(len(a12_wide)) % 3 > 0).astype(int)
    e = baseline_difference(a12_wide.pre, linked, a12_wide.school)
    design = np.column_stack([linked, np.ones(len(linked))])
    raw = fit_cr2(a12_wide.pre, design, a12_wide.school, coefficient=0)
    within = a12_wide.pre.groupby(linked).agg(["var", "size"])
    sd = np.sqrt(((within["size"] - 1) * within["var"]).sum() / (len(linked) - 2))
    assert e.estimate == pytest.approx(raw.estimate / sd, rel=0.004)
    assert e.df == raw.df


@pytest.mark.parametrize("linked", [[1, 1, 1], [0, 0, 0]])
def test_one_group_alone_has_no_difference(linked):
    assert baseline_difference([1, 2, 3], linked, ["a", "b", "c"]).reason != ""
