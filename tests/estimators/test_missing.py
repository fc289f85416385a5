"""Weights, imputation and bounds for people who were not seen again."""

from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from impact_eval.estimators import EstimatorCallError, adjusted_gain, fit_cr2, raw_gain
from impact_eval.estimators.designs.manski import worst_case_gain
from impact_eval.estimators.held_gain import held_gain
from impact_eval.estimators.missing import (
    TwoLevelDraws,
    answer_chances,
    imputations_needed,
    imputed_gain,
    pool_imputations,
    weighted_gain,
    worst_case_effect,
)
from impact_eval.estimators.missing.weighted_gain import answer_weights


@pytest.fixture(scope="module")
def lost():
    """24 schools of 25; one kept everybody, one nobody; weaker pupils left and gained more."""
    return pd.read_csv(Path(__file__).parents[1] / "reference" / "lost.csv")


@pytest.fixture(scope="module")
def answers(reference):
    return reference("missing")


def close(estimate, expected, *, rel=1e-7):
    assert estimate.estimate == pytest.approx(expected["b"], rel=rel)
    assert estimate.std_error == pytest.approx(expected["se"], rel=rel)
    assert estimate.df == pytest.approx(expected["df"], rel=rel)


def test_chances_are_those_of_brglm2(lost, answers):
    seen = lost["post"].notna().astype(int)
    chances = answer_chances(seen, lost[["pre", "sex"]], lost["school"])
    assert chances[[0, 29, 59, 299, 598]] == pytest.approx(answers["chances"], rel=1e-6)


def test_weighted_gains_are_those_of_clubsandwich(lost, answers):
    found = weighted_gain(
        lost["pre"], lost["post"], lost["school"], school=lost["school"], covariates=lost[["sex"]]
    )
    close(found.estimate, answers["weighted"])
    assert found.estimate.p_value == pytest.approx(answers["weighted"]["p"], rel=1e-5)
    assert found.effective_n == pytest.approx(answers["effective"], rel=1e-7)
    assert found.schools_left_out == 1


def test_held_schools_are_those_of_clubsandwich(lost, answers):
    found = weighted_gain(
        lost["pre"],
        lost["post"],
        lost["school"] + lost["sex"].astype(str),
        school=lost["school"],
        covariates=lost[["sex"]],
        hold_schools=True,
    )
    close(found.estimate, answers["held"])


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_schools_put_together_are_the_fit_of_all_together(weighted):
    rng = np.random.default_rng(6)
    school = np.repeat([0, 1, 2], [30, 20, 12])
    cluster = school * 10 + rng.integers(0, 4, 62) * (school < 2)
    gain = rng.normal(size=62) + cluster / 9
    weights = rng.uniform(0.5, 2, 62) if weighted else None
    everybody = np.repeat([0, 1, 2], [30, 40, 30])
    found = held_gain(
        gain, cluster, school=school, school_all=everybody, weights=weights, method=""
    )
    whole = fit_cr2(
        gain,
        (school[:, None] == np.arange(3)).astype(float),
        cluster,
        coefficient=[0.3, 0.4, 0.3],
        weights=weights,
    )
    for name in ("estimate", "std_error", "df", "p_value", "conf_low"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name), rel=1e-8)


def test_weights_bring_those_seen_again_back_to_everybody(lost):
    found = weighted_gain(
        lost["pre"], lost["post"], lost["school"], school=lost["school"], covariates=lost[["sex"]]
    )
    assert found.imbalance_before > 0.2
    assert found.imbalance_after < 0.05
    assert found.effective_n < found.estimate.n


@pytest.mark.parametrize(("name", "df"), [("few", 11), ("many", inf)])
def test_rubins_rules_are_those_of_mice(answers, name, df):
    rubin = answers["rubin"]
    pooled = pool_imputations(rubin["Q"], rubin["U"], df, n=12, n_clusters=12)
    expected = rubin[name]
    assert pooled.estimate.estimate == pytest.approx(expected["qbar"], rel=1e-12)
    assert pooled.estimate.std_error**2 == pytest.approx(expected["t"], rel=1e-12)
    assert pooled.estimate.df == pytest.approx(expected["df"], rel=1e-12)
    assert pooled.missing_information == pytest.approx(expected["fmi"], rel=1e-12)


