"""What the plan makes of each finding: role, family, verdict, cautions, and whether it may lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.findings.address import Address
from impact_eval.findings.beside.exclusions import exclusions_matter
from impact_eval.findings.beside.same_verdict import is_judged, main_address, with_same_verdict
from impact_eval.findings.data.arms import CONTRAST, ESTIMATORS
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.plan.families import Membership, memberships, planned_change, widen
from impact_eval.findings.plan.judge_effects import give_effect_verdict, with_design_cautions
from impact_eval.findings.plan.plan_status import (
    COMPARISONS,
    HeldAgainst,
    derives_from,
    held_against,
    with_plan_status,
)
from impact_eval.findings.plan.verdicts import give_verdict

SMALL_NUMBER_OF_CLUSTERS = 7
LEAST_DF = 4.0 - 1e-9  # five equal clusters have 4, give or take rounding
_SWAYED_BY_ONE_SCHOOL = ("rise_size_open", "fall_size_open", "within")


@dataclass(frozen=True, slots=True)
class _Bench:
    """What a judgement is made from."""

    data: StudyData
    members: Mapping[str, Membership]
    held: Mapping[tuple[str, str, str], HeldAgainst]
    same_day: frozenset[str]
    done: Mapping[str, Finding]


def judge(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield every finding as the plan makes it, in the order in which they were computed.

    Parameters
    ----------
    data
        The study, whose plan decides.
    done
        All findings by id, without role or verdict.

    Yields
    ------
    Finding
        Counts, means and measurement keep an empty `plan_status`; a comparison that no family holds
        is exploratory, unless it derives from one that a family holds; so is one that is not as it
        was locked.
    """
    same_day = frozenset(wave.id for wave in data.study.waves if wave.same_day)
    bench = _Bench(data, memberships(data.study), held_against(data), same_day, done)
    for finding in done.values():
        if finding.address.quantity in COMPARISONS:
            yield _judge_comparison(bench, finding)
        elif is_judged(finding):
            yield _with_same_verdict(bench, finding)
        else:
            yield finding


def _with_same_verdict(bench: _Bench, finding: Finding) -> Finding:
    """Say whether the planned change beside which an estimate stands would be judged alike."""
    main = bench.done.get(main_address(bench.data, finding.address).finding_id)
    if main is None:
        return finding
    n_comparisons = bench.members[main.finding_id].n_comparisons
    judged = _judge_comparison(bench, main)
    return with_same_verdict(bench.data, finding, judged, n_comparisons=n_comparisons)


def _judge_comparison(bench: _Bench, finding: Finding) -> Finding:
    own = bench.members.get(finding.finding_id)
    if own is not None:
        finding = _with_exclusions(bench, widen(finding, own))
    elif derives_from(finding.address, bench.members, bench.data.study.plan.subgroups):
        finding = replace(finding, role="secondary")
    finding = _with_plan_status(bench, finding)
    if finding.address.level == "programme":
        finding = _with_cluster_cautions(bench, finding)
        finding = _with_makeup_cautions(bench, finding)
    if finding.address.quantity == "effect":
        finding = with_design_cautions(bench.data, finding, bench.done)
    if finding.role != "exploratory" and _has_verdict(finding.address):
        finding = _with_verdict(bench, finding, own)
    return replace(finding, headline_ok=_may_lead(finding))


def _with_exclusions(bench: _Bench, finding: Finding) -> Finding:
    """Add that it matters which forms are in a change, if it does."""
    at = finding.address
    smallest = bench.data.facts.outcome(at.audience, at.outcome).smallest_effect
    if not exclusions_matter(finding, smallest, bench.done):
        return finding
    return replace(finding, cautions=(*finding.cautions, "exclusions_matter"))


def _with_plan_status(bench: _Bench, finding: Finding) -> Finding:
    at = finding.address
    planned = bench.members.get(planned_change(at).finding_id)
    held = bench.held.get((at.audience, at.phase, at.wave_to), HeldAgainst(None, None))
    return with_plan_status(bench.data, finding, planned=planned, held=held)


