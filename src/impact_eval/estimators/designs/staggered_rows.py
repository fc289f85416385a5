"""All usable comparisons of a roll-out as one regression, and the weights of its averages."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.designs.staggered_cells import (
    NEVER,
    Cell,
    SchoolWaves,
    school_waves,
)
from impact_eval.estimators.estimate import Estimate, EstimatorCallError
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    Labels,
    check_length,
    check_option,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
)
from impact_eval.estimators.school_weights import SchoolWeights, weights_by_school

METHOD: Final = "cohorts against schools still waiting, school changes, CR2"
NO_COHORT: Final = "no cohort has enough schools with answers and enough schools still waiting"


@dataclass(frozen=True, slots=True)
class RollOutTable:
    """Means of schools by wave, the waves in the order of time, and the schools' labels."""

    table: SchoolWaves
    order: Labels
    labels: Labels
    n: int


def read_roll_out(
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    *,
    weights: SchoolWeights,
    school_weights: Mapping[Hashable, float] | None,
    min_schools: int,
    cluster: ArrayLike | None = None,
) -> RollOutTable | None:
    """Check a call of `staggered_effect` and average its scores; None without any."""
    check_option(weights, "weights", ("respondent", "school", "beneficiary"))
    check_min_schools(min_schools)
    scores = read_scores(score, "score")
    schools, labels = read_codes(school, "school", scores.size)
    by_school = weights_by_school(weights, school_weights, labels)
    if scores.size == 0:
        return None
    waves, order = read_waves(wave, scores.size)
    first = read_first(first_wave, schools, order)
    given = by_school if weights == "beneficiary" else None
    of_school = read_clusters(cluster, schools)
    table = school_waves(scores, waves, schools, first, of_school, given)
    return RollOutTable(table, order, labels, scores.size)


def check_min_schools(min_schools: int) -> None:
    """Raise if a group of schools could be a single one."""
    if min_schools < 2:
        raise EstimatorCallError("`min_schools` must be at least 2")


class CellRows:
    """All usable cells as one regression, by clusters: a row is a school's change in a cell."""

    def __init__(
        self, cells: Sequence[Cell], n: Floats, conf_level: float, *, method: str = METHOD
    ) -> None:
        self._cells, self._n, self._conf_level, self._method = cells, n, conf_level, method
        self._cluster = np.concatenate([cell.cluster for cell in cells])
        self._change = np.concatenate([cell.change for cell in cells])
        self._weight = np.concatenate([cell.weight for cell in cells])
        self._cell = np.repeat(np.arange(len(cells)), [cell.school.size for cell in cells])
        self._treated = np.concatenate([cell.treated for cell in cells])
        self._equal = bool((self._weight == self._weight[0]).all())

    def estimate(self, share: Floats) -> Estimate:
        """Estimate the sum of the cells' effects times their shares, from these cells alone."""
        used = np.flatnonzero(share)
        rows = np.isin(self._cell, used)
        design = (self._cell[rows, None] == used) & self._treated[rows, None]
        line = fit_cr2(
            self._change[rows],
            design,
            self._cluster[rows],
            coefficient=share[used],
            school=self._cell[rows],
            weights=None if self._equal else self._weight[rows],
            conf_level=self._conf_level,
            method=self._method,
        )
        return replace(line, n=self._people(used))

    def _people(self, used: Codes) -> int:
        """Count the answers behind the cells, each once."""
        seen = np.zeros(self._n.shape, dtype=bool)
        for cell in (self._cells[place] for place in used):
            seen[cell.school, cell.cohort - 1] = seen[cell.school, cell.wave] = True
        return int(self._n[seen].sum())


def overall_shares(cells: Sequence[Cell]) -> Floats | None:
    """Give each cell its share of the overall effect; None where no cell comes after a workshop."""
    after = [cell for cell in cells if cell.since >= 0]
    if not after:
        return None
    share = np.zeros(len(cells))
    for cohort in {cell.cohort: None for cell in after}:
        own = np.array([cell.cohort == cohort and cell.since >= 0 for cell in cells])
        size = np.mean([cell.size for cell in after if cell.cohort == cohort])
        share[own] = size / own.sum()
    return np.asarray(share / share.sum())


def read_waves(wave: ArrayLike, n: int) -> tuple[Codes, Labels]:
    """Return the places of waves in time, and the waves; or raise."""
    given = np.asarray(wave)
    check_length(given, "wave", n)
    if not np.issubdtype(given.dtype, np.integer):
        raise EstimatorCallError("`wave` must hold whole numbers in the order of time")
    order, places = np.unique(given, return_inverse=True)
    return places.astype(np.intp), order


def read_clusters(cluster: ArrayLike | None, schools: Codes) -> Codes:
    """Return each school's cluster, itself if none are given; or raise."""
    if cluster is None:
        return np.arange(n_distinct(schools))
    codes, _ = read_codes(cluster, "cluster", schools.size)
    if not lies_within(schools, codes):
        raise EstimatorCallError("a school belongs to several clusters")
    of_school = np.empty(n_distinct(schools), dtype=np.intp)
    of_school[schools] = codes
    return of_school


def read_first(first_wave: ArrayLike, schools: Codes, order: Labels) -> Codes:
    """Return each school's first treated wave as a place in time; NEVER without one."""
    given = np.asarray(first_wave, dtype=np.float64)
    check_length(given, "first_wave", schools.size)
    place = np.searchsorted(order, given).astype(np.intp)
    place[np.isnan(given) | (place >= order.size)] = NEVER
    first = np.full(n_distinct(schools), NEVER, dtype=np.intp)
    first[schools] = place
    if (first[schools] != place).any():
        raise EstimatorCallError("a school has two values of `first_wave`")
    return first