def test_imputations_agree_with_pan_and_with_the_likelihood(lost, answers):
    found = imputed_gain(lost["pre"], lost["post"], lost["school"], group=lost["school"], seed=1)
    drawn = 3 * np.sqrt(0.035 * 0.16 / 20)  # of 20 imputations and of pan's hundred
    assert found.estimate.estimate == pytest.approx(answers["pan"]["b"], abs=drawn)
    assert found.estimate.estimate == pytest.approx(answers["likelihood"]["b"], abs=drawn)
    assert found.estimate.std_error == pytest.approx(answers["pan"]["se"], rel=0.05)
    assert found.estimate.df == pytest.approx(answers["pan"]["df"], rel=0.1)
    assert found.missing_information == pytest.approx(answers["pan"]["fmi"], abs=0.06)


def test_what_corrects_for_the_lost_lies_near_the_truth_and_the_raw_gain_does_not(lost):
    pre, post, school = lost["pre"], lost["post"], lost["school"]
    truth = (lost["complete"] - pre).mean()
    seen = post.notna()
    weighted = weighted_gain(pre, post, school, school=school).estimate.estimate
    imputed = imputed_gain(pre, post, school, group=school, seed=2).estimate.estimate
    adjusted = adjusted_gain(
        pre[seen],
        post[seen],
        school[seen],
        pre_all=pre,
        pre_all_cluster=school,
        school=school[seen],
        pre_all_school=school,
    ).estimate
    for found in (weighted, imputed, adjusted):
        assert abs(found - truth) < 0.06
    assert truth - (post - pre)[seen].mean() > 0.15


def test_the_chain_forgets_where_it_was(lost):
    school = pd.factorize(lost["school"])[0]
    chain = TwoLevelDraws(
        lost["pre"].to_numpy(),
        lost["post"].to_numpy(),
        school,
        np.zeros((len(lost), 0)),
        np.random.default_rng(3),
    )
    scores = chain.later_scores(warm_up=100, apart=20)
    means = np.array([next(scores).mean() for _ in range(80)])
    assert abs(np.corrcoef(means[1:], means[:-1])[0, 1]) < 3 / np.sqrt(80)


SCORES = arrays(np.float64, 24, elements=st.floats(0, 10).map(lambda x: round(x, 2)), unique=True)
SCHOOLS = np.repeat(list("abcdef"), 4)
LOST = np.tile([0, 1, 0, 0], 6) == 1


STEPS_OF_ONE = np.arange(24.0)
TWO_OF_A_SCHOOL = STEPS_OF_ONE[[1, 0, *range(2, 24)]]


@settings(max_examples=25, deadline=None)
@given(pre=SCORES, post=SCORES)
@example(pre=STEPS_OF_ONE, post=TWO_OF_A_SCHOOL)  # no school gains on average
@example(pre=STEPS_OF_ONE, post=STEPS_OF_ONE + 1)
def test_with_nobody_lost_all_are_the_raw_gain(pre, post):
    raw = raw_gain(pre, post, SCHOOLS)
    weighted = weighted_gain(pre, post, SCHOOLS, school=SCHOOLS)
    imputed = imputed_gain(pre, post, SCHOOLS, group=SCHOOLS, seed=1)
    assert imputed.estimate == replace(raw, method=imputed.estimate.method) or raw.reason
    assert weighted.estimate.reason == raw.reason
    for name in ("estimate", "std_error", "df", "conf_low"):
        found = getattr(weighted.estimate, name)
        assert found == pytest.approx(getattr(raw, name), rel=1e-9, abs=1e-9, nan_ok=True)
    assert weighted.imbalance_before == pytest.approx(0, abs=1e-12)
    assert weighted.effective_n == pytest.approx(24)


