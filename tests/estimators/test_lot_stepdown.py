"""Families of outcomes under the lot that there was: groups exchanged, and dates drawn again."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import (
    EstimatorCallError,
    permutation_difference,
    permutation_stepdown,
)
from impact_eval.estimators.designs import RollOutScores, roll_out_stepdown, staggered_effect

GROUP = np.array([1, 1, 1, 1, 0, 0, 0, 0])
PAIRS = np.repeat(np.arange(6), 2)


def changes_of(seed, n=8, k=3, related=0.6):
    rng = np.random.default_rng(seed)
    return related * rng.normal(size=(n, 1)) + rng.normal(size=(n, k))


def by_definition(changes, assignments):
    """Both p of every outcome by plain loops: differences over their root mean square."""
    found = np.array(
        [[np.mean(y[g == 1]) - np.mean(y[g == 0]) for y in changes.T] for g in assignments]
    )
    sizes = np.abs(found) / np.sqrt((found**2).mean(axis=0))
    alone = (sizes >= sizes[0] - 1e-9).mean(axis=0)
    adjusted, least = np.empty(sizes.shape[1]), 0.0
    left = list(np.argsort(-sizes[0]))
    while left:
        share = np.mean(sizes[:, left].max(axis=1) >= sizes[0, left[0]] - 1e-9)
        least = max(least, share)
        adjusted[left.pop(0)] = least
    return alone, adjusted


def test_all_assignments_by_definition():
    every = [np.isin(np.arange(8), own).astype(int) for own in combinations(range(8), 4)]
    for seed in range(4):
        changes = changes_of(seed) + 0.8 * GROUP[:, None]
        found = permutation_stepdown(changes, GROUP)
        alone, adjusted = by_definition(changes, every)
        assert found.p_value == pytest.approx(alone)
        assert found.p_adjusted == pytest.approx(adjusted)
        assert found.method.endswith("all 70 assignments")


def test_pairs_by_definition():
    group = np.tile([1, 0], 6)
    flips = np.stack(np.meshgrid(*[[0, 1]] * 6, indexing="ij"), axis=-1).reshape(-1, 6)
    every = [np.where(np.repeat(flip, 2) == 1, 1 - group, group) for flip in flips]
    changes = changes_of(5, n=12) + 0.7 * group[:, None]
    found = permutation_stepdown(changes, group, stratum=PAIRS)
    alone, adjusted = by_definition(changes, every)
    assert found.p_value == pytest.approx(alone)
    assert found.p_adjusted == pytest.approx(adjusted)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), weighted=st.booleans(), strata=st.booleans())
def test_each_outcome_alone_is_the_permutation(seed, weighted, strata):
    rng = np.random.default_rng(seed)
    changes, group = changes_of(seed, n=10, k=2), np.tile([1, 0], 5)
    weights = rng.uniform(0.5, 3, (10, 2)) if weighted else None
    stratum = np.repeat([0, 1], [4, 6]) if strata else None
    found = permutation_stepdown(changes, group, stratum=stratum, weights=weights)
    for k in range(2):
        one = permutation_difference(
            changes[:, k],
            group,
            stratum=stratum,
            weight=None if weights is None else weights[:, k],
        )
        assert found.p_value[k] == pytest.approx(one.p_value)
        assert found.estimate[k] == pytest.approx(one.estimate)
    assert (found.p_adjusted >= found.p_value - 1e-12).all()


def test_multiples_cost_nothing_and_units_do_not_matter():
    y = changes_of(1)[:, 0] + GROUP
    found = permutation_stepdown(np.column_stack([y, -3 * y + 2, 0.01 * y]), GROUP)
    assert found.p_adjusted == pytest.approx(found.p_value)
    assert found.p_value == pytest.approx(found.p_value[0])


def test_gaps_and_refusals():
    changes = changes_of(3)
    changes[0, 1] = np.nan
    found = permutation_stepdown(changes, GROUP)
    assert np.isfinite(found.p_adjusted).all()
    changes[1:4, 1] = np.nan  # one group has nobody left in this outcome
    gone = permutation_stepdown(changes[:, [0, 1]], GROUP)
    assert gone.estimate[1] == 0
    assert gone.p_value[1] == 1
    constant = permutation_stepdown(np.column_stack([changes[:, 0], np.ones(8)]), GROUP)
    assert np.isnan(constant.p_value[1])
    assert constant.p_adjusted[0] == constant.p_value[0]
    assert "do not vary" in permutation_stepdown(np.ones((8, 2)), GROUP).reason
    assert "both groups" in permutation_stepdown(changes, GROUP, stratum=GROUP).reason
    with pytest.raises(EstimatorCallError, match="generator"):
        permutation_stepdown(changes_of(1, n=30), np.tile([1, 0], 15))
    with pytest.raises(EstimatorCallError, match="0 and 1"):
        permutation_stepdown(changes, GROUP + 1)


def test_false_findings_of_a_lot_are_rare():
    """One outcome with an effect beside three without: some of the three found in at most 5 %."""
    rng, any_found, simple = np.random.default_rng(11), 0, 0
    for _ in range(300):
        group = rng.permutation(np.repeat([0, 1], 4))
        changes = 0.7 * rng.normal(size=(8, 1)) + rng.exponential(size=(8, 4))
        changes[:, 0] += 3 * group
        found = permutation_stepdown(changes, group)
        any_found += (found.p_adjusted[1:] <= 0.05).any()
        simple += (found.p_value[1:] <= 0.05).any()
    assert any_found <= 0.085 * 300
    assert simple >= 0.085 * 300


def draw(rng, n_schools=12, n_waves=4, k=2, effect=0.0, begins=(1, 2, 3, np.nan), stratum=None):
    """Scores of two people a school and wave in `k` outcomes, dates by lot."""
    first = np.resize(np.array(begins), n_schools)
    if stratum is None:
        first = rng.permutation(first)
    else:
        for one in np.unique(stratum):
            first[stratum == one] = rng.permutation(first[stratum == one])
    school, wave = (at.ravel() for at in np.indices((n_schools, n_waves)))
    shared = 0.4 * rng.normal(size=(n_schools, n_waves, 1))
    means = shared + 0.7 * rng.normal(size=(n_schools, n_waves, k))
    means[..., 0] += effect * (first[:, None] <= np.arange(n_waves))
    return means.reshape(-1, k), wave, school, first


def family(scores, wave, school):
    return [RollOutScores(y, wave, school, school) for y in scores.T]


@pytest.mark.parametrize("weights", ["school", "respondent"])
def test_every_order_is_estimated_as_a_roll_out(weights):
    """The statistics behind p are those of `staggered_effect` under each order, by loops."""
    rng = np.random.default_rng(3)
    scores, wave, school, first = draw(rng, n_schools=8, effect=1.0)
    times = rng.integers(1, 4, wave.size) * (rng.random(wave.size) > 0.1)
    scores, wave, school = (np.repeat(one, times, axis=0) for one in (scores, wave, school))
    found = roll_out_stepdown(
        family(scores, wave, school),
        dict(enumerate(first)),
        generator=np.random.default_rng(2),
        weights=weights,
        n_draws=12,
    )
    again = np.random.default_rng(2).permuted(
        np.broadcast_to(np.nan_to_num(first, nan=np.inf), (12, 8)), axis=1
    )
    orders = [first, *np.where(np.isinf(again), np.nan, again)]
    slow = np.array([
        [staggered_effect(y, wave, school, own[school], weights=weights).overall.estimate
         for y in scores.T] for own in orders
    ])  # fmt: skip
    assert found.estimate == pytest.approx(slow[0])
    slow = np.abs(np.nan_to_num(slow))
    sizes = slow / np.sqrt((slow**2).mean(axis=0))
    alone = (1 + (sizes[1:] >= sizes[0] - 1e-9).sum(axis=0)) / 13
    assert found.p_value == pytest.approx(alone)
    largest = 1 + (sizes[1:].max(axis=1) >= sizes[0].max() - 1e-9).sum()
    assert found.p_adjusted.min() == pytest.approx(largest / 13)


def test_all_orders_of_few_schools():
    """With six schools drawn orders give nearly the share of all 720."""
    scores, wave, school, first = draw(
        np.random.default_rng(8), n_schools=6, n_waves=3, k=1, effect=2.0, begins=(1, 2, np.nan)
    )
    found = roll_out_stepdown(
        family(scores, wave, school), dict(enumerate(first)), generator=np.random.default_rng(1)
    )
    every = {tuple(own) for own in permutations(np.nan_to_num(first, nan=9))}
    sizes = {
        own: abs(staggered_effect(scores[:, 0], wave, school, np.array(own)[school])
                 .overall.estimate)
        for own in every
    }  # fmt: skip
    mine = sizes[tuple(np.nan_to_num(first, nan=9))]
    share = np.mean([one >= mine - 1e-9 for one in sizes.values()])
    assert found.p_value[0] == pytest.approx(share, abs=0.015)


def test_teams_are_drawn_whole_and_strata_kept():
    rng = np.random.default_rng(6)
    scores, wave, school, _ = draw(rng, n_schools=24)
    team = school // 2
    dates = dict(enumerate(np.resize([1.0, 2.0, np.nan], 12)))
    outcomes = [RollOutScores(y, wave, school, team) for y in scores.T]
    stratum = {one: one // 3 for one in dates}
    found = roll_out_stepdown(
        outcomes, dates, stratum=stratum, generator=np.random.default_rng(1), n_draws=500
    )
    assert found.n_clusters == 12
    assert "within strata" in found.method
    first = np.array([dates[one] for one in team])
    own = staggered_effect(scores[:, 0], wave, school, first, cluster=team)
    assert found.estimate[0] == pytest.approx(own.overall.estimate)
    one_each = {one: one for one in dates}  # nothing can be exchanged
    fixed = roll_out_stepdown(
        outcomes, dates, stratum=one_each, generator=np.random.default_rng(1), n_draws=50
    )
    assert fixed.p_value == pytest.approx(1)


def test_wrong_calls_of_dates():
    scores, wave, school, first = draw(np.random.default_rng(1))
    dates, rng = dict(enumerate(first)), np.random.default_rng(1)
    with pytest.raises(EstimatorCallError, match="an outcome"):
        roll_out_stepdown([], dates, generator=rng)
    with pytest.raises(EstimatorCallError, match="no date"):
        roll_out_stepdown(family(scores, wave, school), {0: 1.0}, generator=rng)
    with pytest.raises(EstimatorCallError, match="no stratum"):
        roll_out_stepdown(family(scores, wave, school), dates, stratum={0: 1}, generator=rng)
    nobody = dict.fromkeys(dates, np.nan)
    none = roll_out_stepdown(family(scores, wave, school), nobody, generator=rng, n_draws=20)
    assert "overall effect" in none.reason


def test_false_findings_of_drawn_dates_are_rare():
    rng, any_found, simple = np.random.default_rng(17), 0, 0
    for number in range(200):
        scores, wave, school, first = draw(rng, k=4, effect=2.0)
        found = roll_out_stepdown(
            family(scores, wave, school),
            dict(enumerate(first)),
            generator=np.random.default_rng(number),
            n_draws=399,
        )
        any_found += (found.p_adjusted[1:] <= 0.05).any()
        simple += (found.p_value[1:] <= 0.05).any()
    assert any_found <= 0.085 * 200
    assert simple >= 0.085 * 200
