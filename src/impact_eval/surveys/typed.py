"""Small tables with the types that they are stored in, also when they hold no row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from impact_eval.surveys.encoded import text_column


def typed_table(
    dtypes: Mapping[str, str], columns: Mapping[str, Sequence[Any] | np.ndarray[Any, Any]]
) -> pd.DataFrame:
    """Make a table of columns of one length.

    Parameters
    ----------
    dtypes : mapping of str to str
        Names and types of the columns, in their order.
    columns : mapping of str to sequence
        The cells; a column that is not given is empty, which only a table without rows can be.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> table = typed_table({"wave": "str", "n": "int64"}, {"wave": ["pre"], "n": [3]})
    >>> len(table), len(typed_table({"wave": "str", "n": "int64"}, {}))
    (1, 0)
    """
    cells = {name: _column(columns.get(name, ()), dtype) for name, dtype in dtypes.items()}
    return pd.DataFrame(cells, copy=False)


def table_of_rows(dtypes: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Make a table of rows, each with a cell for each column.

    >>> table_of_rows({"wave": "str", "n": "int64"}, [("pre", 3), ("post", 2)])["n"].tolist()
    [3, 2]
    """
    columns = zip(*rows, strict=True) if rows else ([] for _ in dtypes)
    return typed_table(dtypes, dict(zip(dtypes, map(list, columns), strict=True)))


def _column(cells: Sequence[Any] | np.ndarray[Any, Any], dtype: str) -> Any:  # noqa: ANN401
    if dtype == "str":
        known = isinstance(cells, pd.api.extensions.ExtensionArray)
        return cells if known else text_column(cells)
    return np.asarray(cells, dtype=dtype)
