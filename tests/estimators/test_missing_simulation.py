"""Repeated draws in which weaker people leave: who is on target, and whose intervals hold it."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import raw_gain
from impact_eval.estimators.missing import imputed_gain, weighted_gain

TRUTH = 1.0


def draw(rng, n_schools, size):
    """Draw schools whose levels vary in both waves; a low score before makes people leave."""
    school = np.repeat(np.arange(n_schools), size)
    level = rng.multivariate_normal([0, 0], [[0.4, 0.3], [0.3, 0.35]], n_schools)[school]
    before = rng.normal(0, 1.5, school.size)
    pre = 6 + level[:, 0] + before
    post = 6 + TRUTH + level[:, 1] + 0.5 * before + rng.normal(0, 1.2, school.size)
    stays = rng.normal(0, 0.4, n_schools)[school] + 0.8 + 0.6 * (pre - 6)
    return pre, np.where(rng.random(school.size) < 1 / (1 + np.exp(-stays)), post, np.nan), school


def repeat(n_schools, size, repeats, seed):
    """Return estimates and whether intervals hold the truth: raw, weighted, imputed."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(repeats):
        pre, post, school = draw(rng, n_schools, size)
        seen = np.isfinite(post)
        found.append(
            (
                raw_gain(pre[seen], post[seen], school[seen]),
                weighted_gain(pre, post, school, school=school).estimate,
                imputed_gain(pre, post, school, group=school, seed=number).estimate,
            )
        )
    estimates = np.array([[one.estimate for one in row] for row in found])
    errors = np.array([[one.std_error for one in row] for row in found])
    held = np.array([[one.conf_low <= TRUTH <= one.conf_high for one in row] for row in found])
    return estimates, errors, held.mean(axis=0)


def test_weights_and_imputation_are_on_target_where_the_raw_gain_is_not():
    estimates, _, held = repeat(20, 15, repeats=30, seed=1)
    raw, weighted, imputed = estimates.mean(axis=0) - TRUTH
    assert raw < -0.12
    assert abs(weighted) < 0.08
    assert abs(imputed) < 0.07
    assert held[0] < held[1:].min()
    assert held[1] >= 0.85
    assert held[2] >= 0.88


@pytest.mark.simulation
@pytest.mark.parametrize(("n_schools", "size"), [(8, 30), (20, 15), (40, 25)])
def test_intervals_hold_the_truth_as_often_as_they_say(n_schools, size):
    estimates, errors, held = repeat(n_schools, size, repeats=500, seed=2)
    spread = estimates.std(axis=0, ddof=1)
    assert held[1] >= 0.92
    assert held[2] >= 0.93
    assert errors[:, 1].mean() / spread[1] > 0.95  # weights taken as known: not too narrow
    assert abs(estimates.mean(axis=0)[2] - TRUTH) < 0.03
