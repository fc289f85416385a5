"""Arithmetic of designs with few clusters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from impact_eval.estimators import (
    EstimatorCallError,
    minimum_detectable_change,
    refusal,
    smallest_sign_flip_p,
)


@pytest.mark.parametrize("g", range(1, 11))
def test_smallest_p_by_enumeration(g):
    gains = np.arange(1, g + 1)
    sums = np.array([abs(np.dot(signs, gains)) for signs in product((-1, 1), repeat=g)])
    assert smallest_sign_flip_p(g) == (sums >= gains.sum()).mean()


def test_smallest_p_of_published_designs():
    # 2 of 2^G patterns: .5, .25, .125, .0625, .031, .0078, .002, .0005
    found = [smallest_sign_flip_p(g) for g in (2, 3, 4, 5, 6, 8, 10, 12)]
    expected = [0.5, 0.25, 0.125, 0.0625, 0.031, 0.0078, 0.002, 0.0005]
    assert found == pytest.approx(expected, abs=3e-4)


@pytest.mark.parametrize(
    ("g", "n", "expected"),
    [
        (2, 900, [1.05, 1.76, 2.25, 3.17]),
        (5, 200, [0.20, 0.31, 0.39, 0.54]),
        (10, 100, [0.14, 0.20, 0.24, 0.33]),
        (30, 100, [0.075, 0.105, 0.13, 0.175]),
        (100, 500, [0.031, 0.051, 0.064, 0.090]),
    ],
)
def test_detectable_change_by_intraclass_correlation_of_the_gain(g, n, expected):
    # (qt(.975, G - 1) + qt(.8, G - 1)) * sqrt((icc + (1 - icc) / n) / G) with r = .5
    found = [
        minimum_detectable_change(g, n, icc_of_gain=icc, correlation=0.5)
        for icc in (0.01, 0.03, 0.05, 0.10)
    ]
    assert found == pytest.approx(expected, rel=0.04)


def test_detectable_change_scales_with_the_unit():
    one = minimum_detectable_change(10, 50, icc_of_gain=0.05, correlation=0.6)
    other = minimum_detectable_change(10, 50, icc_of_gain=0.05, correlation=0.6, sd=20)
    assert other == pytest.approx(20 * one)


@pytest.mark.parametrize(
    ("g", "words"), [(0, "no school"), (1, "1 school"), (2, "0.50"), (3, "0.25")]
)
def test_refusal_says_the_arithmetic(g, words):
    assert words in refusal(g)


def test_nothing_is_refused_from_four_on():
    assert refusal(4) == ""


def test_wrong_calls_raise():
    with pytest.raises(EstimatorCallError, match="at least 1"):
        smallest_sign_flip_p(0)
    with pytest.raises(EstimatorCallError, match="at least 2"):
        minimum_detectable_change(1, 10, icc_of_gain=0.1, correlation=0.5)
    with pytest.raises(EstimatorCallError, match="correlation"):
        minimum_detectable_change(5, 10, icc_of_gain=0.1, correlation=1)
    with pytest.raises(EstimatorCallError, match="power"):
        minimum_detectable_change(5, 10, icc_of_gain=0.1, correlation=0.5, power=80)
    with pytest.raises(EstimatorCallError, match="positive"):
        minimum_detectable_change(5, 0, icc_of_gain=0.1, correlation=0.5)
