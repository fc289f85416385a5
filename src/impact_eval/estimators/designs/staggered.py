"""Schools get the workshop at different dates: those that still wait are the comparison."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.designs.staggered_cells import (
    NEVER,
    Cell,
    make_cells,
    school_waves,
)
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    not_estimable,
)
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    Labels,
    check_length,
    check_option,
    n_distinct,
    read_codes,
    read_scores,
)
from impact_eval.estimators.school_weights import SchoolWeights, weights_by_school

_METHOD = "cohorts against schools still waiting, school changes, CR2"


@dataclass(frozen=True, slots=True)
class CohortAtWave:
    """The effect on one cohort at one wave; before its workshop, what should be near zero.

    `cohort` is the first wave after its schools' workshops, `since` the waves from then on.
    """

    cohort: int
    wave: int
    since: int
    n_schools: int
    n_waiting: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class TimeSince:
    """The mean effect so many waves after the first wave after the workshop; negative before."""

    since: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class StaggeredEffect:
    """Effects of a staggered roll-out.

    `overall` is the mean over cohorts, by weight, of each cohort's mean over its waves. Cells that
    are not estimable carry their reason and take no part; `already` counts the schools that had
    their workshop before the first wave, which can be used for nothing.
    """

    overall: Estimate
    by_time_since: tuple[TimeSince, ...]
    cells: tuple[CohortAtWave, ...]
    already: int


def staggered_effect(
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    *,
    weights: SchoolWeights = "school",
    school_weights: Mapping[Hashable, float] | None = None,
    min_schools: int = 2,
    conf_level: float = 0.95,
) -> StaggeredEffect:
    """Estimate the effect where schools got the workshop at different dates, in score points.

    Parameters
    ----------
    score
        Shape (n,), score points of all respondents of all waves; people may differ between waves.
    wave
        Shape (n,), whole numbers in the order of time.
    school
        Shape (n,), codes.
    first_wave
        Shape (n,), the first wave after the school's workshop, in the numbers of `wave`; nan for a
        school that had none in the time of the study.
    weights
        "school" lets every school count the same, "respondent" by n0 n1 / (n0 + n1) of the two
        waves compared, "beneficiary" by `school_weights`.
    school_weights
        As for `mean_change`.
    min_schools
        Schools that a cohort, and the schools still waiting, must have at a wave, at least 2.
    conf_level
        Between 0 and 1.

    Returns
    -------
    StaggeredEffect
        Programme minus still waiting. A cohort without enough schools, or without enough schools
        waiting, is left out with its reason; if that leaves none, so is `overall`.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, waves are not whole numbers, a school has two first
        waves, `min_schools` is under 2, or a school has no positive weight.

    Notes
    -----
    For cohort g (first wave g) and wave t: mean change from wave g - 1 to t of the cohort's schools
    minus that of the schools whose first wave comes after t. Before the workshops (t < g - 1) the
    same difference, with the schools that wait at g - 1, shows whether the groups already moved
    apart. `overall` is sum_g W_g mean_t>=g ATT(g, t), W_g the cohort's share of the weights; by
    time since the workshop, cells weigh by their cohort's schools. Assumed: without the workshop
    cohorts would have changed alike from g - 1 on, and nobody changes because a workshop is to
    come.

    Schools in the comparison of one cell are in the programme of another, so all cells are one
    regression of school changes on cell and cell x programme, clusters the schools; averages are
    contrasts with CR2 and Satterthwaite df. In R: ``linear_contrast(lm(change ~ 0 + cell +
    cell:treated, weights = w), vcov = "CR2", cluster = school, contrasts = ...)`` (clubSandwich).

    A regression with effects of schools and waves and one programme column (two-way fixed effects)
    takes schools that had the workshop long ago as a comparison too. Where effects grow with time
    it is biased, even in sign (Goodman-Bacon 2021).

    References
    ----------
    Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), 200-230, sections 2-3.
    Goodman-Bacon (2021), Journal of Econometrics 225(2), 254-277.

    Examples
    --------
    >>> school, first = np.repeat(list("abcdef"), 3), np.repeat([1, 1, 2, 2, np.nan, np.nan], 3)
    >>> score = [4, 6, 8, 5, 8, 8, 4, 4, 7, 5, 6, 7, 4, 5, 5, 6, 6, 7]
    >>> e = staggered_effect(score, [0, 1, 2] * 6, school, first)
    >>> f"{e.overall.estimate:.2f} points; " + ", ".join(
    ...     f"{t.since}: {t.estimate.estimate:.2f}" for t in e.by_time_since
    ... )
    '1.88 points; -2: 0.00, 0: 1.75, 1: 2.50'
    """
    check_conf_level(conf_level)
    check_option(weights, "weights", ("respondent", "school", "beneficiary"))
    if min_schools < 2:
        raise EstimatorCallError("`min_schools` must be at least 2")
    scores = read_scores(score, "score")
    schools, labels = read_codes(school, "school", scores.size)
    by_school = weights_by_school(weights, school_weights, labels)
    if scores.size == 0:
        return StaggeredEffect(_refuse("there are no scores", 0, 0, conf_level), (), (), 0)
    waves, order = _read_waves(wave, scores.size)
    first = _read_first(first_wave, schools, order)
    given = by_school if weights == "beneficiary" else None
    table = school_waves(scores, waves, schools, first, given)
    cells = make_cells(table, min_schools, equal=weights == "school")
    usable = [cell for cell in cells if not cell.reason]
    rows = _Rows(usable, table.n, conf_level) if usable else None
    return StaggeredEffect(
        overall=_overall(usable, rows, scores.size, labels.size, conf_level),
        by_time_since=tuple(
            TimeSince(since, rows.estimate(_by_size(usable, since)))
            for since in sorted({cell.since for cell in usable})
            if rows is not None
        ),
        cells=tuple(_show(cell, usable, rows, order, conf_level) for cell in cells),
        already=int((first == 0).sum()),
    )


class _Rows:
    """All usable cells as one regression: a row is a school's change in a cell."""

    def __init__(self, cells: Sequence[Cell], n: Floats, conf_level: float) -> None:
        self._cells, self._n, self._conf_level = cells, n, conf_level
        self._school = np.concatenate([cell.school for cell in cells])
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
            self._school[rows],
            coefficient=share[used],
            school=self._cell[rows],
            weights=None if self._equal else self._weight[rows],
            conf_level=self._conf_level,
            method=_METHOD,
        )
        return replace(line, n=self._people(used))

    def _people(self, used: Codes) -> int:
        """Count the answers behind the cells, each once."""
        seen = np.zeros(self._n.shape, dtype=bool)
        for cell in (self._cells[place] for place in used):
            seen[cell.school, cell.cohort - 1] = seen[cell.school, cell.wave] = True
        return int(self._n[seen].sum())


