"""Sums by cluster from which every draw of a wild cluster bootstrap is a matrix product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact_eval.estimators.inputs import Codes, Floats, lies_within, sums
from impact_eval.estimators.linear_model import LinearFit

BATCH_NUMBERS = 4_000_000


@dataclass(frozen=True, slots=True)
class WildSums:
    """What the last coefficient of a fit needs, by cluster.

    x is its column and y the outcome, both less their projection on all other columns and schools.
    `outcome` and `column` have shape (G,): sums of w x y and of w x x by cluster. The refit moves k
    directions: the coefficient, the other columns, and the schools that lie in several clusters.
    `taken`, shape (G, k), is what a move by one takes from the clusters' scores; `outcome_moves`
    and `column_moves`, shape (k, G), are how far each cluster's y and x move them.
    """

    outcome: Floats
    column: Floats
    taken: Floats
    outcome_moves: Floats
    column_moves: Floats

    @property
    def estimate(self) -> float:
        """The coefficient."""
        return float(self.outcome.sum() / self.column.sum())

    @property
    def score_squares(self) -> float:
        """Sum of the clusters' squared scores in the fit without restriction."""
        return float(((self.outcome - self.estimate * self.column) ** 2).sum())


@dataclass(frozen=True, slots=True)
class WildRefits:
    """Of each draw, as functions of the value c that is tested, shape (B,).

    The refitted coefficient less c is (`first` - `first_slope` c) / sum of w x x; the sum of
    squared scores is `constant` - 2 `linear` c + `square` c^2.
    """

    first: Floats
    first_slope: Floats
    constant: Floats
    linear: Floats
    square: Floats


def wild_sums(fit: LinearFit, cluster: Codes) -> WildSums:
    """Sum up a fit whose last column is the one of interest.

    A school within one cluster does not move: its multiplied residuals still sum to zero.

    Parameters
    ----------
    fit
        Weighted or not, with or without schools.
    cluster
        Shape (n,), codes.

    Returns
    -------
    WildSums
        Memory in proportion to clusters x (clusters + schools), rows once.
    """
    w = np.ones(cluster.size) if fit.weights is None else fit.weights
    x = fit.basis[:, -1] * fit.triangle[-1, -1]
    y = fit.residuals + x * fit.coefficients[-1]
    others = fit.basis[:, :-1]
    n = int(cluster.max()) + 1
    outcome, column = sums(w * x * y, cluster, n), sums(w * x * x, cluster, n)
    taken = [column / column.sum(), *(sums(w * x * z, cluster, n) for z in others.T)]
    moves = [
        [own, *(sums(w * value * z, cluster, n) for z in others.T)]
        for own, value in ((outcome, y), (column, x))
    ]
    if fit.school is not None and not lies_within(fit.school, cluster):
        of_x, of_y = (_by_school(fit.school, cluster, w * value, n) for value in (x, y))
        taken.extend(of_x / sums(w, fit.school, len(of_x))[:, None])
        moves[0].extend(of_y)
        moves[1].extend(of_x)
    return WildSums(
        outcome, column, np.column_stack(taken), np.vstack(moves[0]), np.vstack(moves[1])
    )


def wild_refits(totals: WildSums, multipliers: Floats) -> WildRefits:
    """Refit under the restriction with each draw's multipliers.

    Parameters
    ----------
    totals
        Of G clusters.
    multipliers
        Shape (B, G), one row a draw.

    Returns
    -------
    WildRefits
        Computed in batches of limited size.
    """
    rows = max(1, BATCH_NUMBERS // totals.column.size)
    squares = [
        _squares(totals, multipliers[start : start + rows])
        for start in range(0, len(multipliers), rows)
    ]
    constant, linear, square = np.concatenate(squares, axis=1)
    return WildRefits(
        multipliers @ totals.outcome, multipliers @ totals.column, constant, linear, square
    )


def _squares(totals: WildSums, multipliers: Floats) -> Floats:
    """Add up squared scores over clusters: constant, linear and square parts, (3, B)."""
    outcome = multipliers * totals.outcome - (multipliers @ totals.outcome_moves.T) @ totals.taken.T
    column = multipliers * totals.column - (multipliers @ totals.column_moves.T) @ totals.taken.T
    pairs = ((outcome, outcome), (outcome, column), (column, column))
    return np.stack([np.einsum("bg,bg->b", one, other) for one, other in pairs])


def _by_school(school: Codes, cluster: Codes, values: Floats, n_clusters: int) -> Floats:
    """Add up values by school and cluster, shape (n_schools, n_clusters)."""
    n_schools = int(school.max()) + 1
    totals = sums(values, school * n_clusters + cluster, n_schools * n_clusters)
    return totals.reshape(n_schools, n_clusters)
