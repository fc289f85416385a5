"""Overall effects of a roll-out under many orders of its dates at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from impact_eval.estimators.designs.staggered_cells import SchoolWaves
from impact_eval.estimators.designs.staggered_rows import read_roll_out, read_waves
from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Codes, Floats, read_codes
from impact_eval.estimators.school_weights import SchoolWeights


@dataclass(frozen=True, slots=True)
class RollOutScores:
    """The scores of one outcome, arrays as for `staggered_effect`.

    A label of `cluster` means the same cluster in all outcomes, and `wave` the same calendar. All
    schools of a cluster began at one date.
    """

    score: ArrayLike
    wave: ArrayLike
    school: ArrayLike
    cluster: ArrayLike
    school_weights: Mapping[Hashable, float] | None = None


def read_outcome(
    given: RollOutScores,
    place: Mapping[Hashable, int],
    *,
    weights: SchoolWeights,
    min_schools: int,
) -> OutcomeOfOrders | None:
    """Average the scores of each school and wave; None without any.

    Parameters
    ----------
    given
        One outcome.
    place
        Of each cluster, its column in the orders.
    weights, min_schools
        As for `staggered_effect`.

    Raises
    ------
    EstimatorCallError
        As `staggered_effect`, or if a cluster has no place.
    """
    size = np.asarray(given.score).size
    schools, _ = read_codes(given.school, "school", size)
    clusters, labels = read_codes(given.cluster, "cluster", size)
    if any(label not in place for label in labels.tolist()):
        raise EstimatorCallError("a cluster has no date")
    read = read_roll_out(
        given.score,
        given.wave,
        given.school,
        np.full(size, np.nan),
        weights=weights,
        school_weights=given.school_weights,
        min_schools=min_schools,
        cluster=given.cluster,
    )
    if read is None:
        return None
    of_school = np.empty(int(schools.max()) + 1, dtype=np.intp)
    of_school[schools] = np.array([place[label] for label in labels.tolist()])[clusters]
    _, order = read_waves(given.wave, size)
    return OutcomeOfOrders(
        read.table, order.astype(np.float64), of_school, weights == "school", min_schools
    )


@dataclass(frozen=True, slots=True)
class OutcomeOfOrders:
    """School means of one outcome, the waves in order, and each school's place in the lot."""

    table: SchoolWaves
    order: Floats
    cluster: Codes
    equal: bool
    min_schools: int

    def effects(self, orders: Floats) -> Floats:
        """Estimate the overall effect under each order of dates; nan where there is none."""
        first = np.searchsorted(self.order, orders).astype(np.int16)[:, self.cluster]
        n_waves = self.order.size
        cohorts = [g for g in range(1, n_waves) if (first == g).any()]
        own = [self._of_cohort(first, g, n_waves) for g in cohorts]
        if not own:
            return np.full(len(orders), np.nan)
        mean, size = np.swapaxes(np.array(own), 0, 1)
        total = size.sum(axis=0)
        weighed = (size * mean).sum(axis=0)
        none = np.full(total.size, np.nan)
        return np.asarray(np.divide(weighed, total, out=none, where=total > 0))

    def _of_cohort(
        self, first: NDArray[np.int16], cohort: int, n_waves: int
    ) -> tuple[Floats, Floats]:
        """Give a cohort's mean effect over its waves, and its size; both 0 where it has none."""
        effects, sizes, used = (np.zeros(len(first)) for _ in range(3))
        for wave in range(cohort, n_waves):
            effect, size, usable = self._cell(first, cohort, wave)
            effects += np.where(usable, effect, 0.0)
            sizes += np.where(usable, size, 0.0)
            used += usable
        some = np.maximum(used, 1.0)
        return effects / some, sizes / some

    def _cell(
        self, first: NDArray[np.int16], cohort: int, wave: int
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Compare under each order those that have begun with those that wait at a wave."""
        n, mean, base = self.table.n, self.table.mean, cohort - 1
        seen = np.flatnonzero((n[:, base] > 0) & (n[:, wave] > 0))
        before, after = n[seen, base], n[seen, wave]
        weight = np.ones(seen.size) if self.equal else before * after / (before + after)
        if self.table.by_school is not None:
            weight = self.table.by_school[seen]
        change = mean[seen, wave] - mean[seen, base]
        sums = np.column_stack([weight * change, weight, np.ones(seen.size)])
        shown = first[:, seen]
        usable, parts = np.ones(len(first), dtype=bool), []
        for side in (shown == cohort, shown > wave):
            parts.append(side.astype(np.float64) @ sums)
            usable &= self._enough(side, seen, parts[-1][:, 2])
        (gained, size, _), (waited, waiting, _) = (part.T for part in parts)
        with np.errstate(invalid="ignore", divide="ignore"):
            return gained / size - waited / waiting, size, usable

    def _enough(self, side: NDArray[np.bool_], seen: Codes, schools: Floats) -> NDArray[np.bool_]:
        """Say under which orders a side has enough schools and clusters."""
        places, own = np.unique(self.cluster[seen], return_inverse=True)
        if places.size == seen.size:
            return np.asarray(schools >= self.min_schools)
        held = np.zeros((seen.size, places.size))
        held[np.arange(seen.size), own] = 1.0
        clusters = ((side.astype(np.float64) @ held) > 0).sum(axis=1)
        return np.asarray((schools >= self.min_schools) & (clusters >= self.min_schools))
