"""The CR2 variance of a contrast and its degrees of freedom, from clusters' cross-products."""

from __future__ import annotations

from itertools import product
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from impact_eval.estimators.cluster_products import (
    Batch,
    ClusterProducts,
    bordered,
    cluster_products,
)
from impact_eval.estimators.inputs import Codes, Floats
from impact_eval.estimators.linear_model import LinearFit

EIGENVALUE_TOLERANCE = 1e-10
RANK_TOLERANCE = 1e-15
# up to so many multiplications a dense product takes less time than the upkeep of sparse ones
FEW_PRODUCTS = 2_000_000

Bordered: TypeAlias = tuple[Floats, Floats, Floats]
Matrix: TypeAlias = Floats | sparse.csr_array


def cr2_variance(fit: LinearFit, cluster: Codes, contrast: Floats) -> tuple[float, float]:
    """Return the CR2 variance of a contrast of the coefficients and its Satterthwaite df.

    A cluster adds (a_g'e_g)^2 with a_g = A_g W_g U_g d. Its B_g = I + T_g K_g T_g', where T_g is
    [U_g, W_g U_g], or U_g without weights. So a_g is T_g times a short vector, and its rows enter
    by T_g'T_g and T_g'e_g only.
    """
    direction = np.linalg.solve(fit.triangle.T, contrast)
    products = cluster_products(fit, cluster)
    meat = None if fit.weights is None else products.whole_design(2)
    variance, squares, entries = 0.0, np.empty(products.n_clusters), []
    for batch in products.batches():
        gram, residual = _span(batch)
        start = np.zeros(gram.shape[1])
        start[-direction.size :] = direction
        short = _adjust(gram, _kernel(batch.columns, meat), start)
        image = (gram @ short[:, :, None])[:, :, 0]
        variance += float(((short * residual).sum(axis=1) ** 2).sum())
        squares[batch.clusters] = (short * image).sum(axis=1)
        entries.append((batch, image))
    kernel, factor = _whole_kernel(meat, products), _factor(entries, products)
    return variance, _satterthwaite(squares, factor, kernel)


def cluster_parts(fit: LinearFit, cluster: Codes, contrasts: Floats) -> tuple[Floats, Floats]:
    """Return what each cluster adds to each of q contrasts, and how these go together.

    The first has shape (q, G) and holds a_sg'e_g; its product with itself is the CR2 matrix of the
    contrasts. The second has shape (q, q, G, G) and holds the covariances of these numbers under
    independent errors of variance one.
    """
    q = contrasts.shape[0]
    products = cluster_products(fit, cluster)
    meat = None if fit.weights is None else products.whole_design(2)
    p, n = products.p, products.n_clusters
    directions = np.linalg.solve(fit.triangle.T, contrasts.T).T
    scores, squares = np.empty((q, n)), np.empty((q, q, n))
    entries: list[list[tuple[Batch, Floats]]] = [[] for _ in range(q)]
    for batch in products.batches():
        gram, residual = _span(batch)
        kernel = _kernel(batch.columns, meat)
        starts = np.zeros((q, gram.shape[1]))
        starts[:, -p:] = directions
        shorts = [_adjust(gram, kernel, start) for start in starts]
        images = [(gram @ short[:, :, None])[:, :, 0] for short in shorts]
        for s in range(q):
            scores[s, batch.clusters] = (shorts[s] * residual).sum(axis=1)
            entries[s].append((batch, images[s]))
            for t in range(q):
                squares[s, t, batch.clusters] = (shorts[s] * images[t]).sum(axis=1)
    whole = _whole_kernel(meat, products)
    factors = [_factor(one, products) for one in entries]
    own = np.empty((q, q, n, n))
    for s, t in product(range(q), repeat=2):
        across: Any = (factors[s] @ whole) @ factors[t].T
        own[s, t] = across if isinstance(across, np.ndarray) else across.toarray()
        own[s, t][np.diag_indices(n)] += squares[s, t]
    return scores, own


def _span(batch: Batch) -> tuple[Floats, Floats]:
    """Compute T_g'T_g and T_g'e_g."""
    if len(batch.design) == 1:
        return batch.design[0], batch.residual[0]
    plain, once, twice = batch.design
    return _block(plain, once, once, twice), np.concatenate(batch.residual[:2], axis=1)


