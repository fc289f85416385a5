"""The CR2 variance of a contrast and its degrees of freedom, from parts of low rank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from impact_eval.estimators.inputs import Codes, Floats, lies_within, sums
from impact_eval.estimators.linear_model import LinearFit

EIGENVALUE_TOLERANCE = 1e-10


def cr2_variance(fit: LinearFit, cluster: Codes, contrast: Floats) -> tuple[float, float]:
    """Return the CR2 variance of a contrast of the coefficients and its Satterthwaite df."""
    model = _working_model(fit, cluster)
    direction = np.linalg.solve(fit.triangle.T, contrast)
    variance, diagonal, entries = 0.0, [], []
    for rows, basis, columns in _clusters(model, cluster):
        weights = np.ones(rows.size) if model.weights is None else model.weights[rows]
        target = basis[:, basis.shape[1] - direction.size :] @ direction
        adjusted = _adjust(basis, weights, model, columns, weights * target)
        variance += float(adjusted @ model.residuals[rows]) ** 2
        diagonal.append(float(adjusted @ adjusted))
        entries.append((columns, basis.T @ adjusted, basis.T @ (weights * adjusted)))
    return variance, _satterthwaite(np.array(diagonal), entries, model)


@dataclass(frozen=True, slots=True)
class _WorkingModel:
    """What the clusters share. Columns 0 to s-1 are schools, the last p those of the basis."""

    basis: Floats
    residuals: Floats
    weights: Floats | None
    school: Codes | None
    school_root: Floats
    meat: sparse.csr_array | None


def _working_model(fit: LinearFit, cluster: Codes) -> _WorkingModel:
    """Keep the schools' columns only where absorbing them would change the answer."""
    absorbed = fit.school is None or (fit.weights is None and lies_within(fit.school, cluster))
    school = None if absorbed else fit.school
    root = np.sqrt(fit.school_weight) if fit.school_weight is not None else np.empty(0)
    if school is None:
        root = np.empty(0)
    meat = None if fit.weights is None else _meat(fit.basis, fit.weights, school, root)
    return _WorkingModel(fit.basis, fit.residuals, fit.weights, school, root, meat)


def _meat(basis: Floats, weights: Floats, school: Codes | None, root: Floats) -> sparse.csr_array:
    """Compute U'W^2U of the whole design U, whose columns satisfy U'WU = I."""
    squared = weights**2
    corner = basis.T @ (squared[:, None] * basis)
    if school is None:
        return sparse.csr_array(corner)
    diagonal = sums(squared, school, root.size) / root**2
    side = np.column_stack(
        [sums(squared * basis[:, k], school, root.size) / root for k in range(basis.shape[1])]
    )
    middle = sparse.csr_array(sparse.diags_array(diagonal))
    upper = sparse.hstack([middle, sparse.csr_array(side)])
    lower = sparse.hstack([sparse.csr_array(side.T), sparse.csr_array(corner)])
    return sparse.csr_array(sparse.vstack([upper, lower]))


def _clusters(model: _WorkingModel, cluster: Codes) -> Iterator[tuple[Codes, Floats, Codes]]:
    """Yield each cluster's rows, its part of the design and the columns which that part touches."""
    order = np.argsort(cluster, kind="stable")
    ends = np.cumsum(np.bincount(cluster))
    n_schools, p = model.school_root.size, model.basis.shape[1]
    tail = np.arange(n_schools, n_schools + p)
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        rows = order[start:end]
        if model.school is None:
            yield rows, model.basis[rows], tail
            continue
        touched, place = np.unique(model.school[rows], return_inverse=True)
        dummies = np.zeros((rows.size, touched.size))
        dummies[np.arange(rows.size), place] = 1 / model.school_root[touched[place]]
        yield rows, np.hstack([dummies, model.basis[rows]]), np.concatenate([touched, tail])


def _adjust(
    basis: Floats, weights: Floats, model: _WorkingModel, columns: Codes, vector: Floats
) -> Floats:
    """Multiply a vector by A_g = B_g^(+1/2), where B_g is the identity plus a low rank."""
    size = columns.size
    if model.meat is None:
        span, kernel = basis, -np.eye(size)
    else:
        span = np.hstack([basis, weights[:, None] * basis])
        inner = model.meat[columns][:, columns].toarray()
        kernel = np.block([[inner, -np.eye(size)], [-np.eye(size), np.zeros((size, size))]])
    orthonormal, triangle = np.linalg.qr(span)
    small = np.eye(triangle.shape[0]) + triangle @ kernel @ triangle.T
    values, vectors = np.linalg.eigh((small + small.T) / 2)
    kept = values > EIGENVALUE_TOLERANCE
    powers = np.where(kept, np.where(kept, values, 1.0) ** -0.5, 0.0)
    inside = orthonormal.T @ vector
    changed = vectors @ (powers * (vectors.T @ inside)) - inside
    return np.asarray(vector + orthonormal @ changed, dtype=np.float64)


def _satterthwaite(
    diagonal: Floats, entries: list[tuple[Codes, Floats, Floats]], model: _WorkingModel
) -> float:
    """Compute (tr P)^2 / tr(P P) from P = diag(d) + L K L', without forming P."""
    width = model.school_root.size + model.basis.shape[1]
    factor = _stack([(columns, a) for columns, a, _ in entries], width)
    identity = sparse.csr_array(sparse.eye_array(width))
    kernel = -identity
    if model.meat is not None:
        weighted = _stack([(columns, b) for columns, _, b in entries], width)
        factor = sparse.csr_array(sparse.hstack([factor, weighted]))
        upper = sparse.hstack([model.meat, -identity])
        lower = sparse.hstack([-identity, 0 * identity])
        kernel = sparse.csr_array(sparse.vstack([upper, lower]))
    product = sparse.csr_array(factor @ kernel)
    own = np.asarray(product.multiply(factor).sum(axis=1)).ravel()
    square = sparse.csr_array(kernel @ (factor.T @ factor))
    trace_of_square = (diagonal**2 + 2 * diagonal * own).sum() + square.multiply(square.T).sum()
    trace = float((diagonal + own).sum())
    return trace**2 / float(trace_of_square) if trace_of_square > 0 else 0.0


def _stack(rows: list[tuple[Codes, Floats]], width: int) -> sparse.csr_array:
    """Put short rows with known column numbers into one sparse matrix."""
    lengths = [columns.size for columns, _ in rows]
    indices = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([entries for _, entries in rows])
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_array((values, indices, pointers), shape=(len(rows), width))
