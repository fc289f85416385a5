"""Parents and their children: the same question from both sides, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from impact_eval.estimators.agreement import Measure, agreement
from impact_eval.estimators.bounded_mean import many_at_an_end, within_ends
from impact_eval.estimators.changes import mean_change
from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.estimate import Estimate, describe, not_estimable
from impact_eval.estimators.few_clusters import ENOUGH_TO_GENERALISE, refusal
from impact_eval.facts import PairFacts
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import (
    SIDES,
    cohort_group,
    school_cohorts,
    school_sides,
    subgroup_of,
)
from impact_eval.findings.data.dyads import Dyads, find_dyads
from impact_eval.findings.data.study_data import ALL_PHASES, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.participation.people import counted, place
from impact_eval.vocabulary import Quantity

STEPS = "steps of the answer"
COEFFICIENTS: tuple[Measure, ...] = ("weighted_kappa", "gwet_ac2")


def pair_answers(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each declared pair, phase and wave both means, their difference and agreement.

    Notes
    -----
    Every pair counts once, so a parent of two children counts twice; the pairs of a school lie in
    one cluster, which allows for it. Intervals are by the parents' declared clusters, from 4 on.
    Where two sides are compared, the pairs of each stand alone.
    """
    del done
    for name, pair, dyads, address in each_pair(data):
        answers = _answers(data, pair)
        for side, own in _by_side(data, dyads):
            for wave in data.study.waves:
                here = own.where(own.wave == wave.id)
                at = replace(address, subgroup=side, wave_from=wave.id, wave_to=wave.id)
                if len(here):
                    yield from _of_wave(data, pair, here, replace(at, variant=name), answers)


def _by_side(data: StudyData, dyads: Dyads) -> Iterator[tuple[str, Dyads]]:
    """Yield the pairs of each side that schools keep, or all of them.

    In a staggered roll-out all, and those of each group of schools that began together.
    """
    if not data.has_arms:
        yield "", dyads
        return
    if data.staggered:
        yield "", dyads
        begun = dyads.school.map(school_cohorts(data))
        for cohort in data.facts.cohorts:
            yield cohort_group(cohort), dyads.where(begun == cohort)
        return
    own = dyads.school.map(school_sides(data))
    for side in SIDES:
        yield subgroup_of(side), dyads.where(own == subgroup_of(side))


def pair_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield by how much parents and children came to differ more or less, schools held fixed."""
    del done
    for name, _, dyads, address in () if data.has_arms else each_pair(data):
        for first, later in data.contrasts:
            here = dyads.where(dyads.wave.isin([first, later]))
            wave = np.asarray(here.wave == later, dtype=np.intp)
            if not 0 < wave.sum() < wave.size:
                continue
            n_clusters = here.cluster.nunique()
            noun = data.audiences[address.audience].audience.cluster_nouns
            method = f"change of a difference in pairs, school fixed effects, CR2 by {noun[1]}"
            estimate = (
                not_estimable(
                    refusal(n_clusters, unit=noun[0]),
                    n=len(here),
                    n_clusters=n_clusters,
                    method=method,
                    conf_level=data.conf_level,
                )
                if n_clusters < ENOUGH_TO_GENERALISE
                else mean_change(
                    here.first - here.second,
                    wave,
                    here.cluster.to_numpy(),
                    school=None if data.rounds_differ else here.school.to_numpy(),
                    conf_level=data.conf_level,
                )
            )
            yield Finding(
                address=replace(
                    address,
                    quantity="pair_difference",
                    wave_from=first,
                    wave_to=later,
                    estimator="stacked",
                    variant=name,
                ),
                estimate=replace(estimate, method=method),
                unit=STEPS,
                n_pre=int((wave == 0).sum()),
                n_post=int(wave.sum()),
                plan_status="not_planned",
            )


def schools_without_pairs(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield in how many schools no parent is joined with a child: their codes are too common."""
    del done
    summary = data.tables.dyads_summary
    refused = summary[summary["refused_exact"] > 0]
    phases = data.tables.schools.drop_duplicates("school_id").set_index("school_id")["phase"]
    for audience in dict.fromkeys(pair.audience for pair in data.facts.pairs.values()):
        own = refused.loc[refused["audience"] == audience, "school_id"]
        for phase in data.phases:
            single = phase == ALL_PHASES or len(data.study.phases) == 1
            here = own if single else own[own.map(phases) == phase]
            if len(here):
                address = place("schools_without_pairs", data, phase, data.audiences[audience])
                yield counted(
                    address,
                    here.nunique(),
                    unit="schools",
                    method="schools where equal codes are too common to be one child's",
                )


