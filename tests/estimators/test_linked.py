"""Gains of linked people, raw and adjusted to all pre respondents."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import (
    EstimatorCallError,
    adjusted_gain,
    fit_cr2,
    raw_gain,
    schools_without_links,
)
from impact_eval.estimators.linked import mean_variance


@pytest.fixture(scope="module")
def linked(a12_wide):
    """Two of three people of each wave are linked."""
    return a12_wide[np.arange(1, len(a12_wide) + 1) % 3 != 0]


def test_estimate_is_the_fitted_gain_at_the_mean_of_all(a12_wide, linked, reference):
    # predict(lm(gain ~ pre, linked), data.frame(pre = mean(a12_wide$pre)))
    e = adjusted_gain(
        linked.pre,
        linked.post,
        linked.school,
        pre_all=a12_wide.pre,
        pre_all_cluster=a12_wide.school,
    )
    assert e.estimate == pytest.approx(reference("schools")["adjusted"], rel=1e-12)
    assert e.n == len(linked)
    assert e.n_clusters == 12


def test_estimate_with_schools_is_the_mean_fitted_gain_of_all(a12_wide, linked, reference):
    # mean(predict(lm(gain ~ pre + factor(school), linked), a12_wide))
    e = adjusted_gain(
        linked.pre,
        linked.post,
        linked.school,
        pre_all=a12_wide.pre,
        pre_all_cluster=a12_wide.school,
        school=linked.school,
        pre_all_school=a12_wide.school,
    )
    assert e.estimate == pytest.approx(reference("schools")["adjusted_school"], rel=1e-12)


@pytest.mark.parametrize("with_school", [False, True])
def test_with_everybody_linked_it_is_the_raw_gain(a12_wide, with_school):
    d = a12_wide
    school = {"school": d.school, "pre_all_school": d.school} if with_school else {}
    e = adjusted_gain(d.pre, d.post, d.school, pre_all=d.pre, pre_all_cluster=d.school, **school)
    raw = raw_gain(d.pre, d.post, d.school)
    found = (e.estimate, e.std_error, e.df)
    assert found == pytest.approx((raw.estimate, raw.std_error, raw.df), rel=1e-10)


def test_a_mean_from_cluster_parts_is_cr2_of_an_intercept(unbal):
    expected = fit_cr2(unbal.y, np.ones(len(unbal)), unbal.school)
    groups = (unbal.y - unbal.y.mean()).groupby(unbal.school)
    variance, df = mean_variance(
        groups.sum().to_numpy() / len(unbal), groups.size().to_numpy(dtype=float)
    )
    assert (np.sqrt(variance), df) == pytest.approx((expected.std_error, expected.df), rel=1e-10)


def test_order_of_people_does_not_matter(a12_wide, linked):
    shuffled, everybody = (
        linked.sample(frac=1, random_state=1),
        a12_wide.sample(frac=1, random_state=2),
    )
    one, other = (
        adjusted_gain(a.pre, a.post, a.school, pre_all=b.pre, pre_all_cluster=b.school)
        for a, b in ((linked, a12_wide), (shuffled, everybody))
    )
    assert other.std_error == pytest.approx(one.std_error)
    assert other.estimate == pytest.approx(one.estimate)


def test_swapping_signs_of_scores_flips_the_estimate(a12_wide, linked):
    one, other = (
        adjusted_gain(
            k * linked.pre,
            k * linked.post,
            linked.school,
            pre_all=k * a12_wide.pre,
            pre_all_cluster=a12_wide.school,
        )
        for k in (1, -10)
    )
    assert other.estimate == pytest.approx(-10 * one.estimate)
    assert other.std_error == pytest.approx(10 * one.std_error)


def test_schools_without_links_are_left_out_and_named():
    pre, post, school = [1.0, 2, 3, 4], [2.0, 4, 4, 6], ["a", "a", "b", "b"]
    everybody = {"pre_all": [*pre, 9.0, 9.0], "pre_all_school": [*school, "c", "c"]}
    e = adjusted_gain(
        pre, post, school, school=school, pre_all_cluster=[*school, "c", "c"], **everybody
    )
    alone = adjusted_gain(
        pre, post, school, pre_all=pre, pre_all_cluster=school, school=school, pre_all_school=school
    )
    assert e == alone
    assert schools_without_links(school, everybody["pre_all_school"]).tolist() == ["c"]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_smallest_inputs_are_refused_with_a_reason(n):
    pre, cluster = [1.0] * n, ["a", "b"][:n]
    e = adjusted_gain(pre, pre, cluster, pre_all=pre, pre_all_cluster=cluster)
    assert np.isnan(e.estimate)
    assert e.reason != ""


def test_one_cluster_and_constant_pre_scores_are_refused():
    pre, post = [1.0, 2, 3], [2.0, 3, 5]
    one = adjusted_gain(pre, post, ["a"] * 3, pre_all=pre, pre_all_cluster=["a"] * 3)
    assert "1 cluster" in one.reason
    flat = adjusted_gain([1.0] * 4, [2, 3, 4, 5], list("aabb"), pre_all=[1.0] * 4,
                         pre_all_cluster=list("aabb"))  # fmt: skip
    assert "do not vary" in flat.reason


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="neither"):
        adjusted_gain([1], [2], ["a"], pre_all=[1], pre_all_cluster=["a"], school=["a"])
    with pytest.raises(EstimatorCallError, match="must occur"):
        adjusted_gain([1], [2], ["a"], pre_all=[1], pre_all_cluster=["b"])
    with pytest.raises(EstimatorCallError, match="shape"):
        raw_gain([1, 2], [1], ["a", "b"])
