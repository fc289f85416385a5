"""The one-factor model by maximum likelihood, for many covariance matrices at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.inputs import Floats

LOWEST_UNIQUENESS = 0.005
_MOST_STEPS = 200
_CONVERGED = 1e-18


@dataclass(frozen=True, slots=True)
class OneFactor:
    """Fits of b matrices of k items, standardised.

    `loading` and `uniqueness` have shape (b, k); `converged` and `proper` shape (b,). A fit is
    proper if every uniqueness is above 0.005, the bound below which an item would be the factor
    itself (a Heywood case).
    """

    loading: Floats
    uniqueness: Floats
    converged: NDArray[np.bool_]
    proper: NDArray[np.bool_]


def fit_one_factor(correlation: Floats, *, start: OneFactor | None = None) -> OneFactor:
    """Fit the one-factor model to correlation matrices.

    Parameters
    ----------
    correlation
        Shape (b, k, k), positive definite, k at least 3.
    start
        A fit of one matrix (b = 1) to start from, when the others are near it.

    Returns
    -------
    OneFactor
        Loadings' sum is not negative.

    Notes
    -----
    Minimises log|S| + tr(R S^-1) with S = l l' + diag(u) by Fisher scoring in l and log u, with
    halved steps where a step does not descend: the loadings of
    ``factanal(covmat = R, factors = 1)`` and of ``psych::fa(R, nfactors = 1, fm = "ml")``.

    References
    ----------
    Lawley and Maxwell (1971), Factor Analysis as a Statistical Method, ch. 4.

    Examples
    --------
    >>> fit = fit_one_factor(np.array([[[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]]]))
    >>> fit.loading.round(4).tolist()
    [[0.8, 0.7, 0.6]]
    """
    loading, logs = _first_guess(correlation, start)
    value = _discrepancy(correlation, loading, logs)
    converged = np.zeros(len(correlation), dtype=bool)
    for _ in range(_MOST_STEPS):
        active = ~converged & (logs > np.log(LOWEST_UNIQUENESS) - 3).all(axis=1)
        if not active.any():
            break
        step, promised = _scoring_step(correlation[active], loading[active], logs[active])
        at = _descend(correlation[active], loading[active], logs[active], value[active], step)
        loading[active], logs[active], value[active] = at
        converged[active] = promised < _CONVERGED
    sign = np.where(loading.sum(axis=1) < 0, -1.0, 1.0)
    uniqueness = np.exp(logs)
    proper = np.asarray((uniqueness > LOWEST_UNIQUENESS).all(axis=1))
    return OneFactor(loading * sign[:, None], uniqueness, converged, proper)


def _first_guess(correlation: Floats, start: OneFactor | None) -> tuple[Floats, Floats]:
    """Begin with the first principal component, or with a fit that is near."""
    b = len(correlation)
    if start is not None:
        return (
            np.repeat(start.loading, b, axis=0),
            np.repeat(np.log(start.uniqueness), b, axis=0),
        )
    values, vectors = np.linalg.eigh(correlation)
    loading = 0.9 * vectors[:, :, -1] * np.sqrt(values[:, -1:])
    return loading, np.log(np.clip(1 - loading**2, 0.1, None))


def _discrepancy(correlation: Floats, loading: Floats, logs: Floats) -> Floats:
    """Compute log|S| + tr(R S^-1) by the matrix determinant lemma."""
    unique = np.exp(logs)
    scaled = loading / unique
    common = 1 + (loading * scaled).sum(axis=1)
    explained = np.einsum("bi,bij,bj->b", scaled, correlation, scaled) / common
    diagonal = np.diagonal(correlation, axis1=1, axis2=2)
    own = (logs + diagonal / unique).sum(axis=1)
    return np.asarray(own + np.log(common) - explained)


def _scoring_step(correlation: Floats, loading: Floats, logs: Floats) -> tuple[Floats, Floats]:
    """Return the step in (l, log u), and by how much it promises to descend."""
    b, k = loading.shape
    unique = np.exp(logs)
    implied = loading[:, :, None] * loading[:, None, :] + unique[:, :, None] * np.eye(k)
    inverse = np.linalg.inv(implied)
    slope = inverse - inverse @ correlation @ inverse
    gradient = np.concatenate(
        [
            2 * np.einsum("bij,bj->bi", slope, loading),
            unique * np.diagonal(slope, axis1=1, axis2=2),
        ],
        axis=1,
    )
    weighted = np.einsum("bij,bj->bi", inverse, loading)
    common = np.einsum("bi,bi->b", weighted, loading)[:, None, None]
    information = np.empty((b, 2 * k, 2 * k))
    outer = weighted[:, :, None] * weighted[:, None, :]
    information[:, :k, :k] = 2 * (outer + common * inverse)
    information[:, :k, k:] = 2 * inverse * weighted[:, None, :] * unique[:, None, :]
    information[:, k:, :k] = np.swapaxes(information[:, :k, k:], 1, 2)
    information[:, k:, k:] = inverse**2 * unique[:, :, None] * unique[:, None, :]
    information += 1e-12 * np.eye(2 * k)
    step = -np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
    return step, -(step * gradient).sum(axis=1)


def _descend(
    correlation: Floats, loading: Floats, logs: Floats, value: Floats, step: Floats
) -> tuple[Floats, Floats, Floats]:
    """Take each step, or the largest half of it that does not climb."""
    k = loading.shape[1]
    size = np.ones(len(loading))
    for _ in range(30):
        moved = size[:, None] * step
        at = loading + moved[:, :k], logs + np.clip(moved[:, k:], -2, 2)
        reached = _discrepancy(correlation, *at)
        climbs = ~(reached <= value + 1e-13 * np.abs(value))
        if not climbs.any():
            break
        size = np.where(climbs, size / 2, size)
    kept = climbs[:, None]
    return (
        np.where(kept, loading, at[0]),
        np.where(kept, logs, at[1]),
        np.where(climbs, value, reached),
    )
