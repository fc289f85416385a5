"""Limits between the ends: Clopper and Pearson's where answers are independent, and identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from impact_eval.estimators import wave_mean
from impact_eval.estimators.bounded_mean import many_at_an_end, within_ends
from impact_eval.estimators.estimate import EstimatorCallError, describe, from_std_error


def share(place, worth, df=1e9, conf_level=0.95):
    """A share in percent that is known as well as that of so many independent answers."""
    tail = (1 + conf_level) / 2
    error = np.sqrt(place * (1 - place) / worth) * stats.norm.ppf(tail) / stats.t.ppf(tail, df)
    return from_std_error(
        100 * place, 100 * error, df, n=50, n_clusters=5, method="mean", conf_level=conf_level
    )


@pytest.mark.parametrize("conf_level", [0.9, 0.95])
@pytest.mark.parametrize(("yes", "of", "df"), [(1, 30, 1e9), (3, 40, 5), (20, 40, 3), (29, 30, 11)])
def test_limits_are_clopper_and_pearsons(yes, of, df, conf_level):
    e = within_ends(share(yes / of, of, df, conf_level), 0, 100)
    exact = stats.binomtest(yes, of).proportion_ci(conf_level, method="exact")
    assert (e.conf_low, e.conf_high) == pytest.approx((100 * exact.low, 100 * exact.high), rel=1e-9)


@given(
    place=st.floats(0.001, 0.999),
    worth=st.floats(2, 500),
    df=st.floats(1, 60),
    low=st.floats(-5, 5),
    width=st.floats(0.1, 50),
)
def test_limits_lie_between_the_ends_and_turn_with_them(place, worth, df, low, width):
    mean = low + width * place
    error = width * np.sqrt(place * (1 - place) / worth)
    e = within_ends(from_std_error(mean, error, df, n=9, n_clusters=3, method=""), low, low + width)
    assert low - 1e-9 <= e.conf_low <= mean + 1e-9 * width
    assert mean - 1e-9 * width <= e.conf_high <= low + width + 1e-9
    turned = within_ends(
        from_std_error(-mean, error, df, n=9, n_clusters=3, method=""), -low - width, -low
    )
    assert (turned.conf_low, turned.conf_high) == pytest.approx(
        (-e.conf_high, -e.conf_low), abs=1e-7 * width
    )


def test_far_from_the_ends_nothing_moves_much():
    score = np.random.default_rng(1).normal(50, 1, 200)
    plain = wave_mean(score, np.repeat(np.arange(20), 10))
    e = within_ends(plain, 0, 100)
    assert (e.conf_low, e.conf_high) == pytest.approx((plain.conf_low, plain.conf_high), abs=0.01)
    assert (e.estimate, e.std_error, e.df) == (plain.estimate, plain.std_error, plain.df)


def test_without_an_interval_it_is_as_it_was():
    bare = describe(20, n=5, n_clusters=2, method="mean")
    assert within_ends(bare, 0, 100) is bare
    with pytest.raises(EstimatorCallError, match="below"):
        within_ends(share(0.5, 20), 100, 0)
    with pytest.raises(EstimatorCallError, match="not from"):
        within_ends(share(0.5, 20), 60, 100)


@pytest.mark.parametrize(("at_top", "many"), [(14, False), (15, True)])
def test_many_are_fifteen_in_a_hundred(at_top, many):
    scores = np.repeat([3.0, 5.0], [100 - at_top, at_top])
    assert many_at_an_end(scores, 1, 5) is many
    assert many_at_an_end(-scores, -5, -1) is many
    assert not many_at_an_end(np.append(scores, 6.0), 1, 5)


def test_shares_near_nothing_are_covered_where_symmetrical_intervals_are_not():
    rng, held = np.random.default_rng(7), np.zeros(2)
    school = np.repeat(np.arange(12), 30)
    for _ in range(300):
        chance = stats.norm.cdf(rng.normal(-1.75, np.sqrt(0.25), 12))[school]
        plain = wave_mean(100.0 * (rng.random(360) < chance), school)
        truth = 100 * stats.norm.cdf(-1.75 / np.sqrt(1.25))
        for place, e in enumerate((plain, within_ends(plain, 0, 100))):
            held[place] += e.conf_low <= truth <= e.conf_high
    assert held[0] < 0.91 * 300
    assert held[1] > 0.925 * 300
