"""The wild cluster bootstrap against refits, R, and the limits it inverts to."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from impact_eval.estimators import EstimatorCallError, WildDraws, fit_cr2, sign_flip, wild_bootstrap


def refits(y, design, cluster, multipliers, *, school=None, weights=None):
    """The definition: every draw refitted with dummies and rows; the first column is tested."""
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    columns = np.asarray(design, dtype=float)
    if school is not None:
        columns = np.column_stack(
            [columns, np.asarray(school)[:, None] == np.unique(school)]
        ).astype(float)
    codes = np.unique(cluster, return_inverse=True)[1]
    root = np.sqrt(w)

    def squared_t(values):
        b = np.linalg.lstsq(columns * root[:, None], values * root, rcond=None)[0]
        inverse = np.linalg.inv(columns.T @ (w[:, None] * columns))
        scores = (columns @ inverse[0]) * w * (values - columns @ b)
        return b[0] ** 2 / (np.bincount(codes, scores) ** 2).sum()

    null = (
        np.linalg.lstsq(columns[:, 1:] * root[:, None], y * root, rcond=None)[0]
        if columns.shape[1] > 1
        else []
    )
    fitted = columns[:, 1:] @ null if len(null) else np.zeros(len(y))
    own = squared_t(y)
    drawn = np.array([squared_t(fitted + v[codes] * (y - fitted)) for v in multipliers])
    return drawn >= own * (1 - 1e-8)


def survey(seed=0, schools=6, per_school=9):
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), per_school)
    wave = rng.integers(0, 2, school.size)
    age = rng.normal(size=school.size)
    y = (
        0.5 * wave
        + age
        + rng.normal(size=schools)[school] * (1 + wave)
        + rng.normal(size=school.size)
    )
    return y, wave, age, school, rng.uniform(0.5, 2, school.size)


@pytest.mark.parametrize(
    ("clusters", "with_school", "weighted"),
    [
        ("school", False, False),
        ("school", True, False),
        ("school", True, True),
        ("trainer", True, False),
        ("workshop", True, False),
        ("workshop", True, True),
        ("crossing", True, True),
        ("crossing", False, True),
    ],
)
def test_every_draw_is_a_refit(clusters, with_school, weighted):
    y, wave, age, school, weight = survey()
    place = np.arange(y.size)
    cluster = {
        "school": school,
        "trainer": school // 2,
        "workshop": 2 * (school // 3) + place % 2 + 10 * (school % 3 == 0),
        "crossing": place % 5,
    }[clusters]
    design = np.column_stack([wave, age] if with_school else [wave, age, np.ones(y.size)])
    options = {"school": school if with_school else None, "weights": weight if weighted else None}
    signs = np.array(list(product((-1, 1), repeat=np.unique(cluster).size)))
    e = wild_bootstrap(y, design, cluster, **options)
    assert e.p_value == refits(y, design, cluster, signs, **options).mean()
    assert e.estimate == pytest.approx(
        fit_cr2(y, design, cluster, coefficient=0, **options).estimate, rel=1e-10
    )


@pytest.mark.parametrize("multipliers", ["rademacher", "webb"])
def test_drawn_multipliers_are_refits(multipliers):
    y, wave, _, school, _ = survey(2)
    draws = WildDraws(multipliers, 40, np.random.default_rng(7))
    drawn = WildDraws(multipliers, 40, np.random.default_rng(7)).of(6)
    e = wild_bootstrap(y, wave, school, school=school, draws=draws)
    count = refits(y, wave[:, None], school, drawn, school=school).sum()
    assert e.p_value == (1 + count) / 41


def test_webb_has_six_points_of_variance_one():
    drawn = WildDraws("webb", 20_000, np.random.default_rng(1)).of(3)
    assert np.unique(drawn).size == 6
    assert (drawn**2).mean() == pytest.approx(1, abs=0.02)
    assert drawn.mean() == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    "name", ["wild_ancova", "wild_fe", "wild_plain", "wild_crossing", "wild_did"]
)
def test_against_r(reference, a12, a12_wide, unbal, name):
    ones = np.ones
    calls = {
        "wild_ancova": lambda w: (
            w.post, np.column_stack([w.treat, w.pre, ones(len(w))]), w.school, None),
        "wild_fe": lambda d: (d.y, d.t, d.school, d.school),
        "wild_plain": lambda d: (d.y, np.column_stack([d.t, ones(len(d))]), d.school, None),
        "wild_crossing": lambda d: (d.y, d.t, np.arange(len(d)) % 7, d.school),
        "wild_did": lambda d: (
            d.y, np.column_stack([d.t * d.treat, d.t, d.treat, ones(len(d))]), d.school, None),
    }  # fmt: skip
    data = {"wild_ancova": a12_wide, "wild_did": a12}.get(name, unbal)
    y, design, cluster, school = calls[name](data)
    e = wild_bootstrap(y, design, cluster, school=school)
    expected = reference("few_clusters")[name]
    assert (e.estimate, e.std_error) == pytest.approx([expected["b"], expected["se"]], rel=1e-9)
    assert e.p_value == expected["p"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_limits_invert_the_test(seed):
    y, wave, age, school, weight = survey(seed, schools=9)
    design = np.column_stack([wave, age])

    def at(value):
        return wild_bootstrap(y - value * wave, design, school, school=school, weights=weight)

    e = at(0.0)
    step = 1e-6 * e.std_error
    assert at(e.conf_low + step).p_value > 0.05 >= at(e.conf_low - step).p_value
    assert at(e.conf_high - step).p_value > 0.05 >= at(e.conf_high + step).p_value


def test_units_order_and_swapped_waves():
    y, wave, _, school, _ = survey(3, schools=8)
    order = np.random.default_rng(1).permutation(y.size)
    e = wild_bootstrap(y, wave, school, school=school)
    again = wild_bootstrap(7 * y[order] + 3, wave[order], school[order], school=school[order])
    turned = wild_bootstrap(y, 1 - wave, school, school=school)
    assert e.p_value == again.p_value == turned.p_value
    assert again.conf_low == pytest.approx(7 * e.conf_low, rel=1e-6)
    assert turned.conf_high == pytest.approx(-e.conf_low, rel=1e-6)


def test_a_mean_of_clusters_is_a_sign_flip_of_t():
    # with an intercept alone and equal clusters, t* rises with the flipped mean
    changes = np.random.default_rng(2).normal(0.4, 1, 10)
    e = wild_bootstrap(changes, np.ones(10), np.arange(10))
    flips = sign_flip(changes)
    assert e.p_value == flips.p_value
    assert (e.conf_low, e.conf_high) == pytest.approx((flips.conf_low, flips.conf_high), rel=1e-7)


def test_few_patterns_give_no_interval():
    y, wave, _, school, _ = survey(1, schools=4)
    e = wild_bootstrap(y, wave, school, school=school)
    assert np.isnan(e.conf_low)
    assert e.p_value >= 2 / 16
    webb = wild_bootstrap(
        y, wave, school, school=school, draws=WildDraws("webb", 999, np.random.default_rng(1))
    )
    assert webb.p_value > 0


def test_what_is_refused():
    assert "nothing separates" in wild_bootstrap([1.0, 2.0], [1, 1], ["a", "a"]).reason
    assert "standard error" in wild_bootstrap([1.0] * 3, [1.0] * 3, list("abc")).reason
    constant = wild_bootstrap([1.0, 2.0, 3.0], [1.0] * 3, list("abc"), school=list("aaa"))
    assert "cannot tell it apart" in constant.reason


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="rademacher, webb"):
        WildDraws("mammen")
    with pytest.raises(EstimatorCallError, match="from 0 to 0"):
        wild_bootstrap([1.0, 2.0], [1.0, 1.0], [1, 2], coefficient=1)
    with pytest.raises(EstimatorCallError, match="generator"):
        wild_bootstrap(np.arange(20.0), np.ones(20), np.arange(20))
    with pytest.raises(EstimatorCallError, match="n_draws"):
        WildDraws(n=0)


def test_false_positives_where_normal_theory_fails():
    rng = np.random.default_rng(8)
    school, wave = np.repeat(np.arange(8), 12), np.tile([0, 1], 48)
    found = []
    for _ in range(600):
        y = rng.normal(size=school.size) + rng.normal(0, 0.5, 8)[school] * wave
        found.append(wild_bootstrap(y, wave, school, school=school).p_value)
    # twelve people a school: independent people would reject in 15 % and more
    assert 0.02 < (np.array(found) <= 0.05).mean() < 0.08
