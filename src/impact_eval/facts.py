"""Declared facts of a study that readers may see: labels, units, thresholds. No survey data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from impact_eval.vocabulary import Design, Direction, OutcomeKind


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What a reader needs to know of one outcome of one audience.

    `ranges` holds the lowest and highest score by wave where the waves have scales of their own, so
    that no change can be computed; else it is empty.
    """

    outcome: str
    audience: str
    label: str
    unit: str
    kind: OutcomeKind
    direction: Direction
    minimum: float
    maximum: float
    decimals: int
    mastery: float | None
    mastery_label: str
    smallest_effect: float | None
    secular: tuple[float, float] | None
    secular_source: str
    over_aligned: bool
    n_items: int
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PairFacts:
    """A question that two audiences were asked: parents, and the children whose codes they gave."""

    label: str
    audience: str
    item: str
    child_audience: str
    child_item: str


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """An item of an audience that says whether, or how much, people met the programme."""

    label: str
    audience: str
    item: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """One declaration that was changed after it had been locked.

    `key` is its place in the lock, such as `outcomes.student.knowledge.mastery`; `then` and `now`
    are None where nothing was declared. `locked_again` is the day of the lock that holds the
    change, with its reason; both are empty if none does.
    """

    key: str
    then: object
    now: object
    locked_again: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LockFacts:
    """When a plan was locked first and last, its newest digest, and what was changed since.

    `names_primary` says whether any of the locks has a primary family.
    """

    first_on: str
    last_on: str
    sha256: str
    names_primary: bool
    deviations: tuple[Deviation, ...] = ()


@dataclass(frozen=True, slots=True)
class LookingBackFacts:
    """A wave in which people said how it had been before: its label, and when they were asked."""

    label: str
    asked_in: str


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """Labels and declared numbers of a study, in the order in which its files declare them.

    `plan_hash` belongs to the plan as it is; `lock` is None if the plan was never locked; `pages`
    are the titles of the reports by the notebook that makes them. `arms` names the schools of the
    two sides, `programme` and `comparison`; it is empty where the design has none. `cohorts` are
    the surveys before which schools of a staggered roll-out had their workshop, and `never` where
    some had none; `crossover` is the first survey after the own workshop of a waiting list's
    waiting schools. `school_levels`
    holds the schools of each level, for subgroups that divide schools; `pairs` the questions asked
    of two audiences, by id. `exposures` are the questions whether somebody met the programme, and
    `doses` those about how much of it somebody had, by id. `looking_back` are waves in which people
    said afterwards how it had been before; they are none of `waves`. `topics` are the labels of
    what items are about, and `topic_items` the items by audience, outcome and topic.
    """

    study_id: str
    title: str
    programme: str
    about: str
    simulated: bool
    design: Design
    threshold: int
    conf_level: float
    plan_hash: str
    plan_declared_on: str
    weights: str
    phases: Mapping[str, str]
    waves: Mapping[str, str]
    same_day_waves: tuple[str, ...]
    audiences: Mapping[str, str]
    site_nouns: Mapping[str, tuple[str, str]]
    cluster_nouns: Mapping[str, tuple[str, str]]
    report_level: Mapping[str, str]
    subgroups: Mapping[str, Mapping[str, str]]
    outcomes: Mapping[tuple[str, str], OutcomeFacts]
    items: Mapping[tuple[str, str], str]
    schools: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lock: LockFacts | None = None
    pages: Mapping[str, str] = field(default_factory=dict)
    arms: Mapping[str, str] = field(default_factory=dict)
    side_of_arm: Mapping[str, str] = field(default_factory=dict)
    randomised_by: str = ""
    not_reached: str = ""
    cohorts: tuple[str, ...] = ()
    crossover: str = ""
    school_levels: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    pairs: Mapping[str, PairFacts] = field(default_factory=dict)
    exposures: Mapping[str, AskedFacts] = field(default_factory=dict)
    doses: Mapping[str, AskedFacts] = field(default_factory=dict)
    looking_back: Mapping[str, LookingBackFacts] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    topic_items: Mapping[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_workshops(self) -> bool:
        """Whether days are counted from workshops, not from the start of a campaign."""
        return self.design not in ("cross_sections", "no_programme")

    @property
    def locked_hash(self) -> str:
        """The newest lock's digest, as short as `plan_hash`; empty without a lock."""
        return self.lock.sha256[: len(self.plan_hash)] if self.lock else ""

    @property
    def by_lot(self) -> bool:
        """Whether a lot assigned the schools."""
        if self.design in ("waiting_list", "staggered"):
            return bool(self.randomised_by)
        return self.design == "randomised"

    def outcome(self, audience: str, outcome: str) -> OutcomeFacts:
        """Facts of one outcome of one audience; KeyError if the study does not declare it."""
        return self.outcomes[audience, outcome]
