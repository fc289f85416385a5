"""Comparisons of two arms of schools against R (tests/reference/designs.R), and identities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from impact_eval.estimators import EstimatorCallError, change_difference, fit_cr2, mean_change
from impact_eval.estimators.designs import (
    adjusted_difference,
    baseline_balance,
    compare_groups,
    compare_randomised,
    cox_difference,
    describe_arms,
    smallest_permutation_p,
    waiting_list,
)

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def expected(reference):
    return reference("designs")


def stratum_of(d):
    return d.school.str[1:].astype(int) // 6


def draw(rng, n_schools=12, effect=0.3, missing=0.25, pairs=False):
    """Two waves of people of schools that change by their own amounts; pairs share a level."""
    arm = np.resize([1, 0], n_schools)
    pair = np.arange(n_schools) // 2
    level = rng.normal(0, 0.3, n_schools) + (rng.normal(0, 0.5, n_schools)[pair] if pairs else 0)
    change = rng.normal(0.2, 0.15, n_schools) + effect * arm
    school = np.repeat(np.arange(n_schools), rng.integers(15, 60, n_schools))
    trait = rng.normal(0, 0.7, school.size)
    waves = [
        pd.DataFrame(
            {
                "y": level[school] + trait + t * change[school] + rng.normal(0, 0.7, school.size),
                "t": t,
                "arm": arm[school],
                "school": school,
                "pair": pair[school],
                "pid": np.arange(school.size).astype(float),
            }
        )[rng.random(school.size) > missing]
        for t in (0, 1)
    ]
    return pd.concat(waves, ignore_index=True)


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("adjusted", {"respondent": "pid"}),
        ("adjusted_no_links", {}),
        ("adjusted_strata", {"respondent": "pid", "stratum": True}),
        ("adjusted_linked", {"respondent": "pid", "linked_only": True}),
        ("adjusted_weighted", {"respondent": "pid", "weights": True}),
    ],
)
def test_adjusted_difference(unbal, a12_wide, expected, agree, key, options):
    # lm(y ~ treat + level + own + missing [+ factor(stratum)] [, weights = w]), cluster = school
    place = unbal.pid.map({pid: k + 1 for k, pid in enumerate(a12_wide.pid)})
    e = adjusted_difference(
        unbal.y,
        unbal.t,
        unbal.treat,
        unbal.school,
        respondent=unbal.pid if "respondent" in options else None,
        stratum=stratum_of(unbal) if "stratum" in options else None,
        weights=1 + (place % 5) / 4 if "weights" in options else None,
        linked_only="linked_only" in options,
    )
    agree(e, expected[key])


def test_every_schools_change_counts_the_same(unbal, expected, agree):
    # lm(y ~ t + t:treat + factor(school), weights = 1 / ave(y, school, t, FUN = length))
    e = change_difference(
        unbal.y, unbal.t, unbal.treat, unbal.school, school=unbal.school, weights="school"
    )
    agree(e, expected["did_school_mean"])


def test_baseline(unbal, expected, agree):
    # lm(y ~ treat), cluster = school; anova(lm(y ~ treat + factor(school)))
    pre = unbal[unbal.t == 0]
    b = baseline_balance(pre.y, pre.treat, pre.school)
    agree(b.difference, expected["baseline"])
    assert b.arms.icc == pytest.approx(expected["baseline_icc"], rel=1e-9)
    assert b.arms.sd == pytest.approx(expected["baseline_sd"], rel=1e-12)
    assert b.likeness == "not_alike"


def test_cox_index(a12_wide, expected):
    # lm(reached ~ 0 + treat + I(1 - treat)), contrast (1, -1) / (1.65 p (1 - p))
    e = cox_difference(a12_wide.post > 0.3, a12_wide.treat, a12_wide.school)
    r = expected["cox"]
    assert (e.estimate, e.std_error, e.df) == pytest.approx([r["b"], r["se"], r["df"]], rel=1e-8)


def test_a_share_of_right_answers(expected, agree):
    # lm(b ~ t * T), cluster = school, coefs = "t": SE .0221, df 14
    d = pd.read_csv(REFERENCE / "binary.csv")
    columns = np.column_stack([d.t, d["T"], d.t * d["T"], np.ones(len(d))])
    found = fit_cr2(d.b, columns, d.school, coefficient=0)
    agree(found, expected["binary"])
    assert (found.estimate, found.std_error) == pytest.approx((0.0933, 0.0221), abs=5e-5)


def test_a_real_trial(real_data, expected, agree):
    # lm(thksord ~ cc + level + thkspre + factor(tv)) on TVSFP, 28 schools in a 2 x 2 design
    d = pd.read_csv(real_data("tvsfp/tvsfp.csv"))
    d["pid"] = np.arange(len(d))
    both = pd.concat([d.assign(y=d.thkspre, t=0), d.assign(y=d.thksord, t=1)])
    for arm, other, key in (("cc", "tv", "tvsfp"), ("tv", "cc", "tvsfp_tv")):
        c = compare_randomised(
            both.y, both.t, both[arm], both.school, respondent=both.pid, stratum=both[other]
        )
        agree(c.primary, expected[key])
        assert c.beside.estimate == pytest.approx(c.primary.estimate)  # everybody is linked
        if arm == "cc":
            agree(c.balance.difference, expected["tvsfp_baseline"])
            assert c.g.estimate == pytest.approx(c.primary.estimate / c.post.sd, rel=0.02)
    cox, r = cox_difference(d.thksord > 2, d.cc, d.school), expected["tvsfp_cox"]
    found = (cox.estimate, cox.std_error, cox.df)
    assert found == pytest.approx([r["b"], r["se"], r["df"]], rel=1e-8)


def test_pairs_of_equal_schools_are_the_paired_t_test():
    rng = np.random.default_rng(1)
    school = np.repeat(np.arange(12), 10)
    y = rng.normal(size=120) + np.repeat(rng.normal(size=12), 10)
    arm, pair = school % 2, school // 2
    e = adjusted_difference(y, np.ones(120, int), arm, school, stratum=pair)
    means = y.reshape(12, 10).mean(axis=1)
    t = stats.ttest_rel(means[1::2], means[::2])
    assert (e.df, e.p_value) == pytest.approx((5, t.pvalue))
    assert e.estimate == pytest.approx((means[1::2] - means[::2]).mean())


@given(
    seed=st.integers(0, 10**6),
    shift=st.floats(-50, 50),
    scale=st.floats(0.1, 40),
    swap=st.booleans(),
)
@settings(max_examples=15, deadline=None)
def test_units_rows_and_arms(seed, shift, scale, swap):
    d = draw(np.random.default_rng(seed), n_schools=8)
    mixed = d.sample(frac=1, random_state=seed)
    sign = -1 if swap else 1

    def run(frame, arm):
        return compare_groups(
            frame.y, frame.t, arm, frame.school, school=frame.school, respondent=frame.pid
        )

    a = run(d, d.arm)
    b = run(mixed.assign(y=shift + scale * mixed.y), 1 - mixed.arm if swap else mixed.arm)
    for one, two in ((a.primary, b.primary), (a.beside, b.beside)):
        assert two.estimate == pytest.approx(
            sign * scale * one.estimate, rel=1e-6, abs=1e-7 * scale
        )
        assert (two.std_error, two.df) == pytest.approx((scale * one.std_error, one.df), rel=1e-6)
    assert b.g.estimate == pytest.approx(sign * a.g.estimate, rel=1e-6, abs=1e-9)
    assert a.balance.likeness == b.balance.likeness


def test_unlinked_forms_are_kept_and_codes_count_within_schools():
    d = draw(np.random.default_rng(2))
    alone = d.assign(pid=d.groupby(["school", "t"]).cumcount())
    by_school = alone.assign(pid=alone.school * 1000 + alone.pid)
    one, two = (
        adjusted_difference(x.y, x.t, x.arm, x.school, respondent=x.pid) for x in (alone, by_school)
    )
    assert one == two
    none = adjusted_difference(d.y, d.t, d.arm, d.school, respondent=np.full(len(d), np.nan))
    assert none == adjusted_difference(d.y, d.t, d.arm, d.school)
    assert none.n == int((d.t == 1).sum())


def test_a_school_without_pre_scores_still_counts():
    d = draw(np.random.default_rng(3))
    d = d[~((d.school == 4) & (d.t == 0))]
    e = adjusted_difference(d.y, d.t, d.arm, d.school, respondent=d.pid)
    assert e.reason == ""
    assert e.n_clusters == 12


def test_groups_that_differ_before_part_the_two_answers():
    # nobody changes, groups differ: differences in differences find nothing, the other a difference
    rng = np.random.default_rng(4)
    school = np.repeat(np.arange(40), 40)
    arm = (school < 20).astype(int)
    trait = 1.0 * arm + rng.normal(0, 0.3, 40)[school] + rng.normal(0, 0.7, school.size)
    y = np.concatenate([trait + rng.normal(0, 0.7, school.size) for _ in range(2)])
    wave, two = np.repeat([0, 1], school.size), np.tile
    c = compare_groups(
        y, wave, two(arm, 2), two(school, 2), school=two(school, 2), respondent=two(range(1600), 2)
    )
    assert c.primary.conf_low < 0 < c.primary.conf_high
    assert c.balance.likeness == "not_alike"
    assert abs(c.primary.estimate) < 0.1


def test_refusals():
    d = draw(np.random.default_rng(5), n_schools=6)
    one = d[d.school.isin([0, 1, 3])]
    c = compare_randomised(one.y, one.t, one.arm, one.school, respondent=one.pid)
    assert "single cluster" in c.primary.reason
    assert "single cluster" in c.g.reason
    assert c.balance.likeness == "unknown"
    assert c.smallest_p == pytest.approx(1 / 3)
    confounded = adjusted_difference(d.y, d.t, d.arm, d.school, stratum=d.arm)
    assert "cannot tell it apart" in confounded.reason
    no_links = compare_randomised(d.y, d.t, d.arm, d.school)
    assert no_links.beside.reason == "one of the arms has no answers"
    nobody = adjusted_difference([], [], [], [])
    assert nobody.reason
    assert np.isnan(nobody.estimate)


def test_wrong_calls():
    d = draw(np.random.default_rng(6), n_schools=6)
    with pytest.raises(EstimatorCallError, match="two arms"):
        adjusted_difference(d.y, d.t, np.arange(len(d)) % 2, d.school)
    with pytest.raises(EstimatorCallError, match="two strata"):
        adjusted_difference(d.y, d.t, d.arm, d.school, stratum=np.arange(len(d)) % 2)
    with pytest.raises(EstimatorCallError, match="twice"):
        adjusted_difference(d.y, d.t, d.arm, d.school, respondent=np.zeros(len(d)))
    with pytest.raises(EstimatorCallError, match="both arms"):
        describe_arms(d.y, np.arange(len(d)) % 2, d.school)
    with pytest.raises(EstimatorCallError, match="at least one"):
        smallest_permutation_p(0, 3)


def test_smallest_permutation_p_by_enumeration():
    # 3 against 3: 20 assignments, the mirrored one is as extreme
    assert smallest_permutation_p(3, 3) == pytest.approx(0.1)
    assert smallest_permutation_p(2, 6) == pytest.approx(1 / 28)


def test_waiting_list_stops_at_the_crossover():
    rng = np.random.default_rng(7)
    d = draw(rng, missing=0)
    third = d[d.t == 1].assign(t=2, y=lambda x: x.y + 0.5 * (1 - x.arm) + 0.01 * x.school)
    fourth = third.assign(t=3)
    all_waves = pd.concat([d, third, fourth])
    w = waiting_list(
        all_waves.y,
        all_waves.t,
        all_waves.arm,
        all_waves.school,
        crossover=2,
        respondent=all_waves.pid,
    )
    assert [at.wave for at in w.randomised] == [1]
    direct = adjusted_difference(d.y, d.t, d.arm, d.school, respondent=d.pid)
    assert w.randomised[0].estimate == direct
    assert [at.wave for at in w.late_change] == [2, 3]
    late = all_waves[(all_waves.arm == 0) & all_waves.t.isin([1, 2])]
    assert w.late_change[0].estimate == mean_change(
        late.y, late.t == 2, late.school, school=late.school
    )
    assert w.late_change[0].estimate.estimate == pytest.approx(0.56, abs=0.03)
    early = waiting_list(d.y, d.t, d.arm, d.school, crossover=1)
    assert "before the late ones" in early.randomised[0].estimate.reason
    with pytest.raises(EstimatorCallError, match="after the first wave"):
        waiting_list(d.y, d.t, d.arm, d.school, crossover=0)
    with pytest.raises(EstimatorCallError, match="whole numbers"):
        waiting_list(d.y, d.t + 0.5, d.arm, d.school, crossover=1)


def coverage(run, repeats, seed, **options):
    """Cover a true effect of 0.3, with the share of false positives where it is 0."""
    rng = np.random.default_rng(seed)
    hits = np.zeros(2)
    for effect in (0.3, 0.0):
        for _ in range(repeats):
            e = run(draw(rng, effect=effect, **options))
            hits[0] += e.conf_low <= effect <= e.conf_high
            hits[1] += effect == 0 and e.p_value < 0.05
    return hits[0] / (2 * repeats), hits[1] / repeats


RUNS = {
    "randomised": lambda d: adjusted_difference(d.y, d.t, d.arm, d.school, respondent=d.pid),
    "pairs": lambda d: adjusted_difference(
        d.y, d.t, d.arm, d.school, respondent=d.pid, stratum=d.pair
    ),
    "groups": lambda d: change_difference(d.y, d.t, d.arm, d.school, school=d.school),
    "people": lambda d: adjusted_difference(d.y, d.t, d.arm, d.school, cluster=np.arange(len(d))),
}


@pytest.mark.parametrize("name", ["randomised", "pairs", "groups"])
def test_twelve_schools_are_covered(name):
    covered, false = coverage(RUNS[name], 120, seed=8, pairs=name == "pairs")
    assert 0.92 <= covered <= 0.99
    assert false <= 0.10


def test_people_as_clusters_are_not():
    assert coverage(RUNS["people"], 60, seed=8)[0] < 0.91


@pytest.mark.simulation
@pytest.mark.parametrize("name", ["randomised", "pairs", "groups"])
@pytest.mark.parametrize("n_schools", [8, 20, 60])
def test_coverage_of_comparisons(name, n_schools):
    covered, false = coverage(RUNS[name], 600, seed=9, pairs=name == "pairs", n_schools=n_schools)
    assert 0.93 <= covered <= 0.985
    assert false <= 0.075
