"""Intraclass correlations against R: aov, lme4 1.1-31 and psych 2.2.9 (tests/reference)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from impact_eval.estimators import EstimatorCallError, design_effect, icc


@pytest.mark.parametrize("name", ["pre", "gain"])
def test_unbalanced_estimate_equals_the_analysis_of_variance(a12_wide, reference, name):
    # m <- anova(lm(score ~ factor(school)))$"Mean Sq"; (m[1] - m[2]) / (m[1] + (n0 - 1) * m[2])
    score = a12_wide.post - a12_wide.pre if name == "gain" else a12_wide.pre
    e = icc(score, a12_wide.school)
    assert e.estimate == pytest.approx(reference("schools")[f"icc_a12_{name}"], rel=1e-10)


def test_balanced_estimate_and_interval_equal_psych_and_lme4(a12_wide, reference):
    # psych::ICC(...)$results[1, ] (ICC1) and lmer(pre ~ 1 + (1 | school)), equal sizes
    r = reference("schools")["icc_equal"]
    size = a12_wide.school.value_counts().min()
    equal = a12_wide.groupby("school").head(size)
    e = icc(equal.pre, equal.school)
    assert (e.estimate, e.conf_low, e.conf_high) == pytest.approx(
        (r["icc"], r["low"], r["high"]), rel=1e-9
    )
    assert e.estimate == pytest.approx(r["reml"], rel=1e-6)


def test_unequal_sizes_cover_by_the_f_distribution_of_weighted_means():
    # at each limit the weighted F must stand at its own quantile
    rng = np.random.default_rng(1)
    size = np.array([4, 9, 30, 12, 60, 7])
    cluster = np.repeat(np.arange(6), size)
    score = rng.normal(size=cluster.size) + rng.normal(0, 0.6, 6)[cluster]
    e = icc(score, cluster)
    means = np.array([score[cluster == g].mean() for g in range(6)])
    within = ((score - means[cluster]) ** 2).sum() / (cluster.size - 6)
    for limit, level in ((e.conf_low, 0.975), (e.conf_high, 0.025)):
        theta = limit / (1 - limit)
        weight = 1 / (theta + 1 / size)
        f = weight @ (means - np.average(means, weights=weight)) ** 2 / 5 / within
        assert stats.f.cdf(f, 5, cluster.size - 6) == pytest.approx(level, abs=1e-9)


def test_units_and_names_do_not_matter(a12_wide):
    one = icc(a12_wide.pre, a12_wide.school)
    other = icc(3 - 20 * a12_wide.pre, a12_wide.school + "x")
    assert (other.estimate, other.conf_low) == pytest.approx((one.estimate, one.conf_low))


def test_people_less_alike_than_by_chance_give_a_negative_value():
    e = icc([1, 5, 5, 1, 1, 5], ["a", "a", "b", "b", "c", "c"])
    assert e.estimate == pytest.approx(-1)


@pytest.mark.parametrize(
    ("score", "cluster", "words"),
    [
        ([], [], "fewer than 2"),
        ([1.0], ["a"], "fewer than 2"),
        ([1.0, 2.0], ["a", "b"], "one person"),
        ([1.0, 1.0, 3.0, 3.0], ["a", "a", "b", "b"], "do not vary"),
    ],
)
def test_smallest_cases_are_refused(score, cluster, words):
    assert words in icc(score, cluster).reason


def test_design_effect_of_equal_and_single_clusters():
    assert design_effect(0.1, np.repeat(np.arange(5), 21)) == pytest.approx(3)
    assert design_effect(0.1, np.arange(5)) == 1
    with pytest.raises(EstimatorCallError, match="people"):
        design_effect(0.1, [])


def test_no_interval_that_leaves_the_estimate_out() -> None:
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(14), [400, 400, *[6] * 12])
    rare = rng.random(cluster.size) < np.where(cluster < 2, 0.03, 0.0)
    common = np.isin(cluster, [3, 6]) & (rng.random(cluster.size) < 0.6)
    found = icc((rare | common).astype(float), cluster)
    assert np.isfinite(found.estimate)
    assert np.isnan([found.conf_low, found.conf_high]).all()
