"""Whether the plan names a finding, as it was locked, and before the answers existed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from impact_eval.estimators.estimate import not_estimable
from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.plan.families import Membership, memberships, named_by, planned_change
from impact_eval.study.locking.terms import Comparison, is_as_locked, locked_families
from impact_eval.surveys.plan_dates import is_late

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.study.locking.lock import PlanLock

OF_LOOKING_BACK: Final = ("response_shift", "change_looking_back")
OF_ITEMS: Final = ("item_change", "item_superiority", "item_odds_ratio")
OF_TOPICS: Final = ("topic_change", "topic_effect", "topic_difference")
COMPARISONS: Final = (
    "change",
    "effect",
    "effect_since",
    "effect_of_group",
    "equal_trends",
    "mastery_change",
    *OF_ITEMS,
    *OF_TOPICS,
    *OF_LOOKING_BACK,
    "subgroup_difference",
    "effect_size",
    "risen_share",
    "schools_mean_change",
    "between_school_sd",
    "prediction_interval",
    "shrunken_change",
    "placement",
    "phase_difference",
    "retention",
)

_NEVER_PLANNED: Final = (*OF_ITEMS, *OF_TOPICS, *OF_LOOKING_BACK)

Late = bool | None


@dataclass(frozen=True, slots=True)
class Locked:
    """A lock, with the ids of the changes that it names and its subgroups."""

    lock: PlanLock
    names: frozenset[str]
    subgroups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """The lock that the findings of an audience, phase and wave are held against, if there is one.

    `late` says whether that lock, or the plan's own date without one, came after the wave's forms;
    None if no form is dated.
    """

    locked: Locked | None
    late: Late


def held_against(data: StudyData) -> Mapping[tuple[str, str, str], HeldAgainst]:
    """Find for each audience, phase and wave what its findings are held against.

    Returns
    -------
    Mapping
        The last lock that came before the wave's forms. If every lock came after them, or no form
        is dated, it is the first: to change a plan and to lock it again after answers came is then
        a change all the same.
    """
    dates = data.tables.submissions.set_index("submission_id")["answered_on"]
    locks = [_locked(data.study, lock) for lock in data.study.plan_locks]
    held = {}
    for audience, people in data.audiences.items():
        for place, rows in people.rows.items():
            own = dates.reindex(people.submission_id[rows])
            held[audience, *place] = _held_against(data.study, own, locks)
    return held


def _held_against(
    study: Study, answered_on: pd.Series[Any], locks: Sequence[Locked]
) -> HeldAgainst:
    if not locks:
        declared = dt.datetime.combine(study.plan.declared_on, dt.time())
        return HeldAgainst(None, is_late(answered_on, declared))
    in_time = [one for one in locks if is_late(answered_on, one.lock.locked_at) is False]
    chosen = in_time[-1] if in_time else locks[0]
    return HeldAgainst(chosen, is_late(answered_on, chosen.lock.locked_at))


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


def with_plan_status(
    data: StudyData, finding: Finding, *, planned: Membership | None, held: HeldAgainst
) -> Finding:
    """Add how a comparison stands to the plan, and take its role if it is not as it was locked.

    Parameters
    ----------
    data
        The study, with its plan and locks.
    finding
        A comparison whose role is that of the plan as it is.
    planned
        The planned change that it is or derives from; None if the plan holds neither.
    held
        Of its audience, phase and later wave.

    Returns
    -------
    Finding
        With `plan_status` and its cautions. What was changed since the lock, and what the lock
        names and the plan no longer does, is `changed_since_lock` and exploratory.
    """
    locked = held.locked
    if planned is None or finding.role == "exploratory":
        if locked is None or not derives_from(finding.address, locked.names, locked.subgroups):
            return replace(finding, plan_status="not_planned")
    elif locked is None or _is_as_locked(data, finding.address, planned, locked.lock):
        status = "planned_late" if held.late else "planned"
        return replace(
            finding, plan_status=status, cautions=(*finding.cautions, *_cautions(held.late))
        )
    cautions = (*finding.cautions, "changed_since_lock", *_cautions(held.late))
    return replace(finding, role="exploratory", plan_status="changed_since_lock", cautions=cautions)


def derives_from(address: Address, ids: Collection[str], subgroups: Collection[str]) -> bool:
    """Whether a comparison is, or is the subgroup, effect size or linked side of, a change of ids.

    Of changes of subgroups it is so only where the plan names the subgroup; of single items, topics
    and what was said looking back never.
    """
    group = _subgroup(address)
    if address.level != "programme" or address.quantity in _NEVER_PLANNED:
        return False
    named = not group or group in subgroups
    return named and planned_change(address).finding_id in ids


def specifications_as_locked(
    data: StudyData, address: Address, planned: Membership, held: HeldAgainst
) -> bool:
    """Whether the other ways of computing a planned change were locked as they are declared now."""
    locked = held.locked
    return locked is None or _is_as_locked(data, address, planned, locked.lock, specifications=True)


def _locked(study: Study, lock: PlanLock) -> Locked:
    families = locked_families(lock.content)
    names = (at.finding_id for family in families for at in named_by(study, family))
    subgroups = (key.partition(".")[2] for key in lock.content if key.startswith("subgroups."))
    return Locked(lock, frozenset(names), tuple(subgroups))


def _is_as_locked(
    data: StudyData,
    address: Address,
    planned: Membership,
    lock: PlanLock,
    *,
    specifications: bool = False,
) -> bool:
    comparison = Comparison(
        family=planned.family.id,
        audience=address.audience,
        outcome=address.outcome,
        wave_from=address.wave_from,
        wave_to=address.wave_to,
        subgroup=_subgroup(address),
        mark=address.quantity == "mastery_change",
        specifications=specifications,
    )
    return is_as_locked(lock.content, data.study.plan_content, comparison)


def _subgroup(address: Address) -> str:
    return address.subgroup.partition(":")[0]


def _cautions(late: Late) -> tuple[str, ...]:
    """Name the caution that a late plan, or one that cannot be dated, deserves."""
    if late is None:
        return ("plan_dates_missing",)
    return ("plan_late",) if late else ()
