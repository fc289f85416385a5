"""The wild cluster bootstrap beside planned results of schools like these with few clusters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.wild_bootstrap import wild_bootstrap
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import school_weights
from impact_eval.findings.plan.families import memberships

ESTIMATOR: Final = "wild_bootstrap"
FEWEST, MOST = 4, 12
METHOD: Final = "wild cluster bootstrap, null imposed, Rademacher, all patterns, CR1"


def wild_bootstrap_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield a wild bootstrap of each planned change of schools like these with 4 to 12 clusters.

    Notes
    -----
    With fewer clusters nothing is said of other schools, and with more the change's own interval
    holds. All patterns of signs are gone through, so nothing is drawn.
    """
    for finding_id, member in () if data.has_arms else memberships(data.study).items():
        main, at = done.get(finding_id), member.address
        if main is None or not isfinite(main.estimate.std_error):
            continue
        few = FEWEST <= main.estimate.n_clusters <= MOST
        if member.family.estimand != "schools_like_these" or not few:
            continue
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        yield finding_of(
            replace(at, estimator=ESTIMATOR),
            _test(data, people, sample),
            sample,
            unit=main.unit,
            parent_id=finding_id,
        )


def _test(data: StudyData, people: AudienceData, sample: Sample) -> Estimate:
    """Multiply whole clusters' residuals of the change as the plan weighs it."""
    if data.rounds_differ:
        return not_estimable(
            "each round asked at other places, so clusters have no changes",
            n=sample.score.size,
            n_clusters=np.unique(sample.cluster).size,
            method=METHOD,
            conf_level=data.conf_level,
        )
    kept = in_both(sample)
    weights = plan_weights(data, people, sample)
    tested = wild_bootstrap(
        sample.score[kept],
        sample.wave[kept].astype(float),
        sample.cluster[kept],
        school=sample.school[kept],
        weights=None if weights is None else weights[kept],
        conf_level=data.conf_level,
    )
    return replace(tested, method=f"{METHOD}, weights: {data.study.plan.weights}")


def in_both(sample: Sample) -> NDArray[np.bool_]:
    """Mark the rows of schools that answered in both waves."""
    later = np.bincount(sample.school, sample.wave)
    everybody = np.bincount(sample.school)
    return np.asarray(((later > 0) & (later < everybody))[sample.school])


def plan_weights(data: StudyData, people: AudienceData, sample: Sample) -> Floats | None:
    """Weigh rows so that schools count in the change as the plan says; None for respondents."""
    weights = data.study.plan.weights
    if weights == "respondent":
        return None
    n = np.bincount(2 * sample.school + sample.wave, minlength=2 * (sample.school.max() + 1))
    numbers = school_weights(data, people) if weights == "beneficiary" else {}
    own = [numbers.get(int(code), 1.0) for code in range(int(sample.school.max()) + 1)]
    return np.asarray(np.array(own)[sample.school] / n[2 * sample.school + sample.wave])
