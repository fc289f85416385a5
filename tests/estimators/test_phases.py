"""Where a school stands among another phase's schools, and whether phases differ."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from impact_eval.estimators import (
    EstimatorCallError,
    change_difference,
    phase_difference,
    placement,
    random_effects,
)


@pytest.fixture(scope="module")
def others():
    y = np.array([0.9, 0.2, 0.6, 1.1, 0.4, 0.8, 0.5, 0.7])
    return random_effects(y, np.full(8, 0.03))


def survey(n_early, n_late, seed=1, n=12):
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(n_early + n_late), 2 * n)
    wave = np.tile(np.repeat([0, 1], n), n_early + n_late)
    score = rng.normal(size=school.size) + wave * rng.normal(0.3, 0.2, school.max() + 1)[school]
    return score, wave, (school >= n_early).astype(int), school


def test_distance_counts_both_spread_and_own_error(others):
    p = placement(1.2, 0.05, others.mean, others.tau2)
    z = (1.2 - others.mean.estimate) / np.sqrt(others.tau2.estimate + 0.05)
    assert p.z == pytest.approx(z)
    assert p.share_below.estimate == pytest.approx(stats.norm.cdf(z))
    assert 0 <= p.share_below.conf_low < p.share_below.estimate < p.share_below.conf_high <= 1


def test_a_school_at_the_mean_stands_in_the_middle(others):
    p = placement(others.mean.estimate, 0.05, others.mean, others.tau2)
    assert p.z == 0
    assert p.share_below.estimate == 0.5


def test_larger_error_moves_a_school_to_the_middle(others):
    shares = [placement(1.2, v, others.mean, others.tau2).share_below.estimate
              for v in (0.01, 0.1, 1)]  # fmt: skip
    assert shares == sorted(shares, reverse=True)


def test_place_is_refused_where_the_mean_is():
    alone = random_effects([0.4], [0.1])
    p = placement(0.5, 0.1, alone.mean, alone.tau2)
    assert np.isnan(p.z)
    assert p.share_below.reason != ""


def test_variance_must_be_positive(others):
    with pytest.raises(EstimatorCallError, match="positive"):
        placement(0.5, 0, others.mean, others.tau2)


def test_four_schools_a_phase_give_the_difference_of_changes():
    score, wave, phase, school = survey(4, 9)
    e = phase_difference(score, wave, phase, school, school=school)
    assert e == change_difference(score, wave, phase, school, school=school)
    assert e.reason == ""


@pytest.mark.parametrize("n_early", [2, 3])
def test_fewer_are_refused_with_the_half_width(n_early):
    score, wave, phase, school = survey(n_early, 9)
    e = phase_difference(score, wave, phase, school, school=school)
    changes = np.array([
        score[(school == j) & (wave == 1)].mean() - score[(school == j) & (wave == 0)].mean()
        for j in range(n_early + 9)
    ])  # fmt: skip
    # t.test(late, early, var.equal = TRUE)
    t = stats.ttest_ind(changes[n_early:], changes[:n_early])
    half = t.confidence_interval().high - (changes[n_early:].mean() - changes[:n_early].mean())
    assert np.isnan(e.estimate)
    assert f"a phase has {n_early} clusters" in e.reason
    assert f"{half:.2g}" in e.reason


def test_one_phase_alone_is_refused():
    score, wave, phase, school = survey(4, 5)
    e = phase_difference(score, wave, np.zeros_like(phase), school)
    assert e.reason == "a phase has 0 clusters"


def test_no_data_are_refused():
    assert phase_difference([], [], [], []).reason == "a phase has 0 clusters"
