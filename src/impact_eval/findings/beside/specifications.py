"""Every planned change in all the ways that the plan declares, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.estimate import Estimate, describe, not_estimable
from impact_eval.findings.beside.estimate_way import estimate_way
from impact_eval.findings.beside.rescored import rescored
from impact_eval.findings.beside.ways import PLANNED, Way, ways_of
from impact_eval.findings.data.arms import NO_FIXED_SIDES
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData, gather
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of
from impact_eval.findings.plan.families import Membership, memberships
from impact_eval.findings.plan.plan_status import (
    HeldAgainst,
    held_against,
    specifications_as_locked,
)
from impact_eval.findings.plan.readings import reading_of, yardstick_of
from impact_eval.surveys.quality.exclusions import with_excluded
from impact_eval.vocabulary import FORM_FLAGS

if TYPE_CHECKING:
    from impact_eval.vocabulary import Role


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

    @cached_property
    def clusters_are_schools(self) -> Mapping[str, bool]:
        """Of which audiences the declared clusters are the schools themselves."""
        return {name: _clusters_are_schools(one) for name, one in self.data.audiences.items()}


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
        if data.staggered:
            yield _not_run(main, member)
            continue
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


def _not_run(main: Finding, member: Membership) -> Finding:
    """Say that a roll-out is estimated in the plan's way alone."""
    n, n_clusters = main.estimate.n, main.estimate.n_clusters
    return Finding(
        address=replace(member.address, quantity="specification", variant=PLANNED),
        estimate=not_estimable(NO_FIXED_SIDES, n=n, n_clusters=n_clusters, method="other ways"),
        unit=main.unit,
        parent_id=main.finding_id,
    )


def _of_ways(desk: _Desk, main: Finding, member: Membership) -> Iterator[Finding]:
    data, at = desk.data, member.address
    people = data.audiences[at.audience]
    outcome = data.study.outcome(at.audience, at.outcome)
    yardstick = yardstick_of(data, member)
    by_school = desk.clusters_are_schools[at.audience]
    scored = _Scored(desk, member)
    seen = set()
    estimand = member.family.estimand
    for way in ways_of(data.study, people.audience, outcome, estimand=estimand):
        place, own, sample = scored.sample(way)
        comes_to = (place, way.sample, way.weights, PLANNED if by_school else way.cluster)
        if comes_to in seen:
            continue
        seen.add(comes_to)
        estimate = (
            main.estimate
            if way.variant == PLANNED
            else estimate_way(own, own.audiences[at.audience], sample, member, way)
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


class _Scored:
    """The samples of one planned change, each way of scoring and leaving out computed once."""

    def __init__(self, desk: _Desk, member: Membership) -> None:
        self._desk, self._member = desk, member
        self._kept: dict[tuple[str, str, str], tuple[int, StudyData, Sample]] = {}
        self._different: list[Floats] = []

    def sample(self, way: Way) -> tuple[int, StudyData, Sample]:
        """Return the number of the scores, equal for equal scores, with their study and sample."""
        key = way.answers, way.scoring, way.exclusions
        if key not in self._kept:
            self._kept[key] = self._made(way)
        return self._kept[key]

    def _made(self, way: Way) -> tuple[int, StudyData, Sample]:
        desk, at = self._desk, self._member.address
        data = desk.every_form if way.exclusions == "none" else desk.data
        people = data.audiences[at.audience]
        waves = people.rows[at.phase, at.wave_from], people.rows[at.phase, at.wave_to]
        outcome = data.study.outcome(at.audience, at.outcome)
        values = rescored(data.study, people, outcome, way, waves)
        if way.exclusions == "all_flags":
            values = np.where(np.isin(people.submission_id, desk.flagged), np.nan, values)
        sample = draw_sample(people, values, phase=at.phase, contrast=contrast_of(at))
        compared = np.concatenate([values[rows] for rows in waves])
        for place, other in enumerate(self._different):
            if np.array_equal(other, compared, equal_nan=True):
                return place, data, sample
        self._different.append(compared)
        return len(self._different) - 1, data, sample


def _clusters_are_schools(people: AudienceData) -> bool:
    pairs = np.unique(np.column_stack([people.cluster.codes, people.school.codes]), axis=0)
    return len(pairs) == np.unique(people.cluster.codes).size == np.unique(people.school.codes).size


def agreements(data: StudyData, main: Finding, member: Membership) -> dict[str, float | None]:
    """Run every way of one planned change and count as the findings do; None without a verdict."""
    found = list(_of_ways(_Desk(data), main, member))
    return _agreements(data, main, member, found)


def _agreements(
    data: StudyData, main: Finding, member: Membership, found: list[Finding]
) -> dict[str, float | None]:
    """Count how many ways there were, and how many of them agree with the plan's own."""
    able = [one for one in found if isfinite(one.estimate.estimate)]
    sign = np.sign(main.estimate.estimate)
    same = [one for one in able if np.sign(one.estimate.estimate) == sign]
    nearest = [min(sign * one.estimate.conf_low, sign * one.estimate.conf_high) for one in same]
    yardstick = yardstick_of(data, member)
    agree = None
    if yardstick is not None:
        own = reading_of(yardstick, main)
        agree = float(sum(one.verdict == own for one in able))
    return {
        "run": float(len(found)),
        "estimated": float(len(able)),
        "same_direction": float(len(same)),
        "beyond_zero": float(sum(limit > 0 for limit in nearest)),
        "same_verdict": agree,
    }


def _counts(
    data: StudyData, main: Finding, member: Membership, found: list[Finding]
) -> Iterator[Finding]:
    """Yield the counts as findings; beside the ways that gave an estimate stands their range."""
    values = [one.estimate.estimate for one in found if isfinite(one.estimate.estimate)]
    for variant, number in _agreements(data, main, member, found).items():
        yield Finding(
            address=replace(member.address, quantity="specifications", variant=variant),
            estimate=_count(main, number, values if variant == "estimated" else None),
            unit="ways",
            parent_id=main.finding_id,
        )


def _count(main: Finding, number: float | None, values: list[float] | None) -> Estimate:
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
