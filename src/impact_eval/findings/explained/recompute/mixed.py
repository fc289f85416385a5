"""A mixed model a second time: the restricted likelihood written out and searched plainly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg, optimize

from impact_eval.findings.data.arms import PROGRAMME
from impact_eval.findings.explained.behind import Behind

Floats = NDArray[np.float64]

START = (0.4, 0.05, 0.2)  # of each grouping: root of a covariance, relative to the residual's
START_PERSON = 0.8
SEARCHES = 2  # the second begins with fresh curvature where the first stopped


@dataclass(frozen=True)
class _Products:
    """Cross-products of all columns: over rows, and over sums of each person's rows.

    Columns are those of the groups, then of the means, then the scores.
    """

    rows: Floats
    persons: dict[int, tuple[int, Floats]]
    groups: tuple[int, ...]
    n: int
    n_fixed: int


def modelled(behind: Behind) -> dict[str, float]:
    """Search for the maximum of the restricted likelihood, and give the change and its error."""
    forms = behind.forms.assign(later=behind.forms["wave"] == behind.row["wave_to"])
    waves = forms.groupby("school")["later"].transform("nunique")
    forms = forms[waves == 2]
    sides = behind.row["quantity"] == "modelled_effect"
    spread = float(forms["value"].std(ddof=0))
    products = _products(forms, spread, sides=sides)
    start = np.array(START * len(products.groups) + (START_PERSON,) * (2 in products.persons))

    def minus_twice(root: Floats) -> float:
        return _solved(products, root)[0]

    for _ in range(SEARCHES):
        start = optimize.minimize(minus_twice, start, method="BFGS", options={"gtol": 1e-4}).x
    _, fixed, covariance = _solved(products, start)
    return {
        "estimate": float(fixed[-1]) * spread,
        "std_error": float(np.sqrt(covariance[-1, -1])) * spread,
    }


def _products(forms: pd.DataFrame, spread: float, *, sides: bool) -> _Products:
    later = forms["later"].to_numpy(dtype=float)
    own = [pd.get_dummies(forms["cluster"]).to_numpy(dtype=float)]
    if forms["school"].nunique() > forms["cluster"].nunique():
        own.append(pd.get_dummies(forms["school"]).to_numpy(dtype=float))
    side = (forms["group"] == PROGRAMME).to_numpy(dtype=float)
    means = [np.ones(len(forms)), later]
    means = [means[0], side, later, later * side] if sides else means
    score = (forms["value"] - forms["value"].mean()) / spread
    columns = [np.column_stack([one, later[:, None] * one]) for one in own]
    table = np.column_stack([*columns, *means, score])
    person = forms["person"].where(forms["person"] != "", forms["submission_id"].astype(str) + "#")
    codes, _ = pd.factorize(person)
    sums = pd.DataFrame(table).groupby(codes).sum().to_numpy()
    size = np.bincount(codes)
    persons = {
        int(number): (int((size == number).sum()), _square(sums[size == number]))
        for number in np.unique(size)
    }
    groups = tuple(one.shape[1] for one in own)
    return _Products(_square(table), persons, groups, len(forms), len(means))


def _solved(products: _Products, root: Floats) -> tuple[float, Floats, Floats]:
    """Return -2 log restricted likelihood but for a constant, the means and their covariance.

    Bates et al. (2015), equations 40 to 42, with persons' intercepts swept out first.
    """
    person = float(root[3 * len(products.groups)]) ** 2 if 2 in products.persons else 0.0
    swept, determinant = products.rows.copy(), 0.0
    for number, (persons, square) in products.persons.items():
        swept -= person / (1 + number * person) * square
        determinant += persons * float(np.log1p(number * person))
    q, p = swept.shape[0] - products.n_fixed - 1, products.n_fixed
    scaled = _scaled(_scaled(swept, products.groups, root).T, products.groups, root)
    inner = linalg.cholesky(scaled[:q, :q] + np.eye(q), lower=True, check_finite=False)
    outer = linalg.solve_triangular(inner, scaled[:q, q:], lower=True, check_finite=False)
    rest = swept[q:, q:] - outer.T @ outer
    fixed: Floats = np.linalg.solve(rest[:p, :p], rest[:p, p]).astype(np.float64)
    residual = float(rest[p, p] - rest[p, :p] @ fixed)
    free = products.n - p
    determinant += 2 * float(np.log(np.diag(inner)).sum())
    determinant += float(np.linalg.slogdet(rest[:p, :p])[1])
    covariance = np.linalg.inv(rest[:p, :p]) * residual / free
    return determinant + free * float(np.log(residual)), fixed, covariance


def _scaled(square: Floats, groups: tuple[int, ...], root: Floats) -> Floats:
    """Multiply the groups' rows by the transposed roots of their covariances."""
    made, place = square.copy(), 0
    for size, (first, cross, second) in zip(
        groups, root[: 3 * len(groups)].reshape(-1, 3), strict=True
    ):
        level, change = (slice(place + k * size, place + (k + 1) * size) for k in (0, 1))
        made[level] = first * square[level] + cross * square[change]
        made[change] = second * square[change]
        place += 2 * size
    return made


def _square(table: Floats) -> Floats:
    return np.asarray(table.T @ table)
