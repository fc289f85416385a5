"""Each cluster's cross-products of the few columns of the design that its rows touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from impact_eval.estimators.inputs import Codes, Floats, lies_within, sums
from impact_eval.estimators.linear_model import LinearFit

BATCH_NUMBERS = 4_000_000
# with so many columns, of clusters of so many rows, one matrix product a cluster is faster
WIDE, LONG = 8, 32


@dataclass(frozen=True, slots=True)
class Batch:
    """Clusters that touch equally many schools, so that their matrices can be stacked.

    `columns` has shape (c, k): which columns of the whole design U a cluster touches. `design` is
    U_g'W^m U_g, shape (c, k, k), and `residual` U_g'W^m e_g, shape (c, k), one for each power m.
    """

    clusters: Codes
    columns: Codes
    design: list[Floats]
    residual: list[Floats]


@dataclass(frozen=True, slots=True)
class ClusterProducts:
    """Sums over the rows of each cluster, and of each cell: a cluster's rows of one school.

    The columns of U are the schools' (1 / `school_root` in a school's rows) and the p of the basis;
    U'WU = I. For each power m of the weights (0; or 0, 1 and 2) `inner` holds the sums of W^m z z'
    by cluster, where z is a row of the basis with its residual, and `cell_sums` those of W^m (1, z)
    by cell, divided by the school's root.
    """

    n_clusters: int
    p: int
    school_root: Floats
    cell_cluster: Codes
    cell_school: Codes
    inner: list[Floats]
    cell_sums: list[Floats]

    def batches(self) -> Iterator[Batch]:
        """Yield all clusters, in stacks of limited size."""
        touched = np.bincount(self.cell_cluster, minlength=self.n_clusters)
        first = np.cumsum(touched) - touched
        tail = self.school_root.size + np.arange(self.p)
        for n_schools in np.unique(touched):
            clusters = np.flatnonzero(touched == n_schools)
            numbers = clusters.size * (n_schools + self.p) ** 2
            for some in np.array_split(clusters, min(clusters.size, 1 + numbers // BATCH_NUMBERS)):
                cells = first[some][:, None] + np.arange(n_schools)
                schools = self.cell_school[cells]
                ends = np.broadcast_to(tail, (some.size, self.p))
                root = self.school_root[schools]
                whole = [
                    bordered(shared[cells, 0] / root, shared[cells, 1:], inner[some])
                    for shared, inner in zip(self.cell_sums, self.inner, strict=True)
                ]
                yield Batch(
                    clusters=some,
                    columns=np.concatenate([schools, ends], axis=1),
                    design=[matrix[:, :-1, :-1] for matrix in whole],
                    residual=[matrix[:, :-1, -1] for matrix in whole],
                )

    def whole_design(self, power: int) -> tuple[Floats, Floats, Floats]:
        """Return U'W^m U as its diagonal over schools, its border and its corner."""
        n_schools, cells = self.school_root.size, self.cell_sums[power]
        by_school = [sums(cells[:, k], self.cell_school, n_schools) for k in range(self.p + 1)]
        corner = self.inner[power].sum(axis=0)[:-1, :-1]
        return by_school[0] / self.school_root, np.column_stack(by_school[1:]), corner


def cluster_products(fit: LinearFit, cluster: Codes) -> ClusterProducts:
    """Sum up the rows; schools keep their columns only where absorbing them changes the answer."""
    n_clusters = int(cluster.max()) + 1
    values = np.vstack([fit.basis.T, fit.residuals])
    powers = [None] if fit.weights is None else [None, fit.weights, fit.weights**2]
    inner = [_sums_of_products(values, power, cluster, n_clusters) for power in powers]
    absorbed = fit.weights is None and fit.school is not None and lies_within(fit.school, cluster)
    if fit.school is None or fit.school_weight is None or absorbed:
        root, none = np.empty(0), np.empty(0, dtype=np.intp)
        cells = [np.empty((0, values.shape[0] + 1)) for _ in powers]
        return ClusterProducts(n_clusters, fit.basis.shape[1], root, none, none, inner, cells)
    root = np.sqrt(fit.school_weight)
    cell, pairs = pd.factorize(cluster * root.size + fit.school, sort=True)
    school = np.asarray(pairs) % root.size
    return ClusterProducts(
        n_clusters=n_clusters,
        p=fit.basis.shape[1],
        school_root=root,
        cell_cluster=np.asarray(pairs) // root.size,
        cell_school=school,
        inner=inner,
        cell_sums=[_cell_sums(values, power, cell, root[school]) for power in powers],
    )


def bordered(diagonal: Floats, border: Floats, corner: Floats) -> Floats:
    """Stack symmetric matrices of a diagonal (c, j), a border (c, j, q) and a corner (c, q, q)."""
    count, j, q = border.shape
    matrix = np.zeros((count, j + q, j + q))
    place = np.arange(j)
    matrix[:, place, place] = diagonal
    matrix[:, :j, j:] = border
    matrix[:, j:, :j] = np.swapaxes(border, 1, 2)
    matrix[:, j:, j:] = corner
    return matrix


def _sums_of_products(values: Floats, weights: Floats | None, codes: Codes, n: int) -> Floats:
    """Add up the outer products of the columns of `values`, shape (q, rows), by code."""
    q = values.shape[0]
    if q >= WIDE and codes.size >= LONG * n:
        return _products_by_cluster(values, weights, codes, n)
    products = np.empty((n, q, q))
    for i in range(q):
        left = values[i] if weights is None else values[i] * weights
        for j in range(i, q):
            products[:, i, j] = products[:, j, i] = sums(left * values[j], codes, n)
    return products


def _products_by_cluster(values: Floats, weights: Floats | None, codes: Codes, n: int) -> Floats:
    """Do the same with the rows of each cluster together."""
    # numpy sorts short integers by their digits, several times as fast
    order = np.argsort(codes.astype(np.min_scalar_type(n)), kind="stable")
    right = values[:, order]
    left = right if weights is None else right * weights[order]
    ends = np.cumsum(np.bincount(codes, minlength=n))
    starts = np.concatenate([[0], ends[:-1]])
    products = np.stack([left[:, a:b] @ right[:, a:b].T for a, b in zip(starts, ends, strict=True)])
    return np.asarray((products + np.swapaxes(products, 1, 2)) / 2)


def _cell_sums(values: Floats, weights: Floats | None, cell: Codes, root: Floats) -> Floats:
    """Add up W^m (1, values) by cell, over the root of the cell's school."""
    rows = [np.ones(cell.size), *values] if weights is None else [weights, *(values * weights)]
    return np.column_stack([sums(row, cell, root.size) / root for row in rows])
