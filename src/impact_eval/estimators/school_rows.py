"""Rows of a survey arranged by school, workshop and wave, with the links between waves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    Labels,
    check_length,
    counts,
    read_codes,
    read_scores,
    read_zero_one,
    sums,
)
from impact_eval.estimators.school_weights import in_both_waves


@dataclass(frozen=True, slots=True)
class SchoolRows:
    """Rows of the schools seen in both waves; a cell is a workshop, or a school without workshops.

    Arrays by cell or school have one column a wave; `pre_row` and `post_row` pair the linked.
    """

    score: Floats
    wave: Codes
    cell: Codes
    labels: Labels
    school_of_cell: Codes
    n_of_cells: Codes
    means_of_cells: Floats
    n_of_schools: Codes
    means_of_schools: Floats
    workshops_of_schools: Codes
    pre_row: Codes
    post_row: Codes
    linked_of_cells: Codes
    linked_of_schools: Codes
    has_workshops: bool
    links_known: bool


def read_school_rows(
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    workshop: ArrayLike | None,
    respondent: ArrayLike | None,
) -> SchoolRows:
    """Check the arrays and arrange them; schools seen in one wave are left out."""
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    schools, labels = read_codes(school, "school", scores.size)
    shops = schools if workshop is None else read_codes(workshop, "workshop", scores.size)[0]
    people = None if respondent is None else _read_people(respondent, schools, waves)
    both = in_both_waves(waves, schools, labels.size)
    kept = both[schools]
    scores, waves, shops = scores[kept], waves[kept], shops[kept]
    schools = (np.cumsum(both) - 1)[schools[kept]]
    cell, _ = read_codes(schools * (int(shops.max(initial=0)) + 1) + shops, "workshop", scores.size)
    n_cells, n_schools = int(cell.max(initial=-1)) + 1, int(both.sum())
    school_of_cell = np.zeros(n_cells, np.intp)
    school_of_cell[cell] = schools
    n_of_cells, means_of_cells = _by_wave(scores, waves, cell, n_cells)
    n_of_schools, means_of_schools = _by_wave(scores, waves, schools, n_schools)
    pre_row, post_row = _pairs(people[kept], schools, waves) if people is not None else _no_pairs()
    same = cell[pre_row] == cell[post_row]
    shops_of_schools = counts(school_of_cell, n_schools)
    return SchoolRows(
        score=scores,
        wave=waves,
        cell=cell,
        labels=labels[both],
        school_of_cell=school_of_cell,
        n_of_cells=n_of_cells,
        means_of_cells=means_of_cells,
        n_of_schools=n_of_schools,
        means_of_schools=means_of_schools,
        workshops_of_schools=shops_of_schools if workshop is not None else 0 * shops_of_schools,
        pre_row=pre_row,
        post_row=post_row,
        linked_of_cells=counts(cell[pre_row][same], n_cells),
        linked_of_schools=counts(schools[pre_row], n_schools),
        has_workshops=workshop is not None,
        links_known=respondent is not None,
    )


def _by_wave(scores: Floats, waves: Codes, codes: Codes, n_codes: int) -> tuple[Codes, Floats]:
    """Count and average the scores of each code and wave, shape (n_codes, 2); 0 where empty."""
    place = 2 * codes + waves
    n = counts(place, 2 * n_codes)
    means = sums(scores, place, 2 * n_codes) / np.maximum(n, 1)
    return n.reshape(n_codes, 2), means.reshape(n_codes, 2)


def _read_people(respondent: ArrayLike, schools: Codes, waves: Codes) -> Codes:
    """Code people within schools, -1 where unknown; nobody answers twice in a wave."""
    given = np.asarray(respondent)
    check_length(given, "respondent", schools.size)
    codes = pd.factorize(given, use_na_sentinel=True)[0].astype(np.intp)
    known = codes >= 0
    place = 2 * (codes * (int(schools.max(initial=0)) + 1) + schools) + waves
    if pd.unique(place[known]).size < np.count_nonzero(known):
        raise EstimatorCallError("a `respondent` occurs twice in one wave of a school")
    return codes


def _pairs(people: Codes, schools: Codes, waves: Codes) -> tuple[Codes, Codes]:
    """Find the rows of people with a row in each wave of their school."""
    rows = np.flatnonzero(people >= 0)
    order = rows[np.lexsort((waves[rows], schools[rows], people[rows]))]
    first, second = order[:-1], order[1:]
    linked = (people[first] == people[second]) & (schools[first] == schools[second])
    return first[linked], second[linked]


def _no_pairs() -> tuple[Codes, Codes]:
    return np.zeros(0, np.intp), np.zeros(0, np.intp)
