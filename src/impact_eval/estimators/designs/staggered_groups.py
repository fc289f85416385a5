"""Whether schools that begin at different dates move one group of people by more than another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.designs.staggered_cells import Cell, SchoolWaves, make_cells
from impact_eval.estimators.designs.staggered_rows import (
    CellRows,
    overall_shares,
    read_clusters,
    read_roll_out,
)
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    not_estimable,
)
from impact_eval.estimators.inputs import (
    Labels,
    check_length,
    n_distinct,
    read_codes,
)
from impact_eval.estimators.school_weights import SchoolWeights, weights_by_school

METHOD: Final = "difference of two groups' effects, cohorts against schools still waiting, CR2"
NO_CELL: Final = (
    "no cohort has enough schools with answers of both groups and enough schools still waiting"
)
_FIRST, _OTHER = 1, 0


def staggered_group_difference(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    group: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weights: SchoolWeights = "school",
    school_weights: Mapping[Hashable, float] | None = None,
    min_schools: int = 2,
    conf_level: float = 0.95,
) -> Estimate:
    """Estimate by how much more a staggered roll-out moved one group of people than another.

    Parameters
    ----------
    score, wave, school, first_wave
        As for `staggered_effect`, of the people of both groups.
    group
        Shape (n,): 1 for the group that comes first, 0 for the other.
    cluster, weights, school_weights, min_schools, conf_level
        As for `staggered_effect`. With "respondent" a school weighs in each group by that group's
        own answers.

    Returns
    -------
    Estimate
        Effect in the first group minus effect in the other, in score points. Both are over the
        same comparisons of a cohort at a wave, those that both groups can make; where there is
        none, a reason.

    Raises
    ------
    EstimatorCallError
        As for `staggered_effect`, and if `group` holds anything but 0 and 1.

    Notes
    -----
    A school's people of each group are taken as a school of their own, so that within each group
    the effect is that which `staggered_effect` would give it alone; both stand in one regression
    of changes on cell and cell x programme, whose clusters are the schools (or what holds several
    of them) with their people of both groups together: what a school's groups share is in the
    variance. The difference is one contrast with CR2 and Satterthwaite df. In R, with `cell` a
    cohort at a wave in one group: ``linear_contrast(lm(change ~ 0 + cell + cell:treated, weights
    = w), vcov = "CR2", cluster = school, contrasts = ...)`` (clubSandwich).

    References
    ----------
    Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), 200-230, sections 2-3.

    Examples
    --------
    >>> school = np.repeat(list("abcdefgh"), 4)
    >>> wave, group = np.tile([0, 1, 0, 1], 8), np.tile([1, 1, 0, 0], 8)
    >>> first = np.repeat([1, 1, 1, 1, np.nan, np.nan, np.nan, np.nan], 4)
    >>> score = [4, 7, 5, 6, 5, 9, 4, 6, 3, 6, 4, 4, 4, 7, 5, 7,
    ...          4, 5, 4, 5, 6, 6, 5, 6, 5, 7, 4, 4, 4, 4, 6, 7]
    >>> e = staggered_group_difference(score, wave, school, first, group)
    >>> f"{e.estimate:.2f} points"
    '2.00 points'
    """
    check_conf_level(conf_level)
    groups = np.asarray(group)
    schools, labels = read_codes(school, "school", groups.size)
    check_length(groups, "group", schools.size)
    if not np.isin(groups, (_FIRST, _OTHER)).all():
        raise EstimatorCallError("`group` must hold 1 and 0")
    given = weights_by_school(weights, school_weights, labels)
    homes = read_clusters(cluster, schools)
    own = 2 * schools + groups.astype(np.intp)
    read = read_roll_out(
        score,
        wave,
        own,
        first_wave,
        weights=weights,
        school_weights=(
            {code: float(given[code // 2]) for code in np.unique(own).tolist()}
            if school_weights is not None and given is not None
            else None
        ),
        min_schools=min_schools,
        cluster=homes[schools],
    )
    n_clusters = n_distinct(homes[schools])
    if read is None:
        return _refuse("there are no scores", 0, 0, conf_level)
    of_first = np.asarray(read.labels % 2 == _FIRST)
    parts = [_part(read.table, mask) for mask in (of_first, ~of_first)]
    cells = _of_both(parts, min_schools, equal=weights == "school")
    shares = [overall_shares(one) for one in cells]
    if shares[0] is None or shares[1] is None:
        return _refuse(NO_CELL, read.n, n_clusters, conf_level)
    apart = [replace(one, school=one.school + parts[0].n.shape[0]) for one in cells[1]]
    n = np.concatenate([part.n for part in parts])
    rows = CellRows([*cells[0], *apart], n, conf_level, method=METHOD)
    return rows.estimate(np.concatenate([shares[0], -shares[1]]))


def _part(table: SchoolWaves, mask: Labels) -> SchoolWaves:
    """Take the schools' people of one group."""
    given = table.by_school
    return SchoolWaves(
        table.n[mask],
        table.mean[mask],
        table.first[mask],
        table.cluster[mask],
        None if given is None else given[mask],
    )


def _of_both(
    parts: Sequence[SchoolWaves], min_schools: int, *, equal: bool
) -> tuple[list[Cell], list[Cell]]:
    """Make the cells after workshops that both groups can make."""
    made = [
        {
            (cell.cohort, cell.wave): cell
            for cell in make_cells(part, min_schools, equal=equal)
            if not cell.reason and cell.since >= 0
        }
        for part in parts
    ]
    shared = [place for place in made[0] if place in made[1]]
    return [made[0][place] for place in shared], [made[1][place] for place in shared]


def _refuse(reason: str, n: int, n_clusters: int, conf_level: float) -> Estimate:
    return not_estimable(reason, n=n, n_clusters=n_clusters, method=METHOD, conf_level=conf_level)
