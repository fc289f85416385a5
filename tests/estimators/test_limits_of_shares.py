"""Where shares, and what people say that they met, have no interval; what limits shares have."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import EstimatorCallError, wave_mean
from impact_eval.estimators.bounded_mean import within_ends
from impact_eval.estimators.designs.shares import cox_difference, cox_of_changes
from impact_eval.estimators.designs.unequal_clusters_g import total_variance_g
from impact_eval.estimators.estimate import describe, from_std_error
from impact_eval.estimators.exposed_changes import exposed_changes, exposure_slope
from impact_eval.estimators.share_difference import share_difference
from impact_eval.estimators.share_odds import share_odds
from impact_eval.estimators.two_samples import difference_of_samples


def survey(seed=1, n_schools=10, people=20):
    """Answers of two waves, a fifth of them yes, and who belongs to which side."""
    rng = np.random.default_rng(seed)
    school, later = np.repeat(np.arange(n_schools), 2 * people), np.tile([0, 1], n_schools * people)
    return rng.random(school.size) < 0.2, later, school % 2, school


def with_yes(count, size, rng):
    yes = np.zeros(size)
    yes[rng.choice(size, count, replace=False)] = 1.0
    return yes


@pytest.mark.parametrize("turned", [False, True])
def test_odds_need_five_of_the_rarer_answer_for_each_coefficient(turned):
    _, later, side, school = survey()
    two_sides = np.column_stack([later * side, later, side])
    for columns, needed in ((later, 10), (two_sides, 20)):
        for count in (needed - 1, needed):
            yes = with_yes(count, school.size, np.random.default_rng(3))
            reason = share_odds(1 - yes if turned else yes, columns, school).reason
            assert reason.startswith(f"fewer than {needed} gave") == (count < needed)


def test_coxs_index_needs_them_too():
    _, later, side, school = survey()
    rng = np.random.default_rng(3)
    for count in (19, 20):
        yes = with_yes(count, school.size, rng)
        reason = cox_of_changes(yes, later, side, school).reason
        assert reason.startswith("fewer than 20 gave") == (count < 20)
    for count in (9, 10):
        yes = with_yes(count, school.size, rng)
        reason = cox_difference(yes, side, school).reason
        assert reason.startswith("fewer than 10 gave") == (count < 10)


def test_who_met_it_at_one_place_alone_is_not_told_of_others():
    rng = np.random.default_rng(2)
    school, later = np.repeat(np.arange(6), 20), np.tile([0, 1], 60)
    score = rng.normal(size=120)
    for places, known in (([0], False), ([0, 1], True)):
        met = np.isin(school, places) & (np.arange(120) % 4 == 1)
        for of_school in (None, school):
            found = exposed_changes(score, later, met, school, school=of_school)
            assert not found.without.reason
            assert ("one cluster" in found.with_it.reason) != known
            turned = exposed_changes(score, later, ~met, school, school=of_school)
            assert not turned.with_it.reason
            assert ("one cluster" in turned.without.reason) != known
        slope = exposure_slope(score, met, school, school=school)
        assert ("one cluster" in slope.reason) != known


def test_a_difference_of_shares_has_the_limits_of_both():
    yes, _, side, school = survey()
    found = share_difference(yes, side, school)
    one, other = (
        within_ends(wave_mean(100.0 * yes[side == at], school[side == at]), 0, 100) for at in (1, 0)
    )
    assert found.estimate == pytest.approx(one.estimate - other.estimate)
    below = (one.estimate - one.conf_low) ** 2 + (other.conf_high - other.estimate) ** 2
    assert (found.estimate - found.conf_low) ** 2 == pytest.approx(below)
    turned = share_difference(yes, 1 - side, school)
    assert (turned.conf_low, turned.conf_high) == pytest.approx((-found.conf_high, -found.conf_low))
    denied = share_difference(~yes, side, school)
    assert (denied.conf_low, denied.conf_high) == pytest.approx((-found.conf_high, -found.conf_low))
    assert np.isnan(found.p_value)


def test_shares_at_an_end_and_sides_of_one_cluster_have_no_limits():
    yes, _, side, school = survey()
    nobody = share_difference(yes & (side == 1), side, school)
    assert nobody.estimate > 0
    assert np.isnan(nobody.conf_low)
    alone = share_difference(yes, school == 0, school)
    assert "single cluster" in alone.reason
    assert np.isnan(alone.estimate)


def test_rare_yes_on_one_side_is_covered():
    """Six schools of which those of one side say yes in one of twenty; 400 draws."""
    held, given = {"ends": 0, "symmetrical": 0}, 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        school = np.repeat(np.arange(6), 30)
        side = school % 2
        chance = rng.beta(1.5, np.where(np.arange(6) % 2, 2.25, 28.5))
        yes = rng.random(180) < chance[school]
        found = share_difference(yes, side, school)
        if np.isnan(found.conf_low):
            continue
        given += 1
        one, other = (wave_mean(100.0 * yes[side == at], school[side == at]) for at in (1, 0))
        plain = difference_of_samples(one, other, method="")
        for name, e in (("ends", found), ("symmetrical", plain)):
            held[name] += e.conf_low <= 35.0 <= e.conf_high
    assert given > 350
    assert held["ends"] / given > 0.95
    assert held["symmetrical"] / given < 0.93


def test_effects_over_total_deviations_need_three_clusters_a_side():
    for sizes, known in (([20, 30], False), ([20, 30, 25], True)):
        for arms in ((sizes, [28, 22, 30]), ([28, 22, 30], sizes)):
            found = total_variance_g(0.2, 1.0, 0.1, *arms)
            assert ("two clusters alone" in found.reason) != known
            assert np.isfinite(found.conf_low) == known


def test_samples_apart_add_their_errors():
    one = from_std_error(4.0, 0.6, 9, n=60, n_clusters=10, method="")
    other = from_std_error(3.0, 0.8, 4, n=30, n_clusters=5, method="")
    found = difference_of_samples(one, other, method="difference")
    assert (found.estimate, found.std_error) == pytest.approx((1.0, 1.0))
    assert found.df == pytest.approx(1 / (0.36**2 / 9 + 0.64**2 / 4))
    assert (found.n, found.n_clusters) == (90, 15)
    alike = difference_of_samples(one, one, method="")
    assert alike.df == pytest.approx(18)
    with pytest.raises(EstimatorCallError, match="standard error"):
        difference_of_samples(one, describe(3.0, n=3, n_clusters=1, method=""), method="")
