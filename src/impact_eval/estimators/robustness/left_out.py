"""An estimate without each school in turn, from the schools' parts: no refits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact_eval.estimators.inputs import Codes, Floats
from impact_eval.estimators.robustness.school_parts import (
    SchoolParts,
    SideSums,
    moments,
    number_clusters,
    side_sums,
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One entry a school left out: what the others give.

    `std_error` and `df` are nan where a side is left with fewer than 2 clusters, and all three
    where it is left with nobody. `clusters` counts those left. `largest_share` is the largest part
    of its side's weight that any school holds: by how much a school that is left out can move the
    estimate.
    """

    school: Codes
    estimate: Floats
    std_error: Floats
    df: Floats
    clusters: Codes
    largest_share: float


def without_each_school(parts: SchoolParts) -> LeftOut:
    """Estimate a change, or a difference of two, without each school in turn.

    Parameters
    ----------
    parts
        From `parts_of_changes` or `parts_of_rounds`.

    Returns
    -------
    LeftOut
        Schools in the order of their codes; each entry is what the estimator gives on the data
        without the rows of that school.

    Notes
    -----
    Without school j of weight w and value v, its side's weights and weighted sums lack w and w v in
    one cluster; mean, CR2 variance and Satterthwaite's df follow from these sums. All schools are
    computed at once, in schools x clusters numbers. The same by refits in R: ``lapply(schools,
    function(s) coef_test(lm(y ~ t + factor(school), subset(d, school != s)), vcov = "CR2",
    cluster = cluster[school != s], test = "Satterthwaite", coefs = "t"))`` (clubSandwich).

    Examples
    --------
    >>> from impact_eval.estimators.robustness import parts_of_changes
    >>> school = [0, 0, 1, 1, 2, 2, 3, 3]
    >>> parts = parts_of_changes([4, 6, 5, 8, 3, 3, 1, 2], [0, 1] * 4, school, school=school)
    >>> without_each_school(parts).estimate.round(2).tolist()
    [1.33, 1.0, 2.0, 1.67]
    """
    schools, place = np.unique(parts.school, return_inverse=True)
    clusters = number_clusters(parts)
    found = moments(*(_lacking_each(parts, clusters, place, schools.size, side) for side in (1, 0)))
    return LeftOut(
        school=schools,
        estimate=found.estimate,
        std_error=np.sqrt(found.variance),
        df=found.df,
        clusters=found.clusters,
        largest_share=_largest_share(parts),
    )


def _lacking_each(
    parts: SchoolParts, clusters: Codes, place: Codes, n_schools: int, side: int
) -> SideSums:
    """Cluster sums of one side without each school, shape (schools, clusters)."""
    own = parts.side == side
    whole = side_sums(parts, clusters, side)
    school, cluster = place[own], clusters[own]
    weight = parts.weight[own]
    members = np.bincount(cluster, minlength=whole.size.shape[1])
    size = np.repeat(whole.size, n_schools, axis=0)
    total = np.repeat(whole.total, n_schools, axis=0)
    size[school, cluster] -= weight
    total[school, cluster] -= weight * parts.value[own]
    alone = members[cluster] == 1
    size[school[alone], cluster[alone]] = 0.0
    total[school[alone], cluster[alone]] = 0.0
    return SideSums(size, total)


def _largest_share(parts: SchoolParts) -> float:
    shares = [
        parts.weight[parts.side == side] / parts.weight[parts.side == side].sum()
        for side in np.unique(parts.side)
    ]
    return float(max((own.max() for own in shares), default=1.0))
