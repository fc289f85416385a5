"""Weights and imputation by side, for people who were not seen again where sides are compared."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators import EstimatorCallError, fit_cr2
from impact_eval.estimators.designs import adjusted_difference
from impact_eval.estimators.missing import imputed_effect, weighted_effect


@pytest.fixture(scope="module")
def lost():
    """24 schools of 25, every second one with the programme; weaker pupils left and gained more."""
    table = pd.read_csv(Path(__file__).parents[1] / "reference" / "lost.csv")
    number = table["school"].str[1:].astype(int)
    return table.assign(T=number % 2, pair=(number - 1) // 6)


@pytest.fixture(scope="module")
def answers(reference):
    return reference("missing_sides")


def weighted(lost, **options):
    return weighted_effect(
        lost["pre"], lost["post"], lost["T"], options.pop("cluster", lost["school"]),
        school=lost["school"], covariates=lost[["sex"]], **options,
    )  # fmt: skip


def imputed(lost, **options):
    return imputed_effect(
        lost["pre"], lost["post"], lost["T"], lost["school"],
        school=lost["school"], group=lost["school"], seed=1, **options,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["gains", "adjusted", "strata", "held"])
def test_weighted_effects_are_those_of_clubsandwich(lost, answers, name):
    options = {
        "gains": {},
        "adjusted": {"adjusted": True},
        "strata": {"adjusted": True, "stratum": lost["pair"]},
        "held": {"hold_schools": True, "cluster": lost["school"] + lost["sex"].astype(str)},
    }[name]
    found = weighted(lost, **options)
    expected = answers[name]
    assert found.estimate.estimate == pytest.approx(expected["b"], rel=1e-7)
    assert found.estimate.std_error == pytest.approx(expected["se"], rel=1e-7)
    assert found.estimate.df == pytest.approx(expected["df"], rel=1e-6)
    assert found.effective_n == pytest.approx(answers["effective"], rel=1e-7)
    assert found.imbalance_after < found.imbalance_before


@pytest.mark.parametrize("name", ["pan", "pan_adjusted"])
def test_imputed_effects_are_near_those_of_mice_by_arm(lost, answers, name):
    """Another model of the same, and other draws: of 20 imputations, and of pan's hundred."""
    found = imputed(lost, adjusted=name == "pan_adjusted")
    expected = answers[name]
    drawn = 3 * expected["se"] * np.sqrt(expected["fmi"] * (1 / 20 + 1 / 100))
    assert found.estimate.estimate == pytest.approx(expected["b"], abs=drawn)
    assert found.estimate.std_error == pytest.approx(expected["se"], rel=0.08)
    assert found.missing_information == pytest.approx(expected["fmi"], abs=0.12)


def test_with_everybody_seen_again_both_are_the_effect_of_the_design(lost):
    whole = lost.assign(post=lost["complete"])
    gain = whole["complete"] - whole["pre"]
    design = np.column_stack([whole["T"], np.ones(len(whole))])
    plain = fit_cr2(gain, design, whole["school"], coefficient=0)
    found = imputed(whole).estimate
    assert found.estimate == pytest.approx(plain.estimate)
    assert (found.std_error, found.df) == pytest.approx((plain.std_error, plain.df))
    assert abs(weighted(whole).estimate.estimate - plain.estimate) < 0.01  # the penalty's doing
    score = np.concatenate([whole["pre"], whole["post"]])
    twice = {name: np.tile(whole[name], 2) for name in ("T", "school")}
    ancova = adjusted_difference(
        score, np.repeat([0, 1], len(whole)), twice["T"], twice["school"],
        respondent=np.tile(np.arange(len(whole)), 2),
    )  # fmt: skip
    found = imputed(whole, adjusted=True).estimate
    assert found.estimate == pytest.approx(ancova.estimate)
    assert (found.std_error, found.df) == pytest.approx((ancova.std_error, ancova.df))


def test_swapped_sides_turn_the_sign_and_the_order_of_people_does_not_matter(lost):
    found = weighted(lost)
    other = weighted(lost.assign(T=1 - lost["T"]))
    assert other.estimate.estimate == pytest.approx(-found.estimate.estimate)
    assert other.estimate.std_error == pytest.approx(found.estimate.std_error)
    mixed = weighted(lost.sample(frac=1, random_state=1))
    assert mixed.estimate.estimate == pytest.approx(found.estimate.estimate)