def _with_cluster_cautions(bench: _Bench, finding: Finding) -> Finding:
    """Add what the number of clusters and the degrees of freedom forbid."""
    estimate, at = finding.estimate, finding.address
    if not isfinite(estimate.estimate) or not at.estimand:
        return finding
    cautions = list(finding.cautions)
    if estimate.n_clusters < ENOUGH_TO_GENERALISE and at.estimand == "schools_like_these":
        noun = bench.data.audiences[at.audience].audience.cluster_nouns[0]
        reason = refusal(estimate.n_clusters, unit=noun)
        return replace(
            finding,
            estimate=replace(estimate, reason=reason),
            cautions=(*cautions, "refused_few_clusters"),
        )
    if estimate.n_clusters <= SMALL_NUMBER_OF_CLUSTERS:
        cautions.append("few_clusters_in_arms" if at.contrast == CONTRAST else "few_clusters")
    if estimate.df < LEAST_DF:
        cautions.append("low_df")
    return replace(finding, cautions=tuple(cautions))


def _with_makeup_cautions(bench: _Bench, finding: Finding) -> Finding:
    """Add what the comparison is made of."""
    at = finding.address
    people = bench.data.audiences[at.audience] if at.audience else None
    if people is None or not at.wave_to or not at.outcome:
        return finding
    cautions = list(finding.cautions)
    if _hangs_together_poorly(bench, at):
        cautions.append("alpha_low")
    if at.wave_to in bench.same_day:
        cautions.append("same_day")
    if bench.data.facts.outcome(at.audience, at.outcome).over_aligned:
        cautions.append("over_aligned")
    if bench.data.rounds_differ:
        cautions.append("other_respondents")
    return replace(finding, cautions=tuple(cautions))


def _hangs_together_poorly(bench: _Bench, at: Address) -> bool:
    """Whether even the upper limit of the scale's alpha in the earlier wave is low."""
    alpha = Address(
        study_id=at.study_id,
        quantity="alpha",
        outcome=at.outcome,
        audience=at.audience,
        phase=at.phase,
        wave_from=at.wave_from,
        wave_to=at.wave_from,
        estimator="cronbach",
    )
    found = bench.done.get(alpha.finding_id)
    return found is not None and "alpha_low" in found.cautions


def _has_verdict(address: Address) -> bool:
    return (
        address.quantity in ("change", "effect")
        and address.level == "programme"
        and not address.subgroup
        and address.estimator in ("stacked", *ESTIMATORS)
        and not address.variant
    )


def _with_verdict(bench: _Bench, finding: Finding, own: Membership | None) -> Finding:
    if bench.data.study.design == "no_programme":
        return replace(finding, cautions=(*finding.cautions, "no_programme"))
    at = finding.address
    facts = bench.data.facts.outcome(at.audience, at.outcome)
    n_comparisons = 1 if own is None else own.n_comparisons
    if at.quantity == "effect":
        judged = give_effect_verdict(finding, facts, n_comparisons=n_comparisons, done=bench.done)
    else:
        judged = give_verdict(
            finding,
            facts,
            n_comparisons=n_comparisons,
            later_wave=at.wave_to not in bench.same_day and not bench.data.rounds_differ,
            done=bench.done,
        )
    if judged.verdict and not _is_reliable(judged):
        return replace(judged, verdict="cannot_tell")
    if judged.verdict in _SWAYED_BY_ONE_SCHOOL and _of_few_schools(bench, at):
        cautions = (*judged.cautions, "few_schools")
        return replace(judged, verdict="cannot_tell", cautions=cautions)
    return judged


def _of_few_schools(bench: _Bench, address: Address) -> bool:
    """Whether a change is of so few schools that what else happened in them does not average out.

    Its interval is of workshops in these schools, and holds nothing of how schools differ.
    """
    if address.estimand != "participants":
        return False
    people = bench.data.audiences[address.audience]
    rows = people.rows[address.phase, address.wave_to]
    return np.unique(people.school.codes[rows]).size < ENOUGH_TO_GENERALISE


def _may_lead(finding: Finding) -> bool:
    """Whether a finding may stand in a headline: a planned primary change, well estimated."""
    estimable = isfinite(finding.estimate.estimate) and not finding.estimate.reason
    return finding.role == "primary" and estimable and _is_reliable(finding)


def _is_reliable(finding: Finding) -> bool:
    """Whether clusters and degrees of freedom are enough to lean on the interval."""
    estimate = finding.estimate
    return estimate.n_clusters >= ENOUGH_TO_GENERALISE and estimate.df >= LEAST_DF
