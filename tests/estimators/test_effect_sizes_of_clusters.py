"""Hedges' g of clusters, shares, and the smallest detectable effect, against published numbers."""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.designs import (
    cluster_correction,
    corrected_t,
    cox_difference,
    cox_index,
    hedges_g,
    improvement_index,
    total_variance_g,
)
from impact_eval.estimators.estimate import from_std_error, not_estimable


def effect(b=0.25, se=0.08, df=18.0):
    return from_std_error(b, se, df, n=200, n_clusters=20, method="CR2")


@pytest.mark.parametrize(
    ("arms", "size", "icc", "h", "g"),
    [
        ((1000, 1000), 50, 0.10, 1358.22, 0.24925),
        ((1000, 1000), 50, 0.20, 688.28, 0.24850),
        ((100, 100), 10, 0.10, 182.63, 0.24784),
    ],
)
def test_published_corrections(arms, size, icc, h, g):
    # b = .25, S = 1; Hedges (2007) equations 15 and 16 in R's arithmetic
    c = cluster_correction(*arms, size, icc)
    assert c.h == pytest.approx(h, abs=0.005)
    assert hedges_g(effect(), 1.0, c).estimate == pytest.approx(g, abs=5e-6)
    assert c.eta == pytest.approx(1 + (size - 1) * icc)


def test_gamma_of_two_thousand():
    assert cluster_correction(1000, 1000, 50, 0.10).gamma == pytest.approx(0.99510, abs=5e-6)


def test_both_standard_errors_written_out():
    c = cluster_correction(100, 100, 10, 0.10)
    g = 0.24784
    clustered = sqrt(0.08**2 * c.gamma + g**2 / (2 * (c.h - 1)))
    ignored = sqrt((1 - 0.4) * (1 / 100 + 1 / 100) * 1.9 + g**2 / (2 * c.h))
    one = hedges_g(effect(), 1.0, c, n_covariates=1)
    two = hedges_g(effect(), 1.0, c, analysis="individual", r_squared=0.4)
    assert (one.std_error, two.std_error) == pytest.approx(
        (c.omega * clustered, c.omega * ignored), rel=1e-4
    )
    assert (one.df, two.df) == (18, c.h)
    plain = hedges_g(effect(), 1.0, c, n_covariates=1, std_error="unscaled")
    assert plain.std_error == pytest.approx(one.std_error / c.omega)


@given(
    n=st.tuples(st.integers(10, 500), st.integers(10, 500)),
    size=st.floats(1, 40),
    icc=st.floats(0, 0.9),
)
def test_without_clusters_both_forms_are_hedges_g(n, size, icc):
    for c in (cluster_correction(*n, 1, icc), cluster_correction(*n, size, 0.0)):
        assert (c.gamma, c.eta, c.h) == pytest.approx((1, 1, sum(n) - 2))
        assert c.omega == pytest.approx(1 - 3 / (4 * sum(n) - 9))
    c = cluster_correction(*n, size, 0.0, clustered="programme")
    assert (c.gamma, c.eta, c.h) == pytest.approx((1, 1, sum(n) - 2))


def test_the_variance_of_two_clustered_arms_has_h_degrees_of_freedom():
    # S^2 of clustered normal scores: its mean is gamma, its df 2 mean^2 / variance
    rng = np.random.default_rng(1)
    level = rng.normal(0, sqrt(0.3), (4000, 2, 5, 1))
    y = (level + rng.normal(0, sqrt(0.7), (4000, 2, 5, 8))).reshape(4000, 2, 40)
    s2 = y.var(axis=2, ddof=1).mean(axis=1)
    c = cluster_correction(40, 40, 8, 0.3)
    assert s2.mean() == pytest.approx(c.gamma, abs=0.015)
    assert 2 * s2.mean() ** 2 / s2.var() == pytest.approx(c.h, rel=0.1)


