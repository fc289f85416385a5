"""Each cluster's mean change and its weight, so that they average to the mean change."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    Labels,
    check_option,
    lies_within,
    read_codes,
    read_scores,
    read_zero_one,
    sums,
)
from impact_eval.estimators.school_weights import SchoolWeights, in_both_waves, weights_by_school


@dataclass(frozen=True, slots=True)
class ClusterChanges:
    """One entry a cluster with a school seen in both waves, in order of first appearance.

    `weight` sums to 1. `n_pre` and `n_post` count the rows behind each change. `reason` says why
    clusters have no changes of their own; the arrays are then empty.
    """

    cluster: Labels
    change: Floats
    weight: Floats
    n_pre: Codes
    n_post: Codes
    reason: str = ""

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.n_pre.sum() + self.n_post.sum())


def cluster_changes(
    score: ArrayLike,
    wave: ArrayLike,
    cluster: ArrayLike,
    *,
    school: ArrayLike | None = None,
    weights: SchoolWeights = "respondent",
    school_weights: Mapping[Hashable, float] | None = None,
) -> ClusterChanges:
    """Average the changes of each cluster's schools.

    Parameters
    ----------
    score, wave, cluster, weights, school_weights
        As for `mean_change`.
    school
        Shape (n,), codes of schools, each within one cluster; None where clusters are schools.

    Returns
    -------
    ClusterChanges
        The weighted mean of `change` is the estimate of `mean_change` with the same weights.
        Schools seen in one wave are left out. Where a school belongs to several clusters there are
        no changes, but a reason.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, `wave` is not 0 and 1, or a weight is missing.

    Notes
    -----
    A school counts n_pre n_post / (n_pre + n_post), the same, or by its number, as `weights` says.

    Examples
    --------
    >>> found = cluster_changes([4, 6, 5, 8], [0, 1, 0, 1], ["a", "a", "b", "b"])
    >>> found.change.tolist(), found.weight.tolist()
    ([2.0, 3.0], [0.5, 0.5])
    """
    check_option(weights, "weights", ("respondent", "school", "beneficiary"))
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    clusters, labels = read_codes(cluster, "cluster", scores.size)
    schools, names = (
        (clusters, labels) if school is None else read_codes(school, "school", scores.size)
    )
    given = weights_by_school(weights, school_weights, names)
    both = in_both_waves(waves, schools, names.size)
    kept = both[schools]
    if not lies_within(schools[kept], clusters[kept]):
        return _without("a school belongs to several clusters, which have no changes of their own")
    n, means = _cells(scores, waves, schools, names.size)
    home = np.zeros(names.size, np.intp)
    home[schools] = clusters
    n, home = n[both], home[both]
    count = n.prod(axis=1) / n.sum(axis=1) if given is None else given[both]
    used, place = np.unique(home, return_inverse=True)
    total = sums(count, place, used.size)
    change = sums(count * (means[both, 1] - means[both, 0]), place, used.size) / total
    rows = [sums(n[:, wave_], place, used.size).astype(np.intp) for wave_ in (0, 1)]
    return ClusterChanges(labels[used], change, total / total.sum(), rows[0], rows[1])


def _cells(scores: Floats, waves: Codes, schools: Codes, n_schools: int) -> tuple[Floats, Floats]:
    """Count and average the rows of each school and wave, shape (n_schools, 2)."""
    place = 2 * schools + waves
    n = sums(np.ones(scores.size), place, 2 * n_schools)
    means = sums(scores, place, 2 * n_schools) / np.maximum(n, 1)
    return n.reshape(-1, 2), means.reshape(-1, 2)


def _without(reason: str) -> ClusterChanges:
    none, no_codes = np.empty(0), np.empty(0, np.intp)
    return ClusterChanges(np.empty(0), none, none, no_codes, no_codes, reason)