@settings(max_examples=25, deadline=None)
@given(pre=SCORES, post=SCORES, shift=st.floats(-5, 5), scale=st.floats(0.5, 3))
def test_units_and_the_order_of_rows_do_not_matter(pre, post, shift, scale):
    later = np.where(LOST, np.nan, post)
    found = weighted_gain(pre, later, SCHOOLS, school=SCHOOLS)
    again = weighted_gain(shift + scale * pre, shift + scale * later, SCHOOLS, school=SCHOOLS)
    order = np.random.default_rng(1).permutation(24)
    mixed = weighted_gain(pre[order], later[order], SCHOOLS[order], school=SCHOOLS[order])
    own = scale * found.estimate.estimate
    assert again.estimate.estimate == pytest.approx(own, abs=1e-6, nan_ok=True)
    assert again.effective_n == pytest.approx(found.effective_n, rel=1e-6)
    assert mixed.estimate.estimate == pytest.approx(found.estimate.estimate, abs=1e-6, nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(pre=SCORES, post=SCORES)
def test_worst_cases_hold_every_gain_that_there_can_be(pre, post):
    bounds = worst_case_gain(pre, np.where(LOST, np.nan, post), SCHOOLS, lowest=0, highest=10)
    assert bounds.lower - 1e-9 <= (post - pre).mean() <= bounds.upper + 1e-9
    assert bounds.upper - bounds.lower == pytest.approx(10 * LOST.mean())
    assert bounds.conf_low < bounds.lower < bounds.upper < bounds.conf_high


def test_worst_cases_of_two_sides():
    rng = np.random.default_rng(4)
    pre, post = rng.uniform(3, 7, (2, 48))
    school = np.repeat(np.arange(8), 6)
    missing = np.where(rng.random(48) < 0.2, np.nan, post)
    sides = [school < 4, school >= 4]
    both = [worst_case_gain(pre[on], missing[on], school[on], lowest=0, highest=10) for on in sides]
    effect = worst_case_effect(*both)
    truth = (post - pre)[sides[0]].mean() - (post - pre)[sides[1]].mean()
    assert effect.lower < truth < effect.upper
    mirrored = worst_case_effect(both[1], both[0])
    assert (mirrored.lower, mirrored.upper) == pytest.approx((-effect.upper, -effect.lower))
    assert worst_case_effect(both[0], replace(both[1], reason="no")).reason == "no"


def test_a_school_that_kept_all_or_none_has_a_chance_all_the_same():
    chances = answer_chances(
        [1] * 9 + [0] * 9 + [1, 0, 1], np.empty((21, 0)), [0] * 9 + [1] * 9 + [2] * 3
    )
    assert chances[[0, 9, 18]] == pytest.approx([9.5 / 10, 0.5 / 10, 2.5 / 4])


def test_weights_are_cut_at_their_ends():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(2000, 1))
    seen = rng.random(2000) < 1 / (1 + np.exp(-2 - 2.5 * x[:, 0]))
    school = np.zeros(2000, np.intp)
    weights = answer_weights(seen, x, school)
    plain = seen.mean() / answer_chances(seen, x, school)[seen]
    assert weights.max() < plain.max() / 1.5
    assert (weights == weights.max()).sum() == pytest.approx(0.01 * seen.sum(), abs=2)


def test_columns_that_are_nearly_alike_have_an_answer_all_the_same():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(300, 1))
    highest = x.argmax()
    alike = np.column_stack([x, np.where(np.arange(300) == highest, x[:, 0] - 0.6, x[:, 0])])
    seen = (rng.random(300) < 1 / (1 + np.exp(-x[:, 0]))).astype(int)
    seen[highest] = 1
    school = np.arange(300) % 2
    chances = answer_chances(seen, alike, school)
    again = answer_chances(seen, alike @ [[1, 1], [0, 30]], school)
    assert chances == pytest.approx(again, abs=1e-8)


def test_columns_that_say_nothing_do_not_matter(lost):
    seen = lost["post"].notna().astype(int)
    own = answer_chances(seen, lost[["pre"]], lost["school"])
    of_school = lost["school"].str[1:].astype(float)
    more = np.column_stack([lost["pre"], 2 * lost["pre"] + 1, np.ones(len(lost)), of_school])
    assert answer_chances(seen, more, lost["school"]) == pytest.approx(own, abs=1e-8)


def test_what_cannot_be_estimated_says_why():
    pre, post = np.arange(12.0), np.full(12, np.nan)
    school = np.repeat(list("ab"), 6)
    assert "cluster" in weighted_gain(pre, post, school, school=school).estimate.reason
    post[:8] = 5
    assert "too few" in imputed_gain(pre, post, school, group=school, seed=1).estimate.reason
    one = imputed_gain(pre, post, ["a"] * 12, group=school, seed=1)
    assert one.estimate.reason
    assert one.imputations == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: answer_chances([1, 2], np.empty((2, 0)), [0, 1]),
        lambda: answer_chances([1, 0], np.empty((3, 0)), [0, 1]),
        lambda: weighted_gain([1, np.nan], [1, 2], [0, 1], school=[0, 1]),
        lambda: weighted_gain([1, 2], [1, 2, 3], [0, 1], school=[0, 1]),
        lambda: imputed_gain([1, 2], [1, np.nan], [0, 1], group=[0, 1], seed=1, covariates=[[1]]),
        lambda: pool_imputations([1.0], [1.0], n=1, n_clusters=1),
        lambda: pool_imputations([1.0, 2.0], [1.0, 0.0], n=1, n_clusters=1),
    ],
)
def test_wrong_calls_are_refused(call):
    with pytest.raises(EstimatorCallError):
        call()


def test_more_is_imputed_where_more_is_missing():
    assert imputations_needed(0.05, least=20, most=100) == 20
    assert imputations_needed(0.345, least=20, most=100) == 35
    assert imputations_needed(1.0, least=20, most=60) == 60
