"""Least squares with optional weights and school fixed effects, in orthonormal coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg

from impact_eval.estimators.inputs import Codes, Floats, sums

RANK_TOLERANCE = 1e-10
# with so many columns, scipy's decomposition takes a third of the time of numpy's
WIDE = 8


@dataclass(frozen=True, slots=True)
class LinearFit:
    """A least-squares fit; `basis` Z spans the (school-demeaned) design with Z'WZ = I.

    `triangle` is R in X = Z R, so the coefficients are R^-1 Z'W y. `school` and `school_weight`
    (the sum of weights of each school) are None without school fixed effects.
    """

    basis: Floats
    triangle: Floats
    coefficients: Floats
    residuals: Floats
    weights: Floats | None
    school: Codes | None
    school_weight: Floats | None


def demean(values: Floats, school: Codes, weights: Floats, school_weight: Floats) -> Floats:
    """Subtract each school's weighted mean; the school fixed effects are thereby absorbed."""
    means = sums(values * weights, school, school_weight.size) / school_weight
    return values - means[school]


NOT_IDENTIFIED: Final = (
    "these answers cannot tell it apart from the rest of the model: something that it needs does "
    "not vary, or only together with something else (a wave or group without answers, an "
    "adjustment that repeats another); answers there, or one adjustment less, would help"
)


def fit_linear(
    y: Floats, design: Floats, *, weights: Floats | None, school: Codes | None
) -> LinearFit | None:
    """Fit y on the design, or return None where the design does not identify all coefficients."""
    n, p = design.shape
    root = None if weights is None else np.sqrt(weights)
    scaled = _scaled(design, root)
    norms = np.sqrt(np.einsum("ij,ij->j", scaled, scaled))
    school_weight = None
    if school is not None:
        ones = np.ones(n) if weights is None else weights
        school_weight = sums(ones, school, int(school.max()) + 1)
        y = demean(y, school, ones, school_weight)
        design = np.column_stack(
            [demean(design[:, k], school, ones, school_weight) for k in range(p)]
        )
    if n < p:
        return None
    orthonormal, triangle = _orthonormalise(_scaled(design, root))
    if (np.abs(np.diag(triangle)) <= RANK_TOLERANCE * norms).any():
        return None
    # einsum, because BLAS would share so short a product among threads, which costs more.
    projected = np.einsum("ij,i->j", orthonormal, y if root is None else root * y)
    basis = orthonormal if root is None else orthonormal / root[:, None]
    return LinearFit(
        basis=basis,
        triangle=triangle,
        coefficients=np.linalg.solve(triangle, projected),
        residuals=y - np.einsum("ij,j->i", basis, projected),
        weights=weights,
        school=school,
        school_weight=school_weight,
    )


def _orthonormalise(columns: Floats) -> tuple[Floats, Floats]:
    if columns.shape[1] < WIDE:
        return np.linalg.qr(columns)
    orthonormal, triangle = linalg.qr(
        np.array(columns, order="F"), mode="economic", overwrite_a=True, check_finite=False
    )
    return np.asarray(orthonormal, np.float64), np.asarray(triangle, np.float64)


def _scaled(design: Floats, root: Floats | None) -> Floats:
    return design if root is None else design * root[:, None]