def _kernel(columns: Codes, meat: Bordered | None) -> Floats:
    """Build K_g: -I, or [[U_g'W^2U_g, -I], [-I, 0]] of the whole design's columns in g."""
    identity = np.broadcast_to(np.eye(columns.shape[1]), (*columns.shape, columns.shape[1]))
    if meat is None:
        return -identity
    diagonal, border, corner = meat
    schools = columns[:, : columns.shape[1] - border.shape[1]]
    inner = bordered(diagonal[schools], border[schools], corner)
    return _block(inner, -identity, -identity, np.zeros_like(inner))


def _block(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    upper, lower = np.concatenate([a, b], axis=2), np.concatenate([c, d], axis=2)
    return np.concatenate([upper, lower], axis=1)


def _adjust(gram: Floats, kernel: Floats, start: Floats) -> Floats:
    """Return the s with (I + T K T')^(+1/2) T start = T s, in an orthonormal basis T Q of T's span.

    Columns of T are brought to length one first, so that rank does not depend on their units.
    """
    norms = np.sqrt(np.diagonal(gram, axis1=1, axis2=2))
    scale = np.where(norms > 0, norms, 1.0)
    values, vectors = np.linalg.eigh(gram / (scale[:, :, None] * scale[:, None, :]))
    root = np.sqrt(np.where(values > RANK_TOLERANCE, values, 0.0))
    triangle = root[:, :, None] * np.swapaxes(vectors, 1, 2) * scale[:, None, :]
    small = np.eye(start.size) + triangle @ kernel @ np.swapaxes(triangle, 1, 2)
    eigenvalues, basis = np.linalg.eigh((small + np.swapaxes(small, 1, 2)) / 2)
    kept = eigenvalues > EIGENVALUE_TOLERANCE
    powers = np.where(kept, np.where(kept, eigenvalues, 1.0) ** -0.5, 0.0)
    inside = triangle @ start[:, None]
    changed = basis @ (powers[:, :, None] * (np.swapaxes(basis, 1, 2) @ inside)) - inside
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    back = (vectors @ (inverse[:, :, None] * changed))[:, :, 0] / scale
    return np.asarray(start + back)


def _is_dense(products: ClusterProducts) -> bool:
    """Whether matrices of all clusters and the whole design's columns are so small, or full."""
    n_schools = products.school_root.size
    return n_schools == 0 or products.n_clusters * (n_schools + products.p) ** 2 <= FEW_PRODUCTS


def _whole_kernel(meat: Bordered | None, products: ClusterProducts) -> Matrix:
    """Build K of the whole design, sparse where many schools have columns."""
    n_schools, p = products.school_root.size, products.p
    if _is_dense(products):
        return np.asarray(_kernel(np.arange(n_schools + p)[None], meat)[0])
    identity = sparse.csr_array(sparse.eye_array(n_schools + p))
    if meat is None:
        return -identity
    diagonal = sparse.csr_array(sparse.diags_array(meat[0]))
    border, corner = sparse.csr_array(meat[1]), sparse.csr_array(meat[2])
    ends = sparse.hstack([sparse.csr_array(border.T), corner])
    inner = sparse.vstack([sparse.hstack([diagonal, border]), ends])
    upper, lower = sparse.hstack([inner, -identity]), sparse.hstack([-identity, 0 * identity])
    return sparse.csr_array(sparse.vstack([upper, lower]))


def _factor(entries: list[tuple[Batch, Floats]], products: ClusterProducts) -> Matrix:
    """Put the clusters' short vectors into the places of their columns in [U, WU]."""
    width = products.school_root.size + products.p
    halves = entries[0][1].shape[1] // entries[0][0].columns.shape[1]
    shape = (products.n_clusters, halves * width)
    values, rows, columns = [], [], []
    for batch, image in entries:
        values.append(image.ravel())
        rows.append(np.repeat(batch.clusters, image.shape[1]))
        places = np.concatenate([batch.columns + half * width for half in range(halves)], axis=1)
        columns.append(places.ravel())
    place = (np.concatenate(rows), np.concatenate(columns))
    if not _is_dense(products):
        return sparse.csr_array((np.concatenate(values), place), shape=shape)
    whole = np.zeros(shape)
    whole[place] = np.concatenate(values)
    return whole


def _satterthwaite(squares: Floats, factor: Matrix, kernel: Matrix) -> float:
    """Compute (tr P)^2 / tr(P P) from P = diag(d) + L K L', without forming P."""
    own = ((factor @ kernel) * factor).sum(axis=1)
    product = kernel @ (factor.T @ factor)
    trace_of_square = (squares**2 + 2 * squares * own).sum() + (product * product.T).sum()
    trace = float((squares + own).sum())
    return trace**2 / float(trace_of_square) if trace_of_square > 0 else 0.0
