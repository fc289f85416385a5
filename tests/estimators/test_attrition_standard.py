"""The attrition boundaries against the model that is behind them, and their equality case."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from impact_eval.estimators import EstimatorCallError
from impact_eval.estimators.designs import attrition_level, attrition_limit, cluster_attrition
from impact_eval.estimators.designs.attrition_standard import BOUNDARIES


def test_every_cell_of_the_table_is_there():
    # Standards Handbook 4.1, table II.1, as R's baselinr has it: 58 cautious, 66 optimistic cells
    assert {name: len(table) for name, table in BOUNDARIES.items()} == {
        "cautious": 58,
        "optimistic": 66,
    }
    assert sum(BOUNDARIES["cautious"]) == pytest.approx(226.0, abs=0.01)
    assert sum(BOUNDARIES["optimistic"]) == pytest.approx(458.0, abs=0.01)
    anchors = [(0, 5.7, 10.0), (10, 6.3, 10.9), (20, 5.4, 10.0), (30, 4.1, 8.2), (50, 1.0, 3.7)]
    for overall, cautious, optimistic in anchors:
        assert attrition_limit(overall) == cautious
        assert attrition_limit(overall, "optimistic") == optimistic


@pytest.mark.parametrize(
    ("assumption", "alpha"), [("cautious", (0.4085, 0.3538)), ("optimistic", (0.2498, 0.2040))]
)
def test_the_model_of_deke_and_chiang_reproduces_the_table(assumption, alpha):
    # y correlates alpha with the wish to answer; the arms' biases differ by .05 SD at the limit
    def bias(a, lost):
        return a * stats.norm.pdf(stats.norm.ppf(lost)) / (1 - lost)

    for overall in range(8, 57):
        p = overall / 100

        def gap(d, p=p):
            return abs(bias(alpha[0], p + d / 2) - bias(alpha[1], p - d / 2)) - 0.05

        limit = 100 * optimize.brentq(gap, 0, 2 * min(p, 1 - p) - 1e-9)
        assert BOUNDARIES[assumption][overall] == pytest.approx(limit, abs=0.11)


def test_a_difference_equal_to_the_limit_is_low():
    # 30 % overall, limit 4.1 points: 27.95 and 32.05 % of 2,000 and 2,000
    equal = attrition_level((2000, 2000), (2000 - 641, 2000 - 559))
    assert (equal.overall, equal.limit, equal.level) == (pytest.approx(30), 4.1, "low")
    assert equal.differential == pytest.approx(4.1)
    over = attrition_level((2000, 2000), (2000 - 642, 2000 - 558))
    assert over.level == "high"
    assert attrition_level((2000, 2000), (1358, 1442), "optimistic").level == "low"


def test_between_whole_percents_and_beyond_the_table():
    assert attrition_limit(7.5) == pytest.approx(6.3)
    assert attrition_limit(29.5) == pytest.approx(4.2)
    assert attrition_limit(57) == 0.0
    assert np.isnan(attrition_limit(57.5))
    assert np.isnan(attrition_limit(66, "optimistic"))
    assert attrition_level((100, 100), (40, 40)).level == "high"
    assert attrition_level((100, 100), (40, 40), "optimistic").level == "low"


def test_swapped_arms_are_classed_alike():
    one, two = attrition_level((90, 120), (80, 90)), attrition_level((120, 90), (90, 80))
    assert (one.differential, one.level) == (two.differential, two.level)
    assert (one.programme, one.comparison) == (two.comparison, two.programme)


def test_schools_first_then_people_in_the_schools_that_stayed():
    both = cluster_attrition((20, 20), (20, 20), (1000, 1000), (900, 900))
    assert (both.schools.level, both.people.level, both.level) == ("low", "low", "low")
    people = cluster_attrition((20, 20), (20, 20), (1000, 1000), (950, 700))
    assert (people.schools.level, people.people.level, people.level) == ("low", "high", "high")
    schools = cluster_attrition((20, 20), (12, 20), (600, 1000), (580, 960))
    assert (schools.schools.level, schools.level) == ("high", "high")
    unknown = cluster_attrition((20, 20), (20, 20), (0, 1000), (0, 900))
    assert (unknown.people.level, unknown.level) == ("unknown", "unknown")


def test_wrong_calls():
    with pytest.raises(EstimatorCallError, match="at most as many"):
        attrition_level((10, 10), (11, 10))
    with pytest.raises(EstimatorCallError, match="0 to 100"):
        attrition_limit(101)
    with pytest.raises(EstimatorCallError, match="cautious, optimistic"):
        attrition_limit(10, "hopeful")
