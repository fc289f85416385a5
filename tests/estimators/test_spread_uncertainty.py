"""Intervals of single schools with uncertain variances: other ways to the same, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from impact_eval.estimators import random_effects
from impact_eval.estimators.spread_uncertainty import (
    likely_spreads,
    likely_variances,
    predict_school,
    shrink_limits,
    spread_limits,
)

KNOWN = np.inf


def draw(seed=1, schools=12, spread=0.5, unit=1.0):
    rng = np.random.default_rng(seed)
    v = unit**2 * np.exp(rng.normal(0, 0.5, schools))
    return rng.normal(0, np.hypot(np.sqrt(v), spread * unit)), v


def quantiles(weights, centre, error):
    """Invert the mixtures of normals one by one, centre and error of shape (points, schools)."""

    def at(j, level):
        def excess(x):
            return weights @ special.ndtr((x - centre[:, j]) / error[:, j]) - level

        return optimize.brentq(excess, -50, 50, xtol=1e-5)

    return np.array([[at(j, p) for j in range(centre.shape[1])] for p in (0.025, 0.975)])


def posterior_of_equal_variances(y, v, df):
    """Tiao and Tan (1965): prior 1 / (s (tau2 + s)), so even over the logs of s and tau2 + s."""
    squares, schools = ((y - y.mean()) ** 2).sum(), y.size
    s = v * np.exp(np.linspace(-3, 5, 300))[:, None]
    both = (v + squares / schools) * np.exp(np.linspace(-4, 9, 500))[None, :]
    log_density = (
        -df / 2 * np.log(s) - df * v / (2 * s)
        - (schools - 1) / 2 * np.log(both) - squares / (2 * both)
    )  # fmt: skip
    density = np.where(both > s, np.exp(log_density - log_density.max()), 0.0)
    keep = density > 1e-7
    weight = density[keep] / density[keep].sum()
    s, both = (np.broadcast_to(a, density.shape)[keep] for a in (s, both))
    own = ((both - s) / both)[:, None]
    centre = own * y + (1 - own) * y.mean()
    error = np.sqrt(own * s[:, None] + (1 - own) ** 2 * both[:, None] / schools)
    error = np.broadcast_to(error, centre.shape)
    further = np.full((s.size, 1), y.mean()), np.sqrt(both - s + both / schools)[:, None]
    return weight, (centre, error), further


@pytest.mark.parametrize(("schools", "df", "spread"), [(6, 12, 1.2), (20, 30, 0.3)])
def test_equal_variances_give_the_posterior_of_the_balanced_model(schools, df, spread):
    y = np.random.default_rng(4).normal(0, np.hypot(1, spread), schools)
    weight, given_schools, further = posterior_of_equal_variances(y, 1.0, df)
    e = random_effects(y, np.ones(schools), variances_df=df)
    low, high = quantiles(weight, *(part[:, :3] for part in given_schools))
    width = high - low
    assert (np.abs(e.shrunken_low[:3] - low) < 0.01 * width).all()
    assert (np.abs(e.shrunken_high[:3] - high) < 0.01 * width).all()
    low, high = quantiles(weight, *further)[:, 0]
    found = e.prediction.conf_low, e.prediction.conf_high
    assert found == pytest.approx((low, high), abs=0.015 * (high - low))


def test_unequal_variances_give_what_drawing_and_keeping_gives():
    # chi-squares drawn at random, tau2 solved for one by one, and what is below 0 thrown away
    y, v = draw(seed=3, schools=5, spread=0.8)
    df, rng = np.array([4.0, 8.0, 12.0, 30.0, 60.0]), np.random.default_rng(1)
    kept = []
    for level, target in zip(rng.random(1500), rng.chisquare(4, 1500), strict=True):
        s = v * df / stats.chi2.ppf(level, df)

        def excess(tau2, s=s, target=target):
            w = 1 / (s + tau2)
            return w @ (y - w @ y / w.sum()) ** 2 - target

        if excess(0) > 0:
            kept.append((optimize.brentq(excess, 0, 1e4 * v.sum()), s))
    tau2, s = np.array([t for t, _ in kept])[:, None], np.array([s for _, s in kept])
    w = 1 / (s + tau2)
    mu, own = (w @ y / w.sum(axis=1))[:, None], tau2 / (tau2 + s)
    error = np.sqrt(own * s + (1 - own) ** 2 / w.sum(axis=1)[:, None])
    even = np.full(len(kept), 1 / len(kept))
    low, high = quantiles(even, own * y + (1 - own) * mu, error)
    e = random_effects(y, v, variances_df=df)
    assert (np.abs(e.shrunken_low - low) < 0.03 * (high - low)).all()
    assert (np.abs(e.shrunken_high - high) < 0.03 * (high - low)).all()


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    spread=st.sampled_from([0.0, 0.3, 30]),
    unit=st.floats(1e-3, 1e3),
    df=st.sampled_from([2.0, 40.0, KNOWN]),
)
def test_limits_leave_the_tails_that_they_should(seed, spread, unit, df):
    y, v = draw(seed, spread=spread, unit=unit)
    likely = likely_spreads(y, likely_variances(v, np.full(12, df)))
    tau2, v = likely.tau2[:, None], likely.variances
    w = 1 / (v + tau2)
    mu, variance = (w @ y / w.sum(axis=1))[:, None], 1 / w.sum(axis=1)[:, None]
    own = tau2 / (tau2 + v)
    centre, error = own * y + (1 - own) * mu, np.sqrt(own * v + (1 - own) ** 2 * variance)
    for limit, tail in zip(shrink_limits(y, likely, 0.95), (0.025, 0.975), strict=True):
        share = likely.weight @ stats.norm.cdf(limit, centre, error)
        assert share == pytest.approx(tail, rel=1e-6)
    for limit, tail in zip(predict_school(y, likely, 0.95), (0.025, 0.975), strict=True):
        chance = likely.weight @ stats.norm.cdf(limit, mu, np.sqrt(tau2 + variance))[:, 0]
        assert chance == pytest.approx(tail, rel=1e-6)


def test_equal_variances_give_the_spread_as_a_difference_of_two_chi_squares():
    y, v = draw(seed=5, schools=9, spread=2)[0], np.ones(9)
    squares, rng = ((y - y.mean()) ** 2).sum(), np.random.default_rng(2)
    drawn = squares / rng.chisquare(8, 10**6) - 20 / rng.chisquare(20, 10**6)
    low, high = spread_limits(y, likely_variances(v, np.full(9, 20.0)), 0.95)
    assert (low, high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), rel=0.02)


def test_quantiles_between_knots_are_those_of_chi_square():
    df = np.geomspace(1, 1e4, 40)
    found = 1 / likely_variances(np.ones(40), df)
    exact = stats.chi2.ppf((np.arange(199)[:, None] * 123 % 199 + 0.5) / 199, df) / df
    assert np.abs(np.cbrt(found) - np.cbrt(exact)).max() < 0.01


def everything(e):
    mean = e.mean.estimate, e.mean.conf_low, e.mean.conf_high
    rest = e.prediction.conf_low, e.prediction.conf_high, e.tau2.conf_low, e.tau2.conf_high
    return [*mean, *rest, *e.shrunken, *e.shrunken_low, *e.shrunken_high]


@pytest.mark.parametrize("near", [1e-15, 3e-14, 1e-9, 1e-7, 2e-6])
def test_degrees_of_freedom_that_differ_by_rounding_are_the_same(near):
    # as of schools of which everybody was seen twice: 44, and 44 but for the last digits
    y, v = np.array([0.9, 0.2, 0.6, 1.1, 0.4]), np.array([0.2, 0.1, 0.3, 0.2, 0.1])
    one, other = (
        random_effects(y, v, variances_df=44 * (1 + step * np.arange(5))) for step in (0, near)
    )
    for name in ("shrunken_low", "shrunken_high"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-4)
    limits = other.prediction.conf_low, other.prediction.conf_high
    assert limits == pytest.approx((one.prediction.conf_low, one.prediction.conf_high), rel=1e-4)


def test_many_degrees_of_freedom_are_known_variances():
    y, v = draw(spread=1.0)
    known = everything(random_effects(y, v))
    assert everything(random_effects(y, v, variances_df=KNOWN)) == known
    assert everything(random_effects(y, v, variances_df=5e3)) == pytest.approx(known, abs=0.02)
    one, each = (random_effects(y, v, variances_df=df) for df in (7, np.full(12, 7)))
    assert everything(one) == everything(each)


@pytest.mark.parametrize("spread", [1.0, 3.0])
def test_fewer_degrees_of_freedom_make_intervals_wider_and_move_no_estimate(spread):
    y, v = draw(seed=8, spread=spread)
    fewer, known = (random_effects(y, v, variances_df=df) for df in (8, KNOWN))
    assert (fewer.shrunken == known.shrunken).all()
    assert fewer.mean == known.mean
    assert fewer.tau2.estimate == known.tau2.estimate
    widths = [(e.shrunken_high - e.shrunken_low).mean() for e in (fewer, known)]
    assert widths[0] > widths[1]


@pytest.mark.parametrize("df", [3.0, 50.0])
def test_units_place_and_order_of_schools(df):
    y, v = draw(seed=2)
    each = df * np.linspace(1, 2, 12)
    one = random_effects(y, v, variances_df=each)
    other = random_effects((7 - 10 * y)[::-1], 100 * v[::-1], variances_df=each[::-1])
    assert other.shrunken_low[::-1] == pytest.approx(7 - 10 * one.shrunken_high, rel=1e-6)
    assert other.prediction.conf_high == pytest.approx(7 - 10 * one.prediction.conf_low, rel=1e-6)
    assert other.tau2.conf_high == pytest.approx(100 * one.tau2.conf_high, rel=1e-6)


def test_equal_changes_and_two_schools_have_finite_limits():
    for y in ([0.3] * 6, [0.1, 0.9]):
        e = random_effects(y, np.linspace(0.02, 0.2, len(y)), variances_df=2)
        assert np.isfinite([*e.shrunken_low, *e.shrunken_high]).all()
        assert (e.shrunken_low <= e.shrunken).all()
        assert (e.shrunken <= e.shrunken_high).all()


def coverage(schools, df, tau2, repeats, *, told):
    """Cover given schools, a further one and the spread; variances are off by a common factor."""
    rng = np.random.default_rng(6)
    hits = np.zeros(3)
    for _ in range(repeats):
        v = 0.04 * rng.uniform(0.4, 1.6, schools)
        truth = rng.normal(0, np.sqrt(tau2), schools + 1)
        y = rng.normal(truth[:-1], np.sqrt(v))
        e = random_effects(y, v * rng.chisquare(df) / df, variances_df=df if told else KNOWN)
        inside = (e.shrunken_low <= truth[:-1]) & (truth[:-1] <= e.shrunken_high)
        hits += (
            inside.mean(),
            e.prediction.conf_low <= truth[-1] <= e.prediction.conf_high,
            not (e.tau2.conf_low > tau2 or e.tau2.conf_high < tau2),
        )
    return hits / repeats


def test_intervals_cover_although_variances_are_estimated():
    told, believed = (coverage(50, 12, 0.01, 80, told=told) for told in (True, False))
    assert (told >= 0.93).all()
    assert believed[2] < 0.85


@pytest.mark.simulation
@pytest.mark.parametrize(("schools", "df", "tau2"), [(4, 8, 0.04), (12, 24, 0.01), (60, 20, 0.02)])
def test_coverage_with_estimated_variances(schools, df, tau2):
    assert (coverage(schools, df, tau2, 200, told=True) >= 0.93).all()
