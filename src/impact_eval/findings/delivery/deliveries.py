"""What schools were given: workshops, sessions planned and held, people and minutes in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from impact_eval.estimators.estimate import describe, not_estimable
from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import ALL_PHASES, AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.participation.people import place
from impact_eval.vocabulary import OtherUnit, Quantity

TEAM = "trainer_team"
KNOWN_SESSIONS = "with_sessions"
NO_SESSIONS = "the attendance file does not say how many sessions were planned and held"
_ATTENDANCE = "attendance file"
_SESSIONS = ["sessions_planned", "sessions_held"]


def deliveries(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield what was delivered in each phase, and by each trainer team where there are several.

    Notes
    -----
    Sessions are added up over the workshops of which both numbers are known. `n` holds the people
    who attended, and `n_clusters` the schools: disclosure goes by both.
    """
    del done
    held = data.tables.workshops
    if held.empty:
        return
    for phase, people in data.surveyed():
        own = workshops_of(data, phase, people)
        if own.empty:
            continue
        yield from _of_workshops(own, place("workshops", data, phase, people))
        named = own[own[TEAM] != ""]
        teams = named[TEAM].drop_duplicates()
        for team in teams if len(teams) > 1 else ():
            address = place("workshops", data, phase, people)
            address = replace(address, subgroup=f"{TEAM}:{team}")
            yield from _of_workshops(named[named[TEAM] == team], address)


def workshops_of(data: StudyData, phase: str, people: AudienceData) -> pd.DataFrame:
    """Rows of the attendance file of an audience and phase, with each school's trainer team.

    In the order of the roster; a school without a team has an empty one.
    """
    roster = data.tables.schools.drop_duplicates("school_id")
    columns = [name for name in ("school_id", "phase", TEAM) if name in roster]
    order = {school: number for number, school in enumerate(roster["school_id"])}
    held = data.tables.workshops.reindex(columns=[*data.tables.workshops.columns, *_missing(data)])
    own = held[held["audience"] == people.audience.id].merge(
        roster[columns], on="school_id", how="left"
    )
    if TEAM not in own:
        own[TEAM] = ""
    own[TEAM] = own[TEAM].astype("str").fillna("")
    if phase != ALL_PHASES and len(data.study.phases) > 1:
        own = own[own["phase"] == phase]
    return own.sort_values("school_id", key=lambda ids: ids.map(order), kind="stable")


def _missing(data: StudyData) -> list[str]:
    """Columns that tables kept from before had not."""
    return [name for name in (*_SESSIONS, "minutes") if name not in data.tables.workshops]


def _of_workshops(own: pd.DataFrame, address: Address) -> Iterator[Finding]:
    """Yield the numbers of some workshops of one audience."""
    yield _finding(own, replace(address, estimator="count"), float(len(own)), "workshops")
    known = own.dropna(subset=_SESSIONS)
    known = known[known["sessions_planned"] > 0]
    at = replace(address, quantity="sessions_share", estimator="sum")
    if known.empty:
        refused = not_estimable(
            NO_SESSIONS, n=_people(own), n_clusters=own["school_id"].nunique(), method=_ATTENDANCE
        )
        yield Finding(address=at, estimate=refused, unit="percent")
    else:
        if len(known) < len(own):
            here = replace(address, estimator="count", variant=KNOWN_SESSIONS)
            yield _finding(known, here, float(len(known)), "workshops")
        planned, took = (float(known[column].sum()) for column in _SESSIONS)
        sums: tuple[tuple[Quantity, float], ...] = (
            ("sessions_planned", planned),
            ("sessions_held", took),
        )
        for quantity, total in sums:
            here = replace(address, quantity=quantity, estimator="sum")
            yield _finding(known, here, total, "sessions")
        yield _finding(known, at, 100 * took / planned, "percent")
    means: tuple[tuple[Quantity, str, OtherUnit], ...] = (
        ("people_per_workshop", "attended", "people"),
        ("workshop_minutes", "minutes", "minutes"),
    )
    for quantity, column, unit in means:
        asked = own.dropna(subset=[column])
        if len(asked):
            here = replace(address, quantity=quantity, estimator="mean")
            yield _finding(asked, here, float(asked[column].mean()), unit)


def _finding(own: pd.DataFrame, address: Address, number: float, unit: OtherUnit) -> Finding:
    estimate = describe(
        number, n=_people(own), n_clusters=own["school_id"].nunique(), method=_ATTENDANCE
    )
    return Finding(address=address, estimate=estimate, unit=unit)


def _people(own: pd.DataFrame) -> int:
    return int(own["attended"].sum())