def each_pair(data: StudyData) -> Iterator[tuple[str, PairFacts, Dyads, Address]]:
    """Yield the pairs of people of each declared pair of questions, phase by phase."""
    for name, pair in data.facts.pairs.items():
        dyads = find_dyads(data.study, data.tables, pair)
        for phase in data.phases:
            single = phase == ALL_PHASES or len(data.study.phases) == 1
            yield (
                name,
                pair,
                dyads if single else dyads.where(dyads.phase == phase),
                Address(
                    study_id=data.study.id,
                    quantity="pair_difference",
                    item_id=pair.item,
                    audience=pair.audience,
                    phase=phase,
                ),
            )


def _of_wave(
    data: StudyData, pair: PairFacts, dyads: Dyads, address: Address, answers: Floats
) -> Iterator[Finding]:
    """Yield what is said of the pairs of one wave."""
    sides: tuple[tuple[Quantity, str, Floats], ...] = (
        ("pair_mean", pair.item, dyads.first),
        ("pair_mean", pair.child_item, dyads.second),
        ("pair_difference", pair.item, dyads.first - dyads.second),
    )
    for quantity, item, values in sides:
        at = replace(address, quantity=quantity, item_id=item, estimator="mean")
        ends = (float(answers.min()), float(answers.max())) if quantity == "pair_mean" else None
        yield Finding(address=at, estimate=_mean(data, dyads, values, ends), unit=STEPS)
    same = _agreement(data, dyads, answers, "same_answer")
    at = replace(address, quantity="pair_agreement", estimator="same_answer")
    yield Finding(address=at, estimate=_in_percent(same), unit="percent")
    for measure in COEFFICIENTS:
        at = replace(address, quantity="pair_kappa", estimator=measure)
        yield Finding(address=at, estimate=_agreement(data, dyads, answers, measure), unit="")


def _mean(
    data: StudyData, dyads: Dyads, values: Floats, ends: tuple[float, float] | None
) -> Estimate:
    n_clusters = dyads.cluster.nunique()
    method = "mean over pairs, CR2 by cluster"
    mean = describe(float(values.mean()), n=len(dyads), n_clusters=n_clusters, method=method)
    if n_clusters < ENOUGH_TO_GENERALISE:
        return mean
    fitted = fit_cr2(
        values,
        np.ones(values.size),
        dyads.cluster.to_numpy(),
        conf_level=data.conf_level,
        method=method,
    )
    if fitted.reason:
        return mean
    skewed = ends is not None and many_at_an_end(values, *ends)
    return within_ends(fitted, *ends) if ends is not None and skewed else fitted


def _agreement(data: StudyData, dyads: Dyads, answers: Floats, measure: Measure) -> Estimate:
    return agreement(
        dyads.first,
        dyads.second,
        dyads.cluster.to_numpy(),
        answers=answers,
        measure=measure,
        conf_level=data.conf_level,
    )


def _answers(data: StudyData, pair: PairFacts) -> Floats:
    """List all answers that the questions allow, which are whole numbers."""
    items = data.study.items_of(pair.audience).set_index("item_id")
    low, high = (float(items[bound][pair.item]) for bound in ("minimum", "maximum"))
    return np.arange(low, high + 1)


def _in_percent(share: Estimate) -> Estimate:
    return replace(
        share,
        estimate=100 * share.estimate,
        conf_low=100 * share.conf_low,
        conf_high=100 * share.conf_high,
    )
