"""Every planned change in all the ways that the plan declares, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from impact_eval.estimators.estimate import Estimate, describe, not_estimable
from impact_eval.findings.changes import contrast_of
from impact_eval.findings.estimate_way import estimate_way
from impact_eval.findings.families import Membership, memberships
from impact_eval.findings.finding import Finding
from impact_eval.findings.plan_status import HeldAgainst, held_against, specifications_as_locked
from impact_eval.findings.readings import reading_of, yardstick_of
from impact_eval.findings.rescored import rescored
from impact_eval.findings.samples import draw_sample
from impact_eval.findings.study_data import AudienceData, Floats, StudyData, gather
from impact_eval.findings.ways import PLANNED, Way, ways_of
from impact_eval.surveys.quality.exclusions import with_excluded
from impact_eval.vocabulary import FORM_FLAGS

if TYPE_CHECKING:
    from impact_eval.vocabulary import Role

COUNTS: Final = ("run", "estimated", "same_direction", "beyond_zero", "same_verdict")


@dataclass(frozen=True)
class _Desk:
    """What all ways are computed from: the study with the plan's forms, and with every form."""

    data: StudyData

    @cached_property
    def every_form(self) -> StudyData:
        """The study with the forms that the plan leaves out put back."""
        return gather(self.data.study, with_excluded(self.data.tables, self.data.study))

    @cached_property
    def flagged(self) -> Floats:
        """Numbers of the forms that have a flag of their own."""
        quality = self.data.tables.quality
        found = quality.loc[quality["flag"].isin(FORM_FLAGS), "submission_id"]
        return np.asarray(found.unique())


def specification_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each planned change in every way that the plan declares, and the counts of them.

    Parameters
    ----------
    data
        The study.
    done
        All findings, judged.

    Yields
    ------
    Finding
        A row for each way, with its reading as its verdict, and a row for each count: how many
        ways were run, gave an estimate, go the same way, have an interval beyond zero on that side,
        and read as the plan's own does. Planned if the plan declares the ways, else exploratory; no
        way can lead a page.

    Notes
    -----
    Ways that come to the same scores, people, weights and clusters are run once.
    """
    desk, held = _Desk(data), held_against(data)
    for finding_id, member in memberships(data.study).items():
        main = done.get(finding_id)
        if main is None or not isfinite(main.estimate.estimate):
            continue
        at = member.address
        against = held.get((at.audience, at.phase, at.wave_to), HeldAgainst(None, None))
        role, status = _standing(data, main, member, against)
        found = [
            replace(one, role=role, plan_status=status) for one in _of_ways(desk, main, member)
        ]
        yield from found
        yield from (
            replace(one, role=role, plan_status=status)
            for one in _counts(data, main, member, found)
        )


def _of_ways(desk: _Desk, main: Finding, member: Membership) -> Iterator[Finding]:
    data, at = desk.data, member.address
    audience = data.audiences[at.audience].audience
    outcome = data.study.outcome(at.audience, at.outcome)
    yardstick = yardstick_of(data, member)
    seen: list[tuple[Way, Floats]] = []
    for way in ways_of(data.study, audience, outcome):
        own = desk.every_form if way.exclusions == "none" else data
        people = own.audiences[at.audience]
        values = _values(desk, own, people, member, way)
        if _comes_to_the_same(data, people, way, values, seen):
            continue
        seen.append((way, values))
        sample = draw_sample(people, values, phase=at.phase, contrast=contrast_of(at))
        estimate = (
            main.estimate
            if way.variant == PLANNED
            else estimate_way(own, people, sample, member, way)
        )
        finding = Finding(
            address=replace(at, quantity="specification", variant=way.variant),
            estimate=estimate,
            unit=main.unit,
            n_pre=sample.n_pre,
            n_post=sample.n_post,
            n_linked=sample.n_linked,
            parent_id=main.finding_id,
        )
        if yardstick is not None and isfinite(estimate.estimate):
            finding = replace(finding, verdict=reading_of(yardstick, finding))
        yield finding


def _values(
    desk: _Desk, data: StudyData, people: AudienceData, member: Membership, way: Way
) -> Floats:
    """Scores of an audience's forms under a way; none for forms that it leaves out."""
    at = member.address
    outcome = data.study.outcome(at.audience, at.outcome)
    waves = people.rows[at.phase, at.wave_from], people.rows[at.phase, at.wave_to]
    values = rescored(data.study, people, outcome, way, waves)
    if way.exclusions == "all_flags":
        return np.where(np.isin(people.submission_id, desk.flagged), np.nan, values)
    return values


def _comes_to_the_same(
    data: StudyData,
    people: AudienceData,
    way: Way,
    values: Floats,
    seen: list[tuple[Way, Floats]],
) -> bool:
    """Whether a way repeats one that was run: equal scores, or the plan's own clusters by name."""
    if way.cluster == "school" and _by_school_already(data, people):
        return True
    return any(
        (other.sample, other.weights, other.cluster) == (way.sample, way.weights, way.cluster)
        and np.array_equal(scores, values, equal_nan=True)
        for other, scores in seen
    )


def _by_school_already(data: StudyData, people: AudienceData) -> bool:
    del data
    pairs = np.unique(np.column_stack([people.cluster.codes, people.school.codes]), axis=0)
    return len(pairs) == np.unique(people.cluster.codes).size == np.unique(people.school.codes).size


def _counts(
    data: StudyData, main: Finding, member: Membership, found: list[Finding]
) -> Iterator[Finding]:
    """Yield how many ways there were, and how many of them agree with the plan's own."""
    able = [one for one in found if isfinite(one.estimate.estimate)]
    sign = np.sign(main.estimate.estimate)
    same = [one for one in able if np.sign(one.estimate.estimate) == sign]
    beyond = [
        one for one in same if max(sign * one.estimate.conf_low, sign * one.estimate.conf_high) > 0
        and min(sign * one.estimate.conf_low, sign * one.estimate.conf_high) > 0
    ]  # fmt: skip
    numbers = {
        "run": len(found),
        "estimated": len(able),
        "same_direction": len(same),
        "beyond_zero": len(beyond),
    }
    yardstick = yardstick_of(data, member)
    if yardstick is not None:
        own = reading_of(yardstick, main)
        numbers["same_verdict"] = sum(one.verdict == own for one in able)
    values = [one.estimate.estimate for one in able]
    for variant in COUNTS:
        number = numbers.get(variant)
        yield Finding(
            address=replace(member.address, quantity="specifications", variant=variant),
            estimate=_count(main, number, values if variant == "estimated" else None),
            unit="ways",
            parent_id=main.finding_id,
        )


def _count(main: Finding, number: int | None, values: list[float] | None) -> Estimate:
    n, n_clusters = main.estimate.n, main.estimate.n_clusters
    method = "ways of computing, as declared"
    if number is None:
        return not_estimable(
            "there is no verdict to compare", n=n, n_clusters=n_clusters, method=method
        )
    counted = describe(number, n=n, n_clusters=n_clusters, method=method)
    return replace(counted, conf_low=min(values), conf_high=max(values)) if values else counted


def _standing(
    data: StudyData, main: Finding, member: Membership, held: HeldAgainst
) -> tuple[Role, str]:
    """Role and status of the ways: those of the plan only if it declares them, as it was locked."""
    if data.study.plan.specifications is None:
        return "exploratory", "not_planned"
    if main.role == "exploratory" or not specifications_as_locked(
        data, member.address, member, held
    ):
        return "exploratory", "changed_since_lock"
    return "secondary", main.plan_status