def test_the_variance_with_one_clustered_arm_has_h_degrees_of_freedom():
    rng = np.random.default_rng(2)
    level = rng.normal(0, sqrt(0.3), (4000, 5, 1))
    grouped = (level + rng.normal(0, sqrt(0.7), (4000, 5, 8))).reshape(4000, 40)
    single = rng.normal(0, sqrt(0.7), (4000, 30))  # as the formulas have it: no part of clusters
    s2 = (39 * grouped.var(axis=1, ddof=1) + 29 * single.var(axis=1, ddof=1)) / 68
    c = cluster_correction(40, 30, 8, 0.3, clustered="programme")
    assert s2.mean() == pytest.approx(c.gamma, abs=0.015)
    assert 2 * s2.mean() ** 2 / s2.var() == pytest.approx(c.h, rel=0.1)
    mean = grouped.mean(axis=1) - single.mean(axis=1)
    assert mean.var() == pytest.approx((1 / 40 + 1 / 30) * c.eta, rel=0.06)


def test_corrected_t_is_the_ratio_of_the_parts():
    c = cluster_correction(200, 200, 20, 0.2)
    t, df, p = corrected_t(3.0, 200, 200, 20, 0.2)
    assert (t, df) == pytest.approx((3 * sqrt(390.4 / (398 * 4.8)), c.h))
    assert 0 < p < 1


@pytest.mark.parametrize(
    ("model", "interval"),
    [("conditional", (0.33, 0.21, 0.45)), ("unconditional", (0.24, 0.05, 0.43))],
)
def test_unequal_clusters_give_the_numbers_of_crtfreq(b100_wide, reference, model, interval):
    # eefAnalytics::crtFREQ prints 0.33 [0.21, 0.45] and 0.24 [0.05, 0.43], with 1.96
    m = reference("designs")["mixed"]
    sizes = [b100_wide[b100_wide.treat == a].groupby("school").size() for a in (1, 0)]
    g = total_variance_g(m["b"], m[model]["total"], m[model]["icc"], *sizes)
    found = (g.estimate, g.estimate - 1.96 * g.std_error, g.estimate + 1.96 * g.std_error)
    assert found == pytest.approx(interval, abs=0.006)
    assert g.df == 98


def test_equal_clusters_need_no_other_formula():
    g = total_variance_g(0.3, 1.0, 0.1, [20] * 10, [20] * 10)
    c = cluster_correction(200, 200, 20, 0.1)
    assert g.estimate == pytest.approx(0.3 * sqrt(c.gamma))
    h_part = g.estimate**2 / (2 * c.h)
    variance = (1 / 200 + 1 / 200) * c.eta + h_part
    assert g.std_error**2 == pytest.approx(variance, rel=1e-3)


def test_shares():
    assert cox_index(0.8, 0.72) == pytest.approx((np.log(4) - np.log(0.72 / 0.28)) / 1.65)
    assert cox_index(0.3, 0.3) == 0
    assert cox_index(0.8, 0.7, omega=0.9) == pytest.approx(-0.9 * cox_index(0.7, 0.8))
    assert [improvement_index(g) for g in (0.0, -inf, inf)] == [0, -50, 50]
    everybody = cox_difference([1, 1, 1, 1, 0, 1, 0, 1], [1] * 4 + [0] * 4, list("aabbccdd"))
    assert "0 or 1" in everybody.reason
    with pytest.raises(EstimatorCallError, match="exclusive"):
        cox_index(1.0, 0.5)


def test_refusals_and_wrong_calls():
    c = cluster_correction(20, 20, 5, 0.1)
    nothing = not_estimable("a clause", n=0, n_clusters=0, method="")
    assert hedges_g(nothing, 1.0, c).reason == "a clause"
    assert hedges_g(effect(), 0.0, c).reason == "the scores do not vary"
    assert "degrees of freedom" in hedges_g(effect(), 1.0, c, n_covariates=90).reason
    assert hedges_g(replace(effect(), conf_level=0.9), 1.0, c).conf_level == 0.9
    for bad in ((0, 10, 5, 0.1), (10, 10, 0.5, 0.1), (10, 10, 5, 1.1), (10, 10, 20, 1.0)):
        with pytest.raises(EstimatorCallError):
            cluster_correction(*bad)
    with pytest.raises(EstimatorCallError, match="both, programme"):
        cluster_correction(10, 10, 5, 0.1, clustered="one")
    with pytest.raises(EstimatorCallError, match="at least 2 clusters"):
        total_variance_g(0.1, 1.0, 0.1, [3], [4, 5])
