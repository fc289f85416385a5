"""Intervals of single schools that keep the uncertainty of the variance between schools."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from impact_eval.estimators.inputs import Floats

POINTS = 199
STEPS = 100
PRECISION = 1e-14


def tau2_distribution(y: Floats, v: Floats) -> Floats:
    """Return equally likely values of tau2: those at which Cochran's Q equals chi-square quantiles.

    Shape (POINTS,); 0 where Q at tau2 = 0 is already below the quantile. Q is convex and falls in
    tau2, so Newton's steps from 0 rise to the solution.
    """
    quantiles = stats.chi2.ppf((np.arange(POINTS) + 0.5) / POINTS, y.size - 1)
    tau2 = np.zeros(POINTS)
    for _ in range(STEPS):
        q, slope = _q(y, v, tau2)
        excess = q - quantiles
        step = np.divide(excess, -slope, out=np.zeros(POINTS), where=excess > 0)
        tau2 = tau2 + step
        if (step <= PRECISION * tau2).all():
            break
    return tau2


def predict_school(y: Floats, v: Floats, tau2: Floats, conf_level: float) -> tuple[float, float]:
    """Return the limits of a further school's true change, given equally likely values of tau2."""
    mu, variance = _means(y, v, tau2)
    tail = (1 - conf_level) / 2
    limits = _mixture_quantiles(mu[:, None], np.sqrt(tau2 + variance)[:, None], tail)
    return float(limits[0][0]), float(limits[1][0])


def shrink_limits(y: Floats, v: Floats, tau2: Floats, conf_level: float) -> tuple[Floats, Floats]:
    """Return the limits of the given schools' true changes, given equally likely values of tau2."""
    mu, variance = _means(y, v, tau2)
    own = tau2[:, None] / (tau2[:, None] + v)
    centre = own * y + (1 - own) * mu[:, None]
    spread = np.sqrt(own * v + (1 - own) ** 2 * variance[:, None])
    return _mixture_quantiles(centre, spread, (1 - conf_level) / 2)


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


def _mixture_quantiles(centre: Floats, spread: Floats, tail: float) -> tuple[Floats, Floats]:
    """Find both tail quantiles of equal mixtures of normals, one mixture a column."""
    return _quantile(centre, spread, tail), _quantile(centre, spread, 1 - tail)


def _quantile(centre: Floats, spread: Floats, probability: float) -> Floats:
    """Take Newton's steps, or halve the bracket where a step would leave it."""
    reach = special.ndtri(1 - min(probability, 1 - probability) / (2 * POINTS))
    low = (centre - reach * spread).min(axis=0)
    high = (centre + reach * spread).max(axis=0)
    near = PRECISION * (high - low)
    value = (centre + special.ndtri(probability) * spread).mean(axis=0)
    for _ in range(STEPS):
        z = (value - centre) / spread
        excess = special.ndtr(z).mean(axis=0) - probability
        density = (np.exp(-(z**2) / 2) / spread).mean(axis=0) / np.sqrt(2 * np.pi)
        low, high = np.where(excess < 0, value, low), np.where(excess < 0, high, value)
        flat = np.full_like(value, np.inf)
        newton = value - np.divide(excess, density, out=flat, where=density > 0)
        inside = (newton >= low) & (newton <= high)
        last, value = value, np.where(inside, newton, (low + high) / 2)
        if (np.abs(value - last) <= near).all():
            break
    return np.asarray(value)
