"""Many forms of one device or interviewer within seconds of each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def batches(
    source: np.ndarray[Any, Any] | pd.Series,
    ended: pd.Series[pd.Timestamp],
    *,
    forms: int = 5,
    seconds: float = 60.0,
) -> Mask:
    """Which forms end so closely one after the other that no person filled them in in between.

    Parameters
    ----------
    source : array or Series of str, shape (n,)
        Device or interviewer of each form; empty if not known, and then never flagged.
    ended : Series of datetime64, shape (n,)
        When it was ended on the device; not when it was sent, which is often all at once.
    forms : int, at least 2
        So many forms in a row make a batch.
    seconds : float, in seconds
        The longest time from one form's end to the next one's.

    Returns
    -------
    array of bool, shape (n,)

    Notes
    -----
    The defaults, five forms with at most a minute between two, are this package's own: an interview
    takes longer than that, and so does a form that somebody else fills in on the same device.

    Examples
    --------
    >>> ended = pd.Series(pd.Timestamp("2024-05-01") + pd.to_timedelta([0, 20, 40, 900], unit="s"))
    >>> batches(np.array(["a"] * 4), ended, forms=3, seconds=30).tolist()
    [True, True, True, False]
    """
    found = np.zeros(len(ended), dtype=bool)
    known = np.asarray(source != "", dtype=bool) & ended.notna().to_numpy()
    if not known.any():
        return found
    table = pd.DataFrame({"source": source[known], "ended": ended[known].to_numpy()})
    table = table.assign(row=np.flatnonzero(known)).sort_values(["source", "ended", "row"])
    gap = table.groupby("source", sort=False)["ended"].diff().dt.total_seconds()
    run = (~(gap <= seconds)).cumsum()
    size = run.map(run.value_counts())
    found[table.loc[size >= forms, "row"].to_numpy()] = True
    return found
