"""Covariances of items from sums by cluster, so that clusters are dropped or redrawn at no cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact_eval.estimators.inputs import Codes, Floats


@dataclass(frozen=True, slots=True)
class ClusterMoments:
    """Numbers of people (G,), sums (G, k) and sums of cross-products (G, k, k) of each cluster.

    Items are taken as distances from the mean of all people, which changes no covariance and keeps
    the digits.
    """

    n: Floats
    total: Floats
    cross: Floats

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return self.n.size


def cluster_moments(rows: Floats, codes: Codes, n_clusters: int) -> ClusterMoments:
    """Add people up by cluster.

    Parameters
    ----------
    rows
        Shape (n, k), complete.
    codes
        Shape (n,), 0 to `n_clusters` - 1.
    n_clusters
        At least 1.

    Returns
    -------
    ClusterMoments
        Memory in proportion to rows and to clusters x k^2.

    Examples
    --------
    >>> rows = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 3.0]])
    >>> moments = cluster_moments(rows, np.array([0, 0, 1]), 2)
    >>> covariances(moments, np.ones((1, 2)))[0].tolist() == np.cov(rows.T).tolist()
    True
    """
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=n_clusters)
    centred = (rows - rows.mean(axis=0))[order]
    ends = np.cumsum(sizes)
    cross = [centred[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    return ClusterMoments(
        sizes.astype(np.float64),
        np.array([part.sum(axis=0) for part in cross]),
        np.array([part.T @ part for part in cross]),
    )


def covariances(moments: ClusterMoments, times: Floats) -> Floats:
    """Compute the covariance matrix of every redrawn set of clusters.

    Parameters
    ----------
    moments
        Of G clusters.
    times
        Shape (b, G): how often each cluster is in each set.

    Returns
    -------
    numpy.ndarray
        Shape (b, k, k), divisor n - 1; nan where a set has fewer than 2 people.
    """
    n = times @ moments.n
    total = times @ moments.total
    k = moments.total.shape[1]
    cross = (times @ moments.cross.reshape(moments.n_clusters, k * k)).reshape(-1, k, k)
    n = np.where(n > 1, n, np.nan)[:, None, None]
    return np.asarray((cross - total[:, :, None] * total[:, None, :] / n) / (n - 1))


def leave_one_out(n_clusters: int) -> Floats:
    """Return the sets that lack one cluster each, shape (G, G)."""
    return 1.0 - np.eye(n_clusters)


def redraw(n_clusters: int, n_draws: int, seed: int) -> Floats:
    """Return sets of as many clusters, drawn with replacement, shape (n_draws, G)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), n_draws).astype(
        np.float64
    )
