"""What may be said of an effect: held against what matters, and only if the sides compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.facts import OutcomeFacts
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import (
    ANCOVA,
    CONTRAST,
    DIFFERENCE,
    GAINS,
    LINKED_ONLY,
    sides_of,
)
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.plan.verdicts import give_verdict

NO_SECULAR: Final = (0.0, 0.0)
# From the most favourable class to the least.
_CLASSES: Final = (
    *("attrition_low", "attrition_high", "attrition_unknown"),
    *("baseline_alike", "baseline_alike_if_adjusted", "baseline_not_alike", "baseline_unknown"),
)
NOT_COMPARABLE: Final = "groups_not_comparable"


def with_design_cautions(data: StudyData, finding: Finding, done: Mapping[str, Finding]) -> Finding:
    """Add what the design and the people let an effect claim.

    Parameters
    ----------
    data
        The study.
    finding
        An effect.
    done
        All findings, among them its baseline and the loss of both sides.

    Returns
    -------
    Finding
        With `few_clusters_in_arms`; of randomised schools the class of attrition;
        `groups_not_comparable` where the sides differed before by more than a quarter of a standard
        deviation, or nobody knows by how much, unless a lot assigned the schools and few were lost;
        `arms_by_phase` where no phase has both sides. In a staggered roll-out the least favourable
        group of schools decides, and so does `trends_apart`: the groups already moved apart before.
    """
    cautions = list(finding.cautions)
    at = finding.address
    groups = _groups(data, at)
    if data.by_lot:
        loss = _least_favourable(done, [_loss_address(replace(at, variant=one)) for one in groups])
        cautions += loss or ["attrition_unknown"]
    kept = data.by_lot and "attrition_low" in cautions
    before = [_baseline_address(replace(at, variant=one)) for one in groups]
    alike = {"baseline_alike", "baseline_alike_if_adjusted"}
    apart = not alike & set(_least_favourable(done, before))
    if data.staggered:
        trends = _trends(done.get(replace(at, quantity="equal_trends", variant="").finding_id))
        cautions += [trends] if trends else []
        apart |= trends == "trends_apart"
    if not kept and apart:
        cautions.append(NOT_COMPARABLE)
    if _arms_by_phase(data, finding.address):
        cautions.append("arms_by_phase")
    return replace(finding, cautions=tuple(cautions))


def give_effect_verdict(
    finding: Finding, facts: OutcomeFacts, *, n_comparisons: int, done: Mapping[str, Finding]
) -> Finding:
    """Add the verdict of an effect, or the caution why there is none.

    What changes anyway is in the comparison schools too, so that the interval is held against the
    smallest effect alone. It is "cannot tell" where the sides were not comparable, and where an
    estimate that stands beside differs by more than half the smallest effect: that which allows
    otherwise for what was there before, or that of linked people's gains, which allows for whom
    each side lost.
    """
    without = replace(facts, secular=NO_SECULAR)
    judged = give_verdict(
        finding, without, n_comparisons=n_comparisons, later_wave=False, done=done
    )
    if not judged.verdict:
        return judged
    if NOT_COMPARABLE in judged.cautions:
        return replace(judged, verdict="cannot_tell")
    for caution, at in (
        ("estimates_disagree", beside_effect(finding.address)),
        ("linked_gains_disagree", gains_beside(finding.address)),
    ):
        beside = done.get(at.finding_id)
        if beside is not None and _are_apart(finding, beside, facts):
            cautions = (*judged.cautions, caution)
            judged = replace(judged, verdict="cannot_tell", cautions=cautions)
    return judged


def _are_apart(finding: Finding, beside: Finding, facts: OutcomeFacts) -> bool:
    """Whether two estimates differ by more than half the smallest effect."""
    if not isfinite(beside.estimate.estimate) or facts.smallest_effect is None:
        return False
    distance = abs(beside.estimate.estimate - finding.estimate.estimate)
    return distance > facts.smallest_effect / 2


def beside_effect(address: Address) -> Address:
    """Find the estimate that stands beside an effect and is not taken in its place."""
    variant = ANCOVA if address.estimator == DIFFERENCE else LINKED_ONLY
    return replace(address, estimator=ANCOVA, variant=variant)


def gains_beside(address: Address) -> Address:
    """Find the difference of linked people's adjusted gains that stands beside an effect."""
    return replace(address, estimator=GAINS, variant=GAINS)


def _loss_address(at: Address) -> Address:
    return replace(
        Address(study_id=at.study_id, quantity="attrition_difference", audience=at.audience),
        phase=at.phase,
        wave_from=at.wave_from,
        wave_to=at.wave_to,
        contrast=CONTRAST,
        variant=at.variant,
    )


def _baseline_address(at: Address) -> Address:
    return replace(
        at,
        quantity="baseline_difference",
        estimand="schools_like_these",
        estimator="hedges_g",
    )


def _groups(data: StudyData, at: Address) -> list[str]:
    """Name the groups of schools that an effect rests on; one without a name for two sides."""
    if not data.staggered:
        return [""]
    order = list(data.study.wave_ids)
    between = order[order.index(at.wave_from) + 1 : order.index(at.wave_to) + 1]
    return [wave for wave in between if wave in data.facts.cohorts]


def _least_favourable(done: Mapping[str, Finding], addresses: Sequence[Address]) -> list[str]:
    """Take the worst class that the findings at some addresses carry; those not there are left."""
    found = [one for address in addresses for one in _cautions_of(done, address)]
    return sorted(set(found), key=_CLASSES.index)[-1:]


def _trends(test: Finding | None) -> str:
    """Say what the joint test of the time before lets anybody claim; empty if it found nothing."""
    if test is None or not isfinite(test.estimate.p_value):
        return "trends_unknown"
    return "trends_apart" if test.estimate.p_value < 1 - test.estimate.conf_level else ""


def _cautions_of(done: Mapping[str, Finding], address: Address) -> list[str]:
    found = done.get(address.finding_id)
    return [] if found is None else list(found.cautions)


def _arms_by_phase(data: StudyData, at: Address) -> bool:
    """Whether each phase of an effect of all phases has one side only."""
    phases = [phase.id for phase in data.study.phases]
    if data.staggered or at.phase or len(phases) < len((0, 1)):
        return False
    people = data.audiences[at.audience]
    programme = sides_of(data, people).programme
    rows = [people.rows[phase, at.wave_to] for phase in phases if phase in data.phases]
    return bool(rows) and all(np.unique(programme[own]).size < len((0, 1)) for own in rows)
