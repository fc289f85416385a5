"""CR2 from cross-products against the same formula with every matrix written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import cluster_products, clustered_variance
from impact_eval.estimators.cluster_products import BATCH_NUMBERS
from impact_eval.estimators.clustered_variance import cluster_parts, cr2_variance
from impact_eval.estimators.inputs import lies_within
from impact_eval.estimators.linear_model import fit_linear

WEIGHTS = {
    "none": lambda rng, wave, school: None,
    "by row": lambda rng, wave, school: rng.uniform(0.2, 3, wave.size),
    "by wave of a school": lambda rng, wave, school: rng.uniform(0.1, 9, 20)[2 * school + wave],
    "almost equal": lambda rng, wave, school: 1 + 1e-4 * rng.normal(size=wave.size),
}
CLUSTERS = {
    "schools": lambda rng, school: school,
    "trainers": lambda rng, school: school // 2,
    "workshops": lambda rng, school: 3 * school + rng.integers(0, 3, school.size),
    "crossing": lambda rng, school: rng.integers(0, 4, school.size),
    "rows": lambda rng, school: np.arange(school.size),
}


def written_out(y, design, weights, cluster, contrast):
    """Bell and McCaffrey's A_g = B_g^(+1/2), B = (I - H)(I - H)', and P of c'Vc = e'Pe."""
    bread = np.linalg.inv(design.T @ (weights[:, None] * design))
    residual_maker = np.eye(y.size) - design @ bread @ (design.T * weights)
    whole = residual_maker @ residual_maker.T
    rows = np.zeros((cluster.max() + 1, y.size))
    for g in range(cluster.max() + 1):
        own = np.flatnonzero(cluster == g)
        values, vectors = np.linalg.eigh(whole[np.ix_(own, own)])
        powers = np.array([value**-0.5 if value > 1e-10 else 0.0 for value in values])
        rows[g, own] = (vectors * powers) @ vectors.T @ (weights * (design @ bread @ contrast))[own]
    form = residual_maker.T @ rows.T @ rows @ residual_maker
    variance = float(((rows @ (residual_maker @ y)) ** 2).sum())
    return variance, np.trace(form) ** 2 / np.trace(form @ form)


def draw(seed, clusters, weights):
    rng = np.random.default_rng(seed)
    school = np.concatenate([np.arange(6), np.arange(6), rng.integers(0, 6, 40)])
    wave = np.concatenate([np.repeat([0, 1], 6), rng.integers(0, 2, 40)])
    cluster = np.unique(CLUSTERS[clusters](rng, school), return_inverse=True)[1]
    sampling = WEIGHTS[weights](rng, wave, school)
    y, pre = rng.normal(50, 10, school.size), rng.normal(500, 100, school.size)
    return y, wave, pre, school, cluster, sampling


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("clusters", CLUSTERS)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_school_effects_and_a_covariate(clusters, weights, seed):
    y, wave, pre, school, cluster, sampling = draw(seed, clusters, weights)
    design = np.column_stack([wave, pre]).astype(float)
    fit = fit_linear(y, design, weights=sampling, school=school)
    whole = np.column_stack([design, school[:, None] == np.arange(6)])
    ones = np.ones(y.size) if sampling is None else sampling
    expected = written_out(y, whole, ones, cluster, np.eye(8)[0])
    assert cr2_variance(fit, cluster, np.eye(2)[0]) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("clusters", CLUSTERS)
def test_without_school_effects(clusters, weights):
    y, wave, pre, _, cluster, sampling = draw(3, clusters, weights)
    design = np.column_stack([wave, pre, np.ones(y.size)])
    fit = fit_linear(y, design, weights=sampling, school=None)
    ones = np.ones(y.size) if sampling is None else sampling
    expected = written_out(y, design, ones, cluster, np.array([1.0, 0, 0]))
    assert cr2_variance(fit, cluster, np.array([1.0, 0, 0])) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("weights", ["none", "by row"])
def test_the_size_of_a_stack_does_not_matter(monkeypatch, weights):
    y, wave, _, school, cluster, sampling = draw(4, "workshops", weights)
    fit = fit_linear(y, wave[:, None].astype(float), weights=sampling, school=school)
    together = cr2_variance(fit, cluster, np.ones(1))
    monkeypatch.setattr(cluster_products, "BATCH_NUMBERS", 8)
    products = cluster_products.cluster_products(fit, cluster)
    assert len(list(products.batches())) > 3
    assert BATCH_NUMBERS > 8
    assert cr2_variance(fit, cluster, np.ones(1)) == pytest.approx(together, rel=1e-12)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("clusters", CLUSTERS)
def test_sparse_products_give_the_numbers_of_dense_ones(monkeypatch, clusters, weights):
    y, wave, pre, school, cluster, sampling = draw(5, clusters, weights)
    design = np.column_stack([wave, pre]).astype(float)
    fit = fit_linear(y, design, weights=sampling, school=school)
    dense = cr2_variance(fit, cluster, np.eye(2)[0])
    scores, own = cluster_parts(fit, cluster, np.eye(2))
    monkeypatch.setattr(clustered_variance, "FEW_PRODUCTS", 0)
    assert cr2_variance(fit, cluster, np.eye(2)[0]) == pytest.approx(dense, rel=1e-11)
    scores_again, own_again = cluster_parts(fit, cluster, np.eye(2))
    np.testing.assert_allclose(scores_again, scores, rtol=1e-11)
    np.testing.assert_allclose(own_again, own, rtol=1e-11, atol=1e-14 * np.abs(own).max())


def test_codes_within_codes():
    assert lies_within(np.array([0, 0, 1, 2]), np.array([5, 5, 5, 1]))
    assert not lies_within(np.array([0, 1, 0]), np.array([0, 0, 1]))
    assert lies_within(np.array([], dtype=int), np.array([], dtype=int))


@pytest.mark.parametrize("weighted", [False, True])
def test_wide_designs_are_summed_up_by_cluster_to_the_same_numbers(weighted, monkeypatch):
    rng = np.random.default_rng(3)
    cluster = rng.integers(0, 7, 400)
    design = np.column_stack([rng.normal(size=(400, 9)), np.ones(400)])
    y = design @ rng.normal(size=10) + rng.normal(size=7)[cluster] + rng.normal(size=400)
    weights = rng.uniform(0.2, 3, 400) if weighted else None
    contrast = np.eye(10)[2]
    wide = cr2_variance(fit_linear(y, design, weights=weights, school=None), cluster, contrast)
    plain = np.ones(400) if weights is None else weights
    assert wide == pytest.approx(written_out(y, design, plain, cluster, contrast), rel=1e-9)
    monkeypatch.setattr(cluster_products, "WIDE", 99)
    by_columns = cr2_variance(
        fit_linear(y, design, weights=weights, school=None), cluster, contrast
    )
    assert wide == pytest.approx(by_columns, rel=1e-11)
