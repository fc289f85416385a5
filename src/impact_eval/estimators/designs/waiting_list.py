"""A waiting list: a comparison until the late schools have their own workshop, and not after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.changes import mean_change
from impact_eval.estimators.designs.adjusted_difference import adjusted_difference
from impact_eval.estimators.estimate import Estimate, EstimatorCallError, not_estimable
from impact_eval.estimators.inputs import (
    Codes,
    Labels,
    check_length,
    read_codes,
    read_scores,
    read_zero_one,
)


@dataclass(frozen=True, slots=True)
class AtWave:
    """An estimate at one wave."""

    wave: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class WaitingList:
    """What a waiting list gives.

    `randomised` compares early with late schools at each wave at which the late ones still waited.
    `late_change` is how the late schools changed from their last wave of waiting to each later one:
    one group before and after, which says nothing about the programme's effect.
    """

    randomised: tuple[AtWave, ...]
    late_change: tuple[AtWave, ...]


def waiting_list(  # noqa: PLR0913
    score: ArrayLike,
    wave: ArrayLike,
    early: ArrayLike,
    school: ArrayLike,
    *,
    crossover: int,
    respondent: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> WaitingList:
    """Compare schools randomised to an early or a late workshop while the late ones wait.

    Parameters
    ----------
    score
        Shape (n,), score points of all waves.
    wave
        Shape (n,), whole numbers; the smallest is the wave before any workshop.
    early
        Shape (n,), 1 for schools assigned to the early workshop, 0 for the late.
    school, respondent, stratum, cluster, conf_level
        As for `adjusted_difference`.
    crossover
        The first wave after the late schools' workshop, a number of `wave`'s kind.

    Returns
    -------
    WaitingList
        Without a wave between the first and the crossover, `randomised` holds one estimate, at the
        crossover, that says so.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is missing, waves are not whole numbers, the crossover is not
        after the first wave, or a school is in two arms or strata.

    Notes
    -----
    From the crossover on, both arms have had the workshop: their difference is that of an early and
    a late workshop, and no effect. Late schools' changes are those of `mean_change`.

    Examples
    --------
    >>> school, early = list("aabbccdd") * 3, [1, 1, 1, 1, 0, 0, 0, 0] * 3
    >>> score = [4, 5, 6, 5, 5, 4, 6, 7, 7, 8, 8, 9, 5, 5, 6, 8, 7, 7, 8, 9, 8, 7, 8, 9]
    >>> w = waiting_list(score, [0] * 8 + [1] * 8 + [2] * 8, early, school, crossover=2)
    >>> [(e.wave, round(e.estimate.estimate, 1)) for e in w.late_change]
    [(2, 2.0)]
    """
    scores = read_scores(score, "score")
    waves = _read_waves(wave, scores.size)
    arm = read_zero_one(early, "early", scores.size)
    schools, _ = read_codes(school, "school", scores.size)
    clusters = schools if cluster is None else read_codes(cluster, "cluster", scores.size)[0]
    distinct = np.unique(waves).tolist()
    if distinct and crossover <= distinct[0]:
        raise EstimatorCallError("`crossover` must come after the first wave")

    def compare(at: int) -> Estimate:
        rows = (waves == distinct[0]) | (waves == at)
        return adjusted_difference(
            scores[rows],
            waves[rows] == at,
            arm[rows],
            schools[rows],
            respondent=None if respondent is None else np.asarray(respondent)[rows],
            stratum=None if stratum is None else np.asarray(stratum)[rows],
            cluster=clusters[rows],
            conf_level=conf_level,
        )

    waiting = [at for at in distinct[1:] if at < crossover]
    randomised = tuple(AtWave(at, compare(at)) for at in waiting)
    if not waiting:
        reason = "no wave was held after the early workshops and before the late ones"
        nothing = not_estimable(
            reason, n=scores.size, n_clusters=0, method="waiting list", conf_level=conf_level
        )
        randomised = (AtWave(crossover, nothing),)
    last = max([at for at in distinct if at < crossover], default=0)
    after = [at for at in distinct if at >= crossover]
    late = arm == 0
    changes = [
        _late(scores, waves, clusters, schools, late, (last, at), conf_level) for at in after
    ]
    return WaitingList(randomised, tuple(AtWave(*c) for c in zip(after, changes, strict=True)))


def _late(
    scores: Labels,
    waves: Codes,
    clusters: Codes,
    schools: Codes,
    late: Labels,
    between: tuple[int, int],
    conf_level: float,
) -> Estimate:
    """Estimate the late schools' change between two waves."""
    rows = late & np.isin(waves, between)
    return mean_change(
        scores[rows],
        waves[rows] == between[1],
        clusters[rows],
        school=schools[rows],
        conf_level=conf_level,
    )


def _read_waves(wave: ArrayLike, n: int) -> Codes:
    given = np.asarray(wave)
    check_length(given, "wave", n)
    if n and not np.issubdtype(given.dtype, np.integer):
        raise EstimatorCallError("`wave` must hold whole numbers in the order of time")
    return given.astype(np.intp)
