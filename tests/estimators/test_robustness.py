"""One school left out in closed form, and tipping points: refits, R, identities, flips."""

from __future__ import annotations

import json
from math import inf, isnan, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import EstimatorCallError, change_difference, fit_cr2, mean_change
from impact_eval.estimators.robustness import (
    loss_that_undoes,
    parts_estimate,
    parts_of_changes,
    parts_of_rounds,
    shift_that_undoes,
    without_each_school,
)

REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "robustness.json").read_text(encoding="utf-8"))
NUMBERS = ("estimate", "std_error", "df")


def fixture(name: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / f"{name}.csv")
    return table.assign(school=pd.factorize(table["school"])[0])


def draw(seed: int, n_schools: int = 9, *, teams: int = 1):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 9, (n_schools, 2))
    school = np.repeat(np.arange(n_schools), sizes.sum(axis=1))
    wave = np.concatenate([np.repeat([0, 1], both) for both in sizes])
    score = rng.normal(size=school.size) + wave * rng.normal(0.5, 1, n_schools)[school]
    return score, wave, school // teams, school


def same(left, right) -> bool:
    return np.allclose(left, right, rtol=1e-9, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("name", ["a12_long", "a12_unbal"])
def test_each_school_left_out_agrees_with_refits_in_r(name):
    table = fixture(name)
    parts = parts_of_changes(table["y"], table["t"], table["school"], school=table["school"])
    found = without_each_school(parts)
    for number in NUMBERS:
        assert same(getattr(found, number), R[name][number])


def test_each_school_of_shared_teams_left_out_agrees_with_refits_in_r():
    table = fixture("a12_unbal")
    team = table["school"] // 3
    parts = parts_of_changes(table["y"], table["t"], team, school=table["school"])
    found = without_each_school(parts)
    for number in NUMBERS:
        assert same(getattr(found, number), R["teams"][number])
    assert set(found.clusters) == {4}


def test_each_site_of_two_rounds_left_out_agrees_with_refits_in_r():
    table = fixture("a12_long")
    kept = (table["school"] % 2 == table["t"]).to_numpy()
    table = table[kept]
    parts = parts_of_rounds(table["y"], table["t"], table["school"], school=table["school"])
    found = without_each_school(parts)
    order = np.argsort(found.school)
    for number in NUMBERS:
        assert same(getattr(found, number)[order], R["rounds"][number])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), teams=st.integers(1, 3))
def test_the_whole_and_every_part_agree_with_the_fitted_model(seed, teams):
    score, wave, cluster, school = draw(seed, teams=teams)
    parts = parts_of_changes(score, wave, cluster, school=school)
    whole = mean_change(score, wave, cluster, school=school)
    assert same([getattr(parts_estimate(parts), n) for n in NUMBERS],
                [getattr(whole, n) for n in NUMBERS])  # fmt: skip
    found = without_each_school(parts)
    for place, left in enumerate(found.school):
        kept = school != left
        refit = mean_change(score[kept], wave[kept], cluster[kept], school=school[kept])
        assert same(
            [getattr(found, n)[place] for n in NUMBERS], [getattr(refit, n) for n in NUMBERS]
        )
        assert found.clusters[place] == refit.n_clusters


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_two_sides_agree_with_the_difference_of_their_changes(seed):
    score, wave, _, school = draw(seed, 10)
    programme = (school % 2).astype(int)
    parts = parts_of_changes(score, wave, school, school=school, programme=programme)
    whole = change_difference(score, wave, programme, school, school=school)
    assert same([getattr(parts_estimate(parts), n) for n in NUMBERS],
                [getattr(whole, n) for n in NUMBERS])  # fmt: skip
    found = without_each_school(parts)
    kept = school != found.school[3]
    refit = change_difference(
        score[kept], wave[kept], programme[kept], school[kept], school=school[kept]
    )
    assert same([getattr(found, n)[3] for n in NUMBERS], [getattr(refit, n) for n in NUMBERS])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_teams_that_serve_both_sides_agree_with_the_difference_of_their_changes(seed):
    score, wave, _, school = draw(seed, 12)
    team, programme = school // 3, (school % 2).astype(int)
    parts = parts_of_changes(score, wave, team, school=school, programme=programme)
    whole = change_difference(score, wave, programme, team, school=school)
    assert same([getattr(parts_estimate(parts), n) for n in NUMBERS],
                [getattr(whole, n) for n in NUMBERS])  # fmt: skip
    found = without_each_school(parts)
    for place, left in enumerate(found.school):
        kept = school != left
        refit = change_difference(
            score[kept], wave[kept], programme[kept], team[kept], school=school[kept]
        )
        assert same(
            [getattr(found, n)[place] for n in NUMBERS], [getattr(refit, n) for n in NUMBERS]
        )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), astray=st.booleans())
