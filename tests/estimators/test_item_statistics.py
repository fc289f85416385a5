"""Difficulty and discrimination by hand and against R (tests/reference/measurement.R)."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators import (
    EstimatorCallError,
    item_difficulty,
    item_discrimination,
)

NAN = np.nan


def test_difficulty_is_the_percentage_right():
    answers = np.array([[1, 0, NAN], [1, 1, NAN], [0, 0, NAN], [NAN, 1, NAN]])
    assert item_difficulty(answers) == pytest.approx([200 / 3, 50, NAN], nan_ok=True)


def test_difficulty_of_ratings_is_the_percentage_of_the_range():
    assert item_difficulty([[1, 5], [5, 4]], minimum=1, maximum=5) == pytest.approx([50, 87.5])


def test_discrimination_equals_r(ratings, reference):
    found = item_discrimination(ratings["pre"], minimum=1, maximum=5)
    assert found == pytest.approx(reference("measurement")["discrimination"], rel=1e-10)


def test_discrimination_does_not_depend_on_the_order_of_ties(ratings):
    x = ratings["pre"][:101]
    shuffled = np.random.default_rng(1).permutation(x)
    assert item_discrimination(shuffled) == pytest.approx(item_discrimination(x), rel=1e-12)


def test_a_perfect_and_a_reversed_item():
    total = np.repeat(np.arange(10.0), 10)
    answers = np.column_stack([total, total >= 5, total < 5])
    assert item_discrimination(answers)[1:] == pytest.approx([1, -1])


@pytest.mark.parametrize("answers", [np.empty((0, 2)), np.eye(2), np.ones((9, 2))])
def test_no_discrimination_of_few_or_of_equals(answers):
    assert np.isnan(item_discrimination(answers)).all()


@pytest.mark.parametrize("estimator", [item_difficulty, item_discrimination])
def test_an_empty_range_raises(estimator):
    with pytest.raises(EstimatorCallError, match="below"):
        estimator(np.eye(5), minimum=1, maximum=1)


def test_answers_outside_the_range_raise():
    with pytest.raises(EstimatorCallError, match="outside 1 to 5"):
        item_difficulty([[1, 6.0]], minimum=1, maximum=5)
    with pytest.raises(EstimatorCallError, match="2 items"):
        item_discrimination([[1.0], [2.0]])
