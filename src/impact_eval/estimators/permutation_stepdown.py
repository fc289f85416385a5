"""Stepdown test of several outcomes by drawing the lot of two groups again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import chain, combinations
from math import comb, prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from impact_eval.estimators.inputs import Codes, Floats, read_codes, read_zero_one
from impact_eval.estimators.permutation import MOST_ASSIGNMENTS
from impact_eval.estimators.rearrangements import DRAWS, check_draws, need_generator
from impact_eval.estimators.romano_wolf import StepdownTest, read_changes
from impact_eval.estimators.stepdown import shares_as_extreme, stepdown_shares

SMALLEST = 1e-12


def permutation_stepdown(
    changes: ArrayLike,
    group: ArrayLike,
    *,
    stratum: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    n_draws: int = DRAWS,
    generator: np.random.Generator | None = None,
) -> StepdownTest:
    """Test a family of outcomes of what a lot put into two groups; any false finding is rare.

    Parameters
    ----------
    changes
        Shape (G, k), one change (or post score) of each cluster in each outcome; nan where a
        cluster has none. Outcomes may have different units.
    group
        Shape (G,), 1 for the group whose mean comes first and 0 for the one subtracted.
    stratum
        Shape (G,), codes: clusters are exchanged within a stratum only, as they were drawn; matched
        pairs are strata of two. None for one stratum.
    weights
        Shape (G, k), positive where there is a change. None for all clusters the same.
    n_draws, generator
        As for `permutation_difference`.

    Returns
    -------
    StepdownTest
        In the order of the columns; an entry is nan where no stratum has both groups, or where the
        difference is the same in every assignment.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a value is infinite, `group` is not 0 and 1, a weight is missing or not
        positive, or `generator` is missing where it is needed.

    Notes
    -----
    Each assignment is that of all outcomes at once, which keeps their correlation. D_k is the
    difference of `permutation_difference`, and the statistic |D_k| divided by its root mean square
    over the assignments, which no assignment changes: so outcomes are on one scale, and with one
    outcome p is that of `permutation_difference`. Outcomes are taken from the largest statistic
    down; the next one's p is the share of assignments whose largest statistic among it and all
    after it is at least its own, ties included, and never below the p of the one before.

    Exact where the lot drew the groups in this way: under no effect on some outcomes these are as
    likely with any other assignment, whatever the others do. A cluster without a change stays in
    the lot; where an assignment leaves an outcome one group alone, its statistic is 0.

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 4.1; Romano and Wolf
    (2005), Journal of the American Statistical Association 100(469), 94-108, section 3.1.

    Examples
    --------
    >>> first = np.array([0.9, 1.2, 0.8, 0.9, 0.1, 0.3, 0.2, 0.4])
    >>> second = np.array([0.4, 0.1, 0.6, 0.3, 0.3, 0.0, 0.5, 0.2])
    >>> found = permutation_stepdown(np.column_stack([first, second]), [1, 1, 1, 1, 0, 0, 0, 0])
    >>> [f"{p:.3f} becomes {q:.3f}" for p, q in zip(found.p_value, found.p_adjusted)]
    ['0.029 becomes 0.029', '0.629 becomes 0.629']
    """
    check_draws(n_draws)
    values, shares, some = read_changes(changes, weights)
    groups = read_zero_one(group, "group", some.size)[some]
    strata = np.zeros(some.size, np.intp)
    if stratum is not None:
        strata, _ = read_codes(stratum, "stratum", some.size)
    own_strata = np.unique(strata[some], return_inverse=True)[1]
    blocks = [
        _Block(values[own], shares[own], groups[own])
        for own in (own_strata == code for code in range(int(own_strata.max(initial=-1)) + 1))
        if np.ptp(groups[own]) > 0
    ]
    ways = prod(block.ways for block in blocks)
    exact = ways <= MOST_ASSIGNMENTS
    counted = f"all {ways:,}" if exact else f"{n_draws:,} drawn"
    within = "" if stratum is None else " within strata"
    method = f"stepdown by permutation of clusters{within}, {counted} assignments"
    n_clusters = sum(block.group.size for block in blocks)
    none = np.full(values.shape[1], np.nan)
    if not blocks:
        reason = "no stratum has clusters of both groups"
        return StepdownTest(none, none, none, n_clusters, method, reason)
    observed = _difference([block.counted(block.group[None, :] == 1) for block in blocks])[:, 0]
    drawn = _exchange(blocks, None if exact else n_draws, generator)
    everything = drawn if exact else np.column_stack([drawn, observed])
    scale = np.sqrt((everything**2).mean(axis=1))
    known = scale > SMALLEST * np.abs(values).max(axis=0)
    if not known.any():
        reason = "the clusters' changes do not vary"
        return StepdownTest(none, none, none, n_clusters, method, reason)
    own, other = np.abs(observed[known]) / scale[known], np.abs(drawn[known]) / scale[known, None]
    estimate, alone, adjusted = none.copy(), none.copy(), none.copy()
    estimate[known] = observed[known]
    alone[known] = shares_as_extreme(other, own, exact=exact)
    adjusted[known] = stepdown_shares(other, own, exact=exact)
    return StepdownTest(estimate, alone, adjusted, n_clusters, method)


@dataclass(frozen=True, slots=True)
class _Block:
    """A stratum with both groups: changes and shares, shape (n, k), both 0 where there is none."""

    changes: Floats
    shares: Floats
    group: Codes

    @property
    def ways(self) -> int:
        """Number of assignments."""
        return comb(self.group.size, int(self.group.sum()))

    def counted(self, chosen: NDArray[np.bool_]) -> Floats:
        """Give what the stratum adds to differences and divisor, shape (2, k, N)."""
        total = self.shares.sum(axis=0)
        seen = np.where(total > 0, total, 1.0)
        apart = self.shares * (self.changes - (self.shares * self.changes).sum(axis=0) / seen)
        drawn = chosen.T.astype(np.float64)
        own = self.shares.T @ drawn
        return np.stack([apart.T @ drawn, own * (total[:, None] - own) / seen[:, None]])

    def rearranged(self, n_draws: int | None, generator: np.random.Generator | None) -> Floats:
        """Give the same of all assignments, or of drawn ones."""
        n, k = self.group.size, int(self.group.sum())
        if n_draws is not None:
            order = np.broadcast_to(self.group == 1, (n_draws, n))
            return self.counted(need_generator(generator, "assignments").permuted(order, axis=1))
        flat = chain.from_iterable(combinations(range(n), k))
        places = np.fromiter(flat, np.intp, self.ways * k).reshape(-1, k)
        chosen = np.zeros((self.ways, n), dtype=bool)
        np.put_along_axis(chosen, places, values=True, axis=1)
        return self.counted(chosen)


def _exchange(
    blocks: list[_Block], n_draws: int | None, generator: np.random.Generator | None
) -> Floats:
    """Return the differences, shape (k, N), under all assignments or under `n_draws` of them."""
    parts = [block.rearranged(n_draws, generator) for block in blocks]
    return _difference([reduce(_with_all, parts)] if n_draws is None else parts)


def _with_all(first: Floats, second: Floats) -> Floats:
    """Add every assignment of one stratum to every one of another."""
    both = first[:, :, :, None] + second[:, :, None, :]
    return np.asarray(both.reshape(*first.shape[:2], -1))


def _difference(parts: list[Floats]) -> Floats:
    """Add strata up and divide; 0 where one group has nobody."""
    totals, divisor = np.sum(parts, axis=0)
    known = divisor > SMALLEST
    return np.asarray(np.divide(totals, divisor, out=np.zeros_like(totals), where=known))
