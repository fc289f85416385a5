"""How many clusters of equal size would tell as much of a spread as unequal ones do."""

from __future__ import annotations

from dataclasses import dataclass

from impact_eval.estimators.cluster_moments import ClusterMoments
from impact_eval.estimators.inputs import Floats


@dataclass(frozen=True, slots=True)
class EffectiveClusters:
    """`number`, and the `least` it could be, are 1 to the number of clusters.

    `bias` is E(s^2) / (b + w), at most 1.
    """

    number: float
    least: float
    bias: float


def effective_clusters(moments: ClusterMoments) -> EffectiveClusters:
    """Count clusters by what each adds to the variance of one item's sample variance.

    With variances b between and w within clusters, a cluster of n people adds
    c = 2 [(n - 1) w^2 + (w + n b)^2] for normal scores. The number is Satterthwaite's,
    (sum c)^2 / sum c^2: N^2 / sum n^2 where b is 0, and less where large clusters differ, down to
    (sum n^2)^2 / sum n^4 where all variance lies between.
    """
    between, within = _components(moments)
    n, people = moments.n, moments.n.sum()
    added = (n - 1) * within**2 + (within + n * between) ** 2
    expected = within + between * (people - n @ n / people) / (people - 1)
    total = between + within
    number, least = (float(x.sum() ** 2 / (x @ x)) for x in (added, n**2))
    return EffectiveClusters(number, least, float(expected / total))


def _components(moments: ClusterMoments) -> tuple[float, float]:
    """Estimate the variances between and within clusters from the mean squares."""
    n: Floats = moments.n
    total, squares = moments.total[:, 0], moments.cross[:, 0, 0]
    people, clusters = float(n.sum()), n.size
    of_clusters = float((total**2 / n).sum())
    mean_square = (of_clusters - float(total.sum()) ** 2 / people) / (clusters - 1)
    if people <= clusters:
        return 0.0, mean_square
    within = (float(squares.sum()) - of_clusters) / (people - clusters)
    size = (people - float(n @ n) / people) / (clusters - 1)
    return max((mean_square - within) / size, 0.0), max(within, 0.0)
