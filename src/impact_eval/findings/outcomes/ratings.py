"""Single ratings without a cut: how often a later answer is higher, and by what odds.

Sensitivities beside an item's change of the share at the top: exploratory, programme level only.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from impact_eval.estimators.clustered_odds import METHOD, refuse_odds
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.estimators.odds_change import odds_change
from impact_eval.estimators.rank_superiority import rank_superiority
from impact_eval.estimators.superiority import linked_superiority, school_superiority
from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import (
    NO_ATTENDANCE,
    form_weights,
    refuse_sample,
    school_weights,
)
from impact_eval.vocabulary import Estimand

RATINGS = ("rating", "frequency")
SUPERIORITY, LINKED, ODDS = "superiority", "linked_superiority", "proportional_odds"
PROPORTIONALITY = "proportionality"
FEWEST_STEPS = 2  # two answers are one cut, and its share says all


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating of an audience in two waves, with what the study says of its schools."""

    data: StudyData
    people: AudienceData
    sample: Sample
    address: Address
    cautions: tuple[str, ...]
    by_school: Mapping[Hashable, float] | None

    @property
    def estimand(self) -> Estimand:
        """About schools like these where there are enough clusters, as for an item's change."""
        enough = np.unique(self.sample.cluster).size >= ENOUGH_TO_GENERALISE
        return "schools_like_these" if enough else "participants"


