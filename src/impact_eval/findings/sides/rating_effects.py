"""Single ratings of two sides: whether answers moved further where the programme was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from impact_eval.estimators.clustered_odds import METHOD, OddsOfHigher, refuse_odds
from impact_eval.estimators.odds_change import odds_change
from impact_eval.findings.data.arms import CONTRAST, sides_of
from impact_eval.findings.data.samples import part_of
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import finding_of
from impact_eval.findings.outcomes.estimands import NO_ATTENDANCE
from impact_eval.findings.outcomes.ratings import (
    ODDS,
    PROPORTIONALITY,
    Rating,
    method_of,
    ratings_asked_twice,
    without_numbers,
)
from impact_eval.findings.sides.effects import CROSSED_OVER, crossed_over


def rating_effects(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by what odds answers moved further on the programme's side, without any cut.

    Notes
    -----
    Exploratory, beside no other finding: single questions have no odds of both sides. Of a
    staggered roll-out there are none, because its schools pass from side to side.
    """
    del done
    with_sides = data.has_arms and not data.staggered
    for rating in ratings_asked_twice(data) if with_sides else ():
        at = replace(
            rating.address,
            quantity="item_odds_ratio",
            contrast=CONTRAST,
            estimator=ODDS,
            estimand="schools_like_these",
        )
        found = _estimated(rating)
        odds = replace(found.log_odds, method=method_of(rating, METHOD, "schools_like_these"))
        for variant, estimate in (("", odds), (PROPORTIONALITY, found.proportionality)):
            here = replace(at, variant=variant)
            yield finding_of(here, estimate, rating.sample, unit="", cautions=rating.cautions)


def _estimated(rating: Rating) -> OddsOfHigher:
    data = rating.data
    side = sides_of(data, rating.people).programme[rating.sample.position]
    sample = part_of(rating.sample, side >= 0, np.ones(rating.sample.linked.pre.size, bool))
    n_clusters = np.unique(sample.cluster).size
    refuse = partial(refuse_odds, sample.score.size, n_clusters, data.conf_level)
    if crossed_over(data, rating.address.wave_to):
        return refuse(CROSSED_OVER)
    if without_numbers(rating):
        return refuse(NO_ATTENDANCE)
    return odds_change(
        sample.score,
        sample.wave,
        sample.cluster,
        school=sample.school,
        programme=side[side >= 0],
        weights=data.study.plan.weights,
        school_weights=rating.by_school,
        conf_level=data.conf_level,
    )
