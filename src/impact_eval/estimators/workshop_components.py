"""Variances of people within workshops and of workshops within schools, pooled over schools."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from impact_eval.estimators.component_errors import (
    PAIRS,
    TINY,
    component_errors,
    pair_weights,
)
from impact_eval.estimators.inputs import Codes, Floats, counts, sums
from impact_eval.estimators.school_rows import SchoolRows


@dataclass(frozen=True, slots=True)
class PooledComponents:
    """Variances and pre-post covariances within schools, in squared score points.

    `person_*` are of people within a workshop, `workshop_*` of workshops within a school; these may
    be estimated as negative. `df` are those of the workshops' changes; 0 where no school has two
    workshops, and the workshop terms are then nan. Where workshops are not given those terms
    are 0 and `df` are the people's. `links_known` tells whether people were linked between waves.
    `errors` is the covariance of the six estimates, shape (6, 6) in the order given here.
    """

    person_pre: float
    person_post: float
    person_covariance: float
    workshop_pre: float
    workshop_post: float
    workshop_covariance: float
    df: float
    links_known: bool
    errors: Floats = field(repr=False, compare=False)

    @property
    def values(self) -> Floats:
        """The six components, shape (6,)."""
        people = self.person_pre, self.person_post, self.person_covariance
        return np.array([*people, self.workshop_pre, self.workshop_post, self.workshop_covariance])


def estimate_components(rows: SchoolRows) -> PooledComponents:
    """Estimate the components by the method of moments."""
    n = rows.n_of_cells
    deviation = rows.score - rows.means_of_cells[rows.cell, rows.wave]
    person = np.zeros((2, 2))
    for t in (0, 1):
        freedom = int((np.maximum(n[:, t], 1) - 1).sum())
        here = deviation[rows.wave == t]
        person[t, t] = float(here @ here) / freedom if freedom else 0.0
    person[0, 1] = person[1, 0] = _person_covariance(rows, deviation)
    if not rows.has_workshops:
        values = person[0, 0], person[1, 1], person[0, 1], 0.0, 0.0, 0.0
        df = float(np.maximum(n - 1, 0).sum())
        errors = component_errors(rows, person, np.zeros((2, 2)))
        return PooledComponents(*values, df=df, links_known=rows.links_known, errors=errors)
    workshop, df_workshops = _workshop_covariance(rows, person)
    return PooledComponents(
        person[0, 0], person[1, 1], person[0, 1],
        workshop[0, 0], workshop[1, 1], workshop[0, 1],
        df=df_workshops, links_known=rows.links_known,
        errors=component_errors(rows, person, workshop),
    )  # fmt: skip


def _person_covariance(rows: SchoolRows, deviation: Floats) -> float:
    """Average the products of linked people's deviations, corrected for their cells' means."""
    if rows.pre_row.size == 0:
        return 0.0
    before, after = rows.cell[rows.pre_row], rows.cell[rows.post_row]
    n0, n1 = rows.n_of_cells[before, 0], rows.n_of_cells[after, 1]
    pair = before * rows.n_of_cells.shape[0] + after
    _, place, size = np.unique(pair, return_inverse=True, return_counts=True)
    expected = (1 - 1 / n0 - 1 / n1 + size[place] / (n0 * n1)).sum()
    product = float(deviation[rows.pre_row] @ deviation[rows.post_row])
    return product / float(expected) if expected > 1e-9 else 0.0


def _workshop_covariance(rows: SchoolRows, person: Floats) -> tuple[Floats, float]:
    """Estimate the 2 x 2 covariance of workshops within schools, and its degrees of freedom."""
    covariance = np.full((2, 2), np.nan)
    dfs = []
    for s, t in PAIRS:
        cells = np.flatnonzero((rows.n_of_cells[:, s] > 0) & (rows.n_of_cells[:, t] > 0))
        home, n_schools = rows.school_of_cell[cells], rows.labels.size
        k = counts(home, n_schools)
        dfs.append(float(np.maximum(k - 1, 0).sum()))
        if dfs[-1] == 0:
            continue
        weight, of_school = pair_weights(rows.n_of_cells[cells], home, n_schools, s, t)
        first, second = (
            _centred(rows.means_of_cells[cells, u], weight, home, of_school) for u in (s, t)
        )
        left = weight * (1 - weight / of_school[home])
        noise = _person_noise(rows, person, s, t)[cells]
        products = float(first @ (weight * second)) - float(left @ noise)
        covariance[s, t] = covariance[t, s] = products / float(left.sum())
    if dfs[2] == 0:
        covariance[0, 1] = covariance[1, 0] = 0.0
    if np.isnan(covariance).any():
        return np.full((2, 2), np.nan), 0.0
    return covariance, dfs[2] if dfs[2] > 0 else min(dfs[0], dfs[1])


def _person_noise(rows: SchoolRows, person: Floats, s: int, t: int) -> Floats:
    """Compute the covariance that people alone give to a workshop's means of waves s and t."""
    n = np.maximum(rows.n_of_cells, 1)
    if s == t:
        return np.asarray(person[s, s] / n[:, s])
    return np.asarray(person[0, 1] * rows.linked_of_cells / (n[:, 0] * n[:, 1]))


def _centred(values: Floats, weight: Floats, home: Codes, of_school: Floats) -> Floats:
    means = sums(weight * values, home, of_school.size) / np.maximum(of_school, TINY)
    return np.asarray(values - means[home])
