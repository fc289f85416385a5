"""Which rows of some columns say the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Integers = np.ndarray[Any, np.dtype[np.int64]]


def numbered(*columns: pd.Series) -> Integers:
    """Number each row's combination of values, from 0 in the order of their appearance.

    Parameters
    ----------
    columns : Series
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
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(column, use_na_sentinel=False)
        number = pd.factorize(number * len(values) + codes)[0].astype(np.int64, copy=False)
    return number


def first_rows(number: Integers) -> Integers:
    """Find the row in which each number of `numbered` stands first.

    >>> first_rows(np.array([0, 1, 1, 2, 0])).tolist()
    [0, 1, 3]
    """
    return np.flatnonzero(~pd.Series(number).duplicated().to_numpy())
