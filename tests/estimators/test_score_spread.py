"""Spread and correlation of scores: plain formulas, and intervals that cover."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import EstimatorCallError, score_correlation, score_sd


def test_estimates_are_the_plain_ones(a12_wide):
    sd = score_sd(a12_wide["pre"], a12_wide["school"])
    assert sd.estimate == pytest.approx(a12_wide["pre"].std())
    r = score_correlation(a12_wide["pre"], a12_wide["post"], a12_wide["school"])
    assert r.estimate == pytest.approx(a12_wide["pre"].corr(a12_wide["post"]))
    assert (r.n, r.n_clusters) == (len(a12_wide), 12)


def test_units_and_order_of_rows(a12_wide):
    mixed = a12_wide.sample(frac=1, random_state=1)
    one = score_sd(a12_wide["pre"], a12_wide["school"])
    ten = score_sd(10 * mixed["pre"], mixed["school"])
    assert ten.conf_high == pytest.approx(10 * one.conf_high)
    r = score_correlation(a12_wide["pre"], a12_wide["post"], a12_wide["school"])
    other = score_correlation(-3 * mixed["post"], mixed["pre"], mixed["school"])
    assert (other.conf_low, other.conf_high) == pytest.approx((-r.conf_high, -r.conf_low))


def test_intervals_cover_with_likeness_within_clusters():
    rng = np.random.default_rng(3)
    inside = np.zeros(2)
    cluster = np.repeat(np.arange(20), 15)
    for _ in range(300):
        shared = rng.multivariate_normal([0, 0], [[0.2, 0.1], [0.1, 0.2]], 20)[cluster]
        own = rng.multivariate_normal([0, 0], [[0.8, 0.4], [0.4, 0.8]], cluster.size)
        pre, post = (shared + own).T
        sd, r = score_sd(pre, cluster), score_correlation(pre, post, cluster)
        inside += [sd.conf_low <= 1 <= sd.conf_high, r.conf_low <= 0.5 <= r.conf_high]
    assert (inside / 300 > 0.91).all()
    assert (inside / 300 < 0.985).all()


def test_few_clusters_have_no_interval():
    e = score_sd([1, 2, 3, 5], ["a", "a", "b", "b"])
    assert np.isfinite(e.estimate)
    assert np.isnan(e.conf_low)


@pytest.mark.parametrize(
    ("estimate", "reason"),
    [
        (lambda: score_sd([4, 4], ["a", "b"]), "do not vary"),
        (lambda: score_sd([4], ["a"]), "fewer than 2"),
        (lambda: score_correlation([1, 2], [1, 2], ["a", "b"]), "fewer than 3"),
        (lambda: score_correlation([1, 2, 3], [2, 2, 2], ["a", "b", "c"]), "do not vary"),
    ],
)
def test_what_cannot_be_estimated_says_why(estimate, reason):
    assert reason in estimate().reason


def test_wrong_shapes_raise():
    with pytest.raises(EstimatorCallError, match="same shape"):
        score_correlation([1, 2, 3], [1, 2], ["a", "b", "c"])
