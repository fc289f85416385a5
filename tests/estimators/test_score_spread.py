"""Spread and correlation of scores: plain formulas, and intervals that cover."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from impact_eval.estimators import EstimatorCallError, score_correlation, score_sd
from impact_eval.estimators.cluster_moments import cluster_moments
from impact_eval.estimators.effective_clusters import effective_clusters


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


UNEQUAL = np.repeat(np.arange(12), [4, 7, 9, 12, 14, 18, 22, 27, 34, 44, 62, 96])


def likely(cluster, icc, rng):
    between = rng.normal(0, np.sqrt(icc), cluster.max() + 1)[cluster]
    return between + rng.normal(0, np.sqrt(1 - icc), cluster.size)


def plain_limits(score, cluster):
    """Jackknife around the mean of what is left, G - 1 degrees of freedom: as it is often done."""
    labels = np.unique(cluster)
    logs = np.log([score[cluster != one].std(ddof=1) for one in labels])
    error = np.sqrt((labels.size - 1) / labels.size * ((logs - logs.mean()) ** 2).sum())
    half = stats.t.ppf(0.975, labels.size - 1) * error
    return np.exp(np.log(score.std(ddof=1)) + np.array([-half, half]))


def test_interval_covers_where_a_few_large_clusters_carry_the_spread():
    rng = np.random.default_rng(5)
    inside = np.zeros(2)
    for _ in range(300):
        score = likely(UNEQUAL, 0.2, rng)
        e, plain = score_sd(score, UNEQUAL), plain_limits(score, UNEQUAL)
        inside += e.conf_low <= 1 <= e.conf_high, plain[0] <= 1 <= plain[1]
    assert inside[0] >= 0.93 * 300
    assert inside[1] < 0.92 * 300


def effective(score, cluster):
    return effective_clusters(cluster_moments(score[:, None], cluster, cluster.max() + 1))


def test_effective_clusters_in_closed_form():
    rng = np.random.default_rng(1)
    equal = np.repeat(np.arange(9), 10)
    found = effective(likely(equal, 0.3, rng), equal)
    assert (found.number, found.least) == pytest.approx((9, 9))
    n = np.bincount(UNEQUAL)
    apart = effective(100.0 * np.arange(12)[UNEQUAL] + rng.normal(size=UNEQUAL.size), UNEQUAL)
    least = (n**2).sum() ** 2 / (n.astype(float) ** 4).sum()
    assert (apart.number, apart.least) == pytest.approx((least, least), rel=0.01)
    centred = likely(UNEQUAL, 0.0, rng)
    centred -= (np.bincount(UNEQUAL, centred) / n)[UNEQUAL]
    alike = effective(centred, UNEQUAL)
    assert (alike.number, alike.bias) == pytest.approx((n.sum() ** 2 / (n**2).sum(), 1))


def test_bias_is_that_of_the_sample_variance():
    rng = np.random.default_rng(2)
    drawn = np.array([likely(UNEQUAL, 0.5, rng).var(ddof=1) for _ in range(4000)])
    n = np.bincount(UNEQUAL)
    people = n.sum()
    expected = 0.5 + 0.5 * (people - (n**2).sum() / people) / (people - 1)
    assert drawn.mean() == pytest.approx(expected, abs=0.02)
    assert effective(likely(UNEQUAL, 0.5, rng), UNEQUAL).bias == pytest.approx(expected, abs=0.05)


def test_few_clusters_have_no_interval():
    e = score_sd([1, 2, 3, 5], ["a", "a", "b", "b"])
    assert np.isfinite(e.estimate)
    assert np.isnan(e.conf_low)
    assert e.reason == "an interval of a spread needs at least 6 clusters"


def test_scores_that_are_the_same_twice_correlate_without_an_interval():
    score = np.random.default_rng(1).normal(size=40)
    e = score_correlation(score, score, np.repeat(np.arange(8), 5))
    assert e.estimate == pytest.approx(1)
    assert np.isnan([e.conf_low, e.conf_high]).all()


def test_where_one_or_two_clusters_hold_most_people_there_is_no_interval():
    cluster = np.repeat(np.arange(8), [3, 4, 5, 6, 8, 10, 60, 80])
    e = score_sd(likely(cluster, 0.0, np.random.default_rng(1)), cluster)
    assert np.isfinite(e.estimate)
    assert np.isnan(e.conf_low)
    assert e.reason.startswith("a few large clusters carry the spread: if they differ much, the 8 ")


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
