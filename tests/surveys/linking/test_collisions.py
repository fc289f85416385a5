"""What chance links: held against counting, and at its edges."""

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.linking.collisions import (
    agreement_chances,
    collision_expectation,
    exact_chance,
    expected_false,
    is_precise,
    near_chance,
)


def test_agreement_is_that_of_counted_pairs() -> None:
    rng = np.random.default_rng(3)
    elements = [JOIN.join(map(str, row)) for row in rng.integers(0, 6, size=(80, 2))]
    codes = pd.DataFrame({"school_id": "a", "wave": ["pre", "post"] * 40, "elements": elements})
    pairs = [
        (one.split(JOIN), other.split(JOIN))
        for _, wave in codes.groupby("wave")
        for one, other in combinations(wave["elements"], 2)
    ]
    assert len(pairs) == 2 * math.comb(40, 2)
    found = agreement_chances(codes)["a"]
    for element in range(2):
        agreeing = sum(one[element] == other[element] for one, other in pairs)
        everywhere = (agreeing + 1) / (len(pairs) + 1)
        own = (agreeing + 100 * everywhere) / (len(pairs) + 100)
        assert found[element] == pytest.approx(max(own, everywhere), rel=1e-12)


def test_a_school_of_few_takes_the_chance_of_all() -> None:
    crowd = pd.DataFrame({"school_id": "a", "wave": "pre", "elements": [*"abcd"] * 20})
    few = pd.DataFrame({"school_id": "b", "wave": "pre", "elements": ["a", "b"]})
    found = agreement_chances(pd.concat([crowd, few]))
    assert found["b"][0] == pytest.approx(found["a"][0], rel=0.02)


def test_missing_elements_agree_with_nothing() -> None:
    codes = pd.DataFrame({"school_id": "a", "wave": "pre", "elements": [f"1{JOIN}", f"1{JOIN}"]})
    assert agreement_chances(codes)["a"].tolist() == [1.0, 1.0]


def test_near_chance_bounds_what_is_counted() -> None:
    rng = np.random.default_rng(4)
    drawn = rng.integers(0, 5, size=(600, 4))
    differing = (drawn[:, None] != drawn[None]).sum(axis=2)[np.triu_indices(600, 1)]
    chances = [0.2] * 4
    assert (differing == 0).mean() == pytest.approx(exact_chance(chances), rel=0.1)
    counted = (differing <= 1).mean()
    assert counted <= near_chance(chances) * 1.02
    assert near_chance(chances) <= 1.3 * counted


@pytest.mark.parametrize(("n", "k_eff", "expected"), [(1, 50, 0.0), (2, 1e9, 1e-9)])
def test_collision_expectation(n: int, k_eff: float, expected: float) -> None:
    assert collision_expectation(n, k_eff) == pytest.approx(expected, rel=1e-6)


def test_collision_expectation_is_the_share_who_share_a_code() -> None:
    drawn = np.random.default_rng(5).integers(0, 400, size=(2000, 60))
    shared = [len(row) - (np.unique(row, return_counts=True)[1] == 1).sum() for row in drawn]
    assert np.mean(shared) / 60 == pytest.approx(collision_expectation(60, 400), rel=0.03)


@pytest.mark.parametrize("chance", [0.0, 1e-5, 1e-3])
def test_expected_false_solves_its_equation(chance: float) -> None:
    n_from, n_to, n_linked = 30, 26, 10
    found = expected_false(n_from, n_to, n_linked, chance)
    true = n_linked - found
    assert found == pytest.approx((n_from - true) * (n_to - true) * chance, abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((0, 0, 0, 0.5), 0.0),
        ((5, 5, 0, 0.5), 0.0),
        ((5, 5, 5, 0.0), 0.0),
        ((1, 1, 1, 1.0), 1.0),
        ((900, 900, 3, 0.01), 3.0),
    ],
)
def test_edges_of_expected_false(arguments: tuple[int, int, int, float], expected: float) -> None:
    assert expected_false(*arguments) == expected


def test_two_forms_alone_do_not_vouch_for_each_other() -> None:
    assert not is_precise(expected_false(1, 1, 1, 0.01), 1)
    assert is_precise(expected_false(1, 1, 1, 0.001), 1)