def _overall(
    usable: Sequence[Cell], rows: _Rows | None, n: int, n_schools: int, conf_level: float
) -> Estimate:
    after = [cell for cell in usable if cell.since >= 0]
    if not after or rows is None:
        reason = "no cohort has enough schools with answers and enough schools still waiting"
        return _refuse(reason, n, n_schools, conf_level)
    share = np.zeros(len(usable))
    for cohort in {cell.cohort: None for cell in after}:
        own = np.array([cell.cohort == cohort and cell.since >= 0 for cell in usable])
        size = np.mean([cell.size for cell in after if cell.cohort == cohort])
        share[own] = size / own.sum()
    return rows.estimate(share / share.sum())


def _by_size(usable: Sequence[Cell], since: int) -> Floats:
    share = np.array([cell.size if cell.since == since else 0.0 for cell in usable])
    return np.asarray(share / share.sum())


def _show(
    cell: Cell, usable: Sequence[Cell], rows: _Rows | None, order: Labels, conf_level: float
) -> CohortAtWave:
    if cell.reason or rows is None:
        estimate = _refuse(cell.reason, 0, cell.school.size, conf_level)
    else:
        estimate = rows.estimate(np.array([float(other is cell) for other in usable]))
    treated = int(cell.treated.sum())
    return CohortAtWave(
        cohort=int(order[cell.cohort]),
        wave=int(order[cell.wave]),
        since=cell.since,
        n_schools=treated,
        n_waiting=cell.school.size - treated,
        estimate=estimate,
    )


def _refuse(reason: str, n: int, n_schools: int, conf_level: float) -> Estimate:
    return not_estimable(reason, n=n, n_clusters=n_schools, method=_METHOD, conf_level=conf_level)


def _read_waves(wave: ArrayLike, n: int) -> tuple[Codes, Labels]:
    given = np.asarray(wave)
    check_length(given, "wave", n)
    if not np.issubdtype(given.dtype, np.integer):
        raise EstimatorCallError("`wave` must hold whole numbers in the order of time")
    order, places = np.unique(given, return_inverse=True)
    return places.astype(np.intp), order


def _read_first(first_wave: ArrayLike, schools: Codes, order: Labels) -> Codes:
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
