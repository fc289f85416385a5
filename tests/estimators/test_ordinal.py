"""Single ratings: superiority and odds, held against R and against what must hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.clustered_odds import odds_of_higher
from impact_eval.estimators.odds_change import odds_change
from impact_eval.estimators.rank_superiority import rank_superiority
from impact_eval.estimators.superiority import linked_superiority, school_superiority

REFERENCE = Path(__file__).parents[1] / "reference"
KNOWN = json.loads((REFERENCE / "ordinal.json").read_text(encoding="utf-8"))
DATA = pd.DataFrame(KNOWN["data"])
WEIGHTS = ("respondent", "school", "beneficiary")
SQUARES = {school: float(school**2) for school in range(1, 11)}
CUTS = np.array([-1.5, -0.3, 0.8, 2.1])


def draw(rng, n_schools=12, per=15, shift=0.4, spread=0.5, uneven=0.0):
    """Ratings from 1 to 5 of schools in two waves; schools differ in level and in shift."""
    school = np.repeat(np.arange(n_schools), 2 * per)
    wave = np.tile(np.repeat([0, 1], per), n_schools)
    level, own = rng.normal(0, 0.7, n_schools), shift + rng.normal(0, spread, n_schools)
    kept = rng.random(school.size) > uneven * (school % 3) / 3
    latent = level[school] + own[school] * wave + rng.logistic(size=school.size)
    return (1 + np.searchsorted(CUTS, latent))[kept], wave[kept], school[kept]


def weighing(weights):
    return {"weights": weights} | ({"school_weights": SQUARES} if weights == "beneficiary" else {})


@pytest.mark.parametrize("weights", WEIGHTS)
def test_r_gives_the_same_superiority(weights):
    e = school_superiority(DATA.y, DATA.t, DATA.school, **weighing(weights))
    known = KNOWN["superiority"][weights]
    assert e.estimate - 0.5 == pytest.approx(known["b"], rel=1e-9)
    assert (e.std_error, e.df, e.p_value) == pytest.approx(
        (known["se"], known["df"], known["p"]), rel=1e-8
    )


def test_r_gives_the_same_with_coarser_clusters():
    e = school_superiority(DATA.y, DATA.t, DATA.team, school=DATA.school)
    known = KNOWN["superiority"]["teams"]
    assert (e.std_error, e.df) == pytest.approx((known["se"], known["df"]), rel=1e-8)
    assert e.n_clusters == 5


@pytest.mark.parametrize("weights", ["respondent", "school", "rows"])
def test_r_gives_the_same_odds(weights):
    found = (
        odds_of_higher(DATA.y, DATA.t, DATA.school)
        if weights == "rows"
        else odds_change(DATA.y, DATA.t, DATA.school, school=DATA.school, weights=weights)
    )
    known, e, check = KNOWN["odds"][weights], found.log_odds, found.proportionality
    assert (e.estimate, e.std_error) == pytest.approx((known["b"], known["se"]), rel=1e-6)
    assert e.df == pytest.approx(known["df"], rel=1e-5)
    assert e.std_error == pytest.approx(known["se_refit"], rel=0.03)
    assert check.estimate == pytest.approx(np.ptp(known["cuts"]), rel=1e-6)
    assert (check.statistic, check.p_value) == pytest.approx((known["F"], known["p"]), rel=1e-6)


@pytest.mark.parametrize("weights", ["respondent", "school"])
def test_r_gives_the_same_odds_of_two_sides(weights):
    side = DATA.school % 2
    found = odds_change(
        DATA.y, DATA.t, DATA.school, school=DATA.school, programme=side, weights=weights
    )
    known, e, check = KNOWN["sides"][weights], found.log_odds, found.proportionality
    assert (e.estimate, e.std_error) == pytest.approx((known["b"], known["se"]), rel=1e-6)
    assert e.df == pytest.approx(known["df"], rel=1e-5)
    assert e.std_error == pytest.approx(known["se_refit"], rel=0.03)
    assert (check.statistic, check.p_value) == pytest.approx((known["F"], known["p"]), rel=1e-6)
    other = odds_change(
        DATA.y, DATA.t, DATA.school, school=DATA.school, programme=1 - side, weights=weights
    ).log_odds
    assert other.estimate == pytest.approx(-e.estimate, abs=1e-8)
    assert other.std_error == pytest.approx(e.std_error)


def test_few_schools_on_a_side_have_no_odds():
    few = DATA.school <= 3
    found = odds_change(DATA.y, DATA.t, DATA.school, school=DATA.school, programme=few)
    assert "fewer than 4" in found.log_odds.reason
    with pytest.raises(EstimatorCallError, match="school"):
        odds_change(DATA.y, DATA.t, DATA.school, programme=few)


def test_the_trial_with_pupils_in_28_schools(real_data):
    d = pd.read_csv(real_data("tvsfp/tvsfp.csv"))
    known = json.loads((REFERENCE / "ordinal_tvsfp.json").read_text(encoding="utf-8"))
    found = odds_of_higher(d.thksord, d[["cc", "thkspre"]], d.school)
    e, odds = found.log_odds, known["odds"]
    assert (e.estimate, e.std_error) == pytest.approx((odds["b"], odds["se"]), rel=1e-6)
    assert e.df == pytest.approx(odds["df"], rel=1e-5)
    assert e.std_error > 1.5 * odds["se_model"]  # pupils of a school answer alike
    assert found.proportionality.p_value == pytest.approx(odds["p"], rel=1e-6)
    assert (e.n, e.n_clusters) == (1600, 28)
    assert np.sign(e.estimate) == np.sign(known["ancova"]["b"])


def test_people_alone_are_the_known_rank_test():
    rng = np.random.default_rng(4)
    pre, post = rng.integers(1, 6, 60), rng.integers(2, 6, 40)
    e = rank_superiority(np.r_[pre, post], np.repeat([0, 1], [60, 40]), np.arange(100))
    known = stats.brunnermunzel(pre, post)
    assert e.statistic == pytest.approx(known.statistic)
    assert e.estimate == pytest.approx(stats.mannwhitneyu(post, pre).statistic / 2400)


def test_schools_that_count_the_same_have_a_t_interval():
    answer, wave, school = draw(np.random.default_rng(3))
    e = school_superiority(answer, wave, school, weights="school")
    own = [
        stats.mannwhitneyu(
            answer[(school == s) & (wave == 1)], answer[(school == s) & (wave == 0)]
        ).statistic
        / 225
        for s in range(12)
    ]
    low, high = stats.t.interval(0.95, 11, np.mean(own), stats.sem(own))
    assert (e.conf_low, e.conf_high, e.df) == pytest.approx((low, high, 11))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["respondent", "school"]))
@settings(max_examples=20, deadline=None)
def test_only_order_counts_and_swapped_waves_mirror(seed, weights):
    answer, wave, school = draw(np.random.default_rng(seed), uneven=0.8)
    order = np.random.default_rng(seed).permutation(answer.size)
    one = school_superiority(answer, wave, school, weights=weights)
    other = school_superiority(
        (answer**3)[order], wave[order], [f"s{s}" for s in school[order]], weights=weights
    )
    assert (one.estimate, one.std_error) == pytest.approx((other.estimate, other.std_error))
    turned = school_superiority(answer, 1 - wave, school, weights=weights)
    assert (turned.estimate, turned.conf_low) == pytest.approx(
        (1 - one.estimate, 1 - one.conf_high)
    )
    odds = odds_change(answer, wave, school, school=school, weights=weights)
    mirror = odds_change(-answer[order], wave[order], school[order], school=school[order],
                         weights=weights)  # fmt: skip
    assert mirror.log_odds.estimate == pytest.approx(-odds.log_odds.estimate, abs=1e-6)
    assert mirror.log_odds.std_error == pytest.approx(odds.log_odds.std_error, rel=1e-5)
    assert mirror.proportionality.p_value == pytest.approx(odds.proportionality.p_value, rel=1e-4)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_ranks_within_schools_give_the_same_number(seed):
    answer, wave, school = draw(np.random.default_rng(seed), uneven=0.8)
    workshop = 100 * school + np.arange(answer.size) % 4
    for weights in ("respondent", "school"):
        between = school_superiority(answer, wave, school, weights=weights)
        within = rank_superiority(answer, wave, workshop, school=school, weights=weights)
        assert within.estimate == pytest.approx(between.estimate)


def test_two_answers_make_odds_ratios_of_a_table():
    answer = np.repeat([0, 1, 0, 1], [90, 30, 30, 90])
    wave = np.repeat([0, 1], 120)
    school = np.arange(240) % 10
    found = odds_change(answer, wave, school)
    assert found.log_odds.estimate == pytest.approx(np.log(9))
    assert "two answers only" in found.proportionality.reason


def test_linked_people_are_compared_with_themselves():
    school = np.repeat(np.arange(6), 20)
    pre = np.tile([1, 2, 3, 4], 30)
    post = pre + (np.arange(120) % 3 == 0)
    e = linked_superiority(pre, post, school)
    assert e.estimate == pytest.approx(0.5 + (post > pre).mean() / 2)
    apart = school_superiority(np.r_[pre, post], np.repeat([0, 1], 120), np.tile(school, 2))
    assert apart.estimate < e.estimate


@pytest.mark.parametrize("n_schools", [2, 3])
def test_few_schools(n_schools):
    answer, wave, school = draw(np.random.default_rng(8), n_schools=n_schools)
    e = school_superiority(answer, wave, school)
    assert e.df == pytest.approx(n_schools - 1)
    refused = odds_change(answer, wave, school, school=school).log_odds
    assert "too little is known of others" in refused.reason
    one = school_superiority(answer[school == 0], wave[school == 0], school[school == 0])
    assert "1 cluster" in one.reason
    workshops = rank_superiority(answer, wave, np.arange(answer.size) % 7 + 10 * school,
                                 school=school)  # fmt: skip
    assert np.isfinite(workshops.conf_low)


@pytest.mark.parametrize(
    ("answer", "wave", "school", "said"),
    [
        ([3] * 8, [0, 1] * 4, [0, 0, 1, 1, 2, 2, 3, 3], "everybody gave the same answer"),
        ([1, 2, 3, 4], [0, 0, 1, 1], [0, 1, 2, 3], "no school has answers in both waves"),
        ([], [], [], "no school has answers in both waves"),
        ([1, 2] * 4, [0, 1] * 4, [0, 0, 1, 1, 2, 2, 3, 3], "standard error is zero"),
    ],
    ids=["alike", "apart", "empty", "certain"],
)
def test_what_cannot_be_estimated_has_a_reason(answer, wave, school, said):
    e = school_superiority(answer, wave, school)
    assert said in e.reason
    assert np.isnan(e.estimate)
    odds = odds_change(answer, wave, school, school=school)
    assert odds.log_odds.reason
    assert odds.proportionality.reason


def test_separated_answers_have_no_odds_but_are_superior():
    rng = np.random.default_rng(1)
    answer = np.r_[rng.integers(1, 3, 80), rng.integers(3, 5, 80)]
    wave, school = np.repeat([0, 1], 80), np.tile(np.arange(8), 20)
    assert "certain" in odds_change(answer, wave, school, school=school).log_odds.reason
    ranks = rank_superiority(answer, wave, school)
    assert ranks.reason == "the standard error is zero or undefined"


def test_a_school_in_two_clusters_has_no_value():
    answer, wave, school = draw(np.random.default_rng(8))
    e = school_superiority(answer, wave, np.arange(answer.size) % 6, school=school)
    assert "belongs to several clusters" in e.reason


def test_wrong_calls():
    with pytest.raises(EstimatorCallError, match="respondent, school, beneficiary"):
        school_superiority([1], [0], [0], weights="pupil")
    with pytest.raises(EstimatorCallError, match="missing or infinite"):
        school_superiority([np.nan], [0], [0])
    with pytest.raises(EstimatorCallError, match="only 0 and 1"):
        odds_change([1], [2], [0], school=[0])
    with pytest.raises(EstimatorCallError, match="must be positive"):
        odds_of_higher([1, 2], [0, 1], [0, 1], weights=[1, 0])


def true_superiority(shift, spread):
    """Mean of PS over schools, from the probabilities of the answers themselves."""
    rng = np.random.default_rng(0)
    level, own = rng.normal(0, 0.7, 40_000), shift + rng.normal(0, spread, 40_000)
    sides = []
    for place in (level, level + own):
        below = 1 / (1 + np.exp(-(CUTS[None, :] - place[:, None])))
        sides.append(np.diff(np.column_stack([np.zeros(place.size), below, np.ones(place.size)])))
    pre, post = sides
    return float((post * (np.cumsum(pre, axis=1) - pre / 2)).sum(axis=1).mean())


@pytest.mark.parametrize("n_schools", [5, 12])
def test_intervals_hold_the_truth(n_schools):
    rng, truth, held = np.random.default_rng(11), true_superiority(0.4, 0.5), 0
    for _ in range(400):
        e = school_superiority(*draw(rng, n_schools=n_schools, uneven=0.8))
        held += e.conf_low <= truth <= e.conf_high
    assert 0.92 < held / 400 < 0.98


def test_without_a_change_few_are_found():
    rng = np.random.default_rng(12)
    found = {"superiority": 0, "odds": 0, "proportionality": 0}
    for _ in range(300):
        answer, wave, school = draw(rng, shift=0, uneven=0.8)
        odds = odds_change(answer, wave, school, school=school)
        found["superiority"] += school_superiority(answer, wave, school).p_value < 0.05
        found["odds"] += odds.log_odds.p_value < 0.05
        found["proportionality"] += odds.proportionality.p_value < 0.05
    assert all(0.01 < number / 300 < 0.09 for number in found.values()), found


@pytest.mark.parametrize(("n_schools", "with_it"), [(8, 4), (20, 5)])
def test_without_an_effect_few_sides_differ_in_odds(n_schools, with_it):
    rng, found = np.random.default_rng(14), 0
    for _ in range(150):
        answer, wave, school = draw(rng, n_schools=n_schools, shift=0.4, uneven=0.8)
        side = school < with_it
        odds = odds_change(answer, wave, school, school=school, programme=side)
        found += odds.log_odds.p_value < 0.05
    assert 0.01 < found / 150 < 0.10


def test_workshops_in_fixed_schools_hold_the_schools_truth():
    rng, held = np.random.default_rng(13), 0
    shifts = np.array([0.2, 0.5, 0.8])
    school = np.repeat(np.arange(3), 80)
    wave, workshop = np.tile([0, 1], 120), np.repeat(np.arange(24), 10)
    sides = [np.diff(np.r_[0, 1 / (1 + np.exp(-(CUTS - shift))), 1]) for shift in np.r_[0, shifts]]
    rank = np.cumsum(sides[0]) - sides[0] / 2
    truth = np.mean([post @ rank for post in sides[1:]])
    for _ in range(400):
        answer = np.searchsorted(CUTS, shifts[school] * wave + rng.logistic(size=240))
        e = rank_superiority(answer, wave, workshop, school=school)
        held += e.conf_low <= truth <= e.conf_high
    assert 0.92 < held / 400 < 0.98
