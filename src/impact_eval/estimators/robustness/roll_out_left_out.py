"""A staggered roll-out without each school in turn."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.designs.staggered_cells import Cell, SchoolWaves, make_cells
from impact_eval.estimators.designs.staggered_rows import CellRows, overall_shares, read_roll_out
from impact_eval.estimators.inputs import Codes, Floats
from impact_eval.estimators.robustness.left_out import LeftOut
from impact_eval.estimators.school_weights import SchoolWeights


def roll_out_without_each_school(
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weights: SchoolWeights = "school",
    school_weights: Mapping[Hashable, float] | None = None,
    min_schools: int = 2,
) -> LeftOut:
    """Estimate the overall effect of a staggered roll-out without each school in turn.

    Parameters
    ----------
    score, wave, school, first_wave, cluster, weights, school_weights, min_schools
        As for `staggered_effect`.

    Returns
    -------
    LeftOut
        Of the schools that the overall effect rests on, in the order of their codes. All numbers of
        a school are nan where without it a cohort could no longer be compared at some wave: what is
        left would be the effect on other cohorts, not the same one without a school.

    Raises
    ------
    EstimatorCallError
        As `staggered_effect`.

    Notes
    -----
    Each school's means are taken out of the table of school means, and the regression of
    `staggered_effect` is fitted to the rest: with 100 schools some hundreds of rows each time. A
    school's share is h / (1 + h), h the sum over cells of the cell's share of the overall effect
    times w / (W - w), w being the school's weight and W that of its side of the cell: by so much
    its own changes can move the estimate.

    Examples
    --------
    >>> school, first = np.repeat(list("abcdef"), 3), np.repeat([1.0] * 3 + [np.nan] * 3, 3)
    >>> score = [4, 6, 8, 5, 8, 8, 4, 4, 7, 5, 6, 7, 4, 5, 5, 6, 6, 7]
    >>> left = roll_out_without_each_school(score, [0, 1, 2] * 6, school, first)
    >>> left.estimate.round(2).tolist()
    [1.25, 1.25, 2.0, 1.75, 1.5, 1.25]
    """
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
        return _nothing()
    equal = weights == "school"
    cells = _after(read.table, min_schools, equal=equal)
    shares = overall_shares(cells)
    if shares is None:
        return _nothing()
    schools = np.unique(np.concatenate([cell.school for cell in cells]))
    whole = [(cell.cohort, cell.wave) for cell in cells]
    found = np.full((schools.size, 3), nan)
    clusters = np.zeros(schools.size, dtype=np.intp)
    for place, one in enumerate(schools):
        left = _after(_without(read.table, int(one)), min_schools, equal=equal)
        own = overall_shares(left)
        if own is None or [(cell.cohort, cell.wave) for cell in left] != whole:
            continue
        line = CellRows(left, read.table.n, 0.95).estimate(own)
        found[place] = line.estimate, line.std_error, line.df
        clusters[place] = line.n_clusters
    return LeftOut(
        school=np.asarray(read.labels[schools]),
        estimate=found[:, 0],
        std_error=found[:, 1],
        df=found[:, 2],
        clusters=clusters,
        largest_share=_largest_share(cells, shares, read.labels.size),
    )


def _after(table: SchoolWaves, min_schools: int, *, equal: bool) -> list[Cell]:
    """Make the usable cells from the first wave after the workshops on."""
    cells = make_cells(table, min_schools, equal=equal)
    return [cell for cell in cells if not cell.reason and cell.since >= 0]


def _without(table: SchoolWaves, school: int) -> SchoolWaves:
    n = table.n.copy()
    n[school] = 0.0
    return replace(table, n=n)


def _largest_share(cells: Sequence[Cell], shares: Floats, n_schools: int) -> float:
    pull = np.zeros(n_schools)
    for cell, share in zip(cells, shares, strict=True):
        for side in (cell.treated, ~cell.treated):
            weight = cell.weight[side]
            pull[cell.school[side]] += share * weight / (weight.sum() - weight)
    return float((pull / (1 + pull)).max())


def _nothing() -> LeftOut:
    none: Floats = np.zeros(0)
    codes: Codes = np.zeros(0, dtype=np.intp)
    return LeftOut(codes, none, none, none, codes, 1.0)
