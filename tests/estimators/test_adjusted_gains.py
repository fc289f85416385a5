"""The difference of two sides' linked gains, each adjusted to everybody who was asked before."""

import numpy as np
import pytest

from impact_eval.estimators import EstimatorCallError, adjusted_gain, change_difference, fit_cr2
from impact_eval.estimators.designs import adjusted_gain_difference

EFFECT = 0.5


def draw(rng, n_schools, size):
    """Draw two sides; a low score before makes people leave the programme's schools alone."""
    school = np.repeat(np.arange(n_schools), size)
    arm = (school < n_schools // 2).astype(int)
    level = rng.multivariate_normal([0, 0], [[0.2, 0.15], [0.15, 0.2]], n_schools)[school]
    before = rng.normal(0, 1, school.size)
    pre = 6 + level[:, 0] + before
    post = 6 + EFFECT * arm + level[:, 1] + 0.6 * before + rng.normal(0, 0.8, school.size)
    seen = (arm == 0) | (rng.random(school.size) < 1 / (1 + np.exp(-0.5 - 1.2 * (pre - 6))))
    return pre, post, arm, school, seen


def difference(pre, post, arm, school, seen, **options):
    return adjusted_gain_difference(
        pre[seen], post[seen], arm[seen], school[seen], pre_all=pre, pre_all_programme=arm,
        pre_all_cluster=school, school=school[seen], pre_all_school=school, **options,
    )  # fmt: skip


def stacked(pre, post, arm, school, seen):
    score = np.concatenate([pre, post[seen]])
    wave = np.repeat([0, 1], [pre.size, int(seen.sum())])
    group, place = (np.concatenate([one, one[seen]]) for one in (arm, school))
    return change_difference(score, wave, group, place, school=place)


@pytest.fixture(scope="module")
def drawn():
    return draw(np.random.default_rng(1), 14, 20)


def test_with_everybody_linked_it_is_the_regression_of_gains_on_the_side(drawn):
    pre, post, arm, school, seen = drawn
    found = difference(pre, post, arm, school, np.ones(seen.size, bool))
    design = np.column_stack([arm, np.ones(arm.size)])
    plain = fit_cr2(post - pre, design, school, coefficient=0)
    for name in ("estimate", "std_error", "df", "p_value", "conf_low"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name), rel=1e-9)


def test_it_is_the_difference_of_the_sides_own_estimates(drawn):
    pre, post, arm, school, seen = drawn
    sides = []
    for side in (1, 0):
        own, both = arm == side, (arm == side) & seen
        sides.append(
            adjusted_gain(
                pre[both], post[both], school[both], pre_all=pre[own], pre_all_cluster=school[own],
                school=school[both], pre_all_school=school[own],
            )
        )  # fmt: skip
    found = difference(*drawn)
    assert found.estimate == pytest.approx(sides[0].estimate - sides[1].estimate)
    assert found.std_error == pytest.approx(np.hypot(sides[0].std_error, sides[1].std_error))
    assert min(one.df for one in sides) < found.df <= sum(one.df for one in sides)
    assert found.n == int(seen.sum())
    turned = difference(pre, post, 1 - arm, school, seen)
    assert turned.estimate == pytest.approx(-found.estimate)
    order = np.random.default_rng(2).permutation(pre.size)
    mixed = difference(*(one[order] for one in drawn))
    assert mixed.std_error == pytest.approx(found.std_error)


def test_a_side_that_gives_none_has_a_reason(drawn):
    pre, post, arm, school, seen = drawn
    one_school = (arm == 0) | (school == 0)
    found = difference(*(one[one_school] for one in drawn))
    assert found.reason.startswith("on one side: ")
    assert np.isnan(found.estimate)
    with pytest.raises(EstimatorCallError, match="programme"):
        difference(pre, post, arm + 1, school, seen)


@pytest.mark.parametrize("n_schools", [20, 60])
def test_loss_by_the_score_on_one_side_biases_only_the_stacked_difference(n_schools):
    rng = np.random.default_rng(n_schools)
    held, estimates = [], []
    for _ in range(150):
        own = draw(rng, n_schools, 15)
        pair = stacked(*own), difference(*own)
        estimates.append([one.estimate for one in pair])
        held.append([one.conf_low <= EFFECT <= one.conf_high for one in pair])
    bias, coverage = np.mean(estimates, axis=0) - EFFECT, np.mean(held, axis=0)
    assert bias[0] > 0.1
    assert abs(bias[1]) < 0.03
    assert coverage[1] >= 0.93
    assert coverage[0] < (0.9 if n_schools == 20 else 0.75)
