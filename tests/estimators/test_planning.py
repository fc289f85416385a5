"""Planned precision and power: R's numbers, identities, and draws of our own estimators."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import (
    EstimatorCallError,
    Precision,
    Sample,
    Spread,
    change_difference,
    fit_cr2,
    mean_change,
    minimum_detectable,
    minimum_detectable_change,
    minimum_detectable_randomised,
    people_per_school_needed,
    power_of,
    precision_of,
    raw_gain,
    schools_needed,
)
from impact_eval.estimators.planning.precision import PlannedDesign
from impact_eval.estimators.planning.staggered import staggered_rows, staggered_weights

DESIGNS = get_args(PlannedDesign)
QUIZ = Spread(sd=2.0, icc_score=0.10, icc_gain=0.06, correlation=0.5)


# --- against R and published tables ---


def test_power_is_that_of_a_noncentral_t(reference):
    for row in reference("power")["noncentral"]:
        found = power_of(row["ncp"], Precision(1.0, row["df"], 2))
        assert found == pytest.approx(row["power"], abs=1e-8)


def test_the_exact_multiplier_is_where_r_has_that_power(reference):
    for row in reference("power")["exact_multiplier"]:
        found = minimum_detectable(Precision(1.0, row["df"], 2))
        assert found == pytest.approx(row["m"], rel=1e-8)


def test_school_means_are_tested_as_in_power_t_test(reference):
    known = reference("power")
    means_alone = Spread(icc_score=1.0, icc_gain=1.0, correlation=0.5)
    arms = precision_of(means_alone, Sample(schools=20, people=5), design="randomised")
    assert power_of(1.2, arms) == pytest.approx(known["two_arms"], abs=1e-8)
    group = precision_of(means_alone, Sample(schools=12, people=5), design="one_group")
    assert power_of(0.9, group) == pytest.approx(known["one_group"], abs=1e-8)


def test_trials_by_school_are_those_of_powerup(reference):
    a, b, c = (reference("power")["cra2"][key] for key in "abc")
    table = minimum_detectable_randomised(
        20, 15, icc=0.17, r2_people=0.5, r2_schools=0.7, covariates=1
    )
    assert table == pytest.approx(0.3729229, abs=1e-7)
    assert table == pytest.approx(a, rel=1e-12)
    assert minimum_detectable_randomised(40, 25, icc=0.20, treated=0.3) == pytest.approx(b)
    assert minimum_detectable_randomised(
        12, 60, icc=0.05, r2_people=0.3, r2_schools=0.5, covariates=2, power=0.9
    ) == pytest.approx(c)


@pytest.mark.parametrize(("schools", "treated"), [(20, 0.5), (40, 0.25)])
def test_the_general_design_is_powerups_without_covariate(schools, treated):
    planned = precision_of(
        replace(QUIZ, sd=1.0), Sample(schools=schools, people=15, treated=treated),
        design="randomised",
    )  # fmt: skip
    table = minimum_detectable_randomised(schools, 15, icc=0.10, treated=treated)
    equal_df = replace(planned, df=schools - 2)
    assert minimum_detectable(equal_df, multiplier="t_sum") == pytest.approx(table)
    assert planned.df <= schools - 2 + 1e-9


def test_one_group_of_linked_people_is_the_published_formula():
    planned = precision_of(QUIZ, Sample(schools=10, people=100), design="one_group_linked")
    table = minimum_detectable_change(10, 100, icc_of_gain=0.06, correlation=0.5, sd=2.0)
    assert minimum_detectable(planned, multiplier="t_sum") == pytest.approx(table)


def test_degrees_of_freedom_of_a_roll_out_are_clubsandwichs(reference):
    for row in reference("power")["staggered_df"]:
        found = staggered_weights(row["schools"], row["schools"], row["steps"])[1]
        assert found == pytest.approx(row["df"], rel=1e-8)


# --- identities ---


@pytest.mark.parametrize("design", DESIGNS)
def test_the_unit_is_that_of_the_standard_deviation(design):
    sample = Sample(schools=24, people=30, lost=0.1, linked=0.7, size_cv=0.4)
    one = precision_of(QUIZ, sample, design=design)
    tenfold = precision_of(replace(QUIZ, sd=20.0), sample, design=design)
    assert tenfold.std_error == pytest.approx(10 * one.std_error)
    assert tenfold.df == one.df


@pytest.mark.parametrize("design", DESIGNS)
@settings(max_examples=25, deadline=None)
@given(
    schools=st.integers(8, 200),
    people=st.integers(2, 300),
    lost=st.floats(0, 0.5),
    icc=st.floats(0.01, 0.3),
    gain=st.floats(0, 0.2),
)
def test_more_is_never_worse(design, schools, people, lost, icc, gain):
    spread = Spread(icc_score=icc, icc_gain=min(gain, icc), correlation=0.5)
    sample = Sample(schools=schools, people=people, lost=lost)

    def error(changed):
        return precision_of(spread, changed, design=design).std_error

    base = error(sample)
    assert error(replace(sample, people=2 * people)) <= base * (1 + 1e-12)
    assert error(replace(sample, schools=2 * schools)) < base
    assert error(replace(sample, size_cv=0.7)) >= base
    if design != "staggered":
        assert error(replace(sample, lost=0.6)) >= base


def test_linked_and_stacked_agree_if_nobody_is_lost():
    sample = Sample(schools=15, people=40)
    stacked = precision_of(QUIZ, sample, design="one_group")
    linked = precision_of(QUIZ, sample, design="one_group_linked")
    assert stacked.std_error == pytest.approx(linked.std_error)


def test_failed_links_cost_the_linked_only():
    some = Sample(schools=15, people=40, linked=0.5)
    everyone = Sample(schools=15, people=40)
    for design, alike in (("one_group", True), ("one_group_linked", False)):
        few, all_ = (precision_of(QUIZ, s, design=design).std_error for s in (some, everyone))
        assert (few == all_) is alike


def test_a_programme_wholly_surveyed_leaves_people_alone():
    whole = Sample(schools=100, people=40, programme_schools=100)
    found = precision_of(QUIZ, whole, design="one_group_linked").std_error
    assert found == pytest.approx(np.sqrt(QUIZ.gain_within / 40 / 100))
    half = precision_of(QUIZ, replace(whole, schools=50), design="one_group_linked")
    assert half.std_error == pytest.approx(
        np.sqrt((QUIZ.change_between / 2 + QUIZ.gain_within / 40) / 50)
    )


def test_teams_are_the_clusters_where_they_are_fewer():
    by_team = replace(QUIZ, icc_team=0.06)
    sample = Sample(schools=60, people=40, teams=20)
    planned = precision_of(by_team, sample, design="one_group_linked")
    assert (planned.df, planned.n_clusters) == (pytest.approx(19), 20)
    expected = by_team.change_between / 20 + by_team.gain_within / 40 / 60
    assert planned.std_error == pytest.approx(np.sqrt(expected))
    few = precision_of(by_team, replace(sample, schools=12), design="one_group_linked")
    assert few.n_clusters == 12


@pytest.mark.parametrize("design", DESIGNS)
def test_the_smallest_change_has_the_power_asked_for(design):
    planned = precision_of(QUIZ, Sample(schools=12, people=25, size_cv=0.5), design=design)
    found = minimum_detectable(planned, power=0.9, alpha=0.1)
    assert power_of(found, planned, alpha=0.1) == pytest.approx(0.9)
    assert power_of(-found, planned, alpha=0.1) == pytest.approx(0.9)
    assert power_of(0.0, planned, alpha=0.1) == pytest.approx(0.1)


@pytest.mark.parametrize("design", DESIGNS)
def test_needed_numbers_are_the_smallest_that_are_enough(design):
    sample = Sample(schools=60, people=25, lost=0.1, linked=0.8)

    def power(**changed):
        planned = precision_of(QUIZ, replace(sample, **changed), design=design)
        return power_of(0.9, planned)

    schools = schools_needed(0.9, QUIZ, sample, design=design).number
    assert power(schools=schools) >= 0.8
    assert not power(schools=schools - 1) >= 0.8
    people = people_per_school_needed(0.9, QUIZ, sample, design=design).number
    assert power(people=people) >= 0.8
    assert people == 1 or power(people=people - 1) < 0.8


def test_what_cannot_be_had_says_why():
    assert (
        "in each arm" in precision_of(QUIZ, Sample(schools=3, people=9), design="comparison").reason
    )
    alone = precision_of(QUIZ, Sample(schools=1, people=9), design="one_group")
    assert np.isnan(power_of(1.0, alone))
    assert np.isnan(minimum_detectable(alone))
    tiny = Sample(schools=3, people=9)
    assert "3 schools are too few" in (
        people_per_school_needed(0.1, QUIZ, tiny, design="one_group").reason
    )
    capped = Sample(schools=3, people=1, programme_schools=10)
    needed = schools_needed(0.1, QUIZ, capped, design="one_group")
    assert (needed.number, "10 schools" in needed.reason) == (None, True)
    assert precision_of(QUIZ, Sample(schools=4, people=9), design="staggered").reason


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Spread(icc_score=1.2, icc_gain=0, correlation=0), "icc_score"),
        (lambda: Spread(icc_score=0.1, icc_gain=0, correlation=1), "correlation"),
        (lambda: Spread(sd=0, icc_score=0.1, icc_gain=0, correlation=0), "sd"),
        (lambda: Sample(schools=0, people=5), "schools"),
        (lambda: Sample(schools=5, people=5, lost=1), "lost"),
        (lambda: Sample(schools=5, people=5, treated=1), "treated"),
        (lambda: Sample(schools=5, people=5, programme_schools=4), "programme_schools"),
        (lambda: precision_of(QUIZ, Sample(schools=5, people=5), design="lottery"), "randomised"),
        (lambda: minimum_detectable(Precision(1, 5, 6), power=0.04), "above"),
        (lambda: power_of(1, Precision(1, 5, 6), alpha=5), "alpha"),
        (lambda: schools_needed(0, QUIZ, Sample(schools=5, people=5), design="one_group"), "not 0"),
        (lambda: minimum_detectable_randomised(3, 5, icc=0.1, covariates=1), "at least 3"),
    ],
)  # fmt: skip
def test_wrong_calls_raise(call, words):
    with pytest.raises(EstimatorCallError, match=words):
        call()


# --- our own estimators on drawn data ---

REPEATS = 400


def draw_pairs(rng, schools, n, spread, *, same_people=True):
    """Draw people of schools in two surveys, shape (schools, n) each; nothing changes."""
    between = spread.score_between
    correlated = 1 - spread.change_between / (2 * between)
    means = _two(rng, between, correlated * between, (schools, 1))
    shared = spread.covariance_within if same_people else 0.0
    people = _two(rng, spread.score_within, shared, (schools, n))
    return means[0] + people[0], means[1] + people[1]


def _two(rng, variance, covariance, shape):
    root = np.linalg.cholesky([[variance, covariance], [covariance, variance]])
    drawn = rng.normal(size=(2, *shape))
    return np.tensordot(root, drawn, axes=1)


def estimate_once(rng, design, sample, effect):
    """Draw one study of a design and estimate its effect."""
    g, n = sample.schools, int(sample.people)
    pre, post = draw_pairs(rng, g, n, QUIZ, same_people=design != "same_schools")
    school = np.repeat(np.arange(g), n)
    treated = (np.arange(g) < round(g * sample.treated)).astype(float)
    kept = round(n * (1 - sample.lost))
    own, t = post[:, :kept], np.repeat(treated, kept)
    where = np.repeat(np.arange(g), kept)
    ones = np.ones(where.size)
    if design == "one_group_linked":
        return raw_gain(pre[:, :kept].ravel(), own.ravel() + effect, where)
    if design in {"one_group", "same_schools", "comparison"}:
        score = np.concatenate([pre.ravel(), own.ravel()])
        wave = np.repeat([0, 1], [pre.size, own.size])
        place = np.concatenate([school, where])
        if design == "comparison":
            group = np.concatenate([np.repeat(treated, n), t]).astype(int)
            score = score + effect * wave * group
            return change_difference(score, wave, group, place, school=place)
        return mean_change(score + effect * wave, wave, place, school=place)
    if design == "other_schools":
        other, _ = draw_pairs(rng, g, n, QUIZ)
        score = np.concatenate([pre.ravel(), other.ravel() + effect])
        wave = np.repeat([0, 1], [pre.size, other.size])
        return mean_change(score, wave, np.concatenate([school, school + g]))
    if design == "randomised":
        return fit_cr2(own.ravel() + effect * t, np.column_stack([ones, t]), where, coefficient=1)
    means = np.repeat(pre.mean(axis=1), kept)
    columns = np.column_stack([ones, t, pre[:, :kept].ravel(), means])
    return fit_cr2(own.ravel() + effect * t, columns, where, coefficient=1)


def draw_roll_out(rng, sample, effect):
    """Draw a staggered roll-out: a lasting school effect, one of school and survey, new people."""
    begun, _ = staggered_rows(sample.schools, sample.steps)
    shape = (*begun.shape, int(sample.people))
    lasting = rng.normal(0, 1.0, (sample.schools, 1, 1))
    cell = rng.normal(0, np.sqrt(QUIZ.change_between / 2), (*begun.shape, 1))
    y = (
        lasting
        + cell
        + rng.normal(0, np.sqrt(QUIZ.score_within), shape)
        + effect * begun[..., None]
    )
    school, period, _ = np.indices(shape)
    dates = [period.ravel() == k for k in range(1, sample.steps + 1)]
    started = np.broadcast_to(begun[..., None], shape).ravel()
    place = school.ravel()
    columns = np.column_stack([started, *dates]).astype(float)
    return fit_cr2(y.ravel(), columns, place, coefficient=0, school=place)


@pytest.mark.parametrize("design", DESIGNS)
def test_planned_power_is_how_often_cr2_finds_the_change(design):
    rng = np.random.default_rng(7)
    sample = Sample(schools=24, people=12, lost=0.25, treated=0.5, steps=4)
    planned = precision_of(QUIZ, sample, design=design)
    if design == "other_schools":
        planned = precision_of(QUIZ, replace(sample, lost=0.0), design=design)
    effect = minimum_detectable(planned, power=0.7)
    drawn = [
        draw_roll_out(rng, sample, effect)
        if design == "staggered"
        else estimate_once(rng, design, sample, effect)
        for _ in range(REPEATS)
    ]
    found = np.mean([e.p_value < 0.05 for e in drawn])
    spread = np.std([e.estimate for e in drawn])
    assert np.mean([e.estimate for e in drawn]) == pytest.approx(effect, rel=0.06)
    assert spread == pytest.approx(planned.std_error, rel=0.09)
    assert np.median([e.df for e in drawn]) == pytest.approx(planned.df, rel=0.08)
    assert 0.63 <= found <= 0.77


def test_unequal_sizes_and_arms_are_planned_for():
    rng = np.random.default_rng(5)
    g = 30
    sizes = np.resize([4, 8, 12, 16, 40], g)
    cv = sizes.std() / sizes.mean()
    sample = Sample(schools=g, people=sizes.mean(), size_cv=cv)
    spread = Spread(sd=1.0, icc_score=0.2, icc_gain=0.2, correlation=0.5)
    planned = precision_of(spread, sample, design="one_group_linked")
    school = np.repeat(np.arange(g), sizes)
    drawn = []
    for _ in range(REPEATS):
        shift = rng.normal(0, np.sqrt(spread.change_between), g)[school]
        gain = shift + rng.normal(0, np.sqrt(spread.gain_within), school.size)
        drawn.append(raw_gain(np.zeros(school.size), gain, school))
    assert np.std([e.estimate for e in drawn]) == pytest.approx(planned.std_error, rel=0.09)
    assert np.median([e.df for e in drawn]) == pytest.approx(planned.df, rel=0.15)
