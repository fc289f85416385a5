"""Several coefficients tested together by the wild cluster bootstrap, and Holm's p."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators import (
    Coefficient,
    EstimatorCallError,
    WildDraws,
    wild_bootstrap,
    wild_stepdown,
)
from impact_eval.estimators.holm import holm


@pytest.fixture(scope="module")
def two():
    """Differences in differences of two outcomes, 4 schools on either side."""
    lost = pd.read_csv(Path(__file__).parents[1] / "reference" / "lost.csv")
    lost = lost[lost["school"] <= "s08"]
    school = np.tile(lost["school"], 2)
    wave = np.repeat([0.0, 1.0], len(lost))
    y = np.concatenate([lost["pre"], lost["complete"]])
    arm = np.isin(school, ["s01", "s03", "s04", "s07"])
    design = np.column_stack([wave * arm, wave])
    return [Coefficient(one, design, school, school) for one in (y, np.abs(y - 5))]


def test_both_are_those_of_a_plain_loop_in_r(two, reference):
    expected = reference("wild_sides")
    found = wild_stepdown(two)
    assert list(found.p_value) == pytest.approx(expected["p"])
    assert list(found.p_adjusted) == pytest.approx(expected["adjusted"])
    assert holm([0.01, 0.04, 0.03], 4) == pytest.approx(expected["holm"])
    assert "all 256 patterns" in found.method


def test_one_coefficient_has_the_p_of_the_wild_bootstrap(two):
    for one in two:
        alone = wild_bootstrap(one.y, one.design, one.cluster, school=one.school)
        found = wild_stepdown([one])
        assert found.p_adjusted[0] == found.p_value[0] == alone.p_value


def test_an_outcome_beside_itself_costs_nothing_and_order_does_not_matter(two):
    first, other = two
    twice = wild_stepdown([first, first, first])
    assert set(twice.p_adjusted) == {wild_stepdown([first]).p_value[0]}
    there, back = wild_stepdown([first, other]), wild_stepdown([other, first])
    assert list(there.p_adjusted) == list(back.p_adjusted[::-1])
    assert (there.p_adjusted >= there.p_value).all()


def test_clusters_that_lack_one_outcome_stay_apart(two):
    first, other = two
    kept = np.asarray(other.cluster) != "s08"
    parts = (np.asarray(one)[kept] for one in (other.y, other.design, other.cluster, other.school))
    fewer = Coefficient(*parts)
    found = wild_stepdown([first, fewer])
    assert found.p_value[1] == wild_stepdown([fewer]).p_value[0]


def test_what_cannot_be_tested_is_nan_and_wrong_calls_raise(two):
    flat = Coefficient(np.zeros(6), np.ones(6), list("abcdef"))
    found = wild_stepdown([flat])
    assert np.isnan(found.p_adjusted).all()
    with pytest.raises(EstimatorCallError, match="needs a coefficient"):
        wild_stepdown([])
    many = Coefficient(np.arange(20.0), np.ones(20), np.arange(20))
    with pytest.raises(EstimatorCallError):
        wild_stepdown([many])
    drawn = wild_stepdown([many], draws=WildDraws(n=99, generator=np.random.default_rng(1)))
    assert drawn.p_adjusted[0] == 0.01


@pytest.mark.parametrize(("programme", "others"), [(4, 8), (5, 5)])
def test_without_effects_a_family_of_three_seldom_finds_any(programme, others):
    """Twelve and ten schools, three outcomes that hang together."""
    rng = np.random.default_rng(programme)
    schools, size = programme + others, 10
    school = np.tile(np.repeat(np.arange(schools), size), 2)
    wave = np.repeat([0.0, 1.0], schools * size)
    design = np.column_stack([wave * (school < programme), wave])
    any_found, alone = 0, 0
    for _ in range(120):
        common = rng.normal(0, 0.5, schools)[school] * wave
        outcomes = [
            common + rng.normal(0, 0.3, schools)[school] * wave + rng.normal(0, 1, school.size)
            for _ in range(3)
        ]
        found = wild_stepdown([Coefficient(y, design, school, school) for y in outcomes])
        any_found += found.p_adjusted.min() < 0.05
        alone += found.p_value[0] < 0.05
    assert any_found <= 0.1 * 120
    assert alone <= 0.1 * 120
