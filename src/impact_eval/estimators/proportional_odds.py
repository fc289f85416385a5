"""Proportional odds models of tabulated answers: few patterns, many people, plain Newton steps."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import numpy as np

from impact_eval.estimators.inputs import Floats

_MOST_STEPS = 60
_CONVERGED = 1e-9
_LARGEST = 50.0


@dataclass(frozen=True, slots=True)
class ProportionalOdds:
    """A fit of logit P(Y <= j) = threshold_j - x'slope."""

    thresholds: Floats
    slopes: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool


def fit_proportional_odds(counts: Floats, patterns: Floats) -> ProportionalOdds:
    """Fit the proportional odds model to counts of answers.

    Parameters
    ----------
    counts
        Shape (p, J): people of each pattern who gave each answer, in order of the answers; every
        answer was given by somebody and J is at least 2.
    patterns
        Shape (p, q): the patterns' covariates, without a constant; q may be 0.

    Returns
    -------
    ProportionalOdds
        `converged` is False where answers are separated, and a slope runs away.

    Notes
    -----
    Newton steps with the observed information; the log-likelihood has no other maximum (Pratt 1981,
    Journal of the American Statistical Association 76, 103-106), so steps that do not climb are
    halved. This is ``MASS::polr(answer ~ x)``. Slopes have polr's sign: a
    higher x, a higher answer.

    References
    ----------
    McCullagh (1980), Journal of the Royal Statistical Society B 42(2), 109-142.

    Examples
    --------
    Three of four agree in the one group and one of four in the other: odds nine times as high.

    >>> counts = np.array([[30.0, 10.0], [10.0, 30.0]])
    >>> fit = fit_proportional_odds(counts, np.array([[0.0], [1.0]]))
    >>> f"{np.exp(fit.slopes[0]):.3f}"
    '9.000'
    """
    cumulative = np.cumsum(counts.sum(axis=0))[:-1] / counts.sum()
    cuts, q = cumulative.size, patterns.shape[1]
    at = np.concatenate([np.log(cumulative / (1 - cumulative)), np.zeros(q)])
    reached = _log_likelihood(counts, patterns, at)
    converged = False
    for _ in range(_MOST_STEPS):
        gradient, information = derivatives(counts, patterns, at)
        step = np.asarray(np.linalg.lstsq(information, gradient, rcond=None)[0], np.float64)
        converged = bool(step @ gradient < _CONVERGED)
        moved = _climb(counts, patterns, at, step, reached)
        if moved is None or np.abs(moved[0]).max() > _LARGEST:
            break
        at, reached = moved
        if converged:
            break
    _, information = derivatives(counts, patterns, at)
    covariance = np.full(information.shape, nan)
    if converged:
        covariance[:] = np.linalg.inv(information)
    return ProportionalOdds(at[:cuts], at[cuts:], covariance, reached, converged)


def _climb(
    counts: Floats, patterns: Floats, at: Floats, step: Floats, reached: float
) -> tuple[Floats, float] | None:
    """Take the step, or the largest half of it that does not descend."""
    for halvings in range(30):
        moved = at + step / 2**halvings
        value = _log_likelihood(counts, patterns, moved)
        if value >= reached - 1e-12 * abs(reached):
            return moved, value
    return None


def _probabilities(patterns: Floats, at: Floats, cuts: int) -> tuple[Floats, Floats]:
    """Cumulative probabilities at the cuts, shape (p, J - 1), and those of the answers, (p, J)."""
    distance = at[:cuts] - (patterns @ at[cuts:])[:, None]
    below = 0.5 * (1 + np.tanh(0.5 * distance))
    chance = np.empty((len(below), cuts + 1))
    chance[:, 0], chance[:, -1] = below[:, 0], 1 - below[:, -1]
    chance[:, 1:-1] = below[:, 1:] - below[:, :-1]
    return below, chance


def _log_likelihood(counts: Floats, patterns: Floats, at: Floats) -> float:
    _, chance = _probabilities(patterns, at, counts.shape[1] - 1)
    asked = counts > 0
    if not (chance[asked] > 0).all():
        return -inf
    return float(counts[asked] @ np.log(chance[asked]))


def derivatives(counts: Floats, patterns: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Gradient and observed information of the log-likelihood in thresholds and slopes.

    Parameters
    ----------
    counts
        Shape (..., p, J): people, or weights, of each pattern who gave each answer; leading axes
        are samples of their own, such as clusters.
    patterns
        Shape (p, q), as for `fit_proportional_odds`.
    at
        Shape (J - 1 + q,): thresholds, then slopes.

    Returns
    -------
    tuple
        Shapes (..., J - 1 + q) and (..., J - 1 + q, J - 1 + q); both add up over samples.
    """
    cuts, q = counts.shape[-1] - 1, patterns.shape[1]
    below, chance = _probabilities(patterns, at, cuts)
    safe = np.where(counts > 0, chance, 1.0)
    ratio, square = counts / safe, counts / safe**2
    density = below * (1 - below)
    by_cut = density * (ratio[..., :-1] - ratio[..., 1:])
    curve = by_cut * (1 - 2 * below) - density**2 * (square[..., :-1] + square[..., 1:])
    beside = density[:, :-1] * density[:, 1:] * square[..., 1:-1]
    row = curve.copy()
    row[..., :-1] += beside
    row[..., 1:] += beside
    gradient = np.concatenate([by_cut.sum(axis=-2), -(by_cut.sum(axis=-1) @ patterns)], axis=-1)
    hessian = np.zeros((*counts.shape[:-2], cuts + q, cuts + q))
    index = np.arange(cuts)
    hessian[..., index, index] = curve.sum(axis=-2)
    hessian[..., index[:-1], index[1:]] = beside.sum(axis=-2)
    hessian[..., index[1:], index[:-1]] = beside.sum(axis=-2)
    hessian[..., :cuts, cuts:] = -(np.swapaxes(row, -1, -2) @ patterns)
    hessian[..., cuts:, :cuts] = np.swapaxes(hessian[..., :cuts, cuts:], -1, -2)
    hessian[..., cuts:, cuts:] = patterns.T @ (row.sum(axis=-1)[..., None] * patterns)
    return gradient, -hessian