def test_a_side_is_imputed_from_itself_alone(lost):
    """Everybody of the comparison was seen: whatever they scored, the others' draws stay."""
    own = lost["T"] == 0
    whole = lost.assign(post=lost["post"].where(~own, lost["complete"]))
    moved = whole.assign(post=whole["post"] + 3 * own)
    first, then = (imputed(table).estimate for table in (whole, moved))
    assert then.estimate == pytest.approx(first.estimate - 3)
    assert then.std_error == pytest.approx(first.std_error)


def test_what_design_weights_count(lost):
    """Schools that count alike: the weighted mean of schools' complete gains on each side."""
    whole = lost.assign(post=lost["complete"])
    size = whole.groupby("school")["pre"].transform("size")
    found = imputed(whole, weights=1 / size).estimate.estimate
    gains = (whole["post"] - whole["pre"]).groupby(whole["school"]).mean()
    side = whole.groupby("school")["T"].first()
    assert found == pytest.approx(gains[side == 1].mean() - gains[side == 0].mean())


@pytest.mark.parametrize("estimate", [weighted, imputed])
def test_sides_of_which_too_few_were_seen_again_have_a_reason(lost, estimate):
    one_school = lost.assign(post=lost["post"].where((lost["T"] == 0) | (lost["school"] == "s01")))
    found = estimate(one_school).estimate
    assert "fewer than 2 clusters" in found.reason
    assert np.isnan(found.estimate)


def test_few_people_are_too_few_to_impute_from(lost):
    few = lost[lost.groupby(["school", "sex"]).cumcount() == 0]
    few = few.assign(post=few["post"].where((few["T"] == 0) | (few.index % 9 == 0)))
    assert "fewer than 10 people" in imputed(few).estimate.reason


def test_wrong_calls_raise(lost):
    with pytest.raises(EstimatorCallError, match="two arms"):
        weighted(lost.assign(T=np.arange(len(lost)) % 2))
    with pytest.raises(EstimatorCallError, match="schools like these alone"):
        weighted(lost, adjusted=True, hold_schools=True)
    with pytest.raises(EstimatorCallError, match="covariates"):
        weighted_effect(lost["pre"], lost["post"], lost["T"], lost["school"],
                        school=lost["school"], covariates=[1.0])  # fmt: skip


# A low score before makes people leave the programme's schools, and nobody the others.
EFFECT = 0.8


def draw(rng, n_schools, size):
    """Draw both sides; those who scored low before would have gained most."""
    school = np.repeat(np.arange(n_schools), size)
    arm = (school < n_schools // 2).astype(int)
    level = rng.multivariate_normal([0, 0], [[0.3, 0.25], [0.25, 0.3]], n_schools)[school]
    before = rng.normal(0, 1.5, school.size)
    pre = 6 + level[:, 0] + before
    post = 6 + EFFECT * arm + level[:, 1] + 0.5 * before + rng.normal(0, 1.2, school.size)
    stays = (arm == 0) | (rng.random(school.size) < 1 / (1 + np.exp(-0.3 - 0.6 * (pre - 6))))
    return pre, post, np.where(stays, post, np.nan), arm, school


def naive_difference(pre, post, arm, school):
    seen = np.isfinite(post)
    design = np.column_stack([arm, np.ones(arm.size)])[seen]
    return fit_cr2((post - pre)[seen], design, school[seen], coefficient=0)


def test_loss_on_one_side_biases_the_difference_and_not_the_weighted_one():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(40):
        pre, _, post, arm, school = draw(rng, 20, 15)
        naive = naive_difference(pre, post, arm, school)
        found.append((naive, weighted_effect(pre, post, arm, school, school=school).estimate))
    bias = np.mean([[one.estimate for one in row] for row in found], axis=0) - EFFECT
    held = np.mean([[one.conf_low <= EFFECT <= one.conf_high for one in row] for row in found], 0)
    assert bias[0] < -0.15
    assert abs(bias[1]) < 0.08
    assert held[1] >= 0.93


def test_nor_the_imputed_one():
    """Held against what the same people show if nobody is lost."""
    pre, complete, post, arm, school = draw(np.random.default_rng(3), 40, 15)
    filled = imputed_effect(pre, post, arm, school, school=school, group=school, seed=1)
    truth = naive_difference(pre, complete, arm, school)
    naive = naive_difference(pre, post, arm, school).estimate - truth.estimate
    assert naive < -0.15
    assert abs(filled.estimate.estimate - truth.estimate) < 0.07
    assert filled.estimate.std_error > truth.std_error
    assert filled.estimate.conf_low < EFFECT < filled.estimate.conf_high
