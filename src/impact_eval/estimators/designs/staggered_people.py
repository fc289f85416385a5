"""Comparisons of a roll-out as rows of schools' mean gains of people who were asked twice."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.designs.staggered_cells import NEVER, Cell, refuse_cell, waiting_at
from impact_eval.estimators.designs.staggered_rows import (
    check_min_schools,
    read_clusters,
    read_first,
    read_waves,
)
from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Codes, Floats, check_option, read_codes, read_scores
from impact_eval.estimators.school_weights import SchoolWeights, weights_by_school


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """Scores of people by wave, nan where not seen; school by wave, -1 where not seen."""

    score: Floats
    school: Codes
    first: Codes
    cluster: Codes
    n_schools: int
    by_school: Floats | None
    equal: bool

    def answers(self) -> Floats:
        """Count the answers of each school and wave of people seen twice or more."""
        twice = np.isfinite(self.score).sum(axis=1) > 1
        n = np.zeros((self.n_schools, self.score.shape[1]))
        person, wave = np.nonzero(np.isfinite(self.score) & twice[:, None])
        np.add.at(n, (self.school[person, wave], wave), 1.0)
        return n


def read_people(  # noqa: PLR0913
    score: ArrayLike,
    person: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    first_wave: ArrayLike,
    weights: SchoolWeights,
    school_weights: Mapping[Hashable, float] | None,
    min_schools: int,
    *,
    cluster: ArrayLike | None,
) -> PeopleTable | None:
    """Check a call and put each person's scores in a row."""
    check_option(weights, "weights", ("respondent", "school", "beneficiary"))
    check_min_schools(min_schools)
    scores = read_scores(score, "score")
    schools, labels = read_codes(school, "school", scores.size)
    who, names = read_codes(person, "person", scores.size)
    by_school = weights_by_school(weights, school_weights, labels)
    if scores.size == 0:
        return None
    waves, order = read_waves(wave, scores.size)
    first = read_first(first_wave, schools, order)
    of_school = read_clusters(cluster, schools)
    if np.unique(who * order.size + waves).size < scores.size:
        raise EstimatorCallError("a person has two scores in one wave")
    table = np.full((names.size, order.size), np.nan)
    place = np.full((names.size, order.size), -1, dtype=np.intp)
    table[who, waves], place[who, waves] = scores, schools
    given = by_school if weights == "beneficiary" else None
    return PeopleTable(table, place, first, of_school, labels.size, given, weights == "school")


def gain_cells(
    people: PeopleTable,
    min_schools: int,
    fill: tuple[float, float] | None = None,
    *,
    to_the_end: bool = False,
) -> list[Cell]:
    """Make the usable cells from the first wave after the workshops on.

    `fill` is the later score of the lost of the cohort's schools, and of those still waiting.
    """
    cohorts = np.unique(people.first[people.first != NEVER]).tolist()
    made = [
        _cell(people, cohort, wave, min_schools, fill, to_the_end=to_the_end)
        for cohort in cohorts
        if cohort > 0
        for wave in range(cohort, people.score.shape[1])
    ]
    return [cell for cell in made if not cell.reason]


def _cell(
    people: PeopleTable,
    cohort: int,
    wave: int,
    min_schools: int,
    fill: tuple[float, float] | None,
    *,
    to_the_end: bool,
) -> Cell:
    before, after = people.score[:, cohort - 1], people.score[:, wave]
    home = people.school[:, cohort - 1]
    in_cohort = people.first == cohort
    if fill is not None:
        after = np.where(np.isnan(after), np.where(in_cohort[home], *fill), after)
    known = np.isfinite(before) & np.isfinite(after)
    n = np.bincount(home[known], minlength=people.n_schools).astype(np.float64)
    total = np.bincount(home[known], (after - before)[known], minlength=people.n_schools)
    waits = waiting_at(people.first, cohort, wave, to_the_end=to_the_end)
    school = np.flatnonzero((n > 0) & (in_cohort | waits))
    treated = in_cohort[school]
    if people.by_school is not None:
        weight = people.by_school[school]
    else:
        weight = np.ones(school.size) if people.equal else n[school]
    return Cell(
        cohort=cohort,
        wave=wave,
        school=school,
        cluster=people.cluster[school],
        change=total[school] / n[school],
        treated=treated,
        weight=weight,
        reason=refuse_cell(treated, people.cluster[school], min_schools),
    )
