"""Alpha and item-total correlations against R's psych 2.2.9 (tests/reference/schools.R)."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import EstimatorCallError, cronbach_alpha, item_total


@pytest.fixture(scope="module")
def items(a12_wide):
    """The five made items of schools.R."""
    z = np.arange(1, len(a12_wide) + 1)
    pre, post = a12_wide.pre.to_numpy(), a12_wide.post.to_numpy()
    made = (np.round(pre + np.sin(z)), np.round(2 * post + np.cos(3 * z)))
    return np.column_stack([pre, post, *made, 2 * pre - post + np.sin(5 * z)])


def test_alpha_equals_psych(items, reference):
    # psych::alpha(x)$total$raw_alpha
    assert cronbach_alpha(items).estimate == pytest.approx(reference("schools")["alpha"]["raw"])


def test_item_total_equals_psych(items, reference):
    # psych::alpha(x)$item.stats$r.drop
    assert item_total(items) == pytest.approx(reference("schools")["alpha"]["r_drop"], rel=1e-9)


def test_two_items_give_the_spearman_brown_form_of_their_covariance(items):
    two = items[:, :2]
    covariance = np.cov(two.T)
    expected = 4 * covariance[0, 1] / covariance.sum()
    assert cronbach_alpha(two).estimate == pytest.approx(expected)


def test_interval_is_the_jackknife_by_cluster(items, a12_wide):
    from scipy import stats

    school = a12_wide.school.to_numpy()
    e = cronbach_alpha(items, school)
    logs = np.array([
        np.log(1 - cronbach_alpha(items[school != s]).estimate) for s in np.unique(school)
    ])  # fmt: skip
    spread = np.sqrt(11 / 12 * ((logs - logs.mean()) ** 2).sum()) * stats.t.ppf(0.975, 11)
    limits = 1 - np.exp(np.log(1 - e.estimate) + np.array([1, -1]) * spread)
    assert (e.conf_low, e.conf_high) == pytest.approx(limits, rel=1e-8)
    assert e.n_clusters == 12


def test_no_interval_without_or_with_few_clusters(items, a12_wide):
    few = a12_wide.school.isin(sorted(a12_wide.school.unique())[:5]).to_numpy()
    for e in (cronbach_alpha(items), cronbach_alpha(items[few], a12_wide.school[few])):
        assert np.isfinite(e.estimate)
        assert np.isnan(e.conf_low)


def test_rows_with_a_gap_are_left_out(items, a12_wide):
    gaps = items.copy()
    gaps[:40, 2] = np.nan
    one, other = (
        cronbach_alpha(gaps, a12_wide.school),
        cronbach_alpha(items[40:], a12_wide.school[40:]),
    )
    assert one.estimate == pytest.approx(other.estimate)
    assert one.n == len(items) - 40
    assert item_total(gaps) == pytest.approx(item_total(items[40:]))


def test_units_of_the_scale_and_reversal_of_all_items_do_not_matter(items):
    assert cronbach_alpha(7 - 3 * items).estimate == pytest.approx(cronbach_alpha(items).estimate)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (np.empty((0, 3)), "fewer than 3"),
        (np.ones((2, 3)), "fewer than 3"),
        (np.ones((9, 1)), "2 items"),
        (np.ones((9, 3)), "does not vary"),
    ],
)
def test_smallest_cases_are_refused(answers, words):
    assert words in cronbach_alpha(answers).reason


def test_constant_item_has_no_correlation():
    answers = np.array([[1, 1, 2], [1, 2, 3], [1, 4, 3.0]])
    assert np.isnan(item_total(answers)[0])
    assert np.isfinite(item_total(answers)[1:]).all()


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="shape"):
        cronbach_alpha([1, 2, 3])
    with pytest.raises(EstimatorCallError, match="infinite"):
        cronbach_alpha([[1, np.inf]])
    with pytest.raises(EstimatorCallError, match="2 items"):
        item_total([[1], [2]])