def test_two_rounds_agree_with_the_difference_of_means(seed, astray):
    score, wave, _, school = draw(seed, 12)
    wave = np.where((wave == 1) & (school < 4) & astray, 1 - school % 2, school % 2)
    parts = parts_of_rounds(score, wave, school, school=school)
    design = np.column_stack([wave, np.ones(wave.size)])
    whole = fit_cr2(score, design, school, coefficient=0)
    assert same([getattr(parts_estimate(parts), n) for n in NUMBERS],
                [getattr(whole, n) for n in NUMBERS])  # fmt: skip
    found = without_each_school(parts)
    for place, left in enumerate(found.school):
        kept = school != left
        refit = fit_cr2(score[kept], design[kept], school[kept], coefficient=0)
        assert same(
            [getattr(found, n)[place] for n in NUMBERS], [getattr(refit, n) for n in NUMBERS]
        )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), factor=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_units_and_the_order_of_rows_do_not_matter(seed, factor, shift):
    score, wave, cluster, school = draw(seed)
    found = without_each_school(parts_of_changes(score, wave, cluster, school=school))
    order = np.random.default_rng(seed).permutation(score.size)
    other = without_each_school(
        parts_of_changes(
            (factor * score + shift)[order], wave[order], cluster[order], school=school[order]
        )
    )
    place = np.argsort(other.school)
    assert np.allclose(other.estimate[place], factor * found.estimate[np.argsort(found.school)])
    assert np.allclose(other.df[place], found.df[np.argsort(found.school)])


def test_a_school_without_weight_left_out_changes_nothing_and_equal_ones_are_alike():
    school = np.repeat(np.arange(6), 4)
    wave = np.tile([0, 0, 1, 1], 6)
    score = wave * 1.5 + np.tile([0, 1, 0, 1], 6)
    score = score + np.where(wave == 1, 0.1 * (school % 2), 0)
    found = without_each_school(parts_of_changes(score, wave, school, school=school))
    assert np.unique(found.estimate.round(12)).size == 2
    assert found.largest_share == pytest.approx(1 / 6)


def test_too_few_clusters_left_have_an_estimate_and_no_error():
    score, wave, _, school = draw(1, 2)
    found = without_each_school(parts_of_changes(score, wave, school, school=school))
    assert np.isfinite(found.estimate).all()
    assert np.isnan(found.std_error).all()
    assert np.isnan(found.df).all()


def test_workshops_within_schools_have_no_parts():
    score, wave, _, school = draw(1)
    assert parts_of_changes(score, wave, np.arange(score.size), school=school) is None
    assert parts_of_rounds(score, wave, np.arange(score.size), school=school) is None


# --- tipping points -------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    low=st.floats(-5, 5), width=st.floats(0.01, 4), floor=st.floats(-6, 6), size=st.floats(0.1, 9)
)
def test_the_shift_touches_a_bound_and_no_smaller_one_does(low, width, floor, size):
    high, ceiling = low + width, floor + size
    shift = shift_that_undoes(low, high, floor=floor, ceiling=ceiling)
    if isnan(shift):
        assert low < floor or high > ceiling
        return
    assert min(abs(low - shift - floor), abs(high - shift - ceiling)) < 1e-9
    for smaller in (0.999 * shift, -0.999 * shift):
        assert low - smaller >= floor - 1e-9
        assert high - smaller <= ceiling + 1e-9


@pytest.mark.parametrize(("sign", "bound"), [(1, "floor"), (-1, "ceiling")])
def test_a_rise_and_a_fall_mirror_each_other(sign, bound):
    limits = sorted([sign * 1.4, sign * 2.0])
    assert shift_that_undoes(*limits, **{bound: sign * 1.15}) == pytest.approx(sign * 0.25)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**5), share=st.floats(0.05, 0.95), over=st.sampled_from([0.99, 1.01]))
def test_the_lost_added_to_the_data_undo_the_claim_exactly_there(seed, share, over):
    score, wave, cluster, school = draw(seed, 12)
    score = score + 5 * wave
    floor = 1.0
    found = mean_change(score, wave, cluster, school=school)
    delta = loss_that_undoes(shift_that_undoes(found.conf_low, found.conf_high, floor=floor), share)
    if isnan(delta):
        return
    later = np.where(wave == 1, (1 - share) * score + share * (score + over * delta), score)
    moved = mean_change(later, wave, cluster, school=school)
    assert (moved.conf_low > floor) == (over < 1)


def test_nobody_lost_can_undo_nothing():
    assert loss_that_undoes(0.2, 0.0) == -inf
    assert loss_that_undoes(-0.2, 0.0) == inf


@pytest.mark.parametrize(
    "call",
    [
        lambda: shift_that_undoes(0, 1),
        lambda: shift_that_undoes(0, 1, floor=2, ceiling=1),
        lambda: loss_that_undoes(0.1, 1.2),
    ],
)
def test_wrong_calls_are_refused(call):
    with pytest.raises(EstimatorCallError):
        call()


def test_no_interval_has_no_tipping_point():
    assert isnan(shift_that_undoes(nan, 1, floor=0))
