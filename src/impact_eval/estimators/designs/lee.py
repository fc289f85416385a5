"""Lee's bounds: the effect on those who would answer in either arm of a randomised comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from impact_eval.estimators.cluster_moments import redraw
from impact_eval.estimators.designs.arms import too_few_clusters
from impact_eval.estimators.designs.bounds import Bounds, bounds_from_std_errors, no_bounds
from impact_eval.estimators.estimate import EstimatorCallError, check_conf_level
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    lies_within,
    read_codes,
    read_zero_one,
)

ENOUGH_FOR_BOOTSTRAP = 5
LEAST_DRAWS = 99
_METHOD = "Lee bounds, bootstrap by cluster, Imbens-Manski interval"


@dataclass(frozen=True, slots=True)
class LeeBounds:
    """Bounds with what they rest on: the arms' shares of people who answered, and the trimming.

    `answered` is programme first, comparison second; `trimmed_share` of the answers of
    `trimmed_arm` are cut off, at the top for one bound and at the bottom for the other.
    """

    bounds: Bounds
    answered: tuple[float, float]
    trimmed_share: float
    trimmed_arm: Literal["programme", "comparison", "none"]


def lee_bounds(
    score: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    *,
    seed: int,
    n_draws: int = 999,
    conf_level: float = 0.95,
) -> LeeBounds:
    """Bound a randomised effect where the arms lost people at different rates.

    Parameters
    ----------
    score
        Shape (n,), post scores of everybody who was in a randomised cluster before, nan where lost.
    programme
        Shape (n,), 1 and 0, as assigned.
    cluster
        Shape (n,), codes of what was drawn as a whole, schools or all schools of a team; a cluster
        lies within one arm.
    seed
        Of the bootstrap.
    n_draws
        At least 99.
    conf_level
        Between 0 and 1.

    Returns
    -------
    LeeBounds
        Programme minus comparison in score points, of people who would answer in either arm. Not
        estimable where an arm has a single cluster or nobody who answered. Where an arm has fewer
        than 5 clusters the bounds stand without interval, and with the reason.

    Raises
    ------
    EstimatorCallError
        If shapes differ, a score is infinite, a cluster is in two arms, or there are too few draws.

    Notes
    -----
    With q_T > q_C the share p = (q_T - q_C) / q_T of the programme's answers is cut off, from the
    top for the lower bound and from the bottom for the upper; else the comparison's, mirrored.
    Assumed: clusters were randomised, and the programme makes people answer more, or less, in the
    same direction for all. Answers at the cut are counted in part, so that ties do not matter. The
    bootstrap draws whole clusters within arms, each draw with its own p, and is widened by sqrt(m /
    (m - 1)), m the clusters of the smaller arm; t on the number of clusters minus 2.

    References
    ----------
    Lee (2009), Review of Economic Studies 76(3), 1071-1102, proposition 1a. Imbens and Manski
    (2004), Econometrica 72(6), 1845-1857.

    Examples
    --------
    >>> nan = float("nan")
    >>> lee = lee_bounds([1, 2, 3, 4, 2, 3, nan, nan], [1] * 4 + [0] * 4, list("aabbccdd"), seed=1)
    >>> lee.answered, lee.trimmed_share, lee.bounds.lower, lee.bounds.upper
    ((1.0, 0.5), 0.5, -1.0, 1.0)
    """
    check_conf_level(conf_level)
    scores = np.asarray(score, dtype=np.float64)
    check_length(scores, "score", scores.size)
    arm = read_zero_one(programme, "programme", scores.size)
    clusters, labels = read_codes(cluster, "cluster", scores.size)
    if np.isinf(scores).any() or not lies_within(clusters, arm) or n_draws < LEAST_DRAWS:
        raise EstimatorCallError(
            f"scores must be finite or nan, clusters in one arm, draws at least {LEAST_DRAWS}"
        )
    sides = [_Side(scores[arm == a], clusters[arm == a]) for a in (1, 0)]
    reason = too_few_clusters(clusters, arm) or (
        "" if all(side.n_answered for side in sides) else "nobody in one of the arms answered"
    )
    if reason:
        bounds = no_bounds(
            reason, n=scores.size, n_clusters=labels.size, method=_METHOD, conf_level=conf_level
        )
        return LeeBounds(bounds, (nan, nan), nan, "none")
    once = [np.ones(side.n_clusters) for side in sides]
    rates = [side.rate(times) for side, times in zip(sides, once, strict=True)]
    bounds = _with_interval(sides, _bounds(sides, once), n_draws, seed, conf_level)
    trimmed: Literal["programme", "comparison", "none"] = "none"
    if rates[0] != rates[1]:
        trimmed = "programme" if rates[0] > rates[1] else "comparison"
    return LeeBounds(bounds, (rates[0], rates[1]), 1 - min(rates) / max(rates), trimmed)


class _Side:
    """One arm: its answers in the order of size, and its people by cluster."""

    def __init__(self, scores: Floats, clusters: Codes) -> None:
        codes = np.unique(clusters, return_inverse=True)[1]
        self.n_clusters = int(codes.max(initial=-1)) + 1
        self._asked = np.bincount(codes, minlength=self.n_clusters)
        answered = ~np.isnan(scores)
        self._answered = np.bincount(codes[answered], minlength=self.n_clusters)
        self.n_answered = int(answered.sum())
        order = np.argsort(scores[answered], kind="stable")
        self._score, self._cluster = scores[answered][order], codes[answered][order]

    def rate(self, times: Floats) -> float:
        """Share of people who answered, with each cluster counted so many times."""
        return float(times @ self._answered / (times @ self._asked))

    def mean(self, times: Floats, keep: float = 1.0, *, top: bool = False) -> float:
        """Mean of the lowest, or highest, share `keep` of the answers."""
        step = -1 if top else 1
        weight, score = times[self._cluster][::step], self._score[::step]
        before = np.cumsum(weight) - weight
        target = keep * weight.sum()
        return float(np.clip(target - before, 0, weight) @ score / target)


def _bounds(sides: list[_Side], times: list[Floats]) -> tuple[float, float]:
    """Trim the arm that answered more; nan where a draw has no answers in an arm."""
    (programme, comparison), (t, c) = sides, times
    rate_t, rate_c = programme.rate(t), comparison.rate(c)
    if min(rate_t, rate_c) == 0:
        return nan, nan
    if rate_t >= rate_c:
        keep, other = rate_c / rate_t, comparison.mean(c)
        return programme.mean(t, keep) - other, programme.mean(t, keep, top=True) - other
    keep, other = rate_t / rate_c, programme.mean(t)
    return other - comparison.mean(c, keep, top=True), other - comparison.mean(c, keep)


def _with_interval(
    sides: list[_Side], found: tuple[float, float], n_draws: int, seed: int, conf_level: float
) -> Bounds:
    fewest, n_clusters = min(s.n_clusters for s in sides), sum(s.n_clusters for s in sides)
    n = sum(side.n_answered for side in sides)
    if fewest < ENOUGH_FOR_BOOTSTRAP:
        reason = f"an arm has fewer than {ENOUGH_FOR_BOOTSTRAP} clusters, too few for an interval"
        none = no_bounds(reason, n=n, n_clusters=n_clusters, method=_METHOD, conf_level=conf_level)
        return replace(none, lower=found[0], upper=found[1])
    draws = [redraw(s.n_clusters, n_draws, seed + place) for place, s in enumerate(sides)]
    each = np.array([_bounds(sides, [t, c]) for t, c in zip(*draws, strict=True)])
    widen = sqrt(fewest / (fewest - 1))
    errors = widen * np.nanstd(each, axis=0, ddof=1)
    return bounds_from_std_errors(
        found,
        (float(errors[0]), float(errors[1])),
        n_clusters - 2,
        n=n,
        n_clusters=n_clusters,
        method=_METHOD,
        conf_level=conf_level,
    )
