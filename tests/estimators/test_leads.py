"""The joint test of the time before: against R's single tests, and what must not change it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_eval.estimators.designs import staggered_effect
from impact_eval.estimators.designs.leads import equal_trends

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def rollout():
    """Eighteen schools, five waves, workshops before wave 2, 3, 4 or never; two cells empty."""
    return pd.read_csv(REFERENCE / "staggered.csv")


@pytest.mark.parametrize("weights", ["school", "respondent"])
def test_it_is_bonferroni_of_the_tests_of_r(rollout, reference, weights):
    # Wald_test(..., test = "Satterthwaite") of the two leads, in designs.R
    d, r = rollout, reference("designs")[f"staggered_{weights}"]
    test = equal_trends(staggered_effect(d.y, d.wave, d.school, d.first_wave, weights=weights))
    leads = [r["since_-3"], r["since_-2"]]
    farthest = max(leads, key=lambda one: abs(one["b"] / one["se"]))
    assert test.estimate == pytest.approx(farthest["b"], rel=1e-7)
    assert test.p_value == pytest.approx(min(1, 2 * min(one["p"] for one in leads)), rel=1e-6)
    assert test.conf_level == 0.95
    assert test.conf_high - test.conf_low > 2 * farthest["se"] * 1.96


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.1, 50), shift=st.floats(-20, 20), seed=st.integers(0, 5))
def test_units_and_the_order_of_rows_do_not_matter(factor, shift, seed):
    d = pd.read_csv(REFERENCE / "staggered.csv")
    plain = equal_trends(staggered_effect(d.y, d.wave, d.school, d.first_wave))
    mixed = d.sample(frac=1, random_state=seed)
    other = equal_trends(
        staggered_effect(factor * mixed.y + shift, mixed.wave, mixed.school, mixed.first_wave)
    )
    assert other.estimate == pytest.approx(factor * plain.estimate, rel=1e-6)
    assert other.p_value == pytest.approx(plain.p_value, rel=1e-6)


def test_without_two_surveys_before_there_is_a_reason():
    school, first = np.repeat(list("abcd"), 2), np.repeat([1, 1, np.nan, np.nan], 2)
    test = equal_trends(staggered_effect([4, 6, 5, 8, 4, 4, 5, 6], [0, 1] * 4, school, first))
    assert np.isnan(test.estimate)
    assert np.isnan(test.p_value)
    assert "asked twice before" in test.reason


@pytest.mark.simulation
def test_groups_that_move_alike_are_seldom_called_apart():
    rng = np.random.default_rng(7)
    first = np.repeat([2.0, 3.0, np.nan], 6)
    called = 0
    for _ in range(300):
        level, n = rng.normal(0, 1, 18), 10
        at = level[:, None] + rng.normal(0, 0.3, (18, 4))
        school, wave = np.divmod(np.repeat(np.arange(72), n), 4)
        score = at[school, wave] + rng.normal(0, 1, school.size)
        test = equal_trends(staggered_effect(score, wave, school, first[school]))
        called += test.p_value < 0.05
    assert called <= 24
