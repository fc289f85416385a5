"""The stepdown test: its identities, its definition, and the false findings of a family."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError, romano_wolf, sign_flip


def stepdown(changes):
    """The definition, one pattern and one step after the other."""
    signs = np.array(list(product((-1, 1), repeat=len(changes))))
    norms = np.linalg.norm(changes, axis=0)
    own, flipped = np.abs(changes.sum(axis=0)) / norms, np.abs(signs @ changes) / norms
    left, before = list(np.argsort(-own)), 0.0
    adjusted = np.empty(own.size)
    while left:
        largest = flipped[:, left].max(axis=1)
        before = max(before, float((largest >= own[left[0]] - 1e-10).mean()))
        adjusted[left.pop(0)] = before
    return adjusted


@given(st.integers(3, 9), st.integers(1, 4), st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_it_is_the_definition(g, k, seed):
    changes = np.random.default_rng(seed).normal(0.3, 1, (g, k))
    found = romano_wolf(changes)
    assert found.p_adjusted == pytest.approx(stepdown(changes), abs=1e-12)
    alone = [sign_flip(changes[:, j]) for j in range(k)]
    assert found.p_value == pytest.approx([e.p_value for e in alone], abs=1e-12)
    assert found.estimate == pytest.approx([e.estimate for e in alone])
    assert (found.p_adjusted >= found.p_value).all()


def test_one_outcome_is_a_sign_flip():
    changes = np.array([0.4, 0.9, -0.1, 0.6, 0.5, 0.7, 0.2])
    found = romano_wolf(changes[:, None])
    assert found.p_adjusted[0] == found.p_value[0] == sign_flip(changes).p_value


def test_multiples_of_one_outcome_cost_nothing():
    changes = np.array([0.4, 0.9, -0.1, 0.6, 0.5, 0.7, 0.2])
    found = romano_wolf(np.column_stack([changes, -3 * changes, 0.07 * changes]))
    assert found.p_adjusted.tolist() == [sign_flip(changes).p_value] * 3


def test_an_outcome_of_some_schools_and_its_weights():
    rng = np.random.default_rng(1)
    changes, weights = rng.normal(0.8, 1, (9, 2)), rng.uniform(1, 3, (9, 2))
    changes[6:, 1] = np.nan
    found = romano_wolf(changes, weights=weights)
    e = sign_flip(changes[:6, 1], weight=weights[:6, 1])
    assert (found.estimate[1], found.p_value[1]) == pytest.approx((e.estimate, e.p_value))
    assert found.n_clusters == 9


def test_what_is_refused():
    changes = np.array([[0.4, 1.0], [0.9, 1.0], [0.1, 1.0]])
    found = romano_wolf(changes)
    assert np.isnan(found.p_adjusted[1])
    assert found.p_adjusted[0] == 0.25
    assert "do not vary" in romano_wolf(changes[:, 1:]).reason
    assert "nothing separates" in romano_wolf(changes[:1]).reason


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="shape"):
        romano_wolf([1.0, 2.0])
    with pytest.raises(EstimatorCallError, match="positive"):
        romano_wolf([[1.0], [2.0]], weights=[[1.0], [0.0]])
    with pytest.raises(EstimatorCallError, match="generator"):
        romano_wolf(np.random.default_rng(1).normal(size=(30, 2)))
    with pytest.raises(EstimatorCallError, match="infinite"):
        romano_wolf([[1.0], [np.inf]])


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_any_false_finding_is_rare_beside_a_true_one(correlation):
    rng = np.random.default_rng(9)
    shared, any_alone, any_adjusted = correlation**0.5, 0, 0
    for _ in range(500):
        common = rng.normal(size=(10, 1))
        changes = shared * common + (1 - correlation) ** 0.5 * rng.normal(size=(10, 4))
        changes[:, 0] += 3
        found = romano_wolf(changes)
        any_alone += (found.p_value[1:] <= 0.05).any()
        any_adjusted += (found.p_adjusted[1:] <= 0.05).any()
    assert any_adjusted / 500 < 0.075
    assert any_alone > any_adjusted > 5
