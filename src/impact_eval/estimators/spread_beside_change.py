"""How a standard deviation errs by cluster, and together with the mean change that it divides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact_eval.estimators.inputs import Codes, Floats, sums


@dataclass(frozen=True, slots=True)
class SpreadErrors:
    """Variance of a standard deviation's logarithm, and its covariance with a mean change."""

    variance: float
    covariance: float


def spread_beside_change(
    score: Floats, wave: Codes, cluster: Codes, *, school: Codes | None = None, both: bool = False
) -> SpreadErrors:
    """Estimate how the standard deviation varies by cluster, and with the change.

    Parameters
    ----------
    score, wave, cluster
        Shape (n,), scores of two waves, 0 and 1, and clusters numbered from 0.
    school
        Shape (n,), numbered from 0, where schools are held fixed: clusters are then compared within
        their school.
    both
        The root mean square of both waves' standard deviations; else that before.

    Returns
    -------
    SpreadErrors
        All nought where there are fewer than two clusters.

    Notes
    -----
    A cluster moves the change by w_g (its change - change), w_g = n0 n1 / (n0 + n1) scaled to sum
    to 1, and the logarithm by the sum of ((y - mean)^2 - s^2) / (2 n s^2) over its people (of both
    waves, half of each): linearised. Sums of squares and products over clusters, times G / (G - 1),
    are the variance and the covariance. Where a scale has an end a larger change leaves less
    spread, so that errors of the two add up in their ratio.

    Examples
    --------
    >>> score, wave = np.array([1.0, 3, 2, 4, 5, 5, 5, 4]), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> e = spread_beside_change(score, wave, np.array([0, 0, 1, 1] * 2), both=True)
    >>> f"{e.variance:.4f}, {e.covariance:.4f}"
    '0.0019, -0.0326'
    """
    n_clusters = int(cluster.max(initial=-1)) + 1
    if n_clusters < 2:
        return SpreadErrors(0.0, 0.0)
    size, total = (
        sums(one, 2 * cluster + wave, 2 * n_clusters).reshape(-1, 2)
        for one in (np.ones(score.size), score)
    )
    known = (size > 0).all(axis=1)
    change = np.zeros(n_clusters)
    change[known] = total[known, 1] / size[known, 1] - total[known, 0] / size[known, 0]
    weight = size.prod(axis=1) / size.sum(axis=1)
    weight /= max(weight.sum(), np.finfo(float).tiny)
    moved = weight * (change - weight @ change)
    spread, of_both = np.zeros(n_clusters), 0.0
    for one in (0, 1) if both else (0,):
        rows = wave == one
        squares = (score[rows] - score[rows].mean()) ** 2
        of_both += 2 * float(squares.mean())
        spread += sums((squares - squares.mean()) / squares.size, cluster[rows], n_clusters)
    if of_both == 0:
        return SpreadErrors(0.0, 0.0)
    spread /= of_both
    place = np.zeros(n_clusters, np.intp)
    if school is not None:
        place[cluster] = school
    moved, spread = _apart(moved, place), _apart(spread, place)
    return SpreadErrors(float(spread @ spread), float(moved @ spread))


def _apart(values: Floats, school: Codes) -> Floats:
    """Take off the school's mean, and make up for it having been taken from these very clusters."""
    n_schools = int(school.max()) + 1
    clusters = sums(np.ones(school.size), school, n_schools)
    means = sums(values, school, n_schools) / np.maximum(clusters, 1)
    fewer = np.maximum(clusters - 1, 1)
    return np.asarray((values - means[school]) * np.sqrt((clusters / fewer)[school]))
