"""Which rows say the same, and the cells of some rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

Integers = np.ndarray[Any, np.dtype[np.int64]]


def numbered(*columns: pd.Series | np.ndarray[Any, Any]) -> Integers:
    """Give each row the number of its combination of values, from 0 as they appear.

    Parameters
    ----------
    columns : Series or arrays
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


def taken(table: pd.DataFrame, columns: Sequence[str], rows: Integers) -> np.ndarray[Any, Any]:
    """Take the cells of these columns and rows of a table of one kind, shape (columns, rows).

    >>> table = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
    >>> taken(table, ["b"], np.array([0, 2])).tolist()
    [[4, 6]]
    """
    cells = table.to_numpy().T
    found = np.empty((len(columns), len(rows)), dtype=cells.dtype)
    for place, name in enumerate(columns):
        found[place] = cells[table.columns.get_loc(name)].take(rows)
    return found
