"""Items in two waves against R's MASS::polr (tests/reference/measurement.R)."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import EstimatorCallError, wave_dif
from impact_eval.estimators.proportional_odds import fit_proportional_odds
from impact_eval.estimators.wave_dif import effect_of

ITEMS = range(5)


@pytest.fixture(scope="module")
def two_waves(ratings):
    items = np.concatenate([ratings["pre"], ratings["post"]])
    return items, np.repeat([0, 1], [len(ratings["pre"]), len(ratings["post"])])


@pytest.mark.parametrize("item", ITEMS)
def test_model_equals_r(two_waves, reference, item):
    items, wave = two_waves
    expected = reference("measurement")["dif"][item]
    total = items.sum(axis=1)
    x = (total - total.mean()) / total.std()
    levels, answer = np.unique(items[:, item], return_inverse=True)
    counts = np.eye(levels.size)[answer]
    patterns = np.column_stack([x, wave, x * wave])
    # a person a row: the same as the tabulated patterns
    fits = [fit_proportional_odds(counts, patterns[:, :q]) for q in range(4)]
    found = [fit.log_likelihood for fit in fits]
    assert found == pytest.approx(expected["log_likelihood"], rel=1e-9)
    assert fits[3].thresholds == pytest.approx(expected["thresholds"], rel=1e-5)
    assert fits[3].slopes == pytest.approx(expected["slopes"], rel=1e-5)
    error = np.sqrt(np.diag(fits[3].covariance))[-3:]
    assert error == pytest.approx(expected["std_error"], rel=1e-3)


@pytest.mark.parametrize("item", ITEMS)
def test_tests_and_gains_equal_r(two_waves, reference, item):
    expected = reference("measurement")["dif"][item]
    found = wave_dif(*two_waves, item=item)
    for step in ("uniform", "nonuniform", "total"):
        e = getattr(found, step)
        gain, statistic, p_value = expected[step]
        assert (e.estimate, e.statistic) == pytest.approx((gain, statistic), rel=1e-6)
        assert e.p_value == pytest.approx(p_value, rel=1e-3, abs=1e-290)
    assert (found.uniform.df, found.nonuniform.df, found.total.df) == (1, 1, 2)


def test_the_item_that_rose_by_itself_and_the_one_that_turned_are_found(two_waves):
    effects = [wave_dif(*two_waves, item=item).effect for item in ITEMS]
    assert effects == ["negligible", "large", "negligible", "large", "negligible"]


def test_parts_add_up(two_waves):
    found = wave_dif(*two_waves, item=1)
    assert found.total.statistic == pytest.approx(
        found.uniform.statistic + found.nonuniform.statistic
    )
    assert found.total.estimate == pytest.approx(found.uniform.estimate + found.nonuniform.estimate)


def draw(rng, n, shift):
    """Five ratings of one trait whose mean moves by `shift`, and nothing else moves."""
    wave = np.repeat([0, 1], n)
    trait = rng.normal(size=2 * n) + shift * wave
    cuts = np.linspace(-2, 2, 4)
    noise = rng.logistic(size=(2 * n, 5))
    latent = trait[:, None] * [1.0, 1.3, 1.6, 1.2, 1.5] + noise + np.linspace(-0.5, 0.5, 5)
    return 1.0 + (latent[:, :, None] > cuts).sum(axis=2), wave


def test_a_true_change_of_the_whole_scale_is_no_item_effect():
    rng = np.random.default_rng(5)
    for _ in range(5):
        items, wave = draw(rng, 800, 0.8)
        found = [wave_dif(items, wave, item=item) for item in ITEMS]
        assert {one.effect for one in found} == {"negligible"}
        assert max(one.total.estimate for one in found) < 0.015


def test_equal_waves_reject_as_often_as_promised():
    rng = np.random.default_rng(6)
    p = [
        wave_dif(*draw(rng, 300, 0.0), item=item).total.p_value
        for _ in range(60)
        for item in (0, 2, 4)
    ]
    assert 0.01 <= np.mean(np.array(p) < 0.05) <= 0.10


def draw_in_schools(rng, schools, people, own=0.6):
    """As `draw`, but each statement moves by itself in each school and wave."""
    school = np.tile(np.repeat(np.arange(schools), people), 2)
    wave = np.repeat([0, 1], schools * people)
    trait = rng.normal(size=wave.size) + rng.normal(0, 0.4, (2, schools))[wave, school]
    moved = rng.normal(0, own, (2, schools, 5))[wave, school]
    latent = 1.4 * trait[:, None] + moved + rng.logistic(size=(wave.size, 5))
    return 1.0 + (latent[:, :, None] > np.linspace(-2, 2, 4)).sum(axis=2), wave, school


def test_what_schools_do_to_a_statement_is_no_finding():
    rng = np.random.default_rng(8)
    p, alone = [], []
    for _ in range(60):
        items, wave, school = draw_in_schools(rng, 10, 30)
        p.append([wave_dif(items, wave, item=item, cluster=school) for item in (0, 3)])
        alone.append([wave_dif(items, wave, item=item) for item in (0, 3)])
    for part, most in (("total", 0.09), ("uniform", 0.11), ("nonuniform", 0.11)):
        rejected = np.array([[getattr(one, part).p_value < 0.05 for one in two] for two in p])
        assert rejected.mean() <= most
    assert np.mean([[one.total.p_value < 0.05 for one in two] for two in alone]) > 0.2


def test_clusters_move_nothing_but_the_tests(two_waves):
    items, wave = two_waves
    plain = wave_dif(items, wave, item=1)
    school = np.arange(wave.size) % 12
    found = wave_dif(items, wave, item=1, cluster=school)
    for part in ("total", "uniform", "nonuniform"):
        mine, theirs = getattr(found, part), getattr(plain, part)
        assert mine.estimate == theirs.estimate
        assert mine.n_clusters == 12
    assert found.effect == plain.effect == "large"
    assert found.total.p_value < 0.001
    assert found.uniform.df <= 11
    gaps = np.vstack([np.full((3, items.shape[1]), np.nan), items])
    longer = wave_dif(
        gaps, np.append([0, 0, 1], wave), item=1, cluster=np.append([99, 99, 98], school)
    )
    assert longer == found


def test_people_as_clusters_agree_with_the_likelihood_ratio():
    items, wave = draw(np.random.default_rng(4), 400, 0.3)
    items[:, 2] = np.where((wave == 1) & (np.arange(wave.size) % 9 == 0), 5, items[:, 2])
    mine = wave_dif(items, wave, item=2, cluster=np.arange(wave.size)).uniform
    theirs = wave_dif(items, wave, item=2).uniform
    assert mine.statistic == pytest.approx(theirs.statistic, rel=0.15)


def test_few_schools_have_a_class_and_no_test():
    items, wave, school = draw_in_schools(np.random.default_rng(2), 3, 60)
    found = wave_dif(items, wave, item=0, cluster=school)
    assert np.isfinite(found.total.estimate)
    assert np.isnan(found.total.p_value)
    assert found.effect


def test_gaps_are_left_out_and_swapped_waves_say_the_same(two_waves):
    items, wave = two_waves
    gaps = items.copy()
    gaps[:40, 2] = np.nan
    assert wave_dif(gaps, wave, item=0) == wave_dif(items[40:], wave[40:], item=0)
    swapped = wave_dif(items, 1 - wave, item=1).total
    assert swapped.statistic == pytest.approx(wave_dif(items, wave, item=1).total.statistic)


@pytest.mark.parametrize(
    ("items", "wave", "words"),
    [
        (np.ones((400, 2)), np.repeat([0, 1], 200), "fewer than 3 items"),
        (np.ones((250, 3)), np.repeat([0, 1], [200, 50]), "fewer than 100"),
        (np.empty((0, 3)), np.empty(0), "fewer than 100"),
        (np.ones((400, 3)), np.repeat([0, 1], 200), "do not vary"),
        (np.repeat(np.arange(4.0), 300).reshape(400, 3), np.tile([0, 1], 200), "for certain"),
    ],
    ids=["two items", "few later", "nobody", "constant", "separated"],
)
def test_what_cannot_be_compared_is_refused(items, wave, words):
    found = wave_dif(items, wave, item=0)
    assert words in found.total.reason
    assert found.effect == ""
    assert np.isnan(found.uniform.p_value)


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="from 0 to 2"):
        wave_dif(np.ones((4, 3)), [0, 0, 1, 1], item=3)
    with pytest.raises(EstimatorCallError, match="0 and 1"):
        wave_dif(np.ones((2, 3)), [1, 2], item=0)


def test_classes_follow_the_gain(two_waves):
    from dataclasses import replace

    known = wave_dif(*two_waves, item=1).total
    for gain, p_value, effect in [
        (0.034, 0.0, "negligible"),
        (0.036, 0.0, "moderate"),
        (0.071, 0.0, "large"),
        (0.071, 0.06, "negligible"),
    ]:
        assert effect_of(replace(known, estimate=gain, p_value=p_value)) == effect