def superiorities(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield in how many of 100 pairs a later answer is higher than an earlier one, ties as halves.

    Of any two people of a school and, where people are linked, of their own two answers.
    """
    del done
    for rating in () if data.has_arms else ratings_asked_twice(data):
        yield _finding(rating, SUPERIORITY, rating.estimand, of_pairs(rating), unit="percent")
        if rating.people.audience.link != "none":
            linked = of_linked(rating)
            yield _finding(rating, LINKED, rating.estimand, linked, unit="percent")


def odds_ratios(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the log odds ratio of a higher answer later, and whether one does for all cuts."""
    del done
    for rating in () if data.has_arms else ratings_asked_twice(data):
        sample = rating.sample
        n_clusters = np.unique(sample.cluster).size
        refuse = partial(refuse_odds, sample.score.size, n_clusters, data.conf_level)
        if n_clusters < ENOUGH_TO_GENERALISE:
            noun = rating.people.audience.cluster_nouns[0]
            found = refuse(refusal(n_clusters, unit=noun))
        elif without_numbers(rating):
            found = refuse(NO_ATTENDANCE)
        else:
            found = odds_change(
                sample.score,
                sample.wave,
                sample.cluster,
                school=None if data.rounds_differ else sample.school,
                weights="respondent" if data.rounds_differ else data.study.plan.weights,
                school_weights=rating.by_school,
                conf_level=data.conf_level,
            )
        odds = replace(found.log_odds, method=method_of(rating, METHOD, "schools_like_these"))
        for variant, estimate in (("", odds), (PROPORTIONALITY, found.proportionality)):
            yield _finding(rating, ODDS, "schools_like_these", estimate, unit="", variant=variant)


def ratings_asked_twice(data: StudyData) -> Iterator[Rating]:
    """Yield every rating that was answered in both waves of a contrast."""
    for phase, people in data.surveyed():
        by_school = None
        if data.study.plan.weights == "beneficiary" and not data.rounds_differ:
            by_school = school_weights(data, people)
        for row in data.study.items_of(people.audience.id).itertuples():
            item_id = str(row.item_id)
            if item_id not in people.items or row.type not in RATINGS:
                continue
            if float(str(row.maximum)) - float(str(row.minimum)) < FEWEST_STEPS:
                continue
            for first, later in data.contrasts:
                address = Address(
                    study_id=data.study.id,
                    quantity="item_superiority",
                    outcome=str(row.outcome),
                    item_id=item_id,
                    audience=people.audience.id,
                    phase=phase,
                    wave_from=first,
                    wave_to=later,
                )
                sample = draw_sample(
                    people, people.items[item_id], phase=phase, contrast=contrast_of(address)
                )
                if sample.n_pre and sample.n_post:
                    cautions = ("reversed_item",) if bool(row.reverse) else ()
                    yield Rating(data, people, sample, address, cautions, by_school)


def of_pairs(rating: Rating) -> Estimate:
    """Compare any two people of a school, or of the rounds where these drew other schools."""
    data, sample, estimand = rating.data, rating.sample, rating.estimand
    method = method_of(rating, "pairs of a later and an earlier answer, ties as halves", estimand)
    refused = refuse_sample(data, rating.people, sample, estimand=estimand, method=method)
    if refused is not None:
        return refused
    if without_numbers(rating):
        return _refuse(rating, method, NO_ATTENDANCE)
    if data.rounds_differ:
        found = rank_superiority(
            sample.score, sample.wave, sample.cluster, conf_level=data.conf_level
        )
    else:
        estimate = school_superiority if estimand == "schools_like_these" else rank_superiority
        found = estimate(
            sample.score,
            sample.wave,
            sample.cluster if estimand == "schools_like_these" else sample.workshop,
            school=sample.school,
            weights=data.study.plan.weights,
            school_weights=rating.by_school,
            conf_level=data.conf_level,
        )
    return in_percent(replace(found, method=method))


def of_linked(rating: Rating) -> Estimate:
    """Compare the linked people's own two answers."""
    data, sample, estimand = rating.data, rating.sample, rating.estimand
    method = method_of(rating, "own later against own earlier answer, ties as halves", estimand)
    refused = refuse_sample(data, rating.people, sample, estimand=estimand, method=method)
    if refused is not None:
        return refused
    linked = sample.linked
    own = linked.cluster if estimand == "schools_like_these" else linked.workshop
    weights = form_weights(data, rating.people, linked.school)
    if np.isnan(weights).any():
        return _refuse(rating, method, NO_ATTENDANCE)
    found = linked_superiority(
        linked.pre,
        linked.post,
        own,
        weights=None if data.study.plan.weights == "respondent" else weights,
        conf_level=data.conf_level,
    )
    return in_percent(replace(found, method=method))


def in_percent(share: Estimate) -> Estimate:
    """Write a share between 0 and 1, with its error and limits, in percent."""
    return replace(
        share,
        estimate=100 * share.estimate,
        std_error=100 * share.std_error,
        conf_low=100 * share.conf_low,
        conf_high=100 * share.conf_high,
    )


def without_numbers(rating: Rating) -> bool:
    """Whether schools are to count by attendance, and it is not known for one of them."""
    known = rating.by_school
    return known is not None and bool(set(rating.sample.school.tolist()) - set(known))


def method_of(rating: Rating, what: str, estimand: Estimand) -> str:
    """Say what was computed, by which clusters and with which weights."""
    if rating.data.rounds_differ:
        return (
            f"{what}, of all people of the two rounds, by {rating.people.audience.cluster_nouns[1]}"
        )
    nouns = rating.people.audience.cluster_nouns[1]
    by = nouns if estimand == "schools_like_these" else "workshops"
    return f"{what}, within schools, by {by}, weights: {rating.data.study.plan.weights}"


def _refuse(rating: Rating, method: str, reason: str) -> Estimate:
    return not_estimable(
        reason,
        n=rating.sample.score.size,
        n_clusters=np.unique(rating.sample.cluster).size,
        method=method,
        conf_level=rating.data.conf_level,
    )


def _finding(
    rating: Rating,
    estimator: str,
    estimand: Estimand,
    estimate: Estimate,
    *,
    unit: str,
    variant: str = "",
) -> Finding:
    """Make a finding beside the item's change of the share at the top, which is its parent."""
    at = replace(rating.address, estimator=estimator, estimand=estimand, variant=variant)
    beside = replace(
        at,
        quantity="item_change",
        estimator="stacked",
        estimand=rating.estimand,
        variant="",
    )
    if estimator == ODDS:
        at = replace(at, quantity="item_odds_ratio")
    return finding_of(
        at,
        estimate,
        rating.sample,
        unit=unit,
        parent_id=beside.finding_id,
        cautions=rating.cautions,
    )
