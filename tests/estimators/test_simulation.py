"""Repeated draws: false positives and coverage. Small seeded versions always run."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from impact_eval.estimators import (
    adjusted_gain,
    cronbach_alpha,
    icc,
    mean_change,
    placement,
    random_effects,
    raw_gain,
    school_changes,
    school_estimates,
)


def covers(estimate, truth):
    return estimate.conf_low <= truth <= estimate.conf_high


def draw_change(rng, n_schools, n, icc_of_change, spread_of_sizes):
    """Draw both waves of schools whose changes average nothing."""
    sizes = np.maximum(3, rng.lognormal(np.log(n), spread_of_sizes, n_schools).astype(int))
    school, wave = (
        np.repeat(np.arange(n_schools), 2 * sizes),
        np.concatenate([np.repeat([0, 1], size) for size in sizes]),
    )
    shift = rng.normal(0, np.sqrt(icc_of_change), n_schools)
    return rng.normal(size=school.size) + wave * shift[school], wave, school


def false_positives(n_schools, n, icc_of_change, spread_of_sizes, repeats, seed=1):
    """Count rejections at 5 % by CR2 and by a t test that takes people as independent."""
    rng = np.random.default_rng(seed)
    ours, naive = 0, 0
    for _ in range(repeats):
        score, wave, school = draw_change(rng, n_schools, n, icc_of_change, spread_of_sizes)
        ours += mean_change(score, wave, school, school=school).p_value < 0.05
        naive += stats.ttest_ind(score[wave == 1], score[wave == 0]).pvalue < 0.05
    return ours / repeats, naive / repeats


def test_true_nulls_are_rejected_about_as_often_as_promised():
    ours, naive = false_positives(12, 60, 0.05, 0.5, repeats=300)
    assert 0.02 <= ours <= 0.09
    assert naive > 0.15


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("n_schools", "n", "spread"),
    [(2, 300, 0), (2, 300, 0.5), (5, 100, 0.5), (12, 60, 0.7), (30, 60, 0.7)],
)
def test_true_nulls_by_number_of_schools(n_schools, n, spread):
    ours, naive = false_positives(n_schools, n, 0.05, spread, repeats=2000)
    assert 0.03 <= ours <= 0.075
    assert naive > 0.15


def draw_linked(rng, n_schools, n):
    """Draw schools whose weaker pupils are linked less often and gain more; true gain 0.3."""
    school = np.repeat(np.arange(n_schools), rng.integers(n // 2, 3 * n // 2, n_schools))
    levels, shifts = rng.normal(0, 0.3, n_schools), rng.normal(0, 0.2, n_schools)
    pre = levels[school] + rng.normal(size=school.size)
    gain = 0.3 + shifts[school] - 0.4 * pre + rng.normal(0, 0.8, school.size)
    linked = rng.random(school.size) < 1 / (1 + np.exp(-0.5 - 0.8 * pre))
    return pre, gain, school, linked


def coverage_of_adjusted_gain(n_schools, n, repeats, *, with_school, seed=2):
    rng = np.random.default_rng(seed)
    ours, raw = 0, 0
    for _ in range(repeats):
        pre, gain, school, linked = draw_linked(rng, n_schools, n)
        extra = {"school": school[linked], "pre_all_school": school} if with_school else {}
        post = pre[linked] + gain[linked]
        e = adjusted_gain(
            pre[linked], post, school[linked], pre_all=pre, pre_all_cluster=school, **extra
        )
        ours += covers(e, 0.3)
        raw += covers(raw_gain(pre[linked], post, school[linked]), 0.3)
    return ours / repeats, raw / repeats


@pytest.mark.parametrize("with_school", [False, True])
def test_adjusted_gain_covers_where_raw_gains_miss(with_school):
    ours, raw = coverage_of_adjusted_gain(20, 40, 200, with_school=with_school)
    assert 0.91 <= ours <= 0.985
    assert raw < 0.75


@pytest.mark.simulation
@pytest.mark.parametrize("n_schools", [5, 12, 40])
@pytest.mark.parametrize("with_school", [False, True])
def test_coverage_of_adjusted_gain(n_schools, with_school):
    ours, _ = coverage_of_adjusted_gain(n_schools, 40, 1500, with_school=with_school)
    assert 0.93 <= ours <= 0.975


def draw_workshops(rng, n_schools, k, size):
    """Draw schools of few workshops; 70 % of people give a code, 90 % stay."""
    shops = np.repeat(np.arange(n_schools), rng.integers(k[0], k[1] + 1, n_schools))
    shop = np.repeat(np.arange(shops.size), rng.integers(size[0], size[1] + 1, shops.size))
    truth = rng.normal(0.3, 0.15, n_schools)
    common, own = rng.normal(0, 0.15, shops.size), rng.normal(0, 0.2, (2, shops.size))
    person = rng.normal(0, 0.7, shop.size) + common[shop]
    waves = [own[t][shop] + person + rng.normal(0, 0.65, shop.size) for t in (0, 1)]
    waves[1] += truth[shops[shop]]
    code = np.where(rng.random(shop.size) < 0.7, np.arange(shop.size), np.nan)
    seen = [np.ones(shop.size, bool), rng.random(shop.size) < 0.9]
    both = [np.concatenate([a[s] for s in seen]) for a in (shops[shop], shop, code)]
    score = np.concatenate([w[s] for w, s in zip(waves, seen, strict=True)])
    wave = np.repeat([0, 1], [s.sum() for s in seen])
    return (score, wave, *both), truth


def coverage_of_school_changes(n_schools, k, size, repeats, seed=3):
    """Cover true changes of schools: all known, links unknown, and workshops ignored."""
    rng = np.random.default_rng(seed)
    hits = np.zeros(3)
    for _ in range(repeats):
        (score, wave, school, shop, code), truth = draw_workshops(rng, n_schools, k, size)
        for way, (w, p) in enumerate(((shop, code), (shop, None), (None, code))):
            changes = school_changes(score, wave, school, w, respondent=p)
            estimates = school_estimates(changes)
            hits[way] += sum(
                covers(e, truth[j]) for e, j in zip(estimates, changes.school, strict=True)
            )
    return hits / (repeats * n_schools)


def test_school_changes_cover_with_two_or_three_workshops():
    known, unknown, ignored = coverage_of_school_changes(30, (2, 3), (25, 60), 40)
    assert 0.925 <= known <= 0.975
    assert 0.92 <= unknown <= 0.975
    assert ignored < 0.75


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("n_schools", "k", "size", "repeats"),
    [(2, (9, 11), (40, 70), 1500), (8, (2, 2), (15, 30), 800), (100, (2, 4), (15, 30), 60)],
)
def test_coverage_of_school_changes(n_schools, k, size, repeats):
    known, unknown, ignored = coverage_of_school_changes(n_schools, k, size, repeats)
    assert 0.935 <= known <= 0.985
    assert 0.92 <= unknown <= 0.985
    assert ignored < 0.87


def draw_schools(rng, n_schools, tau2):
    """Draw school changes with a mean error variance of 0.04, and one further true change."""
    v = 0.04 * rng.uniform(0.4, 1.6, n_schools)
    truth = rng.normal(0.3, np.sqrt(tau2), n_schools + 1)
    return rng.normal(truth[:-1], np.sqrt(v)), v, truth


def coverage_of_random_effects(n_schools, tau2, repeats, seed=4):
    """Cover the mean, a further school and the given schools."""
    rng = np.random.default_rng(seed)
    hits = np.zeros(3)
    for _ in range(repeats):
        y, v, truth = draw_schools(rng, n_schools, tau2)
        e = random_effects(y, v)
        inside = (e.shrunken_low <= truth[:-1]) & (truth[:-1] <= e.shrunken_high)
        hits += covers(e.mean, 0.3), covers(e.prediction, truth[-1]), inside.mean()
    return hits / repeats


def test_random_effects_cover():
    mean, further, given = coverage_of_random_effects(15, 0.04, 150)
    assert 0.91 <= mean <= 0.99
    assert 0.89 <= further <= 0.98
    assert 0.91 <= given <= 0.98


@pytest.mark.simulation
@pytest.mark.parametrize("tau2", [0.01, 0.04, 0.12])
@pytest.mark.parametrize("n_schools", [4, 8, 30])
def test_coverage_of_random_effects(n_schools, tau2):
    mean, further, given = coverage_of_random_effects(n_schools, tau2, 500)
    assert mean >= 0.93
    assert further >= 0.91
    assert given >= 0.92


def places(n_schools, tau2, repeats, seed=5):
    """Place schools of the same population; also cover the share by the true mean and spread."""
    rng = np.random.default_rng(seed)
    shares, hits = [], 0
    for _ in range(repeats):
        y, v, truth = draw_schools(rng, n_schools, tau2)
        own_variance = rng.uniform(0.005, 0.05)
        own = rng.normal(truth[-1], np.sqrt(own_variance))
        e = random_effects(y, v, tau2_known=True)
        p = placement(own, own_variance, e.mean, e.tau2)
        shares.append(p.share_below.estimate)
        hits += covers(p.share_below, stats.norm.cdf((own - 0.3) / np.sqrt(tau2 + own_variance)))
    return np.array(shares), hits / repeats


def test_places_of_like_schools_are_uniform():
    shares, coverage = places(40, 0.04, 300)
    assert stats.kstest(shares, "uniform").pvalue > 0.01
    assert coverage > 0.9


@pytest.mark.simulation
@pytest.mark.parametrize(("n_schools", "tau2"), [(10, 0.04), (30, 0.02), (100, 0.04)])
def test_coverage_of_places(n_schools, tau2):
    shares, coverage = places(n_schools, tau2, 1500)
    assert np.quantile(shares, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.05)
    assert 0.93 <= coverage <= 0.99


def draw_items(rng, n_clusters, k, loading, icc_of_trait):
    """Draw answers 1 to 5 of a scale whose trait and items vary between clusters."""
    cluster = np.repeat(np.arange(n_clusters), rng.integers(20, 61, n_clusters))
    trait = rng.normal(0, np.sqrt(icc_of_trait), n_clusters)[cluster]
    trait = trait + rng.normal(0, np.sqrt(1 - icc_of_trait), cluster.size)
    shift = rng.normal(0, 0.2, (n_clusters, k))[cluster]
    noise = rng.normal(size=(cluster.size, k)) * np.sqrt(1 - loading**2)
    return np.clip(np.round(1.2 * (loading * trait[:, None] + shift + noise) + 3.4), 1, 5), cluster


def coverage_of_alpha(n_clusters, icc_of_trait, repeats, seed=6):
    rng = np.random.default_rng(seed)
    truth = cronbach_alpha(draw_items(rng, 4000, 5, 0.65, icc_of_trait)[0]).estimate
    draws = (draw_items(rng, n_clusters, 5, 0.65, icc_of_trait) for _ in range(repeats))
    return sum(covers(cronbach_alpha(*d), truth) for d in draws) / repeats


def test_alpha_covers_with_twelve_clusters():
    assert 0.90 <= coverage_of_alpha(12, 0.08, 200) <= 0.99


@pytest.mark.simulation
@pytest.mark.parametrize("n_clusters", [6, 10, 30])
@pytest.mark.parametrize("icc_of_trait", [0.05, 0.25])
def test_coverage_of_alpha(n_clusters, icc_of_trait):
    assert 0.925 <= coverage_of_alpha(n_clusters, icc_of_trait, 1000) <= 0.975


def coverage_of_icc(n_clusters, truth, repeats, seed=7):
    rng = np.random.default_rng(seed)
    hits = 0
    for _ in range(repeats):
        cluster = np.repeat(np.arange(n_clusters), rng.integers(10, 61, n_clusters))
        level = rng.normal(0, np.sqrt(truth), n_clusters)
        score = level[cluster] + rng.normal(0, np.sqrt(1 - truth), cluster.size)
        hits += covers(icc(score, cluster), truth)
    return hits / repeats


def test_icc_covers_with_twenty_unequal_clusters():
    assert 0.90 <= coverage_of_icc(20, 0.08, 300) <= 0.99


@pytest.mark.simulation
@pytest.mark.parametrize("n_clusters", [5, 30, 100])
@pytest.mark.parametrize("truth", [0.0, 0.05, 0.2])
def test_coverage_of_icc(n_clusters, truth):
    assert 0.93 <= coverage_of_icc(n_clusters, truth, 1000) <= 0.97
