"""P-values adjusted for the false discovery rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def benjamini_hochberg(p_values: Sequence[float], n_comparisons: int) -> list[float]:
    """Adjust p-values by Benjamini and Hochberg's method, for a family of which these are some.

    Parameters
    ----------
    p_values
        Between 0 and 1.
    n_comparisons
        How many comparisons the family has, at least as many as there are p-values.

    Returns
    -------
    list of float
        In the order given. Of all comparisons whose adjusted p is at most q, a share of q are
        expected to be chance alone.

    Notes
    -----
    p_(i) becomes the smallest of p_(k) m / k over k >= i. It holds for comparisons that are
    independent or positively dependent, such as items of one scale. In R: ``p.adjust(p, "BH", n =
    n_comparisons)``.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300.
    Benjamini and Yekutieli (2001), Annals of Statistics 29(4), 1165-1188, for the dependence.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03], 3)
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p_values)
    ranks = np.arange(1, len(p_values) + 1)
    scaled = np.asarray(p_values, dtype=np.float64)[order] * n_comparisons / ranks
    lowest = np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(lowest, 1.0)
    return [float(p) for p in adjusted]
