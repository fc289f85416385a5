"""One line for each reference number that was fixed before the estimators were written.

Beside each stands the call in R that gives it. Others stand where their estimators are tested:
partly linked people (test_unlinked_and_attrition), planned sizes (test_planning), the attrition
standard (test_attrition_standard), mixed models (test_mixed_model) and estimating equations
(test_single_shares).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators import (
    change_difference,
    d_av,
    d_pre,
    d_z,
    fit_cr2,
    mean_change,
    odds_of_higher,
    random_effects,
    raw_gain,
    sign_flip_change,
)
from impact_eval.estimators.designs import total_variance_g
from impact_eval.estimators.designs.random_intercept import random_intercept

REFERENCE = Path(__file__).parents[1] / "reference"


def held(estimate, b, se, df=None, p=None, *, near=1e-6):
    assert (estimate.estimate, estimate.std_error) == pytest.approx((b, se), abs=near)
    assert df is None or estimate.df == pytest.approx(df, abs=max(near, 1e-6))
    assert p is None or estimate.p_value == pytest.approx(p, abs=near)


# coef_test(lm(...), vcov = "CR2", cluster = school, test = "Satterthwaite")
def test_clustered_least_squares(a12, a12_wide, unbal, b100_wide):
    d = a12_wide  # lm(post ~ treat + pre)
    design = np.column_stack([d.treat, d.pre, np.ones(len(d))])
    found = fit_cr2(d.post, design, d.school, coefficient=0)
    held(found, 0.1601378, 0.0811805, 5.521703, 0.100151)
    d = a12  # lm(y ~ t * treat)
    held(
        change_difference(d.y, d.t, d.treat, d.school, school=None),
        *(0.3819559, 0.0767682, 5.147549, 0.0038685),
    )
    held(
        mean_change(d.y, d.t, d.school, school=d.school),  # lm(y ~ t + factor(school))
        *(0.1943589, 0.0566439, 10.3763015, 0.0060937),
    )
    d = unbal  # lm(y ~ t + factor(school)), lm(y ~ t)
    effects, plain = (
        mean_change(d.y, d.t, d.school, school=d.school),
        mean_change(d.y, d.t, d.school),
    )
    assert (effects.std_error, plain.std_error) == pytest.approx((0.0909805, 0.0882976), abs=1e-6)
    assert (effects.df, plain.df) == pytest.approx((10.24260, 10.26283), abs=1e-5)
    d = b100_wide  # lm(post ~ treat + pre)
    design = np.column_stack([d.treat, d.pre, np.ones(len(d))])
    found = fit_cr2(d.post, design, d.school, coefficient=0)
    assert (found.std_error, found.df) == pytest.approx((0.0497100, 64.80336), abs=1e-5)


# by enumeration: all(2^12 signs), mean(abs(signs %*% d) >= abs(sum(d)))
def test_exact_sign_flips(a12):
    found = sign_flip_change(a12.y, a12.t, a12.school, school=a12.school)
    assert found.p_value == 4 / 4096


def test_a_share_and_its_odds(reference):
    d = pd.read_csv(REFERENCE / "binary.csv")
    r = reference("rows")
    own = d[d["T"] == 0]  # coef_test(lm(b ~ t * T), coefs = "t"): the side without
    design = np.column_stack([d.t, d["T"], d.t * d["T"], np.ones(len(d))])
    found = fit_cr2(d.b, design, d.school, coefficient=0)
    held(found, 0.0933, 0.0221, 14, near=1e-4)
    held(mean_change(own.b, own.t, own.school), 0.0933, 0.0221, 14, near=1e-4)
    # summary(clmm(factor(o) ~ t * T + (1 | school))): given a school, so a little further from zero
    assert list(r["clmm"].values()) == pytest.approx([0.50132, 0.11928], abs=1e-4)
    odds = odds_of_higher(d.o, np.column_stack([d.t, d["T"], d.t * d["T"]]), d.school).log_odds
    assert 0 < r["clmm"]["b"] - odds.estimate < r["clmm"]["se"] / 2


# predict(rma(m, v, method = "REML", test = "knha")), blup()
def test_schools_as_draws(a12_wide):
    d = a12_wide.assign(gain=a12_wide.post - a12_wide.pre)
    by = d.groupby("school").gain
    e = random_effects(by.mean(), by.var() / by.size(), tau2_known=True)
    assert (e.mean.estimate, e.mean.std_error) == pytest.approx((0.2100171, 0.0639410), abs=1e-5)
    assert e.tau2.estimate == pytest.approx(0.0201700, abs=1e-5)
    assert (e.prediction.conf_low, e.prediction.conf_high) == pytest.approx(
        (-0.1328, 0.5528), abs=1e-4
    )
    expected = (0.27886, 0.12290, 0.19749, 0.30539)
    assert list(e.shrunken[:4]) == pytest.approx(expected, abs=1e-5)


# mean(gain) / sd(gain), / root of the mean variance, / sd(pre)
def test_standardised_changes(a12_wide):
    d = a12_wide
    gain = d.post - d.pre
    change = raw_gain(d.pre, d.post, d.school)
    n = 10**6  # so that Hedges' factor is 1
    sizes = (
        d_z(change, gain.std(), n),
        d_av(change, d.pre.std(), d.post.std(), n, n),
        d_pre(change, d.pre.std(), n),
    )
    assert [one.estimate for one in sizes] == pytest.approx([0.2447, 0.2116, 0.2076], abs=1e-4)


# lmer(post ~ treat + level + own + (1 | school)), lmer(post ~ 1 + (1 | school))
def test_one_random_intercept_is_that_of_lme4(b100_wide, reference):
    r, d = reference("rows")["random_intercept"], b100_wide
    level = d.groupby("school").pre.transform("mean")
    fit = random_intercept(d.post, np.column_stack([d.treat, level, d.pre - level]), d.school)
    assert fit.coefficients[0] == pytest.approx(r["b"], rel=1e-7)
    for own, name in (
        (fit, "conditional"),
        (random_intercept(d.post, None, d.school), "unconditional"),
    ):
        assert (own.total, own.icc) == pytest.approx((r[name]["total"], r[name]["icc"]), rel=1e-5)


# eefAnalytics::crtFREQ(post ~ treat + pre, "treat", "school") prints .33 [.21, .45], .24 [.05, .43]
def test_effect_sizes_of_the_endowment(b100_wide):
    d = b100_wide
    fit = random_intercept(d.post, np.column_stack([d.treat, d.pre]), d.school)
    sizes = [d[d.treat == arm].groupby("school").size() for arm in (1, 0)]
    for own, printed in (
        (fit, (0.33, 0.21, 0.45)),
        (random_intercept(d.post, None, d.school), (0.24, 0.05, 0.43)),
    ):
        g = total_variance_g(fit.coefficients[0], own.total, own.icc, *sizes)
        limits = (g.estimate - 1.96 * g.std_error, g.estimate + 1.96 * g.std_error)
        assert (g.estimate, *limits) == pytest.approx(printed, abs=0.0055)


def test_a_random_intercept_of_clusters_that_are_alike():
    rng = np.random.default_rng(5)
    school = np.repeat(np.arange(12), 30)
    score = rng.normal(size=360)
    score -= pd.Series(score).groupby(school).transform("mean")
    fit = random_intercept(score, None, school)
    assert fit.between == 0
    assert fit.total == pytest.approx(score.var(ddof=1))
