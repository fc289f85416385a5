"""Sign flips and permutations by school: counted ties, identities, limits that invert the test."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators import (
    EstimatorCallError,
    cluster_changes,
    mean_change,
    permutation_difference,
    sign_flip,
    sign_flip_change,
    smallest_sign_flip_p,
)

CHANGES = st.lists(
    st.floats(-5, 5).map(lambda number: round(number, 3)), min_size=2, max_size=9, unique=True
)


def flipped(changes, weights, null=0.0):
    """The definition, one pattern after the other."""
    parts = np.asarray(weights) * (np.asarray(changes) - null)
    own = abs(parts.sum()) * (1 - 1e-9)
    patterns = [abs(np.dot(signs, parts)) for signs in product((-1, 1), repeat=parts.size)]
    return np.mean(np.array(patterns) >= own - 1e-12)


@pytest.mark.parametrize(
    ("weights", "name"), [("respondent", "flip_respondent"), ("school", "flip_school")]
)
def test_gains_of_twelve_schools(reference, a12, weights, name):
    e = sign_flip_change(a12.y, a12.t, a12.school, weights=weights)
    assert e.p_value == reference("few_clusters")[name] == 4 / 4096
    assert e.method.endswith("all 4,096 patterns")
    main = mean_change(a12.y, a12.t, a12.school, school=a12.school, weights=weights)
    assert e.estimate == pytest.approx(main.estimate, rel=1e-12)
    assert e.n == main.n


def test_unequal_losses(reference, unbal):
    e = sign_flip_change(unbal.y, unbal.t, unbal.school, weights="school")
    assert e.p_value == reference("few_clusters")["flip_unbal"]


def test_trainers_of_several_schools(unbal):
    trainer = unbal.school.str[1:].astype(int) % 4
    found = cluster_changes(unbal.y, unbal.t, trainer, school=unbal.school)
    main = mean_change(unbal.y, unbal.t, trainer, school=unbal.school)
    assert found.change.size == 4
    assert found.change @ found.weight == pytest.approx(main.estimate, rel=1e-12)
    assert found.n == len(unbal)


def test_beneficiaries_count_by_their_numbers(unbal):
    numbers = {school: 10.0 + place for place, school in enumerate(unbal.school.unique())}
    named = {"weights": "beneficiary", "school_weights": numbers, "school": unbal.school}
    e = sign_flip_change(unbal.y, unbal.t, unbal.school, **named)
    main = mean_change(unbal.y, unbal.t, unbal.school, **named)
    assert e.estimate == pytest.approx(main.estimate, rel=1e-12)


@given(CHANGES, st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_p_is_the_definition_and_limits_invert_it(changes, seed):
    weights = np.random.default_rng(seed).uniform(0.5, 2, len(changes))
    e = sign_flip(changes, weight=weights, conf_level=0.8)
    assert e.p_value == pytest.approx(flipped(changes, weights), abs=1e-12)
    assert np.isnan(e.conf_low) == (smallest_sign_flip_p(len(changes)) > 0.2)
    if np.isfinite(e.conf_low):
        step = 1e-6 * np.ptp(changes)
        assert flipped(changes, weights, e.conf_low + step) > 0.2
        assert flipped(changes, weights, e.conf_low - step) <= 0.2
        assert flipped(changes, weights, e.conf_high - step) > 0.2
        assert flipped(changes, weights, e.conf_high + step) <= 0.2


@given(CHANGES, st.floats(0.01, 100))
@settings(max_examples=40, deadline=None)
def test_units_order_and_swapped_waves(changes, unit):
    e = sign_flip(changes)
    other = sign_flip(unit * np.array(changes[::-1]))
    turned = sign_flip(-np.array(changes))
    assert e.p_value == other.p_value == turned.p_value
    assert other.conf_low == pytest.approx(unit * e.conf_low, nan_ok=True, abs=1e-9)
    assert turned.conf_low == pytest.approx(-e.conf_high, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("g", [2, 3, 5, 6, 20])
def test_smallest_p(g):
    e = sign_flip(np.arange(1.0, g + 1))
    assert e.p_value == smallest_sign_flip_p(g)
    assert np.isfinite(e.conf_low) == (g >= 6)


def test_ties_count():
    # 1 + 1 - 2 = 0: all eight patterns are at least as extreme
    assert sign_flip([0.1, 0.2, -0.3]).p_value == 1.0
    # .1 + .2 is not .3 in binary numbers, but flipping all of .1, .2 or .3 gives the same distance
    assert sign_flip([0.1, 0.2, 0.3, 0.0]).p_value == 4 / 16


def test_drawn_patterns_agree_with_all_of_them():
    rng = np.random.default_rng(5)
    changes = np.append(rng.normal(0.3, 1, 19), np.full(2, 1e-9))
    drawn = sign_flip(changes, n_draws=20_000, generator=np.random.default_rng(1))
    every = sign_flip(changes[:20], weight=np.append(np.ones(19), 2.0))
    error = (every.p_value * (1 - every.p_value) / 20_000) ** 0.5
    assert drawn.p_value == pytest.approx(every.p_value, abs=4 * error)
    assert drawn.conf_low == pytest.approx(every.conf_low, abs=0.05)
    assert "20,000 drawn" in drawn.method


def test_a_drawn_p_is_never_zero_and_repeats():
    changes = np.linspace(5, 6, 30)
    p = [sign_flip(changes, n_draws=99, generator=np.random.default_rng(2)).p_value for _ in "ab"]
    assert p == [0.01, 0.01]


def test_permutation_of_arms(reference, a12_wide):
    schools = a12_wide.assign(gain=a12_wide.post - a12_wide.pre).groupby("school")
    e = permutation_difference(schools.gain.mean(), schools.treat.first())
    expected = reference("few_clusters")["permute"]
    assert e.estimate == pytest.approx(expected["b"], rel=1e-9)
    assert e.p_value == pytest.approx(expected["p"], abs=1e-12)
    assert e.method.endswith(f"all {expected['ways']} assignments")


def test_two_phase_one_schools_among_a_hundred():
    changes = np.random.default_rng(3).normal(size=102)
    changes[:2] = 9.0, 8.0
    e = permutation_difference(changes, [1, 1] + [0] * 100)
    assert e.p_value == 1 / 5151
    assert "5,151" in e.method


@given(st.integers(2, 8), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_matched_pairs_are_sign_flips_of_differences(pairs, seed):
    rng = np.random.default_rng(seed)
    changes, pair = rng.normal(0.5, 1, 2 * pairs), np.repeat(np.arange(pairs), 2)
    arm = np.tile([1, 0], pairs)
    e = permutation_difference(changes, arm, stratum=pair, conf_level=0.7)
    flips = sign_flip(changes[::2] - changes[1::2], conf_level=0.7)
    found, expected = ((x.estimate, x.p_value, x.conf_low, x.conf_high) for x in (e, flips))
    assert found == pytest.approx(expected, nan_ok=True, abs=1e-12)


def test_strata_estimate_is_least_squares_with_strata():
    rng = np.random.default_rng(4)
    changes, stratum = rng.normal(size=14), np.repeat([0, 1, 2], [4, 7, 3])
    arm = np.array([1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1])
    dummies = np.column_stack([arm, np.eye(3)[stratum]])
    e = permutation_difference(changes, arm, stratum=stratum)
    assert e.estimate == pytest.approx(np.linalg.lstsq(dummies, changes, rcond=None)[0][0])
    assert e.method.endswith(f"all {4 * 35 * 3} assignments")
    drawn = permutation_difference(
        np.tile(changes, 3),
        np.tile(arm, 3),
        stratum=np.tile(stratum, 3),
        generator=np.random.default_rng(1),
    )
    assert "drawn" in drawn.method
    assert drawn.estimate == pytest.approx(e.estimate)


@pytest.mark.parametrize("shift", [0.0, -1.3])
def test_permutation_limits_invert_it(shift):
    changes = np.array([0.9, 1.2, 0.8, 1.5, 0.1, 0.3, 0.2, -0.4, 0.6]) + shift
    arm = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0])
    e = permutation_difference(changes, arm)
    for limit, inside in ((e.conf_low, 1e-7), (e.conf_high, -1e-7)):
        assert permutation_difference(changes - (limit + inside) * arm, arm).p_value > 0.05
        assert permutation_difference(changes - (limit - inside) * arm, arm).p_value <= 0.05


def slowly(changes, arm, stratum, weight):
    """Every assignment within strata by weighted least squares with dummies; the own one first."""
    places = [np.flatnonzero(stratum == code) for code in np.unique(stratum)]
    chosen = [list(combinations(own, int(arm[own].sum()))) for own in places]
    others = [np.isin(np.arange(arm.size), np.concatenate(one)) for one in product(*chosen)]
    dummies, root = np.eye(len(places))[stratum], np.sqrt(weight)

    def difference(own):
        design = np.column_stack([own, dummies]) * root[:, None]
        return np.linalg.lstsq(design, changes * root, rcond=None)[0][0]

    return difference(arm), np.array([difference(other) for other in others])


@pytest.mark.parametrize("sizes", [(9,), (5, 4)], ids=["together", "within strata"])
def test_clusters_of_unequal_weight_by_least_squares(sizes):
    rng = np.random.default_rng(7)
    changes, weight = rng.normal(size=9), rng.uniform(0.5, 6, 9)
    arm = np.array([1, 0, 1, 0, 0, 1, 0, 1, 0])
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    own, others = slowly(changes, arm, stratum, weight)
    e = permutation_difference(changes, arm, stratum=stratum, weight=weight)
    assert e.estimate == pytest.approx(own)
    assert e.p_value == pytest.approx(np.mean(np.abs(others) >= abs(own) * (1 - 1e-9)))
    scaled = permutation_difference(changes, arm, stratum=stratum, weight=3 * weight)
    assert scaled.p_value == e.p_value
    for limit, inside in ((e.conf_low, 1e-7), (e.conf_high, -1e-7)):
        for shift, kept in ((limit + inside, True), (limit - inside, False)):
            p = permutation_difference(
                changes - shift * arm, arm, stratum=stratum, weight=weight
            ).p_value
            assert (p > 0.05) == kept


def test_strata_with_one_arm_are_not_counted():
    e = permutation_difference([1.0, 2, 3, 9, 8], [1, 0, 1, 1, 1], stratum=[1, 1, 1, 2, 2])
    assert e.n_clusters == 3
    assert permutation_difference([1.0, 2], [1, 0], stratum=[1, 2]).reason.startswith("no stratum")


def test_what_is_refused():
    assert "nothing separates" in sign_flip([1.0]).reason
    assert "do not vary" in sign_flip([1.0, 1.0, 1.0]).reason
    assert "do not vary" in permutation_difference([1.0] * 4, [1, 1, 0, 0]).reason
    shared = pd.DataFrame(
        {"y": [1.0, 2, 3, 4], "t": [0, 1, 0, 1], "s": [1, 1, 1, 1], "c": [1, 1, 2, 2]}
    )
    found = sign_flip_change(shared.y, shared.t, shared.c, school=shared.s)
    assert "several clusters" in found.reason
    assert "both waves" in sign_flip_change([1.0, 2.0], [0, 1], ["a", "b"]).reason


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match=r"pass `generator`"):
        sign_flip(np.arange(21.0))
    with pytest.raises(EstimatorCallError, match=r"pass `generator`"):
        permutation_difference(np.arange(40.0), [0, 1] * 20)
    with pytest.raises(EstimatorCallError, match="positive"):
        sign_flip([1.0, 2.0], weight=[1, 0])
    with pytest.raises(EstimatorCallError, match="positive"):
        permutation_difference([1.0, 2.0], [0, 1], weight=[1, 0])
    with pytest.raises(EstimatorCallError, match="n_draws"):
        sign_flip([1.0, 2.0], n_draws=0)


def test_false_positives_with_unequal_spread_and_size():
    rng = np.random.default_rng(6)
    weights, spread = np.linspace(1, 3, 8), np.linspace(0.3, 3, 8)
    p = np.array([sign_flip(rng.normal(0, spread), weight=weights).p_value for _ in range(1500)])
    # exact: at most 5 %, and 6 of 128 pairs of patterns is 4.7 %
    assert 0.032 < (p <= 0.05).mean() < 0.062
