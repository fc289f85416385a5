"""Planned precision and power: R's numbers, identities, and draws of our own estimators."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from impact_eval.estimators import (
    EstimatorCallError,
    Precision,
    Sample,
    Spread,
    adjusted_gain,
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
from impact_eval.estimators.designs import (
    adjusted_difference,
    compare_groups,
    compare_randomised,
    retention,
    staggered_effect,
)
from impact_eval.estimators.designs.staggered_cells import NEVER, make_cells, school_waves
from impact_eval.estimators.designs.staggered_rows import overall_shares
from impact_eval.estimators.planning.precision import PlannedDesign
from impact_eval.estimators.planning.staggered import group_sizes, staggered_weights

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


def test_a_roll_out_weighs_means_as_r_does_and_has_clubsandwichs_df(reference):
    for row in reference("power")["roll_outs"]:
        found = staggered_weights(tuple(row["groups"]), row["waiting"])
        assert found.df == pytest.approx(row["df"], rel=1e-8)
        assert found.squares == pytest.approx(row["squares"], rel=1e-10)


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
    assert precision_of(QUIZ, Sample(schools=5, people=9), design="staggered").df > 1


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
        (lambda: Sample(schools=5, people=5, groups=(0.6, 0.6)), "groups"),
        (lambda: Sample(schools=5, people=5, lost_again=1), "lost_again"),
        (lambda: Sample(schools=5, people=5, weights="pupil"), "respondent"),
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


# --- the estimators that findings use, on drawn data ---

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


def estimate_once(rng, design, sample, effect):  # noqa: PLR0911  (one for each design)
    """Draw one study of a design and estimate its effect as findings do for such a study."""
    g, n = sample.schools, int(sample.people)
    pre, post = draw_pairs(rng, g, n, QUIZ, same_people=design != "same_schools")
    school = np.repeat(np.arange(g), n)
    treated = (np.arange(g) < round(g * sample.treated)).astype(int)
    kept = round(n * (1 - sample.lost))
    own, where = post[:, :kept], np.repeat(np.arange(g), kept)
    linked = round(kept * sample.linked)
    if design == "one_group_linked":
        known = np.repeat(np.arange(g), linked)
        return adjusted_gain(
            pre[:, :linked].ravel(), post[:, :linked].ravel() + effect, known,
            pre_all=pre.ravel(), pre_all_cluster=school, school=known, pre_all_school=school,
        )  # fmt: skip
    if design == "other_schools":
        other, _ = draw_pairs(rng, g, n, QUIZ)
        score = np.concatenate([pre.ravel(), other.ravel() + effect])
        wave = np.repeat([0, 1], [pre.size, other.size])
        return mean_change(score, wave, np.concatenate([school, school + g]))
    if design == "follow_up":
        last = own[:, : round(kept * (1 - sample.lost_again))]
        first = rng.normal(size=(g, n))
        score = np.concatenate([first.ravel(), pre[:, :kept].ravel(), last.ravel() + effect])
        wave = np.repeat([0, 1, 2], [first.size, own.size, last.size])
        place = np.concatenate([school, where, np.repeat(np.arange(g), last.shape[1])])
        return retention(score, wave, place, school=place).later
    score = np.concatenate([pre.ravel(), own.ravel()])
    wave = np.repeat([0, 1], [pre.size, own.size])
    place = np.concatenate([school, where])
    if design in {"one_group", "same_schools"}:
        return mean_change(score + effect * wave, wave, place, school=place)
    arm = treated[place]
    score = score + effect * wave * arm
    if design == "comparison":
        return compare_groups(score, wave, arm, place, school=place).primary
    if design == "randomised":
        post_alone = wave == 1
        return adjusted_difference(
            score[post_alone], wave[post_alone], arm[post_alone], place[post_alone]
        )
    person = np.concatenate([np.arange(g * n), np.full(g * kept, -1)]).astype(float)
    person[g * n :] = np.where(
        np.arange(kept) < linked, np.arange(g * n).reshape(g, n)[:, :kept], np.nan
    ).ravel()
    return compare_randomised(score, wave, arm, place, respondent=person).primary


@pytest.mark.parametrize("design", [one for one in DESIGNS if one != "staggered"])
def test_planned_power_is_how_often_the_design_s_estimator_finds_the_change(design):
    rng = np.random.default_rng(7)
    sample = Sample(schools=24, people=12, lost=0.25, linked=2 / 3, treated=0.5, lost_again=1 / 3)
    planned = precision_of(QUIZ, sample, design=design)
    if design == "other_schools":
        planned = precision_of(QUIZ, replace(sample, lost=0.0), design=design)
    effect = minimum_detectable(planned, power=0.7)
    drawn = [estimate_once(rng, design, sample, effect) for _ in range(REPEATS)]
    found = np.mean([e.p_value < 0.05 for e in drawn])
    spread = np.std([e.estimate for e in drawn])
    assert np.mean([e.estimate for e in drawn]) == pytest.approx(effect, rel=0.06)
    assert spread == pytest.approx(planned.std_error, rel=0.09)
    assert np.median([e.df for e in drawn]) == pytest.approx(planned.df, rel=0.08)
    assert 0.63 <= found <= 0.77


@pytest.mark.parametrize(("strata_of", "r2"), [(2, 0.6), (6, 0.4)])
def test_lots_within_strata_are_planned_as_they_are_estimated(strata_of, r2):
    """Asked before and after: strata hold a part of what the schools' earlier means leave."""
    rng, g, n = np.random.default_rng(11), 24, 12
    sample = Sample(schools=g, people=n, strata_of=strata_of, strata_r2=r2)
    planned = precision_of(QUIZ, sample, design="randomised_pretest")
    effect = minimum_detectable(planned, power=0.7)
    alike = 1 - QUIZ.change_between / (2 * QUIZ.score_between)
    left = QUIZ.score_between * (1 - alike**2)
    stratum = np.repeat(np.arange(g // strata_of), strata_of)
    school, wave = np.tile(np.repeat(np.arange(g), n), 2), np.repeat([0, 1], g * n)
    person = np.tile(np.arange(g * n), 2).astype(float)
    drawn = []
    for _ in range(REPEATS):
        treated = rng.permuted(np.tile([0, 1], (g // strata_of, strata_of // 2)), axis=1).ravel()
        first = rng.normal(0, np.sqrt(QUIZ.score_between), (g, 1))
        shared = rng.normal(0, np.sqrt(left * r2), (stratum.max() + 1, 1))[stratum]
        later = alike * first + shared + rng.normal(0, np.sqrt(left * (1 - r2)), (g, 1))
        people = _two(rng, QUIZ.score_within, QUIZ.covariance_within, (g, n))
        score = np.concatenate([(first + people[0]).ravel(), (later + people[1]).ravel()])
        drawn.append(
            compare_randomised(
                score + effect * wave * treated[school], wave, treated[school], school,
                respondent=person, stratum=stratum[school],
            ).primary
        )  # fmt: skip
    found = np.mean([e.p_value < 0.05 for e in drawn])
    assert np.std([e.estimate for e in drawn]) == pytest.approx(planned.std_error, rel=0.09)
    assert np.median([e.df for e in drawn]) == pytest.approx(planned.df, rel=0.15)
    assert 0.63 <= found <= 0.77


def test_strata_are_of_lots_between_two_arms_alone():
    plain = Sample(schools=24, people=12)
    within = replace(plain, strata_of=2, strata_r2=0.5)
    for design in DESIGNS:
        same = precision_of(QUIZ, within, design=design) == precision_of(QUIZ, plain, design=design)
        assert same == (design not in {"randomised", "randomised_pretest", "waiting_list"})
    pairs = precision_of(QUIZ, within, design="randomised")
    assert pairs.df == pytest.approx(11)
    assert within.strata == 12
    for wrong in ({"strata_of": 1}, {"strata_r2": 0.3}, {"strata_of": 2, "strata_r2": 1.0}):
        with pytest.raises(EstimatorCallError, match="strata"):
            replace(plain, **wrong)


def begin_of(groups, waiting):
    """Return each school's first survey after its workshop; nan for those that wait to the end."""
    return np.repeat([*range(1, len(groups) + 1), np.nan], [*groups, waiting])


def draw_roll_outs(rng, first, people, repeats, effect, *, surveys):
    """Draw scores, shape (repeats, schools, surveys, people), of a roll-out."""
    shape = (repeats, first.size, surveys, people)
    begun = np.arange(surveys) >= first[:, None]
    lasting = rng.normal(0, 1.0, (repeats, first.size, 1, 1))
    passing = rng.normal(0, np.sqrt(QUIZ.change_between / 2), (*shape[:3], 1))
    people = rng.normal(0, np.sqrt(QUIZ.score_within), shape)
    return lasting + passing + people + effect * begun[None, :, :, None]


def many_effects(means, groups, waiting):
    """Do what `staggered_effect` does to many tables of school means at once, shape (repeats,).

    Where schools count the same, a comparison is a difference of two means of changes, and CR2
    divides a residual of an arm of m schools by the root of 1 - 1 / m.
    """
    first = begin_of(groups, waiting)
    known = np.where(np.isnan(first), np.inf, first)
    made = [
        (cohort, wave, known == cohort, known > wave)
        for cohort in range(1, len(groups) + 1)
        for wave in range(cohort, len(groups) + 1)
    ]
    made = [cell for cell in made if cell[2].sum() > 1 and cell[3].sum() > 1]
    of = [cell[0] for cell in made]
    share = np.array([groups[one - 1] / of.count(one) for one in of])
    estimate, influence = np.zeros(len(means)), np.zeros(means.shape[:2])
    for (cohort, wave, *arms), part in zip(made, share / share.sum(), strict=True):
        change = means[:, :, wave] - means[:, :, cohort - 1]
        for sign, arm in zip((1, -1), arms, strict=True):
            m, middle = arm.sum(), change[:, arm].mean(axis=1)
            estimate += sign * part * middle
            left = (change[:, arm] - middle[:, None]) / np.sqrt(1 - 1 / m)
            influence[:, arm] += sign * part / m * left
    return estimate, np.sqrt((influence**2).sum(axis=1))


@pytest.mark.parametrize(
    ("schools", "people", "shares"),
    [
        (24, 12, ()),  # nobody waits to the end
        (100, 25, ()),
        (40, 20, (0.2, 0.3, 0.2)),
        (14, 30, (0.2, 0.5)),
        (12, 30, (0.5,)),
    ],
)
def test_planned_power_of_a_roll_out_is_how_often_staggered_effect_finds_it(
    schools, people, shares
):
    rng = np.random.default_rng(11)
    sample = Sample(schools=schools, people=people, groups=shares)
    planned = precision_of(QUIZ, sample, design="staggered")
    effect = minimum_detectable(planned, power=0.8)
    groups, waiting = group_sizes(schools, sample.steps, shares)
    first, surveys = begin_of(groups, waiting), len(groups) + 1

    few = draw_roll_outs(rng, first, people, 3, effect, surveys=surveys)
    for drawn, *many in zip(few, *many_effects(few.mean(axis=3), groups, waiting), strict=True):
        school, wave, _ = (place.ravel() for place in np.indices(drawn.shape))
        own = staggered_effect(drawn.ravel(), wave, school, first[school]).overall
        assert (own.estimate, own.std_error) == pytest.approx(tuple(many), rel=1e-9)
        assert own.df == pytest.approx(planned.df, rel=1e-9)

    # 4,000 draws are off by 0.7 points of power and 1.1 % of a standard error
    tables = rng.normal(0, np.sqrt(QUIZ.score_within / people), (4000, schools, surveys))
    passing = rng.normal(0, np.sqrt(QUIZ.change_between / 2), tables.shape)
    tables += passing + effect * (np.arange(surveys) >= first[:, None])
    estimate, error = many_effects(tables, groups, waiting)
    found = np.mean(np.abs(estimate / error) > stats.t.ppf(0.975, planned.df))
    assert estimate.mean() == pytest.approx(effect, rel=0.02)
    assert estimate.std() == pytest.approx(planned.std_error, rel=0.035)
    assert 0.775 <= found <= 0.825


@pytest.mark.parametrize("weights", ["respondent", "school"])
def test_a_roll_out_of_unequal_schools_is_planned_as_it_is_weighed(weights):
    rng = np.random.default_rng(3)
    sizes = np.resize([4.0, 8.0, 12.0, 16.0, 40.0], 60)
    planned, exact = [], []
    for _ in range(20):
        people = rng.permutation(sizes)
        sample = Sample(schools=60, people=16.0, size_cv=sizes.std() / 16, weights=weights,
                        groups=(0.3, 0.3))  # fmt: skip
        groups, waiting = group_sizes(60, 2, sample.groups)
        first = begin_of(groups, waiting)
        of = np.nan_to_num(first).astype(np.intp)
        of[np.isnan(first)] = NEVER
        school, wave = np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60)
        table = school_waves(np.zeros(180), wave, school, of, np.arange(60), None)
        table = replace(table, n=np.repeat(people[:, None], 3, axis=1))
        cells = make_cells(table, 2, equal=weights == "school")
        cells = [cell for cell in cells if cell.since >= 0 and not cell.reason]
        weight = np.zeros((60, 3))
        for cell, share in zip(cells, overall_shares(cells), strict=True):
            for sign, arm in ((1, cell.treated), (-1, ~cell.treated)):
                own = sign * share * cell.weight[arm] / cell.weight[arm].sum()
                weight[cell.school[arm], cell.wave] += own
                weight[cell.school[arm], cell.cohort - 1] -= own
        one = QUIZ.change_between / 2 + QUIZ.score_within / people[:, None]
        exact.append((weight**2 * one).sum())
        planned.append(precision_of(QUIZ, sample, design="staggered").std_error)
    assert np.mean(planned) == pytest.approx(np.sqrt(np.mean(exact)), rel=0.05)


def test_the_last_group_is_a_comparison_until_it_begins_and_no_longer():
    for groups in ((6, 6, 6), (9, 4, 7)):
        with_last = staggered_weights((*groups, 5))
        without = staggered_weights(groups, 5)
        assert with_last.squares == pytest.approx(without.squares)
        assert (with_last.df, with_last.used) == (pytest.approx(without.df), len(groups))
    alone = precision_of(QUIZ, Sample(schools=12, people=9, groups=(0.1, 0.9)), design="staggered")
    assert "no group" in alone.reason


def test_teams_that_begin_together_are_the_clusters_of_a_roll_out():
    by_team = replace(QUIZ, icc_team=QUIZ.icc_gain)
    sample = Sample(schools=60, people=40, teams=20)
    planned = precision_of(by_team, sample, design="staggered")
    told = staggered_weights((5, 5, 5, 5))
    one = by_team.change_between / 2 + by_team.score_within / 40 / 3
    assert planned.std_error == pytest.approx(np.sqrt(told.squares * one))
    assert (planned.df, planned.n_clusters) == (pytest.approx(told.df), 20)


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
