"""Permutation of clusters between two groups: phases, or arms as they were randomised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, combinations
from math import comb, prod

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import read_weights
from impact_eval.estimators.estimate import (
    Estimate,
    check_conf_level,
    from_resampling,
    not_estimable,
)
from impact_eval.estimators.inputs import Codes, Floats, read_codes, read_scores, read_zero_one
from impact_eval.estimators.rearrangements import (
    DRAWS,
    TIE,
    Rearranged,
    check_draws,
    limits,
    need_generator,
    p_value,
)

MOST_ASSIGNMENTS = 200_000


def permutation_difference(
    change: ArrayLike,
    group: ArrayLike,
    *,
    stratum: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    n: int | None = None,
    n_draws: int = DRAWS,
    generator: np.random.Generator | None = None,
    conf_level: float = 0.95,
) -> Estimate:
    """Test whether two groups of clusters changed alike by exchanging clusters between them.

    Parameters
    ----------
    change
        Shape (G,), one change (or post score) a cluster, in any unit. A cluster is what was drawn
        as a whole: a school, or all schools of a team.
    group
        Shape (G,), 1 for the group whose mean comes first and 0 for the one subtracted.
    stratum
        Shape (G,), codes: clusters are exchanged within a stratum only, as they were randomised;
        matched pairs are strata of two. None for one stratum.
    weight
        Shape (G,), how much each cluster counts, positive; None if every cluster counts the same.
    n
        People behind the changes; None if only the clusters are known.
    n_draws, generator
        Assignments to draw where there are over 200,000; with fewer all are gone through.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        The difference of the groups' (weighted) means with its two-sided p and the interval of all
        constant differences that the test does not reject; no interval where no p can be small
        enough. Strata with one group contribute nothing and are not counted. Not estimable where no
        stratum has both groups, or where nothing varies.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a change is missing, `group` is not 0 and 1, a weight is not positive, or
        `generator` is missing where it is needed.

    Notes
    -----
    With strata the estimate is the coefficient of the group beside strata effects: a stratum counts
    W_0 W_1 / (W_0 + W_1), W_0 and W_1 the weights of its two groups, which are others in another
    assignment. p is the share of assignments at least as extreme, ties included.

    Exact for arms that were randomised in this way. For groups that were not, such as phases, it
    supposes that clusters of both would have changed alike in spread and shape too: with 2 clusters
    against 100, it rejects a true null in 46 % where the two have three times the standard
    deviation.

    References
    ----------
    Fisher (1935), The Design of Experiments, section 21. Ernst (2004), Statistical Science 19(4),
    676-685.

    Examples
    --------
    >>> e = permutation_difference([0.9, 1.2, 0.8, 0.1, 0.3, 0.2], [1, 1, 1, 0, 0, 0])
    >>> f"{e.estimate:.2f} more, p = {e.p_value:.2f}"
    '0.77 more, p = 0.10'
    """
    check_conf_level(conf_level)
    check_draws(n_draws)
    changes = read_scores(change, "change")
    weights = np.ones(changes.size) if weight is None else read_weights(weight, changes.size)
    groups = read_zero_one(group, "group", changes.size)
    strata = np.zeros(changes.size, np.intp)
    if stratum is not None:
        strata, _ = read_codes(stratum, "stratum", changes.size)
    blocks = list(_blocks(changes, groups, strata, weights))
    n_clusters = sum(block.group.size for block in blocks)
    ways = prod(block.ways for block in blocks)
    exact = ways <= MOST_ASSIGNMENTS
    counted = f"all {ways:,}" if exact else f"{n_draws:,} drawn"
    within = "" if stratum is None else " within strata"
    people = n_clusters if n is None else n
    method = f"permutation of clusters{within}, {counted} assignments"
    refuse = partial(
        not_estimable, n=people, n_clusters=n_clusters, method=method, conf_level=conf_level
    )
    if not blocks:
        return refuse("no stratum has clusters of both groups")
    if all(np.ptp(block.parts[0]) <= TIE * np.abs(changes).max() for block in blocks):
        return refuse("the clusters' changes do not vary")
    exchanged = _exchange(blocks, None if exact else n_draws, generator)
    return from_resampling(
        exchanged.observed,
        p_value(exchanged),
        limits(exchanged, conf_level),
        n=people,
        n_clusters=n_clusters,
        method=method,
        conf_level=conf_level,
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """A stratum with both groups.

    `parts` holds, shape (3, n), the weighted changes and groups less their means, and the weights.
    """

    parts: Floats
    group: Codes

    @property
    def ways(self) -> int:
        """Number of assignments."""
        return comb(self.group.size, int(self.group.sum()))

    @property
    def observed(self) -> Floats:
        """Sums of changes and group over the clusters of group 1, and what the stratum counts."""
        return self._counted(self.parts[:, self.group == 1].sum(axis=1))

    def rearranged(self, n_draws: int | None, generator: np.random.Generator | None) -> Floats:
        """Return the same, shape (3, assignments): of all of them, or of drawn ones."""
        n, k = self.group.size, int(self.group.sum())
        fewer = min(k, n - k)
        if n_draws is None:
            flat = chain.from_iterable(combinations(range(n), fewer))
            chosen = np.fromiter(flat, np.intp, self.ways * fewer).reshape(-1, fewer)
        else:
            order = np.broadcast_to(np.arange(n), (n_draws, n))
            chosen = need_generator(generator, "assignments").permuted(order, axis=1)[:, :fewer]
        totals = self._counted(self.parts[:, chosen].sum(axis=2))
        return totals if fewer == k else totals * np.array([[-1.0], [-1.0], [1.0]])

    def _counted(self, totals: Floats) -> Floats:
        """Put W_0 W_1 / (W_0 + W_1) in the place of the weight of one group."""
        own, everybody = totals[2], self.parts[2].sum()
        return np.stack([totals[0], totals[1], own * (everybody - own) / everybody])


def _blocks(changes: Floats, groups: Codes, strata: Codes, weights: Floats) -> Iterator[_Block]:
    """Yield the strata that have clusters of both groups."""
    for code in range(int(strata.max(initial=-1)) + 1):
        own = strata == code
        if np.ptp(groups[own]) > 0:
            both, weight = np.stack([changes[own], groups[own]]), weights[own]
            apart = both - np.average(both, axis=1, weights=weight)[:, None]
            yield _Block(np.vstack([weight * apart, weight]), groups[own])


def _exchange(
    blocks: list[_Block], n_draws: int | None, generator: np.random.Generator | None
) -> Rearranged:
    """Return the difference under all assignments, or under `n_draws` drawn ones."""
    total = np.zeros((3, 1 if n_draws is None else n_draws))
    for block in blocks:
        own = block.rearranged(n_draws, generator)
        if n_draws is None:
            total = (total[:, :, None] + own[:, None, :]).reshape(3, -1)
        else:
            total = total + own
    observed, _, divisor = sum((block.observed for block in blocks), np.zeros(3))
    scale = sum(float(np.abs(block.parts[0]).sum()) for block in blocks)
    value, slope = total[:2] / total[2]
    return Rearranged(observed / divisor, value, slope, n_draws is None, scale / divisor)
