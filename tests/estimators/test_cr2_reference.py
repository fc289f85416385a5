"""CR2, Satterthwaite df and p-values against R's clubSandwich 0.5.8 (tests/reference/cr2.R).

Every expected number is `coef_test(lm(...), vcov = "CR2", cluster = ..., test = "Satterthwaite")`;
the call stands beside each case.
"""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import change_difference, fit_cr2, mean_change, raw_gain, wave_mean


@pytest.fixture(scope="module")
def expected(reference):
    return reference("cr2")


def trainer_of(frame):
    return frame["school"].str[1:].astype(int) % 4


def crossing(frame):
    return np.arange(1, len(frame) + 1) % 5


def test_numbers_of_the_reference_are_the_published_ones(expected):
    # lm(y ~ t + factor(school), a12), cluster = school: b .1943589, SE .0566439, df 10.3763
    assert list(expected["a12_fe"].values()) == pytest.approx(
        [0.1943588857, 0.0566438787, 10.3763015236, 0.0060936803], rel=1e-7
    )
    # lm(post ~ treat + pre, a12_wide): SE .0811805, df 5.521703, p .100151
    assert list(expected["a12_ancova_treat"].values()) == pytest.approx(
        [0.1601378, 0.0811805, 5.521703, 0.100151], rel=1e-5
    )


def test_school_effects_balanced(a12, expected, agree):
    # lm(y ~ t + factor(school), a12), cluster = school
    agree(mean_change(a12.y, a12.t, a12.school, school=a12.school), expected["a12_fe"])


def test_school_effects_unbalanced(unbal, expected, agree):
    # lm(y ~ t + factor(school), unbal), cluster = school
    agree(mean_change(unbal.y, unbal.t, unbal.school, school=unbal.school), expected["unbal_fe"])


def test_rounds_that_drew_different_schools(unbal, expected, agree):
    # lm(y ~ t, unbal), cluster = school
    agree(mean_change(unbal.y, unbal.t, unbal.school), expected["unbal_plain"])


def test_a_hundred_schools(b100, expected, agree):
    # lm(y ~ t + factor(school), b100), cluster = school
    agree(mean_change(b100.y, b100.t, b100.school, school=b100.school), expected["b100_fe"])


def test_two_schools(c2, expected, agree):
    # lm(y ~ t + factor(school), c2), cluster = school: one degree of freedom
    estimate = mean_change(c2.y, c2.t, c2.school, school=c2.school)
    agree(estimate, expected["c2_fe"])
    assert estimate.df == pytest.approx(1)


def test_workshops_within_two_schools(c2, expected, agree):
    # lm(y ~ t + factor(school), c2), cluster = workshop
    agree(mean_change(c2.y, c2.t, c2.workshop, school=c2.school), expected["c2_workshop"])


def test_trainers_who_serve_several_schools(unbal, expected, agree):
    # lm(y ~ t + factor(school), unbal), cluster = trainer
    estimate = mean_change(unbal.y, unbal.t, trainer_of(unbal), school=unbal.school)
    agree(estimate, expected["unbal_trainer"])


def test_clusters_that_cut_across_schools(unbal, expected, agree):
    # lm(y ~ t + factor(school), unbal), cluster = seq_len(nrow(unbal)) %% 5
    estimate = mean_change(unbal.y, unbal.t, crossing(unbal), school=unbal.school)
    agree(estimate, expected["unbal_crossing"])


@pytest.mark.parametrize("with_school", [False, True])
def test_clusters_of_one_row(unbal, expected, agree, with_school):
    # lm(y ~ t) and lm(y ~ t + factor(school)), cluster = seq_len(nrow(unbal))
    school = unbal.school if with_school else None
    estimate = mean_change(unbal.y, unbal.t, np.arange(len(unbal)), school=school)
    agree(estimate, expected["unbal_rows_fe" if with_school else "unbal_rows"])


@pytest.mark.parametrize(
    ("clusters", "key"),
    [
        (lambda d: d.school, "unbal_school_mean"),
        (trainer_of, "unbal_school_mean_trainer"),
        (crossing, "unbal_school_mean_crossing"),
    ],
)
def test_every_school_counts_the_same(unbal, expected, agree, clusters, key):
    # lm(y ~ t + factor(school), unbal, weights = 1 / ave(y, school, t, FUN = length))
    estimate = mean_change(unbal.y, unbal.t, clusters(unbal), school=unbal.school, weights="school")
    agree(estimate, expected[key])


