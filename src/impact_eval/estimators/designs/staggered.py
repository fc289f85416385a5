"""Schools get the workshop at different dates: those that still wait are the comparison."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.designs.staggered_cells import Cell, make_cells
from impact_eval.estimators.designs.staggered_rows import (
    METHOD,
    NO_COHORT,
    CellRows,
    overall_shares,
    read_roll_out,
)
from impact_eval.estimators.estimate import Estimate, check_conf_level, not_estimable
from impact_eval.estimators.inputs import Floats, Labels, check_option, n_distinct
from impact_eval.estimators.school_weights import SchoolWeights

Waiting = Literal["not_yet", "to_the_end"]


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


def staggered_effect(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weights: SchoolWeights = "school",
    school_weights: Mapping[Hashable, float] | None = None,
    min_schools: int = 2,
    waiting: Waiting = "not_yet",
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
    cluster
        Shape (n,), codes of what shares delivery, such as the team that serves several schools; a
        school belongs to one. Its schools may begin at different dates. None: the schools.
    weights
        "school" lets every school count the same, "respondent" by n0 n1 / (n0 + n1) of the two
        waves compared, "beneficiary" by `school_weights`.
    school_weights
        As for `mean_change`.
    min_schools
        Schools, and clusters, that a cohort and those still waiting must have at a wave, at least
        2.
    waiting
        With whom a cohort is compared: "not_yet", all schools that still wait at that wave, or
        "to_the_end", only those that had no workshop in the time of the study.
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
        waves or clusters, `min_schools` is under 2, or a school has no positive weight.

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
    regression of school changes on cell and cell x programme, clusters the schools or what holds
    several of them; averages are contrasts with CR2 and Satterthwaite df. Clusters change the
    variance alone: the estimate is linear in the schools' changes, whoever shares a team. In R:
    ``linear_contrast(lm(change ~ 0 + cell + cell:treated, weights = w), vcov = "CR2", cluster =
    cluster, contrasts = ...)`` (clubSandwich).

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
    check_option(waiting, "waiting", ("not_yet", "to_the_end"))
    read = read_roll_out(
        score,
        wave,
        school,
        first_wave,
        weights=weights,
        school_weights=school_weights,
        min_schools=min_schools,
        cluster=cluster,
    )
    if read is None:
        return StaggeredEffect(_refuse("there are no scores", 0, 0, conf_level), (), (), 0)
    equal = weights == "school"
    cells = make_cells(read.table, min_schools, equal=equal, to_the_end=waiting == "to_the_end")
    usable = [cell for cell in cells if not cell.reason]
    rows = CellRows(usable, read.table.n, conf_level) if usable else None
    return StaggeredEffect(
        overall=_overall(usable, rows, read.n, n_distinct(read.table.cluster), conf_level),
        by_time_since=tuple(
            TimeSince(since, rows.estimate(_by_size(usable, since)))
            for since in sorted({cell.since for cell in usable})
            if rows is not None
        ),
        cells=tuple(_show(cell, usable, rows, read.order, conf_level) for cell in cells),
        already=int((read.table.first == 0).sum()),
    )


def _overall(
    usable: Sequence[Cell], rows: CellRows | None, n: int, n_clusters: int, conf_level: float
) -> Estimate:
    share = overall_shares(usable)
    if share is None or rows is None:
        return _refuse(NO_COHORT, n, n_clusters, conf_level)
    return rows.estimate(share)


def _by_size(usable: Sequence[Cell], since: int) -> Floats:
    share = np.array([cell.size if cell.since == since else 0.0 for cell in usable])
    return np.asarray(share / share.sum())


def _show(
    cell: Cell, usable: Sequence[Cell], rows: CellRows | None, order: Labels, conf_level: float
) -> CohortAtWave:
    if cell.reason or rows is None:
        estimate = _refuse(cell.reason, 0, n_distinct(cell.cluster), conf_level)
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


def _refuse(reason: str, n: int, n_clusters: int, conf_level: float) -> Estimate:
    return not_estimable(reason, n=n, n_clusters=n_clusters, method=METHOD, conf_level=conf_level)
