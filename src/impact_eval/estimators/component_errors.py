"""How exactly the pooled variance components are known: the covariance of their estimates."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.inputs import Codes, Floats, sums
from impact_eval.estimators.school_rows import SchoolRows

PAIRS = ((0, 0), (1, 1), (0, 1))
HALF_WEIGHT = 10.0
TINY = 1e-12


def pair_weights(n: Codes, home: Codes, n_schools: int, s: int, t: int) -> tuple[Floats, Floats]:
    """Weigh workshops by n / (n + 10), for two waves by the root of the product; sum by school.

    A mean of one or two people says little of its workshop, however many such means there are.
    Whatever the weights, the estimates are without bias, and with equal workshops they drop out.
    """
    share = n / (n + HALF_WEIGHT)
    weight = np.sqrt(share[:, s] * share[:, t])
    return weight, sums(weight, home, n_schools)


def component_errors(rows: SchoolRows, person: Floats, workshop: Floats) -> Floats:
    """Return the covariance of the six components' estimates, for normal scores.

    Shape (6, 6): person pre, post and covariance, then the workshop's three. The workshops' sums of
    products are quadratic forms of means, Cov(x'Mx, x'Nx) = 2 tr(M S N S); what people alone give
    is taken off them, so their errors hang together with those of the people.
    """
    together = np.zeros((6, 6))
    together[:3, :3] = _of_people(rows, person)
    if rows.has_workshops:
        own, taken_off = _of_workshops(rows, person, workshop)
        together[3:, 3:] = own
        derive = np.eye(6)
        derive[3:, :3] = -np.diag(taken_off)
        together = derive @ together @ derive.T
    return together


def _of_people(rows: SchoolRows, person: Floats) -> Floats:
    """Compute the covariance of a Wishart matrix; its product rests on the linked alone."""
    freedom = np.maximum(np.maximum(rows.n_of_cells, 1) - 1, 0).sum(axis=0).astype(float)
    (a, c), (_, b) = person
    linked = float(max(rows.linked_of_cells.sum() - (rows.linked_of_cells > 0).sum(), 1))
    pre, post = np.maximum(freedom, 1)
    both = 2 * c**2 * linked / (pre * post)
    with_pre, with_post = 2 * a * c / pre, 2 * b * c / post
    return np.array(
        [
            [2 * a**2 / pre, both, with_pre],
            [both, 2 * b**2 / post, with_post],
            [with_pre, with_post, (a * b + c**2) / linked if rows.pre_row.size else 0.0],
        ]
    )


def _of_workshops(rows: SchoolRows, person: Floats, workshop: Floats) -> tuple[Floats, Floats]:
    """Compute the covariance of the mean products, and what of the people's is in each.

    x'Mx sums weighted products around a school's weighted means: M = diag(u) - u u' / sum(u).
    """
    n, home, schools = rows.n_of_cells, rows.school_of_cell, rows.labels.size
    sigma, noise = _cells(rows, person, workshop)
    weight, total = np.zeros((n.shape[0], 3)), np.full((n.shape[0], 3), 1.0)
    for i, (s, t) in enumerate(PAIRS):
        weight[:, i], of_school = pair_weights(n, home, schools, s, t)
        total[:, i] = np.maximum(of_school, TINY)[home]
    left = weight * (1 - weight / total)
    known = np.maximum(left.sum(axis=0), TINY)
    found = np.zeros((3, 3))
    for i, (s, t) in enumerate(PAIRS):
        for j, (u, v) in enumerate(PAIRS):
            apart = weight[:, i] * weight[:, j] / np.sqrt(total[:, i] * total[:, j])
            own = left[:, i] * left[:, j] - apart**2
            for first, second in (((s, u), (t, v)), ((s, v), (t, u))):
                x, y = sigma[:, *first], sigma[:, *second]
                found[i, j] += float(own @ (x * y)) + float(
                    sums(apart * x, home, schools) @ sums(apart * y, home, schools)
                )
    return found / np.outer(known, known), (left * noise).sum(axis=0) / known


def _cells(rows: SchoolRows, person: Floats, workshop: Floats) -> tuple[Floats, Floats]:
    """Compute the covariances of each cell's means, and what one unit of people's gives to them."""
    n = np.maximum(rows.n_of_cells, 1)
    noise = np.column_stack([1 / n[:, 0], 1 / n[:, 1], rows.linked_of_cells / (n[:, 0] * n[:, 1])])
    sigma = np.empty((n.shape[0], 2, 2))
    for t in (0, 1):
        sigma[:, t, t] = max(workshop[t, t], 0.0) + person[t, t] * noise[:, t]
    most = np.sqrt(sigma[:, 0, 0] * sigma[:, 1, 1])
    product = np.clip(workshop[0, 1] + person[0, 1] * noise[:, 2], -most, most)
    sigma[:, 0, 1] = sigma[:, 1, 0] = product
    return sigma, noise
