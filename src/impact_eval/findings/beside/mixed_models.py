"""A mixed model beside each planned result of schools like these: a second opinion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.estimate import not_estimable
from impact_eval.estimators.mixed_model import MixedFit, mixed_change
from impact_eval.findings.data.arms import sides_of
from impact_eval.findings.data.samples import Sample, draw_sample, seen_twice
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of, scales_differ
from impact_eval.findings.plan.families import memberships
from impact_eval.vocabulary import Quantity

ESTIMATOR: Final = "mixed_model"
SINGULAR: Final = "singular_fit"
BEYOND: Final = "more_df_than_clusters"
NO_FIXED_SIDES: Final = "no mixed model where schools pass from one side to the other"
OTHER_PLACES: Final = (
    "no mixed model where each round asked at other places, so that none has a change of its own"
)
SCALES: Final = (
    "no mixed model where the two waves have different scales, so that there are no changes"
)


def mixed_models(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield a mixed model of each planned change or effect of schools like these with a number.

    Parameters
    ----------
    data
        The study.
    done
        All findings, judged.

    Yields
    ------
    Finding
        In the outcome's unit, of the same forms as the planned one, where everybody counts as the
        model weighs them; or the reason why there is none, such as the optional package not
        being installed. Never with a verdict.
    """
    for finding_id, member in memberships(data.study).items():
        main, at = done.get(finding_id), member.address
        if main is None or not isfinite(main.estimate.estimate):
            continue
        if member.family.estimand != "schools_like_these":
            continue
        people = data.audiences[at.audience]
        sample = seen_twice(
            draw_sample(people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at))
        )
        outcome = data.study.outcome(at.audience, at.outcome)
        own_scales = scales_differ(outcome, contrast_of(at))
        fit = _fit(data, people, sample, own_scales=own_scales)
        quantity: Quantity = "modelled_effect" if data.has_arms else "modelled_change"
        yield finding_of(
            replace(at, quantity=quantity, estimator=ESTIMATOR),
            fit.estimate,
            sample,
            unit=main.unit,
            parent_id=finding_id,
            cautions=(*(SINGULAR,) * fit.singular, *(BEYOND,) * fit.beyond_clusters),
        )


def _fit(data: StudyData, people: AudienceData, sample: Sample, *, own_scales: bool) -> MixedFit:
    reason = NO_FIXED_SIDES if data.staggered else SCALES if own_scales else ""
    reason = OTHER_PLACES if data.rounds_differ else reason
    if reason:
        return MixedFit(
            not_estimable(
                reason,
                n=sample.score.size,
                n_clusters=np.unique(sample.cluster).size,
                method="mixed model by REML, Satterthwaite",
                conf_level=data.conf_level,
            )
        )
    linked = people.audience.link != "none"
    side = sides_of(data, people).programme[sample.position] if data.has_arms else None
    return mixed_change(
        sample.score,
        sample.wave,
        sample.cluster,
        school=sample.school,
        respondent=sample.respondent if linked else None,
        programme=side,
        conf_level=data.conf_level,
    )
