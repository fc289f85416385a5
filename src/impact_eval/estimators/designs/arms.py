"""Two arms of people in clusters: sizes, means and the spread within arms, for one wave."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.estimate import EstimatorCallError
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    counts,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
    sums,
)


@dataclass(frozen=True, slots=True)
class Arms:
    """What the two arms look like in one wave; pairs are programme first, comparison second.

    `sd` is the pooled total standard deviation within arms, `icc` the intraclass correlation within
    arms (it may be negative; nan where not estimable), and `sizes` the people of each cluster.
    """

    n: tuple[int, int]
    n_clusters: tuple[int, int]
    mean: tuple[float, float]
    arm_sd: tuple[float, float]
    sd: float
    icc: float
    sizes: tuple[Codes, Codes]

    @property
    def cluster_size(self) -> float:
        """Mean number of people in a cluster, over both arms."""
        return sum(self.n) / max(1, sum(self.n_clusters))


def describe_arms(score: ArrayLike, programme: ArrayLike, cluster: ArrayLike) -> Arms:
    """Describe the scores of one wave by arm.

    Parameters
    ----------
    score
        Shape (n,), score points of one wave.
    programme
        Shape (n,), 1 in the programme's arm and 0 in the comparison.
    cluster
        Shape (n,), codes; a cluster lies within one arm.

    Returns
    -------
    Arms
        With nan where an arm has too few people or clusters.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, or a cluster has people in both arms.

    Notes
    -----
    sd^2 is the sum of squares within arms over N - 2. icc = (MSB - MSW) / (MSB + (n0 - 1) MSW) with
    MSB on M - 2 degrees of freedom and n0 = (N - sum over arms of sum n_g^2 / N_arm) / (M - 2). In
    R: ``anova(lm(y ~ arm + factor(cluster)))``.

    References
    ----------
    Donner and Klar (2000), Design and Analysis of Cluster Randomization Trials, section 1.5.

    Examples
    --------
    >>> a = describe_arms([5, 6, 7, 9, 4, 5, 3, 6], [1, 1, 1, 1, 0, 0, 0, 0], list("aabbccdd"))
    >>> a.mean, a.n_clusters, round(a.sd, 3), round(a.icc, 3)
    ((6.75, 4.5), (2, 2), 1.514, 0.25)
    """
    scores = read_scores(score, "score")
    arm = read_zero_one(programme, "programme", scores.size)
    clusters, _ = read_codes(cluster, "cluster", scores.size)
    if not lies_within(clusters, arm):
        raise EstimatorCallError("a cluster has people in both arms")
    inside = [arm == 1, arm == 0]
    parts = [scores[rows] for rows in inside]
    sizes = [_sizes(clusters[rows]) for rows in inside]
    return Arms(
        n=(parts[0].size, parts[1].size),
        n_clusters=(sizes[0].size, sizes[1].size),
        mean=(_mean(parts[0]), _mean(parts[1])),
        arm_sd=(_sd(parts[0]), _sd(parts[1])),
        sd=_pooled_sd(parts),
        icc=_icc(scores, arm, clusters),
        sizes=(sizes[0], sizes[1]),
    )


def smallest_permutation_p(n_programme: int, n_comparison: int) -> float:
    """Compute the smallest two-sided p of a test that assigns the clusters to arms again.

    Parameters
    ----------
    n_programme, n_comparison
        Clusters of each arm, at least 1.

    Returns
    -------
    float
        1 over the number of assignments; twice that where the arms are equal, because the mirrored
        assignment is then as extreme.

    Raises
    ------
    EstimatorCallError
        If an arm has no cluster.

    Examples
    --------
    >>> [round(smallest_permutation_p(*arms), 3) for arms in ((2, 2), (4, 4), (4, 8))]
    [0.333, 0.029, 0.002]
    """
    if min(n_programme, n_comparison) < 1:
        raise EstimatorCallError("each arm must have at least one cluster")
    tails = 2 if n_programme == n_comparison else 1
    return tails / comb(n_programme + n_comparison, n_programme)


def too_few_clusters(clusters: Codes, arm: Codes) -> str:
    """Say why an arm has too few clusters of its own for a standard error; empty if it has not."""
    if n_distinct(arm) < 2:
        return "one of the arms has no answers"
    if lies_within(clusters, arm) and min(n_distinct(clusters[arm == a]) for a in (0, 1)) < 2:
        return "one arm has a single cluster, so the difference has no standard error"
    return ""


def _sizes(clusters: Codes) -> Codes:
    sizes = np.bincount(clusters)
    return np.asarray(sizes[sizes > 0], dtype=np.intp)


def _mean(part: Floats) -> float:
    return float(part.mean()) if part.size else float("nan")


def _sd(part: Floats) -> float:
    return float(part.std(ddof=1)) if part.size > 1 else float("nan")


def _pooled_sd(parts: list[Floats]) -> float:
    df = sum(part.size for part in parts) - 2
    if min(part.size for part in parts) < 1 or df < 1:
        return float("nan")
    return float(np.sqrt(sum(((part - part.mean()) ** 2).sum() for part in parts) / df))


def _icc(scores: Floats, arm: Codes, clusters: Codes) -> float:
    n_clusters = int(clusters.max(initial=-1)) + 1
    df_between, df_within = n_clusters - 2, scores.size - n_clusters
    if n_distinct(arm) < 2 or df_between < 1 or df_within < 1:
        return float("nan")
    size = counts(clusters, n_clusters).astype(np.float64)
    means = sums(scores, clusters, n_clusters) / size
    arm_of = np.zeros(n_clusters, dtype=np.intp)
    arm_of[clusters] = arm
    arm_n = sums(size, arm_of, 2)
    centre = (sums(size * means, arm_of, 2) / arm_n)[arm_of]
    within = float(((scores - means[clusters]) ** 2).sum()) / df_within
    between = float(size @ (means - centre) ** 2) / df_between
    average = (scores.size - float((sums(size**2, arm_of, 2) / arm_n).sum())) / df_between
    total = between + (average - 1) * within
    return (between - within) / total if total > 0 else float("nan")
