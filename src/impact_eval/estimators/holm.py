"""Holm's p-values of a family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float], n_comparisons: int) -> list[float]:
    """Adjust p-values by Holm's method, for a family of which these are some.

    Parameters
    ----------
    p_values
        Between 0 and 1.
    n_comparisons
        How many the family declares, at least as many as there are p-values.

    Returns
    -------
    list of float
        In the order given.

    Notes
    -----
    In R: ``p.adjust(p, "holm", n = n_comparisons)``.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03], 3)
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values)
    steps = n_comparisons - np.arange(len(p_values))
    sorted_p = np.minimum(np.maximum.accumulate(np.asarray(p_values)[order] * steps), 1.0)
    adjusted = np.empty(len(p_values))
    adjusted[order] = sorted_p
    return [float(p) for p in adjusted]
