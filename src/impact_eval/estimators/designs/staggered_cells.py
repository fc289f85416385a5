"""Comparisons of one cohort at one wave with the schools that still wait, as rows of changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact_eval.estimators.inputs import Codes, Floats, Labels, counts, n_distinct, sums

NEVER = np.iinfo(np.intp).max


@dataclass(frozen=True, slots=True)
class SchoolWaves:
    """Means and rows of schools by wave, shape (schools, waves), and of each school its cluster.

    `first` is the first treated wave.
    """

    n: Floats
    mean: Floats
    first: Codes
    cluster: Codes
    by_school: Floats | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cohort at one wave against schools still waiting; waves are places in order of time.

    A row is a school: its change since the last wave before the cohort's workshops, and its weight.
    """

    cohort: int
    wave: int
    school: Codes
    cluster: Codes
    change: Floats
    treated: Labels
    weight: Floats
    reason: str

    @property
    def since(self) -> int:
        """Waves since the first one after the workshops; negative before."""
        return self.wave - self.cohort

    @property
    def size(self) -> float:
        """Weight of the cohort's schools."""
        return float(self.weight[self.treated].sum())


def school_waves(
    scores: Floats,
    wave: Codes,
    school: Codes,
    first: Codes,
    cluster: Codes,
    by_school: Floats | None,
) -> SchoolWaves:
    """Average the scores of each school and wave."""
    n_waves, n_schools = int(wave.max()) + 1, int(school.max()) + 1
    place = school * n_waves + wave
    n = counts(place, n_schools * n_waves).astype(np.float64)
    total = sums(scores, place, n_schools * n_waves)
    mean = np.divide(total, n, out=np.zeros_like(total), where=n > 0)
    shape = (n_schools, n_waves)
    return SchoolWaves(n.reshape(shape), mean.reshape(shape), first, cluster, by_school)


def make_cells(
    table: SchoolWaves, min_schools: int, *, equal: bool, to_the_end: bool = False
) -> list[Cell]:
    """Make a cell of every cohort and wave but the cohort's base, usable or with a reason.

    With `to_the_end` only schools that had no workshop in the time of the study are waiting.
    """
    cohorts = np.unique(table.first[table.first != NEVER]).tolist()
    return [
        _cell(table, cohort, wave, min_schools, equal=equal, to_the_end=to_the_end)
        for cohort in cohorts
        if cohort > 0
        for wave in range(table.n.shape[1])
        if wave != cohort - 1
    ]


def _cell(
    table: SchoolWaves, cohort: int, wave: int, min_schools: int, *, equal: bool, to_the_end: bool
) -> Cell:
    base = cohort - 1
    seen = (table.n[:, base] > 0) & (table.n[:, wave] > 0)
    in_cohort = table.first == cohort
    waiting = waiting_at(table.first, cohort, wave, to_the_end=to_the_end)
    school = np.flatnonzero(seen & (in_cohort | waiting))
    treated = in_cohort[school]
    before, after = table.n[school, base], table.n[school, wave]
    if table.by_school is not None:
        weight = table.by_school[school]
    else:
        weight = np.ones(school.size) if equal else before * after / (before + after)
    return Cell(
        cohort=cohort,
        wave=wave,
        school=school,
        cluster=table.cluster[school],
        change=table.mean[school, wave] - table.mean[school, base],
        treated=treated,
        weight=weight,
        reason=refuse_cell(treated, table.cluster[school], min_schools),
    )


def waiting_at(first: Codes, cohort: int, wave: int, *, to_the_end: bool) -> Labels:
    """Mark the schools that a cohort is compared with at a wave."""
    if to_the_end:
        return np.asarray(first == NEVER)
    return np.asarray((first > max(wave, cohort - 1)) & (first != cohort))


def refuse_cell(treated: Labels, cluster: Codes, min_schools: int) -> str:
    """Say why a cohort cannot be compared at a wave; empty if it can."""
    n_treated, n_waiting = int(treated.sum()), int((~treated).sum())
    if n_treated < min_schools:
        return f"the cohort has {n_treated} schools with answers then and before"
    if n_waiting < min_schools:
        return f"{n_waiting} schools with answers then and before were still waiting"
    few = f"belong to fewer than {min_schools} clusters"
    if n_distinct(cluster[treated]) < min_schools:
        return f"the cohort's schools with answers then and before {few}"
    if n_distinct(cluster[~treated]) < min_schools:
        return f"the schools with answers then and before that were still waiting {few}"
    return ""
