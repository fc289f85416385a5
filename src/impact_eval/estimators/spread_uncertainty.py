"""Intervals of single schools that keep the uncertainty of the variances between and within."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
from scipy import interpolate, optimize, special

from impact_eval.estimators.inputs import Floats

POINTS = 199
PARTNER = 123  # the lattice of 199 points of least L2 discrepancy
LEAST_DF, KNOWN_DF = 1.0, 1e4
SAME_DF = 1e-6  # so near each other that no knots fit between
KNOTS = 12  # between which a quantile's cube root is off by less than .01
STEPS = 100
PRECISION, CLOSE = 1e-14, 1e-10
SMALLEST = 1e-250


@dataclass(frozen=True, slots=True)
class Likely:
    """Likely values of tau2, shape (POINTS,), with the schools' variances and a weight for each.

    `variances` has shape (POINTS, G), or (1, G) where they are known. `weight` sums to 1.
    """

    tau2: Floats
    variances: Floats
    weight: Floats


def likely_spreads(y: Floats, variances: Floats) -> Likely:
    """Return values of tau2 at which Cochran's Q equals chi-square quantiles, given tau2 >= 0.

    The quantiles are those below Q at tau2 = 0, and each value weighs as much as there is below.
    Q is convex and falls in tau2, so Newton's steps from 0 rise to the solution.
    """
    half = (y.size - 1) / 2
    start = np.broadcast_to(_q(y, variances, np.zeros(POINTS))[0], (POINTS,))
    below = special.gammainc(half, start / 2)
    within = 2 * special.gammaincinv(half, _levels() * below)
    # the chi-square distribution function rises like x^half near 0, where it may underflow
    target = np.where(below > SMALLEST, within, start * _levels() ** (1 / half))
    tau2 = np.zeros(POINTS)
    for _ in range(STEPS):
        q, slope = _q(y, variances, tau2)
        excess = q - target
        step = np.divide(excess, -slope, out=np.zeros(POINTS), where=excess > 0)
        tau2 = tau2 + step
        if (step <= PRECISION * tau2).all():
            break
    total = below.sum()
    weight = below / total if total > SMALLEST else np.full(POINTS, 1 / POINTS)
    return Likely(tau2, variances, weight)


def likely_variances(v: Floats, df: Floats) -> Floats:
    """Return v df / chi-square(df) quantiles, one point a row: the error of v is common to schools.

    The points' order goes with that of tau2 as in a lattice of good points in the unit square.
    """
    if (df >= KNOWN_DF).all():
        return v[None, :]
    root = _roots(np.clip(df, LEAST_DF, KNOWN_DF))
    return np.asarray(v / root[np.arange(POINTS) * PARTNER % POINTS] ** 3)


def spread_limits(y: Floats, variances: Floats, conf_level: float) -> tuple[float, float]:
    """Invert Cochran's Q averaged over likely variances; nan where tau2 = 0 is too large."""
    half, tail = (y.size - 1) / 2, (1 - conf_level) / 2

    def reached(tau2: float) -> float:
        q = _q(y, variances, np.full(POINTS, tau2))[0]
        return float(special.gammaincc(half, q / 2).mean())

    if reached(0.0) > 1 - tail:
        return np.nan, np.nan
    scale = float(y.var() + np.median(variances))
    low, high = (_solve(reached, level, scale) for level in (tail, 1 - tail))
    return low, high


def predict_school(y: Floats, likely: Likely, conf_level: float) -> tuple[float, float]:
    """Return the limits of a further school's true change, given likely values of tau2."""
    mu, variance = _means(y, likely.variances, likely.tau2)
    spread = np.sqrt(likely.tau2 + variance)
    limits = _mixture_quantiles(mu[:, None], spread[:, None], likely.weight, conf_level)
    return float(limits[0][0]), float(limits[1][0])


