"""Omega against R's factanal and psych 2.2.9 (tests/reference/measurement.R), and its intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from impact_eval.estimators import EstimatorCallError, cronbach_alpha, omega_total
from impact_eval.estimators.cluster_moments import cluster_moments, covariances, redraw
from impact_eval.estimators.one_factor import fit_one_factor

RNG = np.random.default_rng


@pytest.mark.parametrize("wave", ["pre", "post"])
def test_omega_equals_r(ratings, reference, wave):
    expected = reference("measurement")[wave]
    e = omega_total(ratings[wave])
    # factanal(x, 1) to the end; psych::fa(x, nfactors = 1, fm = "ml") stops a little earlier
    assert e.estimate == pytest.approx(expected["omega"], rel=1e-7)
    assert e.estimate == pytest.approx(expected["omega_psych"], rel=1e-6)
    assert e.n == expected["n"]


@pytest.mark.parametrize("wave", ["pre", "post"])
def test_loadings_equal_r(ratings, reference, wave):
    expected = reference("measurement")[wave]
    fit = fit_one_factor(np.corrcoef(ratings[wave].T)[None])
    assert fit.converged.all()
    assert fit.proper.all()
    assert fit.loading[0] == pytest.approx(expected["loading"], rel=1e-6)
    assert fit.uniqueness[0] == pytest.approx(expected["uniqueness"], rel=1e-6)


def test_a_start_nearby_ends_in_the_same_place(ratings):
    r = np.array([np.corrcoef(ratings["pre"][i::3].T) for i in range(3)])
    near = fit_one_factor(r, start=fit_one_factor(np.corrcoef(ratings["pre"].T)[None]))
    assert near.loading == pytest.approx(fit_one_factor(r).loading, abs=1e-6)


def test_equal_loadings_make_omega_alpha():
    covariance = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    rows = RNG(1).normal(size=(50, 4))
    rows -= rows.mean(axis=0)
    exact = rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows.T))).T
    exact = exact @ np.linalg.cholesky(covariance).T
    assert omega_total(exact).estimate == pytest.approx(0.8)
    assert cronbach_alpha(exact).estimate == pytest.approx(0.8)


def test_units_and_a_common_turn_do_not_matter(ratings):
    x = ratings["pre"]
    assert omega_total(7 - 3 * x).estimate == pytest.approx(omega_total(x).estimate, rel=1e-8)


def test_cross_products_give_the_covariance_of_any_redrawn_set(ratings, b100_wide):
    x = ratings["pre"][:600]
    codes = np.unique(b100_wide.school[:600], return_inverse=True)[1]
    times = redraw(codes.max() + 1, 5, seed=4)
    moments = cluster_moments(x, codes, codes.max() + 1)
    for draw, found in zip(times, covariances(moments, times), strict=True):
        rows = np.concatenate([x[np.repeat(np.flatnonzero(codes == g), int(t))]
                               for g, t in enumerate(draw)])  # fmt: skip
        assert found == pytest.approx(np.cov(rows.T), rel=1e-10)


def test_interval_is_the_jackknife_by_cluster(ratings, b100_wide):
    x, school = ratings["pre"][:900], b100_wide.school[:900].to_numpy()
    e = omega_total(x, school)
    names = np.unique(school)
    logs = np.array([np.log(1 - omega_total(x[school != s]).estimate) for s in names])
    g = names.size
    half = stats.t.ppf(0.975, g - 1) * np.sqrt((g - 1) / g * ((logs - logs.mean()) ** 2).sum())
    limits = 1 - np.exp(np.log(1 - e.estimate) + np.array([1, -1]) * half)
    assert (e.conf_low, e.conf_high) == pytest.approx(limits, rel=1e-6)
    assert e.n_clusters == g


def test_bootstrap_needs_a_seed_and_fifty_clusters(ratings, b100_wide):
    x, school = ratings["pre"], b100_wide.school.to_numpy()
    with pytest.raises(EstimatorCallError, match="seed"):
        omega_total(x, school, interval="bootstrap")
    some = school < "s049"
    few = omega_total(x[some], school[some], interval="bootstrap", seed=1)
    assert few.n_clusters == 49
    assert np.isnan(few.conf_low)
    one, again, other = (
        omega_total(x, school, interval="bootstrap", seed=seed) for seed in (1, 1, 2)
    )
    assert (one.conf_low, one.conf_high) == (again.conf_low, again.conf_high)
    assert one.conf_low != other.conf_low
    jackknife = omega_total(x, school)
    assert one.conf_low == pytest.approx(jackknife.conf_low, abs=0.004)
    assert one.conf_high == pytest.approx(jackknife.conf_high, abs=0.004)


def heywood():
    """One item that two others follow more closely than each other."""
    correlation = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    rows = RNG(2).normal(size=(80, 3))
    rows -= rows.mean(axis=0)
    exact = rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows.T))).T
    return exact @ np.linalg.cholesky(correlation).T


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (np.empty((0, 3)), "not more complete answers"),
        (np.ones((3, 3)), "not more complete answers"),
        (RNG(1).normal(size=(9, 2)), "at least 3 items"),
        (np.ones((9, 3)), "does not vary"),
        (np.repeat(RNG(1).normal(size=(9, 1)), 3, axis=1), "repeats"),
        (heywood(), "Heywood"),
    ],
    ids=["nobody", "three", "two items", "constant", "copies", "heywood"],
)
def test_what_has_no_omega_is_refused(answers, words):
    e = omega_total(answers)
    assert words in e.reason
    assert np.isnan(e.estimate)


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="jackknife, bootstrap"):
        omega_total(np.ones((5, 3)), interval="feldt")
    with pytest.raises(EstimatorCallError, match="shape"):
        omega_total([1, 2, 3])


def draw_scale(rng, n_clusters, size):
    """Five ratings from 1 to 5 of people in clusters that differ in level, and in noise."""
    cluster = np.repeat(np.arange(n_clusters), rng.integers(size // 2, 3 * size // 2, n_clusters))
    level, noise = rng.normal(0, 0.3, n_clusters), rng.uniform(0.7, 1.3, n_clusters)
    person = level[cluster] + rng.normal(size=cluster.size)
    loading = np.array([1.0, 0.9, 0.8, 0.7, 0.6])
    own = rng.normal(size=(cluster.size, 5)) * noise[cluster][:, None]
    return np.clip(np.round(3 + person[:, None] * loading + own), 1, 5), cluster


def coverage(estimator, interval, n_clusters, repeats):
    rng = RNG(8)
    truth = estimator(draw_scale(rng, 20_000, 30)[0]).estimate
    hits = 0
    for seed in range(repeats):
        answers, cluster = draw_scale(rng, n_clusters, 30)
        e = estimator(answers, cluster, interval=interval, seed=seed)
        hits += e.conf_low <= truth <= e.conf_high
    return hits / repeats


def test_jackknife_of_omega_covers():
    assert 0.90 <= coverage(omega_total, "jackknife", 20, 150) <= 0.99


@pytest.mark.simulation
@pytest.mark.parametrize("n_clusters", [6, 20])
@pytest.mark.parametrize("estimator", [cronbach_alpha, omega_total])
def test_coverage_of_the_jackknife(estimator, n_clusters):
    assert 0.92 <= coverage(estimator, "jackknife", n_clusters, 1000) <= 0.98


@pytest.mark.simulation
@pytest.mark.parametrize(("estimator", "repeats"), [(cronbach_alpha, 400), (omega_total, 80)])
def test_coverage_of_the_bootstrap(estimator, repeats):
    assert 0.88 <= coverage(estimator, "bootstrap", 50, repeats) <= 0.99
