"""Which rows say the same."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.encoded import Encoded

Integers = np.ndarray[Any, np.dtype[np.int64]]

_MOST: Final = 2**62


def numbered(*columns: Encoded | pd.Series | np.ndarray[Any, Any]) -> Integers:
    """Give each row the number of its combination of values, from 0 as they appear.

    Parameters
    ----------
    columns : Encoded, Series or arrays
        One or more, of one length n; a missing value is a value of its own.

    Returns
    -------
    array of int, shape (n,)

    Examples
    --------
    >>> schools, waves = pd.Series(["b", "a", "b", "b"]), pd.Series(["pre", "pre", "post", "pre"])
    >>> numbered(schools, waves).tolist()
    [0, 1, 2, 0]
    """
    number: np.ndarray[Any, Any] = np.zeros((), dtype=np.int64)
    size = 1
    for column in columns:
        codes, n_values = _places(column)
        if size * n_values >= _MOST:
            number = pd.factorize(number)[0]
            size = int(number.max(initial=0)) + 1
        number = number * np.int64(n_values) + codes
        size *= n_values
    return pd.factorize(number)[0].astype(np.int64, copy=False)


def _places(column: Encoded | pd.Series | np.ndarray[Any, Any]) -> tuple[Integers, int]:
    """Place of each cell among the different ones, and how many these are."""
    if isinstance(column, Encoded):
        return column.codes.astype(np.int64), len(column.texts)
    codes, values = pd.factorize(column, use_na_sentinel=False)
    return codes, len(values)


def first_rows(number: Integers) -> Integers:
    """Find the row in which each number of `numbered` stands first.

    >>> first_rows(np.array([0, 1, 1, 2, 0])).tolist()
    [0, 1, 3]
    """
    highest = np.maximum.accumulate(number)  # a new number is higher than all before
    return np.flatnonzero(np.diff(highest, prepend=-1))
