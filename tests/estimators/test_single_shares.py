"""Shares as odds: estimating equations, Cox's index, McNemar's test, false discovery rates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.designs import adjusted_share_odds, cox_of_changes
from impact_eval.estimators.false_discovery import benjamini_hochberg
from impact_eval.estimators.mcnemar import mcnemar_change
from impact_eval.estimators.share_odds import share_odds

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def binary():
    """Thirty schools of thirty people, a yes or no before and after, half of them treated."""
    return pd.read_csv(REFERENCE / "binary.csv")


def drawn(seed, n_schools=8, spread=0.7):
    rng = np.random.default_rng(seed)
    size = rng.integers(2, 25, n_schools)
    school = np.repeat(np.arange(n_schools), size)
    later = rng.integers(0, 2, school.size)
    level = rng.normal(0, spread, n_schools)[school]
    return (rng.logistic(size=school.size) + level + 0.5 * later > 0), later, school


# R: geepack::geeglm(b ~ t, id = school, family = binomial, corstr = "exchangeable"), and Mancl and
# DeRouen's variance at its estimates, row by row (rows.R)
@pytest.mark.parametrize("case", ["gee", "gee_did", "gee_uneven"])
def test_odds_are_those_of_geepack_with_mancl_and_derouens_error(binary, reference, case):
    r, d = reference("rows")[case], binary
    if case == "gee":
        found = [share_odds(d.b, d.t, d.school)]
        expected = [1]
    else:
        if case == "gee_uneven":
            d = d.sort_values("school", kind="stable").reset_index(drop=True)
            d = d[((d.index + 1) * 7) % 5 < 1 + d.school % 4]
        columns = [d.t, d["T"], d.t * d["T"]]
        orders = [(0, 1, 2), (1, 2, 0), (2, 0, 1)]
        found = [
            share_odds(d.b, np.column_stack([columns[i] for i in order]), d.school)
            for order in orders
        ]
        expected = [1, 2, 3]
    for one, k in zip(found, expected, strict=True):
        assert (one.estimate, one.std_error) == pytest.approx((r["b"][k], r["se"][k]), rel=1e-7)
        assert one.df <= 30 - len(r["b"])


def test_degrees_of_freedom_are_those_of_the_errors_row_by_row():
    """Satterthwaite's of what clusters add to the slope, from matrices of rows by rows."""
    reached, later, school = drawn(6, n_schools=9)
    found = share_odds(reached, later, school)
    x = np.column_stack([np.ones(school.size), later])
    share = np.array([reached[later == one].mean() for one in (0, 1)])
    at = np.array([special.logit(share[0]), special.logit(share[1]) - special.logit(share[0])])
    same = school[:, None] == school
    for _ in range(200):
        mean = special.expit(x @ at)
        root = np.sqrt(mean * (1 - mean))
        r = (reached - mean) / root
        pairs = same & ~np.eye(school.size, dtype=bool)
        alike = max(0.0, (np.outer(r, r)[pairs].sum() / pairs.sum()) / (r**2).mean())
        v = np.outer(root, root) * np.where(same, alike, 0.0)
        v[np.diag_indices(school.size)] = root**2
        d, weight = x * (root**2)[:, None], np.linalg.inv(v)
        bread = np.linalg.inv(d.T @ weight @ d)
        at = at + bread @ d.T @ weight @ (reached - mean)
    hat = d @ bread @ d.T @ weight
    rows = []
    for code in np.unique(school):
        own = np.flatnonzero(school == code)
        inside = np.linalg.inv(np.eye(own.size) - hat[np.ix_(own, own)])
        line = np.zeros(school.size)
        line[own] = bread[1] @ d[own].T @ weight[np.ix_(own, own)] @ inside
        rows.append(line)
    left = np.array(rows) @ (np.eye(school.size) - hat)
    error = np.sqrt(((left @ (reached - mean)) ** 2).sum())
    together = left @ v @ left.T
    df = np.trace(together) ** 2 / (together**2).sum()
    assert (found.estimate, found.std_error) == pytest.approx((at[1], error), rel=1e-6)
    assert 1 < df < 7
    assert found.df == pytest.approx(df, rel=1e-6)


def test_degrees_of_freedom_of_balanced_schools(binary):
    """A side's own change has those of its schools; no number is above clusters less columns."""
    d = binary
    columns = [d.t, d["T"], d.t * d["T"]]
    own = [
        share_odds(d.b, np.column_stack([columns[i], *columns[:i], *columns[i + 1 :]]), d.school)
        for i in range(3)
    ]
    assert [one.df for one in own] == pytest.approx([14, 26, 26])
    assert share_odds(d.b, d.t, d.school).df == 28


def test_two_large_schools_are_not_taken_for_ten():
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(10), [300, 300, *[8] * 8])
    later = rng.integers(0, 2, school.size)
    assert share_odds(rng.random(school.size) < 0.4, later, school).df < 2


def test_the_reference_numbers_of_this_survey(binary, reference):
    """As they were found before this was written, to their four or five digits."""
    r = reference("rows")
    assert r["gee_did"]["se_robust"][1] == pytest.approx(0.08612, abs=1e-4)
    d = binary
    e = share_odds(d.b, np.column_stack([d.t, d["T"], d.t * d["T"]]), d.school)
    assert e.std_error == pytest.approx(0.09227, abs=1e-4)


def test_odds_with_scores_before_are_those_of_geepack(binary, reference):
    r = reference("rows")["gee_adjusted"]
    e = adjusted_share_odds(binary.b, binary.t, binary["T"], binary.school)
    assert (e.estimate, e.std_error) == pytest.approx((r["b"][1], r["se"][1]), rel=1e-6)
    assert 20 < e.df <= 27


