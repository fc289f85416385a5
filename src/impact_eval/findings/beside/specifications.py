"""Every planned change in all the ways that the plan declares, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from impact_eval.estimators.estimate import Estimate, describe, not_estimable
from impact_eval.findings.address import Address
from impact_eval.findings.beside.estimate_way import by_school, estimate_way, weighted
from impact_eval.findings.beside.other_estimators import estimate_otherwise
from impact_eval.findings.beside.roll_out_ways import roll_out_way
from impact_eval.findings.beside.way_scores import Desk, Scorer, WayScores
from impact_eval.findings.beside.ways import PLANNED, Way, ways_of
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.plan.families import Membership, memberships
from impact_eval.findings.plan.plan_status import (
    HeldAgainst,
    held_against,
    specifications_as_locked,
)
from impact_eval.findings.plan.readings import reading_of, yardstick_of
from impact_eval.findings.sides.roll_outs import draw_roll_out

if TYPE_CHECKING:
    from impact_eval.vocabulary import Role


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
    desk, held = Desk(data), held_against(data)
    for finding_id, member in memberships(data.study).items():
        main = done.get(finding_id)
        if main is None or not isfinite(main.estimate.estimate):
            continue
        at = member.address
        against = held.get((at.audience, at.phase, at.wave_to), HeldAgainst(None, None))
        role, status = _standing(data, main, member, against)
        found = [
            replace(one, role=role, plan_status=status)
            for one in _of_ways(desk, main, member, done)
        ]
        yield from found
        yield from (
            replace(one, role=role, plan_status=status)
            for one in _counts(data, main, member, found)
        )


def _of_ways(
    desk: Desk, main: Finding, member: Membership, done: Mapping[str, Finding]
) -> Iterator[Finding]:
    data, at = desk.data, member.address
    people = data.audiences[at.audience]
    outcome = data.study.outcome(at.audience, at.outcome)
    yardstick = yardstick_of(data, member)
    schools_already = desk.clusters_are_schools[at.audience]
    scored = Scorer(desk, member)
    seen = set()
    estimand = member.family.estimand
    one_group = data.staggered and _groups(data, people, at) < len(("first", "second"))
    for way in ways_of(data.study, people.audience, outcome, estimand=estimand):
        scores = scored.scores(way)
        sample = scores.sample
        waiting = PLANNED if one_group else way.waiting
        comes_to = (
            *(scores.place, way.sample, way.weights, way.estimators),
            *(PLANNED if schools_already else way.cluster, waiting),
        )
        if comes_to in seen:
            continue
        seen.add(comes_to)
        estimate = main.estimate
        if way.variant != PLANNED:
            estimate = _estimate(scores, member, way, main, done)
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


def _estimate(
    scores: WayScores, member: Membership, way: Way, main: Finding, done: Mapping[str, Finding]
) -> Estimate:
    data, at = scores.data, member.address
    people = data.audiences[at.audience]
    if way.estimators != PLANNED:
        sample = scores.sample if way.cluster == PLANNED else by_school(scores.sample)
        return estimate_otherwise(data, people, sample, member, way.estimators, main, done)
    if not data.staggered:
        return estimate_way(data, people, scores.sample, member, way)
    data = data if way.weights == PLANNED else weighted(data, way.weights)
    return roll_out_way(data, people, at, way, values=scores.values)


def _groups(data: StudyData, people: AudienceData, at: Address) -> int:
    """Count the groups of schools of a roll-out that had their workshop between its surveys."""
    begun = draw_roll_out(data, people, at).begun
    first = list(data.study.wave_ids).index(at.wave_from)
    return int(np.unique(begun[begun > first]).size)


def agreements(data: StudyData, main: Finding, member: Membership) -> dict[str, float | None]:
    """Run every way of one planned change and count as the findings do; None without a verdict."""
    found = list(_of_ways(Desk(data), main, member, {}))
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
