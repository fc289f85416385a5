"""Who was lost on each side of a comparison, and whether the sides lost alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from math import isnan, nan

import numpy as np
from numpy.typing import NDArray

from impact_eval.estimators.attrition import attrition_range
from impact_eval.estimators.designs.attrition_standard import (
    Pair,
    attrition_level,
    cluster_attrition,
)
from impact_eval.estimators.estimate import Estimate, describe, from_interval, not_estimable
from impact_eval.findings.data.arms import CONTRAST, begun_of, side_masks
from impact_eval.findings.data.study_data import (
    ALL_PHASES,
    AudienceData,
    Codes,
    Contrast,
    StudyData,
)
from impact_eval.findings.finding import Finding
from impact_eval.findings.participation.people import place
from impact_eval.study.arms import ARM, NEVER, WORKSHOP_WAVE

Masks = tuple[NDArray[np.bool_], NDArray[np.bool_]]
METHOD = "schools, then people within the schools that stayed, by the cautious boundary of the WWC"
NO_NUMBERS = "people are not known by a number, so nobody can say which of them were lost"
COMPLETE_ONLY = "the files hold only people who answered every time, so nobody can say who was lost"


@dataclass(frozen=True, slots=True)
class Loss:
    """Numbers of both sides, programme first: schools and people before, and those still there.

    People are those of the schools that stayed, and those of them who are linked.
    """

    schools: Pair
    schools_left: Pair
    people: Pair
    people_left: Pair


def side_attrition(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many were lost on each side: a number, or a range where codes fail."""
    del done
    for phase, people, contrast in _followed(data):
        if people.audience.link == "none" or people.audience.complete_only:
            continue
        for subgroup, mask in side_masks(data, people):
            first, _ = people.pairs[phase, *contrast]
            n_pre, n_post = (int(mask[people.rows[phase, wave]].sum()) for wave in contrast)
            n_linked = int(mask[first].sum())
            if n_pre == 0:
                continue
            yield Finding(
                address=replace(
                    place("attrition", data, phase, people),
                    subgroup=subgroup,
                    wave_from=contrast[0],
                    wave_to=contrast[1],
                ),
                estimate=_of_side(people, n_pre, n_post, n_linked),
                unit="percent",
                n_pre=n_pre,
                n_post=n_post,
                n_linked=n_linked,
            )


def attrition_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by how many points the sides' losses differ, with the class as a caution.

    In a staggered roll-out for each group of schools, against those that began later.
    """
    del done
    for phase, people, contrast, group in _groups(data):
        loss = loss_of(data, people, phase, contrast, group=group)
        n_pre = int(people.rows[phase, contrast[0]].size)
        level, points = _classed(people, loss)
        estimate = (
            not_estimable(_unknown(people), n=n_pre, n_clusters=sum(loss.schools), method=METHOD)
            if isnan(points)
            else describe(points, n=n_pre, n_clusters=sum(loss.schools), method=METHOD)
        )
        yield Finding(
            address=replace(
                place("attrition_difference", data, phase, people),
                wave_from=contrast[0],
                wave_to=contrast[1],
                contrast=CONTRAST,
                variant=group,
            ),
            estimate=estimate,
            unit="points",
            cautions=(f"attrition_{level}",),
        )


def loss_of(
    data: StudyData, people: AudienceData, phase: str, contrast: Contrast, *, group: str = ""
) -> Loss:
    """Count the schools of the roster and the people of each side, before and after.

    The people of a school count only if somebody of it answered in the later wave. `group` is the
    first survey after the workshop of schools that stand beside those that began later.
    """
    before, after = (people.rows[phase, wave] for wave in contrast)
    first, _ = people.pairs[phase, *contrast]
    school = people.school.codes
    stayed = np.isin(school, school[after])
    programme, comparison = _masks(data, people, group)

    def both(rows: Codes, among: NDArray[np.bool_]) -> Pair:
        return int((among & programme)[rows].sum()), int((among & comparison)[rows].sum())

    return Loss(
        schools=_schools_of_roster(data, phase, group),
        schools_left=(
            np.unique(school[after[programme[after]]]).size,
            np.unique(school[after[comparison[after]]]).size,
        ),
        people=both(before, stayed),
        people_left=both(first, stayed),
    )


def _masks(data: StudyData, people: AudienceData, group: str) -> Masks:
    """Mark the submissions of the two sides, or of a group and of the schools that began later."""
    if not group:
        programme, comparison = (mask for _, mask in side_masks(data, people))
        return programme, comparison
    begun, after = begun_of(data, people), data.study.wave_ids.index(group)
    return begun == after, begun > after


def _schools_of_roster(data: StudyData, phase: str, group: str) -> Pair:
    roster = data.tables.schools
    of_phase = roster["phase"].isin([phase, ""]) | (phase == ALL_PHASES)
    own = roster[of_phase | (len(data.study.phases) == 1)]
    if group:
        order = [*data.study.wave_ids, NEVER]
        begun = [order.index(wave or NEVER) for wave in own[WORKSHOP_WAVE].fillna("")]
        after = order.index(group)
        return begun.count(after), sum(one > after for one in begun)
    with_it = {arm.id: arm.programme for arm in data.study.arms}
    found = [with_it[arm] for arm in own[ARM] if arm in with_it]
    return sum(found), len(found) - sum(found)


def _groups(data: StudyData) -> Iterator[tuple[str, AudienceData, Contrast, str]]:
    """Yield what is followed, with each group that began between the two waves; "" for sides."""
    order = list(data.study.wave_ids)
    for phase, people, contrast in _followed(data):
        if not data.staggered:
            yield phase, people, contrast, ""
            continue
        begun = begun_of(data, people)
        first, last = (order.index(wave) for wave in contrast)
        for after in range(first + 1, last + 1):
            if (begun == after).any() and (begun > after).any():
                yield phase, people, contrast, order[after]


def _classed(people: AudienceData, loss: Loss) -> tuple[str, float]:
    """Class the loss, and say by how many points more the programme's side lost of its people."""
    if people.audience.link == "roster_id" and not people.audience.complete_only:
        found = cluster_attrition(*astuple(loss))
        return found.level, found.people.programme - found.people.comparison
    schools = attrition_level(loss.schools, loss.schools_left).level
    return ("high" if schools == "high" else "unknown"), nan


def _unknown(people: AudienceData) -> str:
    return COMPLETE_ONLY if people.audience.complete_only else NO_NUMBERS


def _of_side(people: AudienceData, n_pre: int, n_post: int, n_linked: int) -> Estimate:
    bounds = attrition_range(n_pre, n_post, n_linked)
    if people.audience.link == "roster_id":
        share = 100 * bounds.rate_high
        return describe(share, n=n_pre, n_clusters=0, method="not linked, by roster id")
    method = "range from the fewest to the most who can have left: codes fail too"
    low, high = 100 * bounds.rate_low, 100 * bounds.rate_high
    return from_interval(nan, low, high, n=n_pre, n_clusters=0, method=method)


def _followed(data: StudyData) -> Iterator[tuple[str, AudienceData, Contrast]]:
    """Yield each phase, audience and contrast in which both sides could be met again."""
    for phase, people in data.surveyed() if data.has_arms else ():
        for first, later in data.contrasts:
            if people.rows[phase, first].size and people.rows[phase, later].size:
                yield phase, people, (first, later)
