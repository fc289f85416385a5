"""One planned change or effect by another estimator than the plan's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from impact_eval.estimators.change_differences import change_difference
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.school_means import school_means_change
from impact_eval.findings.address import Address
from impact_eval.findings.beside.effects_with_lost import effects_with_lost
from impact_eval.findings.beside.mixed_models import ESTIMATOR as MIXED
from impact_eval.findings.beside.mixed_models import mixed_models
from impact_eval.findings.beside.with_lost import IMPUTATION, WEIGHTS, changes_with_lost
from impact_eval.findings.data.arms import ANCOVA, CONTRAST, GAINS, sides_of
from impact_eval.findings.data.samples import Sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, scales_differ
from impact_eval.findings.outcomes.estimands import refuse_sample, school_weights
from impact_eval.findings.plan.families import Membership
from impact_eval.findings.sides.effects import SCALES, compare_sides
from impact_eval.findings.sides.linked_gains import linked_gain_difference

WITH_LOST: Final = {"weighted": WEIGHTS, "imputed": IMPUTATION}
NO_MODEL: Final = "this change has no such estimate"


def estimate_otherwise(
    data: StudyData,
    people: AudienceData,
    sample: Sample,
    member: Membership,
    estimator: str,
    main: Finding,
    done: Mapping[str, Finding],
) -> Estimate:
    """Estimate a planned change or effect by another estimator.

    Parameters
    ----------
    data, people, member
        The study, the audience and the planned change or effect.
    sample
        With the way's own scores, forms and clusters.
    estimator
        A name of `[plan.specifications]`, `estimators`.
    main
        The planned finding.
    done
        All findings: what stands beside the planned one already is taken from there.

    Returns
    -------
    Estimate
        In the outcome's unit; with a reason where the design or the data do not give it.
    """
    at = member.address
    if estimator in WITH_LOST or estimator == MIXED:
        return _standing_beside(data, at, estimator, main, done)
    outcome = data.study.outcome(at.audience, at.outcome)
    on_two_scales = scales_differ(outcome, contrast_of(at))
    if on_two_scales and estimator != ANCOVA:
        return _refuse(data, sample, estimator, SCALES)
    if not data.has_arms:
        return _school_means(data, people, sample, member)
    return _of_sides(data, people, sample, at, estimator)


def _of_sides(
    data: StudyData, people: AudienceData, sample: Sample, at: Address, estimator: str
) -> Estimate:
    planned, compared = compare_sides(data, people, sample, at)
    if compared is None:
        return replace(planned, method=estimator)
    if estimator == ANCOVA:
        return compared.beside
    if estimator == GAINS:
        return linked_gain_difference(data, people, sample, at)
    return _by_changes(data, people, sample, estimator)


def _school_means(
    data: StudyData, people: AudienceData, sample: Sample, member: Membership
) -> Estimate:
    refused = refuse_sample(
        data, people, sample, estimand=member.family.estimand, method="school means"
    )
    return refused or school_means_change(
        sample.score,
        sample.wave,
        sample.cluster,
        school=sample.school,
        same_schools=not data.rounds_differ,
        conf_level=data.conf_level,
    )


def _by_changes(data: StudyData, people: AudienceData, sample: Sample, estimator: str) -> Estimate:
    """Compare two sides by their schools' mean changes, or by the difference in differences."""
    of = sides_of(data, people)
    programme = of.programme[sample.position]
    if estimator == "school_means":
        return school_means_change(
            sample.score,
            sample.wave,
            sample.cluster,
            school=sample.school,
            programme=programme,
            stratum=of.stratum[sample.position] if data.by_lot and of.stratum is not None else None,
            conf_level=data.conf_level,
        )
    weights = data.study.plan.weights
    return change_difference(
        sample.score,
        sample.wave,
        programme,
        sample.cluster,
        school=sample.school,
        weights=weights,
        school_weights=school_weights(data, people) if weights == "beneficiary" else None,
        conf_level=data.conf_level,
    )


def _standing_beside(
    data: StudyData, at: Address, estimator: str, main: Finding, done: Mapping[str, Finding]
) -> Estimate:
    """Take what a mixed model, or the lost, made of the planned finding; compute it if need be."""
    of_sides = at.contrast == CONTRAST
    if estimator == MIXED:
        compute = mixed_models
        quantity, own = "modelled_effect" if of_sides else "modelled_change", MIXED
    else:
        compute = effects_with_lost if of_sides else changes_with_lost
        quantity = "effect_with_lost" if of_sides else "change_with_lost"
        own = WITH_LOST[estimator]
    wanted = replace(at, quantity=quantity, estimator=own, variant="").finding_id  # type: ignore[arg-type]
    if wanted in done:
        return done[wanted].estimate
    made = compute(data, {main.finding_id: main})
    found = next((one.estimate for one in made if one.finding_id == wanted), None)
    if found is not None:
        return found
    return not_estimable(
        NO_MODEL,
        n=main.estimate.n,
        n_clusters=main.estimate.n_clusters,
        method=estimator,
        conf_level=data.conf_level,
    )


def _refuse(data: StudyData, sample: Sample, method: str, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method=method,
        conf_level=data.conf_level,
    )
