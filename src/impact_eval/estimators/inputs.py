"""Checks of the arrays that callers pass: one rule, one message, one place."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from impact_eval.estimators.estimate import EstimatorCallError

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.intp]
Labels: TypeAlias = NDArray[Any]


def read_scores(values: ArrayLike, name: str) -> Floats:
    """Return a one-dimensional float array, or raise if a value is missing or infinite."""
    scores = np.asarray(values, dtype=np.float64)
    if scores.ndim != 1:
        raise EstimatorCallError(f"`{name}` must have one dimension, but has {scores.ndim}")
    if not np.isfinite(scores).all():
        count = int((~np.isfinite(scores)).sum())
        raise EstimatorCallError(
            f"`{name}` has {count} values that are missing or infinite; drop them first"
        )
    return scores


def read_zero_one(values: ArrayLike, name: str, n: int) -> Codes:
    """Return an integer array of zeros and ones of length `n`, or raise."""
    array = np.asarray(values)
    check_length(array, name, n)
    if not np.isin(array, (0, 1)).all():
        raise EstimatorCallError(f"`{name}` must hold only 0 and 1")
    return array.astype(np.intp)


def read_codes(values: ArrayLike, name: str, n: int) -> tuple[Codes, Labels]:
    """Return codes 0, 1, 2, ... in order of first appearance, and the label of each."""
    check_length(np.asarray(values), name, n)
    codes, labels = pd.factorize(np.asarray(values), use_na_sentinel=True)
    if (codes < 0).any():
        count = int((codes < 0).sum())
        raise EstimatorCallError(f"`{name}` has {count} missing values; drop those rows first")
    return codes.astype(np.intp), np.asarray(labels)


def check_length(array: NDArray[Any], name: str, n: int) -> None:
    """Raise unless the array has one dimension and `n` values."""
    if array.shape != (n,):
        raise EstimatorCallError(f"`{name}` must have shape ({n},), but has {array.shape}")


def check_option(value: str, name: str, allowed: tuple[str, ...]) -> None:
    """Raise with the list of good options unless `value` is one of them."""
    if value not in allowed:
        raise EstimatorCallError(f"`{name}` must be one of {', '.join(allowed)}; got {value!r}")


def sums(values: ArrayLike, codes: Codes, n_codes: int) -> Floats:
    """Add up `values` by code."""
    totals = np.bincount(codes, np.asarray(values, dtype=np.float64), n_codes)
    return totals.astype(np.float64)


def counts(codes: Codes, n_codes: int) -> Codes:
    """Count the rows of each code."""
    return np.bincount(codes, minlength=n_codes).astype(np.intp)


def n_distinct(codes: Codes) -> int:
    """Count the codes that occur."""
    return int(np.count_nonzero(np.bincount(codes)))


def lies_within(fine: Codes, coarse: Codes) -> bool:
    """Tell whether each code of `fine` occurs with one code of `coarse` only."""
    one = np.zeros(int(fine.max(initial=-1)) + 1, dtype=np.intp)
    one[fine] = coarse
    return bool((one[fine] == coarse).all())
