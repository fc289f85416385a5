"""Whether the plan names a finding, and whether it did so before the answers existed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from impact_eval.estimators.estimate import not_estimable
from impact_eval.findings.families import memberships
from impact_eval.findings.finding import Finding
from impact_eval.findings.study_data import AudienceData, StudyData

FEW_WRONG_DATES: Final = 0.05
COMPARISONS: Final = (
    "change",
    "mastery_change",
    "item_change",
    "subgroup_difference",
    "effect_size",
    "schools_mean_change",
    "between_school_sd",
    "prediction_interval",
    "shrunken_change",
    "placement",
    "phase_difference",
)

Late = bool | None


def late_plans(data: StudyData) -> Mapping[tuple[str, str, str], Late]:
    """Tell for each audience, phase and wave whether the plan came after its forms.

    Returns
    -------
    Mapping
        True if more than a twentieth of the dated forms are older than the plan (single dates are
        mistyped), False if not, None if no form is dated.
    """
    dates = data.tables.submissions.set_index("submission_id")["answered_on"]
    declared = pd.Timestamp(data.study.plan.declared_on)
    return {
        (audience, *place): _is_late(dates, people, place, declared)
        for audience, people in data.audiences.items()
        for place in people.rows
    }


def planned_without_data(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the changes that the plan names and nobody's answers give, as not estimable."""
    for finding_id, member in memberships(data.study).items():
        if finding_id not in done:
            at = member.address
            outcome = data.study.outcome(at.audience, at.outcome)
            refused = not_estimable(
                "nobody answered", n=0, n_clusters=0, method="change between two waves"
            )
            yield Finding(
                address=at, estimate=refused, unit=outcome.unit, n_pre=0, n_post=0, n_linked=0
            )


def plan_cautions(late: Late) -> tuple[str, ...]:
    """Name the caution that a late plan, or one that cannot be dated, deserves."""
    if late is None:
        return ("plan_dates_missing",)
    return ("plan_late",) if late else ()


def _is_late(
    dates: pd.Series[pd.Timestamp],
    people: AudienceData,
    place: tuple[str, str],
    declared: pd.Timestamp,
) -> Late:
    own = pd.to_datetime(dates.reindex(people.submission_id[people.rows[place]])).dropna()
    if own.empty:
        return None
    return bool((own < declared).mean() > FEW_WRONG_DATES)
