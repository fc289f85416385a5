"""The change of each school with variances pooled over schools."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from impact_eval.estimators import (
    EstimatorCallError,
    partly_linked_change,
    pooled_components,
    school_changes,
    school_estimates,
)


def balanced(seed=1, n_schools=5, k=3, n=8):
    """Everybody linked, equal workshops."""
    rng = np.random.default_rng(seed)
    people = n_schools * k * n
    school, shop = np.arange(people) // (k * n), np.arange(people) // n
    person = rng.normal(0, 0.7, people) + rng.normal(0, 0.3, n_schools * k)[shop]
    before = person + rng.normal(0, 0.5, people)
    after = person + rng.normal(0, 0.5, people) + rng.normal(0.3, 0.2, n_schools * k)[shop]
    rows = [np.concatenate(pair) for pair in ((before, after), (school, school), (shop, shop))]
    return rows[0], np.repeat([0, 1], people), rows[1], rows[2], np.tile(np.arange(people), 2)


def test_balanced_variance_is_the_mean_square_of_workshop_changes():
    # v = residual mean square of aov(workshop's change ~ school) / k, with G (k - 1) df
    score, wave, school, shop, person = balanced()
    half = score.size // 2
    changes = (score[half:] - score[:half]).reshape(15, 8).mean(axis=1).reshape(5, 3)
    mean_square = changes.var(axis=1, ddof=1).mean()
    for respondent in (person, None):
        e = school_changes(score, wave, school, shop, respondent=respondent)
        assert e.change == pytest.approx(changes.mean(axis=1))
        assert e.variance == pytest.approx(np.full(5, mean_square / 3))
        assert e.df == 10


@pytest.mark.parametrize(("workshops", "df"), [(True, 10), (False, 115)])
def test_balanced_variances_are_known_with_the_degrees_of_freedom_of_a_mean_square(workshops, df):
    # workshops' variances are not below 0 in these data, so nothing is cut
    score, wave, school, shop, person = balanced(seed=4)
    e = school_changes(score, wave, school, shop if workshops else None, respondent=person)
    assert e.variance_df == pytest.approx(np.full(5, df))


@pytest.mark.parametrize("links", [True, False])
def test_variances_are_as_uncertain_as_they_say(links):
    rng = np.random.default_rng(7)
    shops = np.repeat(np.arange(45), rng.integers(3, 40, 45))
    stays = rng.random(shops.size) < 0.8
    both = np.concatenate([shops, shops[stays]])
    wave = np.repeat([0, 1], [shops.size, stays.sum()])
    person = np.concatenate([np.arange(shops.size), np.flatnonzero(stays)]) if links else None
    found = []
    for _ in range(250):
        people = rng.normal(0, 0.7, shops.size)
        now, later = (rng.normal(0, 0.5, 45)[shops] + rng.normal(people, 0.6) for _ in range(2))
        score = np.concatenate([now, later[stays]])
        found.append(school_changes(score, wave, both // 3, both, respondent=person))
    variance = np.array([e.variance for e in found])
    claimed = 2 * variance**2 / np.array([e.variance_df for e in found])
    ratio = claimed.mean(axis=0) / variance.var(axis=0)
    assert ratio.mean() == pytest.approx(1, abs=0.2)
    assert (ratio > 0.7).all()
    assert (ratio < 1.5).all()


def test_workshops_of_one_person_do_not_blur_the_components():
    # of workshops' unweighted means the standard deviation of these estimates is .28
    rng = np.random.default_rng(8)
    sizes = np.tile([15, 15, 15, 1, 1], 40)
    shop = np.repeat(np.arange(200), sizes)
    found = []
    for _ in range(200):
        score = rng.normal(0, 0.5, 200)[shop] + rng.normal(0, 2, shop.size)
        both = np.concatenate([score, rng.normal(0, 2, shop.size)])
        wave = np.repeat([0, 1], shop.size)
        found.append(pooled_components(both, wave, np.tile(shop // 5, 2), np.tile(shop, 2)))
    workshop = np.array([c.workshop_pre for c in found])
    assert workshop.mean() == pytest.approx(0.25, abs=0.03)
    assert workshop.std() < 0.15
    claimed = np.sqrt(np.mean([c.errors[3, 3] for c in found]))
    assert claimed == pytest.approx(workshop.std(), rel=0.15)


def test_people_on_their_own_give_the_pooled_paired_t():
    score, wave, school, _, person = balanced()
    half = score.size // 2
    gains = (score[half:] - score[:half]).reshape(5, 24)
    e = school_changes(score, wave, school, None, respondent=person)
    assert e.variance == pytest.approx(np.full(5, gains.var(axis=1, ddof=1).mean() / 24))
    assert (e.n_workshops == 0).all()
    assert (e.n_linked == 24).all()


def test_one_school_of_people_is_close_to_the_partially_overlapping_t():
    rng = np.random.default_rng(3)
    people = rng.normal(size=90)
    before, after = people + rng.normal(size=90), people + rng.normal(0.3, 1, 90)
    score = np.concatenate([before[:60], after[30:]])
    wave = np.repeat([0, 1], 60)
    person = np.concatenate([np.arange(60), np.arange(30, 90)])
    e = school_changes(score, wave, np.zeros(120), None, respondent=person)
    derrick = partly_linked_change(before[:30], after[60:], before[30:60], after[30:60])
    assert e.change[0] == pytest.approx(derrick.estimate)
    assert np.sqrt(e.variance[0]) == pytest.approx(derrick.std_error, rel=0.05)
    assert e.n_linked[0] == 30


def test_intervals_are_t_intervals_without_p_values():
    score, wave, school, shop, person = balanced()
    changes = school_changes(score, wave, school, shop, respondent=person)
    first = school_estimates(changes, conf_level=0.9)[0]
    half = stats.t.ppf(0.95, 10) * np.sqrt(changes.variance[0])
    assert first.conf_high - first.estimate == pytest.approx(half)
    assert np.isnan(first.p_value)
    assert first.n == 24
    assert first.n_clusters == 3


def test_components_recover_the_truth_in_a_large_draw():
    rng = np.random.default_rng(4)
    k, n = 2, 30
    shops = 600
    shop = np.repeat(np.arange(shops), n)
    person = rng.normal(0, 0.7, shop.size)
    common = rng.normal(0, 0.3, shops)
    waves = [common + rng.normal(0, 0.2, shops) for _ in range(2)]
    scores = [w[shop] + person + rng.normal(0, 0.6, shop.size) for w in waves]
    known = rng.random(shop.size) < 0.6
    code = np.where(known, np.arange(shop.size), np.nan)
    both = np.tile(shop, 2)
    c = pooled_components(
        np.concatenate(scores), np.repeat([0, 1], shop.size), both // k, both,
        respondent=np.tile(code, 2),
    )  # fmt: skip
    assert (c.person_pre, c.person_post) == pytest.approx((0.85, 0.85), rel=0.03)
    assert c.person_covariance == pytest.approx(0.49, rel=0.05)
    assert (c.workshop_pre, c.workshop_post) == pytest.approx((0.13, 0.13), rel=0.2)
    assert c.workshop_covariance == pytest.approx(0.09, rel=0.25)


def test_row_order_and_workshop_names_shared_by_schools_do_not_matter():
    score, wave, school, shop, person = balanced()
    order = np.random.default_rng(5).permutation(score.size)
    one = school_changes(score, wave, school, shop, respondent=person)
    local = np.array([f"workshop {w % 3}" for w in shop])
    other = school_changes(
        score[order], wave[order], school[order], local[order], respondent=person[order]
    )
    back = np.argsort(other.school)
    assert other.variance[back] == pytest.approx(one.variance)
    assert other.change[back] == pytest.approx(one.change)


def test_without_replicated_workshops_there_is_no_interval():
    e = school_changes([1.0, 2, 3, 5], [0, 1, 0, 1], ["a", "a", "b", "b"], ["w", "w", "x", "x"])
    assert np.isnan(e.variance).all()
    assert "two workshops" in e.reason
    assert "two workshops" in school_estimates(e)[0].reason
    assert e.change.tolist() == [1, 2]


def test_components_of_other_schools_can_be_used():
    score, wave, school, shop, person = balanced()
    pooled = pooled_components(score, wave, school, shop, respondent=person)
    e = school_changes(
        [1.0, 2, 3, 5], [0, 1, 0, 1], ["a"] * 4, ["w", "w", "x", "x"], components=pooled
    )
    assert np.isfinite(e.variance).all()
    assert e.df == pooled.df


def test_schools_of_one_wave_are_left_out():
    e = school_changes([1.0, 2, 3, 5, 9], [0, 1, 0, 1, 0], list("aaaab"), list("wwxxy"))
    assert e.school.tolist() == ["a"]


def test_nothing_gives_nothing():
    e = school_changes([], [], [], [])
    assert e.school.size == 0
    assert school_estimates(e) == ()


def test_scores_that_do_not_vary_have_no_interval():
    e = school_changes([1.0] * 8, [0, 1] * 4, ["a"] * 4 + ["b"] * 4, list("wwxxyyzz"))
    assert "do not vary" in school_estimates(e)[0].reason


def test_a_person_twice_in_a_wave_is_an_error():
    with pytest.raises(EstimatorCallError, match="twice"):
        school_changes([1, 2, 3], [0, 0, 1], ["a"] * 3, ["w"] * 3, respondent=["p", "p", "p"])
