"""What may be said of an effect: held against what matters, and only if the sides compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.facts import OutcomeFacts
from impact_eval.findings.address import Address
from impact_eval.findings.arms import ANCOVA, CONTRAST, DIFFERENCE, LINKED_ONLY, sides_of
from impact_eval.findings.finding import Finding
from impact_eval.findings.study_data import StudyData
from impact_eval.findings.verdicts import give_verdict

NO_SECULAR: Final = (0.0, 0.0)
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
        `arms_by_phase` where no phase has both sides.
    """
    cautions = list(finding.cautions)
    randomised = data.study.design == "randomised"
    loss = _cautions_of(done, _loss_address(finding.address))
    if randomised:
        cautions += loss or ["attrition_unknown"]
    kept = randomised and "attrition_low" in cautions
    alike = {"baseline_alike", "baseline_alike_if_adjusted"}
    if not kept and not alike & set(_cautions_of(done, _baseline_address(finding.address))):
        cautions.append(NOT_COMPARABLE)
    if _arms_by_phase(data, finding.address):
        cautions.append("arms_by_phase")
    return replace(finding, cautions=tuple(cautions))


def give_effect_verdict(
    finding: Finding, facts: OutcomeFacts, *, n_comparisons: int, done: Mapping[str, Finding]
) -> Finding:
    """Add the verdict of an effect, or the caution why there is none.

    What changes anyway is in the comparison schools too, so that the interval is held against the
    smallest effect alone. It is "cannot tell" where the sides were not comparable, and where the
    estimate that stands beside differs by more than half the smallest effect.
    """
    without = replace(facts, secular=NO_SECULAR)
    judged = give_verdict(
        finding, without, n_comparisons=n_comparisons, later_wave=False, done=done
    )
    if not judged.verdict:
        return judged
    if NOT_COMPARABLE in judged.cautions:
        return replace(judged, verdict="cannot_tell")
    beside = done.get(beside_effect(finding.address).finding_id)
    if beside is None or not isfinite(beside.estimate.estimate) or facts.smallest_effect is None:
        return judged
    if abs(beside.estimate.estimate - finding.estimate.estimate) > facts.smallest_effect / 2:
        cautions = (*judged.cautions, "estimates_disagree")
        return replace(judged, verdict="cannot_tell", cautions=cautions)
    return judged


def beside_effect(address: Address) -> Address:
    """Find the estimate that stands beside an effect and is not taken in its place."""
    variant = ANCOVA if address.estimator == DIFFERENCE else LINKED_ONLY
    return replace(address, estimator=ANCOVA, variant=variant)


def _loss_address(at: Address) -> Address:
    return replace(
        Address(study_id=at.study_id, quantity="attrition_difference", audience=at.audience),
        phase=at.phase,
        wave_from=at.wave_from,
        wave_to=at.wave_to,
        contrast=CONTRAST,
    )


def _baseline_address(at: Address) -> Address:
    return replace(
        at,
        quantity="baseline_difference",
        estimand="schools_like_these",
        estimator="hedges_g",
        variant="",
    )


def _cautions_of(done: Mapping[str, Finding], address: Address) -> list[str]:
    found = done.get(address.finding_id)
    return [] if found is None else list(found.cautions)


def _arms_by_phase(data: StudyData, at: Address) -> bool:
    """Whether each phase of an effect of all phases has one side only."""
    people = data.audiences[at.audience]
    programme = sides_of(data, people).programme
    phases = [phase.id for phase in data.study.phases]
    if at.phase or len(phases) < len((0, 1)):
        return False
    rows = [people.rows[phase, at.wave_to] for phase in phases if phase in data.phases]
    return bool(rows) and all(np.unique(programme[own]).size < len((0, 1)) for own in rows)
