"""What is left of a change: against R, against a search for Fieller's limits, and its coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from impact_eval.estimators import EstimatorCallError, mean_change
from impact_eval.estimators.designs import retention, schools_missing_a_wave
from impact_eval.estimators.designs.retention import UNCLEAR, fieller


@pytest.fixture(scope="module")
def three(a12_wide):
    d, z = a12_wide, np.arange(1, len(a12_wide) + 1)
    later = 0.5 * d.pre + 0.5 * d.post + 0.4 * np.sin(3 * z) + 0.05
    waves = [d.assign(y=y, t=t) for t, y in enumerate((d.pre, d.post, later))]
    return pd.concat(waves, ignore_index=True)


def test_changes_and_share_against_r(three, reference, agree):
    # lm(y ~ p + f + factor(school)), vcovCR CR2; uniroot on Fieller's equation
    r = reference("designs")["retention"]
    e = retention(three.y, three.t, three.school, school=three.school)
    for part in ("first", "later", "total"):
        agree(getattr(e, part), r[part])
    found = (e.share.estimate, e.share.conf_low, e.share.conf_high)
    assert found == pytest.approx([r["share"], r["low"], r["high"]], rel=1e-7)
    assert np.isnan(e.share.p_value)


def test_with_a_comparison_group(three, reference):
    # lm(y ~ p * treat + f * treat + factor(school)), coefs "p:treat" and "treat:f"
    r = reference("designs")["retention_did"]
    e = retention(three.y, three.t, three.school, school=three.school, programme=three.treat)
    assert (e.first.estimate, e.total.estimate) == pytest.approx(r["b"], rel=1e-8)
    assert (e.first.std_error, e.total.std_error) == pytest.approx(r["se"], rel=1e-8)
    assert (e.first.df, e.total.df) == pytest.approx(r["df"], rel=1e-8)


def test_the_parts_add_up_and_schools_missing_a_wave_are_left_out(three):
    d = three[~((three.school == "s003") & (three.t == 2))]
    e = retention(d.y, d.t, d.school, school=d.school)
    assert e.first.estimate + e.later.estimate == pytest.approx(e.total.estimate)
    assert e.first.n_clusters == 11
    assert schools_missing_a_wave(d.t, d.school).tolist() == ["s003"]
    kept = d[(d.school != "s003") & (d.t < 2)]
    alone = mean_change(kept.y, kept.t, kept.school, school=kept.school)
    assert e.first.estimate == pytest.approx(alone.estimate)


def test_all_of_it_left_is_one():
    rng = np.random.default_rng(1)
    pre = rng.normal(size=(10, 20)) + rng.normal(0, 0.3, (10, 1))
    post = pre + 1 + rng.normal(0, 0.1, (10, 1)) + rng.normal(size=(10, 20))
    y, wave = np.stack([pre, post, post]), np.repeat([0, 1, 2], 200)
    school = np.tile(np.repeat(np.arange(10), 20), 3)
    e = retention(y.ravel(), wave, school, school=school)
    assert (e.share.estimate, e.share.conf_low, e.share.conf_high) == pytest.approx((1, 1, 1))
    assert e.later.reason


def test_fieller_by_search():
    low, high = fieller(0.4, 1.0, (0.04, 0.05), 0.02, 2.1)

    def gap(r):
        return (0.4 - r) ** 2 - 2.1**2 * (0.04 - 2 * r * 0.02 + r**2 * 0.05)

    assert low == pytest.approx(optimize.brentq(gap, -5, 0.4))
    assert high == pytest.approx(optimize.brentq(gap, 0.4, 50))
    assert fieller(0.4, 0.1, (0.04, 0.05), 0.02, 2.1) == (-np.inf, np.inf)


def test_refusals_and_wrong_calls(three):
    flat = three.assign(y=three.y - 0.19 * (three.t > 0))
    e = retention(flat.y, flat.t, flat.school, school=flat.school)
    assert e.first.reason == ""
    assert e.share.reason == UNCLEAR
    one = three[three.school == "s000"]
    assert "1 cluster" in retention(one.y, one.t, one.school, school=one.school).first.reason
    two_waves = three[three.t < 2]
    none = retention(two_waves.y, two_waves.t, two_waves.school, school=two_waves.school)
    assert none.share.reason == "no school has answers in all three waves"
    few = three[three.school.isin(["s000", "s001", "s002"])]
    lone = retention(few.y, few.t, few.school, school=few.school, programme=few.treat)
    assert "single cluster" in lone.first.reason
    with pytest.raises(EstimatorCallError, match="0, 1 and 2"):
        retention(three.y, three.t + 1, three.school, school=three.school)


def coverage(n_schools, repeats, seed=2):
    """Cover a share of 0.4; where the first change is unclear there is nothing to cover."""
    rng = np.random.default_rng(seed)
    hits = []
    school = np.repeat(np.arange(n_schools), 30)
    for _ in range(repeats):
        change = np.array([0, 0.6, 0.24]) + rng.normal(0, 0.2, (n_schools, 3))
        waves = [change[school, t] + rng.normal(size=school.size) for t in range(3)]
        y, units = np.concatenate(waves), np.tile(school, 3)
        e = retention(y, np.repeat([0, 1, 2], school.size), units, school=units).share
        if not e.reason:
            hits.append(e.conf_low <= 0.4 <= e.conf_high)
    return np.mean(hits), len(hits) / repeats


def test_share_is_covered():
    covered, given = coverage(15, 150)
    assert 0.91 <= covered <= 0.99
    assert given > 0.95


@pytest.mark.simulation
@pytest.mark.parametrize("n_schools", [8, 30, 80])
def test_coverage_of_shares(n_schools):
    assert 0.935 <= coverage(n_schools, 800)[0] <= 0.975
