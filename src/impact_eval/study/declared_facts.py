"""From a study's files to the facts that readers may see."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from impact_eval.facts import (
    AskedFacts,
    LockFacts,
    LookingBackFacts,
    OutcomeFacts,
    PairFacts,
    StudyFacts,
)
from impact_eval.study.arms import NEVER, WORKSHOP_WAVE, sides
from impact_eval.study.codebook import score_range
from impact_eval.study.declaration import Declaration
from impact_eval.study.outcome import Outcome
from impact_eval.study.structure import Dose, Exposure, Subgroup, Topic, Wave


def topics_of_outcome(topics: Iterable[Topic], own: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Items of each topic of an outcome of these items, in the order in which topics are declared.

    Empty where all that have a topic have the same one: there is then nothing to tell apart.
    """
    found: dict[str, tuple[str, ...]] = {}
    items = list(zip(own["topic"].tolist(), own["item_id"].tolist(), strict=True))
    for topic in topics:
        if names := tuple(item for place, item in items if place == topic.id):
            found[topic.id] = names
    return found if len(found) > 1 else {}


def items_by_outcome(items: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Rows of the codebook by audience and outcome, in its order."""
    groups = items.groupby(["audience", "outcome"], sort=False)
    return {(str(audience), str(outcome)): own for (audience, outcome), own in groups}


def outcome_range(
    outcome: Outcome, own: pd.DataFrame, wave: str | None = None
) -> tuple[float, float]:
    """Lowest and highest possible score of an outcome of these items, or of one wave of it."""
    if outcome.kind == "index":
        return 0.0, float(own["weight"].sum())
    if outcome.kind == "scale":
        return float(own["minimum"].min()), float(own["maximum"].max())
    if wave is not None and wave in outcome.ranges:
        return outcome.ranges[wave]
    return score_range(outcome)


def study_facts(
    declared: Declaration,
    items: pd.DataFrame,
    roster: pd.DataFrame,
    plan_hash: str,
    *,
    looking_back: Iterable[Wave] = (),
    lock: LockFacts | None = None,
) -> StudyFacts:
    """Labels and declared numbers of a study, in the order of its files."""
    audiences = declared.audiences
    children = {audience.id: audience.child_audience for audience in audiences}
    none = items.iloc[:0]
    own = items_by_outcome(items)
    return StudyFacts(
        study_id=declared.id,
        title=declared.title,
        programme=declared.programme,
        about=declared.about,
        simulated=declared.data == "simulated",
        design=declared.design,
        threshold=declared.disclosure_threshold,
        conf_level=declared.plan.conf_level,
        plan_hash=plan_hash,
        plan_declared_on=lock.first_on if lock else declared.plan.declared_on.isoformat(),
        weights=declared.plan.weights,
        phases={phase.id: phase.label for phase in declared.phases},
        waves={wave.id: wave.label for wave in declared.waves},
        same_day_waves=tuple(wave.id for wave in declared.waves if wave.same_day),
        audiences={audience.id: audience.label for audience in audiences},
        site_nouns={audience.id: audience.site_noun for audience in audiences},
        cluster_nouns={audience.id: audience.cluster_nouns for audience in audiences},
        report_level={audience.id: audience.report_level for audience in audiences},
        subgroups={subgroup.id: dict(subgroup.levels) for subgroup in declared.subgroups},
        outcomes={
            key: outcome_facts(outcome, own.get(key, none))
            for outcome in declared.outcomes
            for key in ((outcome.audience, outcome.id),)
        },
        items={
            (audience, item): label
            for audience, item, label in zip(
                items["audience"], items["item_id"], items["label"], strict=True
            )
        },
        schools={
            school["school_id"]: {str(key): str(cell) for key, cell in school.items()}
            for school in roster.to_dict(orient="records")
        },
        lock=lock,
        pages={report.notebook: report.title for report in declared.reports},
        arms=sides(declared.arms),
        side_of_arm={
            arm.id: "programme" if arm.programme else "comparison" for arm in declared.arms
        },
        randomised_by=declared.randomised_by,
        not_reached=declared.not_reached.strip(),
        cohorts=_cohorts(declared, roster),
        crossover=next((arm.workshop_before for arm in declared.arms if arm.workshop_before), ""),
        school_levels={
            subgroup.id: schools_of_levels(subgroup, roster)
            for subgroup in declared.subgroups
            if subgroup.roster_column in roster
        },
        pairs={
            pair.id: PairFacts(pair.label, pair.audience, pair.item, child, pair.child_item)
            for pair in declared.pairs
            for child in (children[pair.audience],)
            if child is not None
        },
        exposures=_asked(declared.exposures),
        doses=_asked(declared.doses),
        looking_back={
            wave.id: LookingBackFacts(wave.label, wave.asked_in or "") for wave in looking_back
        },
        topics={topic.id: topic.label for topic in declared.topics},
        topic_items={
            (*key, topic): of_topic
            for key in ((outcome.audience, outcome.id) for outcome in declared.outcomes)
            for topic, of_topic in topics_of_outcome(declared.topics, own.get(key, none)).items()
        },
    )


def _asked(declared: Iterable[Exposure | Dose]) -> dict[str, AskedFacts]:
    return {one.id: AskedFacts(one.label, one.audience, one.item) for one in declared}


def _cohorts(declared: Declaration, roster: pd.DataFrame) -> tuple[str, ...]:
    """List the surveys before which schools had their workshop, and `never` where some had none."""
    if declared.design != "staggered" or WORKSHOP_WAVE not in roster:
        return ()
    found = set(roster[WORKSHOP_WAVE])
    begun = tuple(wave.id for wave in declared.waves if wave.id in found)
    return (*begun, NEVER) if "" in found else begun


def schools_of_levels(subgroup: Subgroup, roster: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Ids of the schools of each level of a subgroup that divides schools."""
    found = roster[subgroup.roster_column].astype("str").map(subgroup.level_of)
    return {
        level: tuple(roster.loc[found == level, "school_id"].astype("str"))
        for level in subgroup.levels
    }


def outcome_facts(outcome: Outcome, own: pd.DataFrame) -> OutcomeFacts:
    """Facts of one outcome, with its rows of the codebook, that a reader needs."""
    low, high = outcome_range(outcome, own)
    return OutcomeFacts(
        outcome=outcome.id,
        audience=outcome.audience,
        label=outcome.label,
        unit=outcome.unit,
        kind=outcome.kind,
        direction=outcome.direction,
        minimum=low,
        maximum=high,
        decimals=outcome.shown_decimals,
        mastery=outcome.mastery,
        mastery_label=outcome.mastery_label,
        smallest_effect=outcome.smallest_effect,
        secular=outcome.secular,
        secular_source=outcome.secular_source,
        over_aligned=outcome.over_aligned,
        n_items=len(own),
        ranges=dict(outcome.ranges) if outcome.ranges_differ else {},
    )
