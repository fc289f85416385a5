"""The change of everybody asked before, if the lost did as badly, or as well, as can be."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.changes import mean_change
from impact_eval.estimators.designs.bounds import Bounds, bounds_from_estimates
from impact_eval.estimators.estimate import EstimatorCallError, check_conf_level
from impact_eval.estimators.held_gain import held_gain
from impact_eval.estimators.inputs import (
    Floats,
    Labels,
    check_length,
    read_codes,
    read_scores,
    read_zero_one,
)

_LINKED = "worst and best case for the lost, linked respondents, CR2"
_STACKED = "worst and best case for the lost, all respondents, CR2"


def worst_case_gain(
    pre: ArrayLike,
    post: ArrayLike,
    cluster: ArrayLike,
    *,
    lowest: float,
    highest: float,
    hold_schools: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Bounds:
    """Bound the mean gain of all pre respondents where codes tell who was lost.

    Parameters
    ----------
    pre
        Shape (n,), score points of all pre respondents.
    post
        Shape (n,), their post scores, nan where lost.
    cluster
        Shape (n,), codes.
    lowest, highest
        The ends of the score's range.
    hold_schools
        Shape (n,), codes of schools; given, the interval speaks of these schools alone.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Bounds
        Mean gain with all lost at `lowest`, and at `highest`. Nothing is assumed about why people
        were lost, so the bounds lie (highest - lowest) x share lost apart.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a pre score is missing, or a score lies outside the range.

    References
    ----------
    Manski (1990), American Economic Review 80(2), 319-323; Horowitz and Manski (2000), Journal of
    the American Statistical Association 95, 77-84.

    Examples
    --------
    >>> b = worst_case_gain([4, 5, 6, 5], [6, 7, np.nan, 8], list("aabb"), lowest=0, highest=10)
    >>> f"between {b.lower:.2f} and {b.upper:.2f}"
    'between 0.25 and 2.75'
    """
    check_conf_level(conf_level)
    before = read_scores(pre, "pre")
    after = np.asarray(post, dtype=np.float64)
    check_length(after, "post", before.size)
    lost = np.isnan(after)
    clusters, _ = read_codes(cluster, "cluster", before.size)
    schools = None
    if hold_schools is not None:
        schools, _ = read_codes(hold_schools, "hold_schools", before.size)
    _check_range(np.concatenate([before, after[~lost]]), lowest, highest)
    ends = [
        held_gain(
            np.where(lost, end, after) - before,
            clusters,
            school=schools,
            conf_level=conf_level,
            method=_LINKED,
        )
        for end in (lowest, highest)
    ]
    return bounds_from_estimates(*ends, method=_LINKED)


def worst_case_change(
    score: ArrayLike,
    wave: ArrayLike,
    school: ArrayLike,
    *,
    lost: Mapping[Hashable, int],
    lowest: float,
    highest: float,
    cluster: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Bounds:
    """Bound the mean change of all pre respondents where only the number of lost is known.

    Parameters
    ----------
    score, wave, school
        Shape (n,), as for `mean_change`.
    lost
        How many pre respondents of each school did not answer again, by its code: the fewest or the
        most that `attrition_range` gives. A school without an entry lost nobody.
    lowest, highest
        The ends of the score's range.
    cluster
        Shape (n,), codes, one a school; the schools if not given.
    conf_level
        Between 0 and 1.

    Returns
    -------
    Bounds
        The mean change with the lost added to their school's post wave, all at `lowest`, and at
        `highest`.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing or outside the range, a number of lost is negative or
        of an unknown school, or a school has several clusters.

    Notes
    -----
    New post respondents count as if they had been asked before. Weights are those of `mean_change`
    by respondents, with the lost counted.

    Examples
    --------
    >>> b = worst_case_change([4, 5, 7, 8, 5, 6, 8, 9], [0, 0, 1, 1] * 2, list("aaaabbbb"),
    ...     lost={"a": 1}, lowest=0, highest=10)
    >>> f"between {b.lower:.2f} and {b.upper:.2f}"
    'between 1.64 and 3.45'
    """
    check_conf_level(conf_level)
    scores = read_scores(score, "score")
    waves = read_zero_one(wave, "wave", scores.size)
    schools, labels = read_codes(school, "school", scores.size)
    clusters = schools if cluster is None else read_codes(cluster, "cluster", scores.size)[0]
    _check_range(scores, lowest, highest)
    number = _read_lost(lost, labels)
    cluster_of = np.zeros(labels.size, dtype=np.intp)
    cluster_of[schools] = clusters
    if (cluster_of[schools] != clusters).any():
        raise EstimatorCallError("a school has several clusters, so the lost belong to none")
    added = np.repeat(np.arange(labels.size), number)
    whole_school = np.concatenate([schools, added])
    ends = [
        mean_change(
            np.concatenate([scores, np.full(added.size, float(end))]),
            np.concatenate([waves, np.ones(added.size, dtype=np.intp)]),
            cluster_of[whole_school],
            school=whole_school,
            conf_level=conf_level,
        )
        for end in (lowest, highest)
    ]
    return bounds_from_estimates(*ends, method=_STACKED)


def _check_range(scores: Floats, lowest: float, highest: float) -> None:
    if not lowest < highest:
        raise EstimatorCallError("`lowest` must be under `highest`")
    outside = int(((scores < lowest) | (scores > highest)).sum())
    if outside:
        raise EstimatorCallError(f"{outside} scores lie outside {lowest!r} to {highest!r}")


def _read_lost(lost: Mapping[Hashable, int], labels: Labels) -> Labels:
    known = labels.tolist()
    unknown = [code for code in lost if code not in set(known)]
    if unknown or any(number < 0 for number in lost.values()):
        raise EstimatorCallError("`lost` must hold numbers from 0 for schools in `school`")
    return np.array([lost.get(code, 0) for code in known], dtype=np.intp)