def test_odds_are_near_those_of_statsmodels(binary):
    """It has other divisors in the correlation, so the last digits differ."""
    d = binary.sort_values("school", kind="stable")
    model = sm.GEE(
        d.b, sm.add_constant(d.t), groups=d.school, family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    )  # fmt: skip
    fit = model.fit(cov_type="bias_reduced")
    e = share_odds(d.b, d.t, d.school)
    assert (e.estimate, e.std_error) == pytest.approx((fit.params["t"], fit.bse["t"]), rel=2e-3)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_what_odds_do_not_depend_on(seed):
    reached, later, school = drawn(seed)
    e = share_odds(reached, later, school)
    order = np.random.default_rng(seed).permutation(school.size)
    again = share_odds(reached[order], later[order], school[order])
    turned = share_odds(~reached, later, school)
    swapped = share_odds(reached, 1 - later, school)
    if e.reason:
        assert again.reason == turned.reason == swapped.reason == e.reason
        return
    for other, sign in ((again, 1), (turned, -1), (swapped, -1)):
        assert other.estimate == pytest.approx(sign * e.estimate, abs=1e-7)
        assert other.std_error == pytest.approx(e.std_error, rel=1e-6)


def test_balanced_schools_give_the_odds_of_all_people():
    """Each school has the same number before and after, so the answers' likeness drops out."""
    rng = np.random.default_rng(2)
    school, later = np.repeat(np.arange(10), 40), np.tile([0, 1], 200)
    reached = rng.random(400) < special.expit(rng.normal(size=10)[school] + 0.6 * later)
    share = [reached[later == wave].mean() for wave in (0, 1)]
    found = share_odds(reached, later, school)
    assert found.estimate == pytest.approx(special.logit(share[1]) - special.logit(share[0]))


def test_refusals_of_odds():
    school, later = np.repeat(np.arange(5), 8), np.tile([0, 1], 20)
    assert "too little is known of others" in share_odds(later, 1 - later, school % 3).reason
    assert "one answer only" in share_odds(later, later, school).reason
    assert "one answer only" in share_odds(np.ones(40), later, school).reason
    columns = np.random.default_rng(1).normal(size=(40, 4))
    assert "no more clusters" in share_odds(later, columns, school).reason
    with pytest.raises(EstimatorCallError, match="only 0 and 1"):
        share_odds(later + 1, later, school)


def test_odds_without_a_change_are_rarely_found():
    """Of 10 schools, 400 draws; the uncorrected error rejects more often."""
    p_values = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        school, later = np.repeat(np.arange(10), 30), np.tile([0, 1], 150)
        own = rng.normal(0, 0.5, (10, 2))[school, later]
        p_values.append(share_odds(rng.logistic(size=300) + own > 0, later, school).p_value)
    assert 0.02 < np.mean(np.array(p_values) < 0.05) < 0.08


# R: linear_contrast(lm(b ~ 0 + cell), vcov = "CR2", contrasts = +-1 / (1.65 p (1 - p))) (rows.R)
def test_coxs_index_of_changes_against_r(binary, reference):
    r, d = reference("rows")["cox_did"], binary
    e = cox_of_changes(d.b, d.t, d["T"], d.school)
    assert (e.estimate, e.std_error, e.df) == pytest.approx((r["b"], r["se"], r["df"]), rel=1e-6)
    swapped = cox_of_changes(d.b, 1 - d.t, d["T"], d.school)
    assert swapped.estimate == pytest.approx(-e.estimate)
    assert (
        "single cluster"
        in cox_of_changes([0, 1, 1, 0], [0, 1] * 2, [1, 1, 0, 0], [1, 1, 2, 3]).reason
    )
    assert (
        "0 or 1"
        in cox_of_changes(
            [0, 1, 0, 1, 1, 0, 1, 1], [0, 1] * 4, [1] * 4 + [0] * 4, list("aabbccdd")
        ).reason
    )


# R: binom.test(up, up + down)$p.value of school 3's linked people (rows.R)
def test_mcnemar_against_r_and_statsmodels(binary, reference):
    r, d = reference("rows")["mcnemar"], binary[binary.school == 3]
    pair = d.pivot_table(index="pid", columns="t", values="b")
    e = mcnemar_change(pair[0], pair[1])
    assert e.p_value == pytest.approx(r["p"])
    assert e.estimate == pytest.approx((r["up"] - r["down"]) / len(pair))
    rng = np.random.default_rng(4)
    before, after = rng.integers(0, 2, 60), rng.random(60) < 0.7
    table = pd.crosstab(before, after)
    assert mcnemar_change(before, after).p_value == pytest.approx(mcnemar(table, exact=True).pvalue)
    assert np.isnan(e.conf_low)
    assert "no linked person" in mcnemar_change([0, 1], [0, 1]).reason


# R: p.adjust(p, "BH") and p.adjust(p, "BH", n = 10) (rows.R)
def test_false_discovery_rates_against_r_and_statsmodels(reference):
    r = reference("rows")["bh"]
    assert benjamini_hochberg(r["p"], 7) == pytest.approx(r["bh"])
    assert benjamini_hochberg(r["p"], 10) == pytest.approx(r["bh_of_ten"])
    rng = np.random.default_rng(3)
    for size in (1, 2, 5, 30):
        p_values = rng.beta(0.4, 2.0, size)
        expected = multipletests(p_values, method="fdr_bh")[1]
        assert benjamini_hochberg(p_values.tolist(), size) == pytest.approx(expected.tolist())