def shrink_limits(y: Floats, likely: Likely, conf_level: float) -> tuple[Floats, Floats]:
    """Return the limits of the given schools' true changes, given likely values of tau2."""
    v = likely.variances
    mu, variance = _means(y, v, likely.tau2)
    own = likely.tau2[:, None] / (likely.tau2[:, None] + v)
    centre = own * y + (1 - own) * mu[:, None]
    spread = np.sqrt(own * v + (1 - own) ** 2 * variance[:, None])
    return _mixture_quantiles(centre, spread, likely.weight, conf_level)


def _levels() -> Floats:
    """Give the middles of equal parts of the unit interval."""
    return (np.arange(POINTS) + 0.5) / POINTS


def _roots(df: Floats) -> Floats:
    """Compute cube roots of chi-square(df) / df quantiles, shape (POINTS, G), between knots."""
    low, high = float(df.min()), float(df.max())
    alike = high <= low * (1 + SAME_DF)
    knots = np.geomspace(low, high, 1 if alike else KNOTS)
    at_knots = np.cbrt(2 * special.gammaincinv(knots[:, None] / 2, _levels()) / knots[:, None])
    if alike:
        return np.asarray(np.broadcast_to(at_knots.T, (POINTS, df.size)))
    between = interpolate.CubicSpline(np.linspace(log(low), log(high), KNOTS), at_knots)
    return np.asarray(between(np.log(df)).T)


def _solve(reached: Callable[[float], float], level: float, scale: float) -> float:
    """Find the tau2 by which a rising share reaches a level; 0 where it starts above."""
    if reached(0.0) >= level:
        return 0.0
    high = scale
    while reached(high) < level:
        high *= 2
    return float(optimize.brentq(lambda tau2: reached(tau2) - level, 0.0, high, rtol=1e-10))


def _means(y: Floats, v: Floats, tau2: Floats) -> tuple[Floats, Floats]:
    """Compute the weighted mean, and its variance, at each value of tau2."""
    w = 1 / (v + tau2[:, None])
    total = w.sum(axis=1)
    return w @ y / total, 1 / total


def _q(y: Floats, v: Floats, tau2: Floats) -> tuple[Floats, Floats]:
    """Compute Cochran's Q and its derivative at each value of tau2."""
    w = 1 / (v + tau2[:, None])
    squares = w * (y - _means(y, v, tau2)[0][:, None]) ** 2
    return squares.sum(axis=1), -(w * squares).sum(axis=1)


def _mixture_quantiles(
    centre: Floats, spread: Floats, weight: Floats, conf_level: float
) -> tuple[Floats, Floats]:
    """Find both tail quantiles of weighted mixtures of normals, one mixture a column."""
    tail = (1 - conf_level) / 2
    return _quantile(centre, spread, weight, tail), _quantile(centre, spread, weight, 1 - tail)


def _quantile(centre: Floats, spread: Floats, weight: Floats, probability: float) -> Floats:
    """Take Newton's steps, or halve the bracket where a step would leave it."""
    reach = special.ndtri(1 - min(probability, 1 - probability) / (2 * POINTS))
    low = (centre - reach * spread).min(axis=0)
    high = (centre + reach * spread).max(axis=0)
    near = CLOSE * (weight @ np.broadcast_to(spread, centre.shape))
    value = weight @ (centre + special.ndtri(probability) * spread)
    for _ in range(STEPS):
        z = (value - centre) / spread
        excess = weight @ special.ndtr(z) - probability
        density = weight @ (np.exp(-(z**2) / 2) / spread) / np.sqrt(2 * np.pi)
        low, high = np.where(excess < 0, value, low), np.where(excess < 0, high, value)
        flat = np.full_like(value, np.inf)
        newton = value - np.divide(excess, density, out=flat, where=density > 0)
        inside = (newton >= low) & (newton <= high)
        last, value = value, np.where(inside, newton, (low + high) / 2)
        if (np.abs(value - last) <= near).all():
            break
    return np.asarray(value)
