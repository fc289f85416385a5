"""Everybody asked before on two sides, and the effect of a design with later scores for them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from impact_eval.estimators.designs.adjusted_difference import adjusted_difference
from impact_eval.estimators.estimate import (
    Estimate,
    EstimatorCallError,
    check_conf_level,
    not_estimable,
)
from impact_eval.estimators.held_gain import held_gain
from impact_eval.estimators.inputs import (
    Codes,
    Floats,
    check_length,
    lies_within,
    n_distinct,
    read_codes,
    read_scores,
    read_zero_one,
)

BOTH = (1, 0)


@dataclass(frozen=True, slots=True)
class TwoSides:
    """People asked before, shape (n,) each: scores, side, places, and what else was known.

    `post` is nan for who was not seen again; `weights` are those of the design.
    """

    pre: Floats
    post: Floats
    programme: Codes
    cluster: Codes
    school: Codes
    stratum: Codes
    known: Floats
    weights: Floats

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Who was seen again."""
        return np.isfinite(self.post)

    def part(self, kept: NDArray[np.bool_]) -> TwoSides:
        """Keep some of the people."""
        return TwoSides(**{one.name: getattr(self, one.name)[kept] for one in fields(self)})

    def with_later(self, post: Floats) -> TwoSides:
        """Put other later scores in."""
        return replace(self, post=post)


def read_two_sides(
    pre: ArrayLike,
    post: ArrayLike,
    programme: ArrayLike,
    cluster: ArrayLike,
    school: ArrayLike,
    *,
    stratum: ArrayLike | None,
    covariates: ArrayLike | None,
    weights: ArrayLike | None,
) -> TwoSides:
    """Check the arrays of two sides, or raise."""
    before = read_scores(pre, "pre")
    n = before.size
    after = np.asarray(post, dtype=np.float64)
    check_length(after, "post", n)
    arm = read_zero_one(programme, "programme", n)
    code = partial(read_codes, n=n)
    schools = code(school, "school")[0]
    if not lies_within(schools, arm):
        raise EstimatorCallError("a school is in two arms")
    sampling = np.ones(n) if weights is None else read_scores(weights, "weights")
    check_length(sampling, "weights", n)
    known: NDArray[Any] = np.zeros((n, 0)) if covariates is None else np.asarray(covariates, float)
    if known.ndim != len(("people", "columns")) or known.shape[0] != n:
        raise EstimatorCallError(f"`covariates` must have shape ({n}, k)")
    return TwoSides(
        pre=before,
        post=after,
        programme=arm,
        cluster=code(cluster, "cluster")[0],
        school=schools,
        stratum=np.zeros(n, np.intp) if stratum is None else code(stratum, "stratum")[0],
        known=known,
        weights=sampling,
    )


def few_on_a_side(people: TwoSides) -> str:
    """Say that a side has a single cluster with anybody who was seen again; empty if not."""
    seen = people.part(people.seen)
    clusters = [n_distinct(seen.cluster[seen.programme == side]) for side in BOTH]
    if min(clusters) > 1:
        return ""
    return "one side has fewer than 2 clusters with people who were seen again"


@dataclass(frozen=True, slots=True)
class EffectOf:
    """Which effect of two sides is estimated, and how.

    `adjusted` takes later scores adjusted for earlier ones instead of a difference of gains;
    `hold_schools` lets the gains speak of these schools alone.
    """

    adjusted: bool
    hold_schools: bool
    method: str
    conf_level: float

    def __post_init__(self) -> None:
        """Raise for an effect that nobody defines."""
        check_conf_level(self.conf_level)
        if self.adjusted and self.hold_schools:
            raise EstimatorCallError("adjusted later scores speak of schools like these alone")

    def estimate(self, people: TwoSides, weights: Floats, everybody: TwoSides) -> Estimate:
        """Estimate it from people with later scores, who stand for everybody."""
        if not self.adjusted:
            return self._difference(people, weights, everybody)
        n = everybody.pre.size
        own = np.flatnonzero(everybody.seen) if people.pre.size < n else np.arange(n)
        both = np.concatenate
        found = adjusted_difference(
            both([everybody.pre, people.post]),
            np.repeat([0, 1], [n, people.post.size]),
            both([everybody.programme, people.programme]),
            both([everybody.school, people.school]),
            respondent=both([np.arange(n), own]).astype(np.float64),
            stratum=both([everybody.stratum, people.stratum]),
            cluster=both([everybody.cluster, people.cluster]),
            weights=both([everybody.weights, weights]),
            conf_level=self.conf_level,
        )
        return replace(found, method=self.method)

    def _difference(self, people: TwoSides, weights: Floats, everybody: TwoSides) -> Estimate:
        return held_gain(
            people.post - people.pre,
            people.cluster,
            school=people.school if self.hold_schools else None,
            school_all=everybody.school,
            weights=weights if np.ptp(weights) > 0 else None,
            weights_all=everybody.weights,
            programme=people.programme,
            conf_level=self.conf_level,
            method=self.method,
        )

    def refuse(self, people: TwoSides, reason: str) -> Estimate:
        """Say why there is no effect."""
        return not_estimable(
            reason,
            n=people.pre.size,
            n_clusters=n_distinct(people.cluster),
            method=self.method,
            conf_level=self.conf_level,
        )
