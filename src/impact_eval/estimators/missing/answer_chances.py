"""Each person's chance of being seen again: a penalised logit with an effect of every school."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import Codes, Floats, read_codes, read_zero_one, sums

MOST_STEPS = 200
LONGEST_STEP = 3.0
# Columns that are nearly alike make whole Fisher steps swing to and fro; halves do not.
WHOLE, HALF, WHOLE_STEPS = 1.0, 0.5, 12
TINY = 1e-300
CLOSE_ENOUGH = 1e-10
SAME_COLUMN = 1e-4  # of a column's variance that is its own, within schools


def answer_chances(answered: ArrayLike, covariates: ArrayLike, school: ArrayLike) -> Floats:
    """Fit each person's chance of answering again on what was known before, and on the school.

    Parameters
    ----------
    answered
        Shape (n,), 1 for who answered again and 0 for who did not.
    covariates
        Shape (n, k), what was known of everybody before, in any units; nothing missing. Columns
        that say nothing within schools, or all but repeat others, are left out. k may be 0.
    school
        Shape (n,), codes; each school has its own level.

    Returns
    -------
    numpy.ndarray
        Shape (n,), chances between 0 and 1, in schools too where everybody or nobody answered.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a covariate is missing, or `answered` is not 0 and 1.

    Notes
    -----
    Maximum likelihood has no answer where a school kept all or none. Firth's penalty, half the log
    determinant of the information, gives one: the score becomes sum_i (y_i - p_i + h_i (1/2 - p_i))
    x_i, with h the diagonal of the weighted hat matrix. A school of n people without covariates
    gets (answered + 1/2) / (n + 1). In R: ``glm(y ~ x + factor(school), binomial, method =
    "brglmFit", type = "AS_mean")`` (brglm2).

    References
    ----------
    Firth (1993), Biometrika 80(1), 27-38; Heinze and Schemper (2002), Statistics in Medicine 21,
    2409-2419.

    Examples
    --------
    >>> p = answer_chances([1, 1, 1, 0, 1, 0], np.empty((6, 0)), list("aaabbb"))
    >>> [round(float(one), 3) for one in p]
    [0.875, 0.875, 0.875, 0.375, 0.375, 0.375]
    """
    n = np.asarray(answered).size
    y = read_zero_one(answered, "answered", n).astype(np.float64)
    codes, _ = read_codes(school, "school", n)
    x = _read_covariates(covariates, n, codes)
    n_schools = int(codes.max(initial=-1)) + 1
    level, slope = np.zeros(n_schools), np.zeros(x.shape[1])
    for number in range(MOST_STEPS):
        chance = special.expit(level[codes] + x @ slope)
        of_school, of_slope = _step(y, chance, x, codes, n_schools)
        longest = max(np.abs(of_school).max(initial=0.0), np.abs(of_slope).max(initial=0.0))
        shrink = min(WHOLE if number < WHOLE_STEPS else HALF, LONGEST_STEP / max(longest, TINY))
        level, slope = level + shrink * of_school, slope + shrink * of_slope
        if longest < CLOSE_ENOUGH:
            break
    return np.asarray(special.expit(level[codes] + x @ slope), dtype=np.float64)


def _step(
    y: Floats, chance: Floats, x: Floats, codes: Codes, n_schools: int
) -> tuple[Floats, Floats]:
    """Take one Fisher step of the penalised score; the schools' part is solved by partition."""
    weight = np.maximum(chance * (1 - chance), 1e-12)
    total = sums(weight, codes, n_schools)
    mean = _means(x, weight, codes, total)
    within = x - mean[codes]
    inverse = np.linalg.inv((within * weight[:, None]).T @ within)
    hat = weight * (1 / total[codes] + np.einsum("ij,jk,ik->i", within, inverse, within))
    score = y - chance + hat * (0.5 - chance)
    of_slope = inverse @ (within.T @ score)
    return sums(score, codes, n_schools) / total - mean @ of_slope, of_slope


def _means(x: Floats, weight: Floats, codes: Codes, total: Floats) -> Floats:
    """Weighted means of each column in each school, shape (schools, k)."""
    columns = [sums(weight * x[:, k], codes, total.size) / total for k in range(x.shape[1])]
    return np.column_stack(columns) if columns else np.zeros((total.size, 0))


def _read_covariates(covariates: ArrayLike, n: int, codes: Codes) -> Floats:
    """Scale the covariates, and leave out those without a part of their own within schools."""
    x = np.asarray(covariates, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] != n or not np.isfinite(x).all():
        raise EstimatorCallError(f"`covariates` must have shape ({n}, k) and nothing missing")
    x = x - x.mean(axis=0) if n else x
    spread = np.sqrt((x**2).mean(axis=0)) if n else np.zeros(x.shape[1])
    x = x[:, spread > 0] / spread[spread > 0]
    ones = np.ones(n)
    n_schools = int(codes.max(initial=-1)) + 1
    within = x - _means(x, ones, codes, sums(ones, codes, n_schools))[codes]
    kept: list[int] = []
    for k in range(x.shape[1]):
        basis = within[:, kept]
        rest = within[:, k] - basis @ np.linalg.lstsq(basis, within[:, k], rcond=None)[0]
        if rest @ rest > SAME_COLUMN * n:
            kept.append(k)
    return x[:, kept]
