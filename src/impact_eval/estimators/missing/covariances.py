"""Covariances of two waves in closed form: one, or one a school, without a call for each."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np

from impact_eval.estimators.inputs import Floats

Number: TypeAlias = float | Floats


class Covariance(NamedTuple):
    """A symmetric matrix of two waves, or many of them: variances of either and what they share."""

    pre: Number
    shared: Number
    post: Number

    def times(self, first: Number, second: Number) -> tuple[Number, Number]:
        """Multiply vectors, given by their two components."""
        return self.pre * first + self.shared * second, self.shared * first + self.post * second


class Root(NamedTuple):
    """The lower triangle L with L L' = a covariance."""

    pre: Number
    shared: Number
    post: Number

    def times(self, first: Number, second: Number) -> tuple[Number, Number]:
        """Multiply vectors, given by their two components."""
        return self.pre * first, self.shared * first + self.post * second


def inverse(covariance: Covariance) -> Covariance:
    """Invert, or raise LinAlgError where there is no inverse that is a covariance too."""
    pre, shared, post = covariance
    determinant = pre * post - shared * shared
    _check_positive(determinant)
    return Covariance(post / determinant, -shared / determinant, pre / determinant)


def root(covariance: Covariance) -> Root:
    """Take Cholesky's root, or raise LinAlgError where the matrix is not positive."""
    pre = _root(covariance.pre)
    shared = covariance.shared / pre
    return Root(pre, shared, _root(covariance.post - shared * shared))


def draw_precision(generator: np.random.Generator, df: float, scale: Covariance) -> Covariance:
    """Draw the inverse of a covariance that is inverse Wishart, by Bartlett's decomposition."""
    outer = root(inverse(scale))
    pre = sqrt(generator.chisquare(df))
    post = sqrt(generator.chisquare(df - 1))
    shared = generator.standard_normal()
    half = outer.pre * pre, outer.shared * pre + outer.post * shared, outer.post * post
    return Covariance(half[0] ** 2, half[0] * half[1], half[1] ** 2 + half[2] ** 2)


def _root(value: Number) -> Number:
    _check_positive(value)
    return np.sqrt(value) if isinstance(value, np.ndarray) else sqrt(value)


def _check_positive(value: Number) -> None:
    if not (value > 0 if isinstance(value, float) else (value > 0).all()):
        raise np.linalg.LinAlgError("the covariance is not positive definite")
