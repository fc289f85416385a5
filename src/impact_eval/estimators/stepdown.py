"""Shares of rearrangements at least as extreme: outcome by outcome, and with others allowed for."""

from __future__ import annotations

import numpy as np

from impact_eval.estimators.inputs import Floats
from impact_eval.estimators.rearrangements import TIE


def shares_as_extreme(drawn: Floats, own: Floats, *, exact: bool) -> Floats:
    """Count for each statistic the rearrangements in which it is at least its own, ties included.

    Parameters
    ----------
    drawn
        Shape (k, N), statistics at least 0 under each rearrangement.
    own
        Shape (k,), those of the data.
    exact
        Whether these are all rearrangements, with the data's own among them.

    Returns
    -------
    ndarray
        Shape (k,), # / N of all, or (1 + #) / (N + 1) of drawn ones.

    Examples
    --------
    >>> shares_as_extreme(np.array([[2.0, 1.0, 0.5, 2.0]]), np.array([2.0]), exact=True).tolist()
    [0.5]
    """
    counts = (drawn >= own[:, None] - TIE).sum(axis=1)
    return np.asarray(counts / drawn.shape[1] if exact else (1 + counts) / (drawn.shape[1] + 1))


def stepdown_shares(drawn: Floats, own: Floats, *, exact: bool) -> Floats:
    """Compare each statistic with the largest one among it and the smaller ones.

    Parameters
    ----------
    drawn, own, exact
        As for `shares_as_extreme`; the statistics on one scale.

    Returns
    -------
    ndarray
        Shape (k,), never below the one of a larger statistic.

    References
    ----------
    Romano and Wolf (2005), Journal of the American Statistical Association 100(469), 94-108,
    algorithm 1. Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 4.1.

    Examples
    --------
    >>> drawn = np.array([[3.0, 1.0, 0.0, 3.0], [0.0, 2.0, 0.5, 1.0]])
    >>> stepdown_shares(drawn, np.array([3.0, 1.0]), exact=True).tolist()
    [0.5, 0.5]
    """
    order = np.argsort(-own, kind="stable")
    largest = np.maximum.accumulate(drawn[order][::-1], axis=0)[::-1]
    adjusted = np.empty(own.size)
    adjusted[order] = np.maximum.accumulate(shares_as_extreme(largest, own[order], exact=exact))
    return adjusted
