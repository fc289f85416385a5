"""The difference of two shares of samples apart, with limits that know where shares end."""

from __future__ import annotations

from math import hypot

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.bounded_mean import within_ends
from impact_eval.estimators.changes import wave_mean
from impact_eval.estimators.estimate import Estimate, describe, from_interval, not_estimable
from impact_eval.estimators.inputs import n_distinct, read_codes, read_scores, read_zero_one

METHOD = "difference of two shares, each with limits between its ends"
ONE_CLUSTER = "a side has a single cluster, or nobody"


def share_difference(
    said: ArrayLike, side: ArrayLike, cluster: ArrayLike, *, conf_level: float = 0.95
) -> Estimate:
    """Subtract the percentage of yes on one side from that on the other.

    Parameters
    ----------
    said
        Shape (n,), 1 for yes and 0 for no.
    side
        Shape (n,), 1 for the side that comes first and 0 for the one subtracted.
    cluster
        Shape (n,), codes; no cluster is on both sides.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Estimate
        In percentage points, without a p-value. Not estimable with a single cluster on a side;
        without an interval where nobody, or everybody, of a side says yes.

    Raises
    ------
    EstimatorCallError
        If shapes differ or `side` is not 0 and 1.

    Notes
    -----
    With limits l and u of each share by `within_ends`, the lower limit of p1 - p0 is p1 - p0 -
    sqrt((p1 - l1)^2 + (u0 - p0)^2), the upper one p1 - p0 + sqrt((u1 - p1)^2 + (p0 - l0)^2). The
    symmetrical interval (CR2) covered 86 to 90 % where one in twenty of a side says yes and
    clusters differ (docs/simulation.md).

    References
    ----------
    Zou and Donner (2008), Statistics in Medicine 27(10), 1693-1702. Newcombe (1998), Statistics in
    Medicine 17(8), 873-890.

    Examples
    --------
    >>> said, side = [1, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0], [1] * 8 + [0] * 8
    >>> e = share_difference(said, side, np.repeat(np.arange(8), 2))
    >>> f"{e.estimate:.1f} points ({e.conf_low:.0f} to {e.conf_high:.0f})"
    '37.5 points (-36 to 78)'
    """
    yes = read_scores(np.asarray(said, dtype=np.float64), "said")
    sides = read_zero_one(side, "side", yes.size)
    clusters, _ = read_codes(cluster, "cluster", yes.size)
    n, n_clusters = yes.size, n_distinct(clusters)
    rows = [sides == one for one in (1, 0)]
    if min(np.unique(clusters[own]).size for own in rows) < 2:
        return not_estimable(
            ONE_CLUSTER, n=n, n_clusters=n_clusters, method=METHOD, conf_level=conf_level
        )
    one, other = (
        within_ends(wave_mean(100.0 * yes[own], clusters[own], conf_level=conf_level), 0.0, 100.0)
        for own in rows
    )
    estimate = 100.0 * float(yes[rows[0]].mean() - yes[rows[1]].mean())
    if any(np.ptp(yes[own]) == 0 for own in rows) or one.reason or other.reason:
        return describe(estimate, n=n, n_clusters=n_clusters, method=METHOD)
    return from_interval(
        estimate,
        estimate - hypot(one.estimate - one.conf_low, other.conf_high - other.estimate),
        estimate + hypot(one.conf_high - one.estimate, other.estimate - other.conf_low),
        n=n,
        n_clusters=n_clusters,
        method=METHOD,
        conf_level=conf_level,
    )
