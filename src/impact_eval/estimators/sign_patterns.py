"""Sums over schools under changed signs: all patterns, or drawn ones."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.inputs import Floats

MOST_ENUMERATED = 20


def all_sign_sums(parts: Floats) -> Floats:
    """Add up the parts under every pattern of signs that leaves the first part as it is.

    Parameters
    ----------
    parts
        Shape (..., G), G at least 1. The other half of the 2^G patterns has the same sums with the
        opposite sign.

    Returns
    -------
    numpy.ndarray
        Shape (..., 2^(G-1)); the first is the sum without a changed sign.

    Examples
    --------
    >>> all_sign_sums(np.array([1.0, 2.0, 4.0])).tolist()
    [7.0, -1.0, 3.0, -5.0]
    """
    total = parts[..., :1]
    for g in range(1, parts.shape[-1]):
        part = parts[..., g : g + 1]
        total = np.stack([total + part, total - part], axis=-1).reshape(*total.shape[:-1], -1)
    return total


def all_signs(n_clusters: int) -> Floats:
    """Return every pattern with a positive first sign, shape (2^(G-1), G); the first is all ones.

    Examples
    --------
    >>> all_signs(2).tolist()
    [[1.0, 1.0], [1.0, -1.0]]
    """
    place = np.arange(2 ** (n_clusters - 1))[:, None] >> np.arange(n_clusters)[::-1]
    return np.asarray(1.0 - 2.0 * (place & 1), dtype=np.float64)


def draw_signs(n_clusters: int, n_draws: int, generator: np.random.Generator) -> Floats:
    """Draw patterns of independent signs, shape (n_draws, n_clusters)."""
    drawn = generator.integers(0, 2, (n_draws, n_clusters), dtype=np.int8)
    return np.asarray(2.0 * drawn - 1.0)
