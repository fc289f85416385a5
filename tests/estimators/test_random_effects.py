"""Random effects against R's metafor 3.8-1 (tests/reference/schools.R), and their small cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from impact_eval.estimators import EstimatorCallError, random_effects
from impact_eval.estimators.between_variance import cochran_q
from impact_eval.estimators.spread_uncertainty import likely_spreads


@pytest.fixture(scope="module")
def expected(reference):
    return reference("schools")


@pytest.mark.parametrize("data", ["a12", "wide"])
@pytest.mark.parametrize("method", ["reml", "paule_mandel"])
def test_mean_and_spread_equal_metafor(expected, data, method):
    # r <- rma(y, v, method = "REML" or "PM", test = "knha"); confint(r); predict(r); blup(r)
    r = expected[f"{data}_{method}"]
    e = random_effects(r["y"], r["v"], tau2_method=method, tau2_known=True)
    assert e.mean.df == len(r["y"]) - 1
    q = (e.mean.std_error / r["se"]) ** 2
    if q == pytest.approx(1):
        found = (e.mean.estimate, e.mean.std_error, e.mean.p_value, e.mean.conf_low)
        assert found == pytest.approx([r[k] for k in ("mu", "se", "p", "low")], rel=1e-6)
        predicted = (e.prediction.conf_low, e.prediction.conf_high)
        assert predicted == pytest.approx((r["pi_low"], r["pi_high"]), rel=1e-6)
        assert e.shrunken_low == pytest.approx(r["blup_low"], rel=1e-6, abs=1e-8)
        assert e.shrunken_high == pytest.approx(r["blup_high"], rel=1e-6)
    assert e.mean.estimate == pytest.approx(r["mu"], rel=1e-7)
    assert e.tau2.estimate == pytest.approx(r["tau2"], rel=1e-6)
    assert (e.tau2.conf_low, e.tau2.conf_high) == pytest.approx(
        (r["tau2_low"], r["tau2_high"]), rel=1e-6
    )
    assert e.shrunken == pytest.approx(r["blup"], rel=1e-6)


def test_published_numbers_of_the_twelve_schools(expected):
    # rma(method = "REML", test = "knha"): mu .2100171, SE .0639410, tau2 .0201700
    r = expected["a12_reml"]
    e = random_effects(r["y"], r["v"])
    found = (e.mean.estimate, e.mean.std_error, e.tau2.estimate)
    assert found == pytest.approx((0.2100171, 0.0639410, 0.0201700), abs=2e-7)
    assert e.shrunken[:4] == pytest.approx([0.27886, 0.12290, 0.19749, 0.30539], abs=1e-5)


def test_less_spread_than_chance_keeps_the_larger_standard_error(expected):
    # rma(y, v, method = "REML", test = "adhoc")
    r = expected["narrow"]
    e = random_effects(r["y"], r["v"])
    assert e.tau2.estimate == r["tau2"] == 0
    assert (e.mean.estimate, e.mean.std_error) == pytest.approx((r["mu"], r["se"]), rel=1e-8)
    assert e.shrunken == pytest.approx(np.full(5, r["mu"]))
    assert np.isnan(e.tau2.conf_low)


def test_equal_variances_give_the_closed_form():
    y = np.array([0.1, 0.5, 0.9, 0.2, 0.8])
    e = random_effects(y, np.full(5, 0.01))
    assert e.tau2.estimate == pytest.approx(y.var(ddof=1) - 0.01)
    assert e.mean.estimate == pytest.approx(y.mean())
    assert e.mean.std_error == pytest.approx(y.std(ddof=1) / np.sqrt(5))


def test_uncertain_tau2_widens_the_prediction(expected):
    r = expected["a12_reml"]
    uncertain, known = (random_effects(r["y"], r["v"], tau2_known=k) for k in (False, True))
    width = [e.prediction.conf_high - e.prediction.conf_low for e in (uncertain, known)]
    assert width[0] > width[1]
    assert (uncertain.shrunken == known.shrunken).all()


def test_likely_values_of_tau2_invert_cochrans_q(expected):
    # levels of Q between 0 and what it is at tau2 = 0, since tau2 is not negative
    y, v = np.array(expected["wide_reml"]["y"]), np.array(expected["wide_reml"]["v"])
    likely = likely_spreads(y, v[None, :])
    levels = stats.chi2.cdf([cochran_q(y, v, t) for t in likely.tau2], y.size - 1)
    most = stats.chi2.cdf(cochran_q(y, v, 0.0), y.size - 1)
    assert levels == pytest.approx(most * (np.arange(199) + 0.5) / 199)
    assert likely.weight == pytest.approx(np.full(199, 1 / 199))
    assert likely.tau2.min() > 0


def test_units_and_order_do_not_matter():
    y, v = np.array([0.9, 0.2, 0.6, 1.1, 0.4]), np.array([0.04, 0.03, 0.05, 0.04, 0.03])
    one, other = random_effects(y, v), random_effects(100 * y[::-1], 1e4 * v[::-1])
    assert other.tau2.estimate == pytest.approx(1e4 * one.tau2.estimate)
    assert other.shrunken[::-1] == pytest.approx(100 * one.shrunken)
    assert other.prediction.conf_low == pytest.approx(100 * one.prediction.conf_low)


@pytest.mark.parametrize("n", [0, 1])
def test_without_two_schools_nothing_is_estimable(n):
    e = random_effects([0.3] * n, [0.1] * n)
    assert "at least 2 schools" in e.mean.reason
    assert e.shrunken.size == n


@pytest.mark.parametrize(("n", "refused"), [(2, True), (3, True), (4, False)])
def test_prediction_is_refused_below_four_schools(n, refused):
    e = random_effects(np.linspace(0, 1, n), np.full(n, 0.01))
    assert bool(e.prediction.reason) == refused
    assert e.mean.reason == ""


def test_equal_changes_have_no_spread():
    e = random_effects([0.3] * 6, [0.02] * 6)
    assert e.tau2.estimate == 0
    assert e.mean.std_error == pytest.approx(np.sqrt(0.02 / 6))


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="positive"):
        random_effects([1, 2], [0.1, 0])
    with pytest.raises(EstimatorCallError, match="reml, paule_mandel"):
        random_effects([1, 2], [0.1, 0.1], tau2_method="dl")
    with pytest.raises(EstimatorCallError, match="`variances_df` must be positive"):
        random_effects([1, 2], [0.1, 0.1], variances_df=[3, 0])
    with pytest.raises(EstimatorCallError, match="variances_df"):
        random_effects([1, 2], [0.1, 0.1], variances_df=[3, 4, 5])
