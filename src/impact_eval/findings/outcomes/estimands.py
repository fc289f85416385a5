"""The change of one sample under each estimand, or the reason why the data do not give it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from impact_eval.estimators.bounded_mean import many_at_an_end, within_ends
from impact_eval.estimators.changes import mean_change
from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, describe, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.linked import adjusted_gain
from impact_eval.findings.data.samples import Sample
from impact_eval.findings.data.study_data import AudienceData, Codes, Floats, StudyData
from impact_eval.vocabulary import Estimand

ESTIMANDS: tuple[Estimand, ...] = ("participants", "schools_like_these")
MOSTLY_KNOWN = 0.8
PERCENT = (0.0, 100.0)
NO_ATTENDANCE = "attendance is not known for every school, so schools cannot count by it"


def stacked_change(
    data: StudyData, people: AudienceData, sample: Sample, *, estimand: Estimand
) -> Estimate:
    """Estimate the mean change of all respondents of both waves, linked or not.

    Parameters
    ----------
    data, people
        The study and the audience of the sample; they declare clusters and weights.
    sample
        Scores of two waves, in any unit.
    estimand
        `participants` holds the schools fixed and takes workshops as clusters;
        `schools_like_these` takes the audience's declared clusters.

    Returns
    -------
    Estimate
        Post minus pre, in the sample's unit; its method names clusters and weights.
    """
    method = _method("all respondents of both waves", data, people, estimand)
    refused = refuse_sample(data, people, sample, estimand=estimand, method=method)
    if refused is not None:
        return refused
    weights = data.study.plan.weights
    by_school = school_weights(data, people) if weights == "beneficiary" else None
    if by_school is not None and set(sample.school.tolist()) - set(by_school):
        return _refuse(data, sample, method, NO_ATTENDANCE)
    fitted = mean_change(
        sample.score,
        sample.wave,
        clusters_of(sample, estimand),
        school=None if data.rounds_differ else sample.school,
        weights="respondent" if data.rounds_differ else weights,
        school_weights=None if data.rounds_differ else by_school,
        conf_level=data.conf_level,
    )
    return replace(fitted, method=method)


def linked_change(
    data: StudyData, people: AudienceData, sample: Sample, *, estimand: Estimand
) -> Estimate:
    """Estimate the mean gain of all who answered before from the gains of the linked."""
    method = _method("linked gains adjusted to all pre respondents", data, people, estimand)
    refused = refuse_sample(data, people, sample, estimand=estimand, method=method)
    if refused is not None:
        return refused
    before = sample.wave == 0
    linked = sample.linked
    own = linked.workshop if estimand == "participants" else linked.cluster
    refuse = partial(_refuse, data, sample, method)
    if linked.pre.size < 2 or np.unique(own).size < 2:
        return refuse("too few people are linked between the two waves")
    fitted = adjusted_gain(
        linked.pre,
        linked.post,
        own,
        pre_all=sample.score[before],
        pre_all_cluster=clusters_of(sample, estimand)[before],
        school=linked.school,
        pre_all_school=sample.school[before],
        conf_level=data.conf_level,
    )
    return replace(fitted, method=method)


def weighted_mean(
    data: StudyData,
    people: AudienceData,
    values: Floats,
    position: Codes,
    *,
    ends: tuple[float, float] | None = None,
) -> Estimate:
    """Estimate the mean of one wave; below 4 clusters it is a mean without an interval.

    With `ends`, the least and the most that a value can be, an interval is no longer symmetrical
    where many stand at one of them, as all do of whom a share is made.
    """
    cluster = people.cluster.codes[position]
    scores = values[position]
    sampling = form_weights(data, people, people.school.codes[position])
    n_clusters = np.unique(cluster).size
    method = f"mean, weights: {data.study.plan.weights}"
    if np.isnan(sampling).any():
        return not_estimable(NO_ATTENDANCE, n=scores.size, n_clusters=n_clusters, method=method)
    mean = describe(
        float(np.average(scores, weights=sampling)) if scores.size else np.nan,
        n=scores.size,
        n_clusters=n_clusters,
        method=method,
    )
    if n_clusters < ENOUGH_TO_GENERALISE:
        return mean
    fitted = fit_cr2(
        scores,
        np.ones(scores.size),
        cluster,
        weights=None if data.study.plan.weights == "respondent" else sampling,
        conf_level=data.conf_level,
        method=f"{method}, CR2 by {people.audience.cluster_nouns[1]}",
    )
    if fitted.reason:
        return mean
    skewed = ends is not None and many_at_an_end(scores, *ends)
    return within_ends(fitted, *ends) if ends is not None and skewed else fitted


def refuse_sample(
    data: StudyData, people: AudienceData, sample: Sample, *, estimand: Estimand, method: str
) -> Estimate | None:
    """Say why a sample gives no change for this estimand, or None if it may give one."""
    refuse = partial(_refuse, data, sample, method)
    if sample.n_pre == 0 or sample.n_post == 0:
        return refuse("there are no answers in one of the two waves")
    if estimand == "schools_like_these":
        n_clusters = np.unique(sample.cluster).size
        noun = people.audience.cluster_nouns[0]
        return refuse(refusal(n_clusters, unit=noun)) if n_clusters < 2 else None
    if data.rounds_differ:
        return refuse("each round asked other people at other places")
    if people.workshop_known[sample.position].mean() < MOSTLY_KNOWN:
        return refuse(
            "it is not known who was in which workshop or class, so these participants' change has"
            " no standard error of its own"
        )
    if np.unique(sample.workshop).size < 2:
        return refuse("there is a single workshop")
    return None


def clusters_of(sample: Sample, estimand: Estimand) -> Codes:
    """Choose the clusters that an estimand takes as its sample."""
    return sample.workshop if estimand == "participants" else sample.cluster


def school_weights(data: StudyData, people: AudienceData) -> Mapping[Hashable, float]:
    """People who attended, by the code of their school; schools without a number are left out."""
    workshops = data.tables.workshops
    own = workshops[workshops["audience"] == people.audience.id]
    attended = own.groupby("school_id")["attended"].sum()
    code = {label: index for index, label in enumerate(people.school.labels)}
    return {
        code[str(school)]: float(number)
        for school, number in attended.items()
        if str(school) in code and number > 0
    }


def row_weights(data: StudyData, people: AudienceData, sample: Sample) -> Floats | None:
    """Weigh the rows of a sample so that schools count in each wave as the plan says.

    None where respondents decide; NaN where attendance is unknown.
    """
    if data.study.plan.weights == "respondent":
        return None
    parts = [np.flatnonzero(sample.wave == wave) for wave in (0, 1)]
    weights = np.empty(sample.score.size)
    for part in parts:
        weights[part] = form_weights(data, people, sample.school[part])
    return weights


def form_weights(data: StudyData, people: AudienceData, school: Codes) -> Floats:
    """Let schools count as the plan says; NaN where attendance is unknown."""
    weights = data.study.plan.weights
    if weights == "respondent":
        return np.ones(school.size)
    per_school = np.bincount(school, minlength=len(people.school.labels))
    if weights == "school":
        return np.asarray(1 / per_school[school])
    numbers = school_weights(data, people)
    known = np.array([numbers.get(int(code), np.nan) for code in school])
    return np.asarray(known / per_school[school])


def _method(what: str, data: StudyData, people: AudienceData, estimand: Estimand) -> str:
    effects = "no school effects" if data.rounds_differ else "school fixed effects"
    nouns = people.audience.cluster_nouns[1] if estimand == "schools_like_these" else "workshops"
    return f"{what}, {effects}, CR2 by {nouns}, weights: {data.study.plan.weights}"


def _refuse(data: StudyData, sample: Sample, method: str, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method=method,
        conf_level=data.conf_level,
    )