def test_schools_weighted_by_beneficiaries(unbal, expected, agree):
    # weights = (100 + 50 * (match(school, sort(unique(school))) %% 5)) / size
    names = sorted(unbal.school.unique())
    numbers = {name: 100 + 50 * ((place + 1) % 5) for place, name in enumerate(names)}
    estimate = mean_change(
        unbal.y,
        unbal.t,
        unbal.school,
        school=unbal.school,
        weights="beneficiary",
        school_weights=numbers,
    )
    agree(estimate, expected["unbal_beneficiary"])


def test_weights_that_differ_within_workshops(c2, expected, agree):
    # lm(y ~ t + factor(school), c2, weights = 1 + (seq_len(nrow(c2)) %% 7) / 3), cluster = workshop
    weights = 1 + (np.arange(1, len(c2) + 1) % 7) / 3
    estimate = fit_cr2(c2.y, c2.t, c2.workshop, school=c2.school, weights=weights)
    agree(estimate, expected["c2_weighted_workshop"])


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("data", ["a12_ancova", "a12_ancova_weighted", "b100_ancova"])
def test_every_coefficient_of_an_adjusted_comparison(request, expected, agree, data, place):
    # lm(post ~ treat + pre, wide, weights = 1 + (seq_len(nrow(wide)) %% 5) / 4), cluster = school
    wide = request.getfixturevalue("b100_wide" if data.startswith("b100") else "a12_wide")
    weights = 1 + (np.arange(1, len(wide) + 1) % 5) / 4 if "weighted" in data else None
    design = np.column_stack([np.ones(len(wide)), wide.treat, wide.pre])
    name = ("(Intercept)", "treat", "pre")[place]
    estimate = fit_cr2(wide.post, design, wide.school, coefficient=place, weights=weights)
    agree(estimate, expected[f"{data}_{name}"])


def test_mean_of_one_wave(a12_wide, expected, agree):
    # lm(pre ~ 1, a12_wide), cluster = school
    agree(wave_mean(a12_wide.pre, a12_wide.school), expected["a12_pre_mean"])


@pytest.mark.parametrize("data", ["a12", "b100"])
def test_gain_of_the_linked(request, expected, agree, data):
    # lm(I(post - pre) ~ 1, wide), cluster = school
    wide = request.getfixturevalue(f"{data}_wide")
    agree(raw_gain(wide.pre, wide.post, wide.school), expected[f"{data}_gain"])


@pytest.mark.parametrize("data", ["a12", "b100", "unbal"])
def test_difference_of_two_arms_changes(request, expected, agree, data):
    # lm(y ~ t * treat), cluster = school, coefs = "t:treat"
    d = request.getfixturevalue(data)
    agree(change_difference(d.y, d.t, d.treat, d.school), expected[f"{data}_did"])


def test_difference_of_two_arms_changes_with_school_effects(unbal, expected, agree):
    # lm(y ~ t + t:treat + factor(school), unbal), cluster = school
    estimate = change_difference(unbal.y, unbal.t, unbal.treat, unbal.school, school=unbal.school)
    agree(estimate, expected["unbal_did_fe"])


def test_difference_of_two_groups_within_schools(unbal, expected, agree):
    # lm(y ~ t * odd + factor(school), unbal), cluster = school, coefs = "t:odd"
    odd = np.arange(1, len(unbal) + 1) % 2
    estimate = change_difference(unbal.y, unbal.t, odd, unbal.school, school=unbal.school)
    agree(estimate, expected["unbal_did_within"])


def test_a_school_seen_in_one_wave_changes_nothing(unbal, expected, agree):
    # lm(y ~ t + factor(school)) without school s003's post surveys
    d = unbal[~((unbal.school == "s003") & (unbal.t == 1))]
    estimate = mean_change(d.y, d.t, d.school, school=d.school)
    agree(estimate, expected["unbal_one_wave"])
    assert estimate.n_clusters == 11
    assert estimate.n == int((d.school != "s003").sum())
