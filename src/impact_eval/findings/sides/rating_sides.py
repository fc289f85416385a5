"""Single ratings of each side: in how many pairs a later answer is higher, and the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.two_samples import difference_of_samples
from impact_eval.findings.data.arms import CONTRAST, SIDES, sides_of, subgroup_of
from impact_eval.findings.data.samples import Sample, part_of
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import finding_of
from impact_eval.findings.outcomes.ratings import (
    LINKED,
    SUPERIORITY,
    Rating,
    of_linked,
    of_pairs,
    ratings_asked_twice,
)
from impact_eval.findings.sides.effects import CROSSED_OVER, crossed_over

NO_SIDE: Final = "one of the two sides has no such number, or no interval"


def rating_sides(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each rating the superiority of later answers on each side, and their difference.

    Notes
    -----
    Each side by itself as where there is one group; the difference is in percentage points of
    pairs, with the two errors as those of samples apart (no cluster lies on both sides) and Welch's
    degrees of freedom. Exploratory
    and without a parent. Of a staggered roll-out there is none.
    """
    del done
    with_sides = data.has_arms and not data.staggered
    for rating in ratings_asked_twice(data) if with_sides else ():
        yield from _of_rating(rating, SUPERIORITY, of_pairs)
        if rating.people.audience.link != "none":
            yield from _of_rating(rating, LINKED, of_linked)


def _of_rating(
    rating: Rating, estimator: str, estimate: Callable[[Rating], Estimate]
) -> Iterator[Finding]:
    sides = {
        side: replace(rating, sample=sample)
        for side, sample in zip(SIDES, _samples(rating), strict=True)
    }
    found = {side: estimate(own) for side, own in sides.items()}
    estimand = rating.estimand
    at = replace(rating.address, estimator=estimator, estimand=estimand)
    for side, own in sides.items():
        if own.sample.n_pre and own.sample.n_post:
            here = replace(at, subgroup=subgroup_of(side), estimand=own.estimand)
            yield finding_of(
                here, found[side], own.sample, unit="percent", cautions=rating.cautions
            )
    both = _difference(rating, found)
    apart = replace(at, contrast=CONTRAST)
    yield finding_of(apart, both, rating.sample, unit="points", cautions=rating.cautions)


def _samples(rating: Rating) -> Iterator[Sample]:
    """Split a rating's answers by side."""
    people = rating.people
    side_of = np.full(len(people.school.labels), -1)
    side_of[people.school.codes] = sides_of(rating.data, people).programme
    sample = rating.sample
    for code in (1, 0):
        rows, linked = side_of[sample.school] == code, side_of[sample.linked.school] == code
        yield part_of(sample, rows, linked)


def _difference(rating: Rating, found: Mapping[str, Estimate]) -> Estimate:
    """Subtract the two sides' shares."""
    one, other = (found[side] for side in SIDES)
    n, n_clusters = one.n + other.n, one.n_clusters + other.n_clusters
    method = f"difference of the two sides: {one.method}"
    reason = CROSSED_OVER if crossed_over(rating.data, rating.address.wave_to) else ""
    if not (isfinite(one.std_error) and isfinite(other.std_error)):
        reason = reason or one.reason or other.reason or NO_SIDE
    level = rating.data.conf_level
    if reason:
        return not_estimable(reason, n=n, n_clusters=n_clusters, method=method, conf_level=level)
    return difference_of_samples(one, other, method=method, conf_level=level)
