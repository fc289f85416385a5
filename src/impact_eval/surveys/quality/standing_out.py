"""Whether a school has more flagged forms than chance leaves room for."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import betainc

Floats = np.ndarray[Any, np.dtype[np.float64]]
Counts = np.ndarray[Any, np.dtype[np.int64]]


def chance_of_so_many(
    flagged: Counts, n: Counts, others_flagged: Counts, others_n: Counts
) -> Floats:
    """Probability of so many flagged forms or more, if the others' share holds here too.

    Parameters
    ----------
    flagged, n : arrays of int, shape (m,)
        Flagged forms and all forms of each school.
    others_flagged, others_n : arrays of int, shape (m,)
        Those of all other schools together.

    Returns
    -------
    array of float, shape (m,)
        The exact one-sided binomial probability; 1 if nothing is flagged or there are no others.

    Notes
    -----
    ``sum(binom(n, i) p^i (1 - p)^(n - i) for i >= flagged)`` with ``p = (others_flagged + 1/2) /
    (others_n + 1)``, by the incomplete beta function; so that a first flagged form is not
    impossible. The same in R: ``pbinom(flagged - 1, n, p, lower.tail = FALSE)``. Forms of one class
    resemble each other, so that schools stand out somewhat more often than the stated rate even if
    nothing is wrong: it is a reason to look, not a finding.

    Examples
    --------
    >>> chance_of_so_many(*(np.array([one]) for one in (3, 10, 5, 499))).round(6).tolist()
    [0.000151]
    """
    share = (others_flagged + 0.5) / (others_n + 1.0)
    chance = betainc(np.maximum(flagged, 1), n - flagged + 1, share)
    return np.where((flagged == 0) | (others_n == 0), 1.0, chance)
