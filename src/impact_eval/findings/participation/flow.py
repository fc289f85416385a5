"""How schools and people went through the study: listed, invited, asked, compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from impact_eval.estimators.estimate import describe
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import roster_sides, side_masks
from impact_eval.findings.data.rounds import several_rounds
from impact_eval.findings.data.study_data import (
    ALL_PHASES,
    AudienceData,
    Codes,
    Contrast,
    StudyData,
)
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import scales_differ
from impact_eval.findings.participation.people import counted, place
from impact_eval.vocabulary import Quantity

_ATTENDANCE = "attendance file"


@dataclass(frozen=True, slots=True)
class _Compared:
    """Positions of the forms that stand in a comparison of two waves, by wave."""

    before: Codes
    after: Codes


def enrolled(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many people were on the schools' lists for the workshops."""
    del done
    return _of_attendance(data, "enrolled")


def invited(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many people were asked to come."""
    del done
    return _of_attendance(data, "invited")


def analysed(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many forms of two waves any comparison holds, and how many on each side."""
    del done
    for _, address, found in _comparisons(data):
        n = found.before.size + found.after.size
        yield Finding(
            address=replace(address, quantity="analysed", estimator="count"),
            estimate=describe(
                float(n), n=n, n_clusters=0, method="forms in the comparison of any outcome"
            ),
            unit="forms",
            n_pre=found.before.size,
            n_post=found.after.size,
        )


def schools_analysed(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many schools these forms come from, and on each side."""
    del done
    for people, address, found in _comparisons(data):
        rows = np.concatenate([found.before, found.after])
        yield counted(
            replace(address, quantity="schools_analysed"),
            np.unique(people.school.codes[rows]).size,
            unit="schools",
            method="places with forms in the comparison of any outcome",
        )


def schools_surveyed(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many schools a used form came from, in every wave, and on each side."""
    del done
    for phase, people in data.surveyed():
        for wave in data.study.waves:
            rows = people.rows[phase, wave.id]
            address = place("schools_surveyed", data, phase, people)
            everybody = ("", np.ones(people.school.codes.size, dtype=bool))
            for subgroup, mask in (everybody, *side_masks(data, people)):
                found = counted(
                    replace(address, wave_from=wave.id, wave_to=wave.id, subgroup=subgroup),
                    np.unique(people.school.codes[rows[mask[rows]]]).size,
                    unit="schools",
                    method="places with a used form of the wave",
                )
                yield replace(found, cautions=several_rounds(data, people, phase))


def schools_attended(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many schools somebody attended in, as the attendance file has it."""
    del done
    held = data.tables.workshops
    phase_of = data.tables.schools.drop_duplicates("school_id").set_index("school_id")["phase"]
    phases = held["school_id"].map(phase_of)
    for phase, people in data.surveyed():
        own = held["audience"] == people.audience.id
        if not held.loc[own, "attended"].notna().any():
            continue
        here = (phases == phase) | (phase == ALL_PHASES) | (len(data.study.phases) == 1)
        yield counted(
            place("schools_attended", data, phase, people),
            held.loc[own & here & (held["attended"] > 0), "school_id"].nunique(),
            unit="schools",
            method=_ATTENDANCE,
        )


def schools_listed(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many schools of a phase the roster lists, and on each side.

    A roster of rounds lists places of several rounds and kinds, which are nobody's common list.
    """
    del done
    roster = data.study.roster_table
    if roster.empty or data.rounds_differ:
        return
    for phase, people in data.surveyed():
        here = (roster["phase"] == phase) | (phase == ALL_PHASES) | (len(data.study.phases) == 1)
        address = place("schools_listed", data, phase, people)
        for subgroup, own in {"": here, **roster_sides(data.study)}.items():
            yield counted(
                replace(address, subgroup=subgroup),
                roster.loc[here & own, "school_id"].nunique(),
                unit="schools",
                method="schools of the roster",
            )


def _of_attendance(data: StudyData, column: Quantity) -> Iterator[Finding]:
    """Add up a column of the attendance file, of the workshops for which it is known."""
    held = data.tables.workshops
    phase_of = data.tables.schools.drop_duplicates("school_id").set_index("school_id")["phase"]
    phases = held["school_id"].map(phase_of)
    for phase, people in data.surveyed():
        here = (phases == phase) | (phase == ALL_PHASES) | (len(data.study.phases) == 1)
        known = held.loc[here & (held["audience"] == people.audience.id), column].dropna()
        if len(known):
            address = place(column, data, phase, people)
            yield counted(address, known.sum(), unit="people", method=_ATTENDANCE)


def _comparisons(data: StudyData) -> Iterator[tuple[AudienceData, Address, _Compared]]:
    """Yield each audience and contrast with forms in both waves, and what is compared of them.

    Then the same of each side of a comparison.
    """
    for phase, people in data.surveyed():
        for first, later in data.contrasts:
            if people.rows[phase, first].size and people.rows[phase, later].size:
                address = place("analysed", data, phase, people)
                found = _compared(data, people, phase, (first, later))
                at = replace(address, wave_from=first, wave_to=later)
                yield people, at, found
                for side, mask in side_masks(data, people):
                    own = (rows[mask[rows]] for rows in (found.before, found.after))
                    yield people, replace(at, subgroup=side), _Compared(*own)


def _compared(data: StudyData, people: AudienceData, phase: str, contrast: Contrast) -> _Compared:
    """Collect the forms with a score, of schools that have one in both waves."""
    kept = [np.zeros(people.school.codes.size, dtype=bool) for _ in contrast]
    for outcome in data.study.outcomes_of(people.audience.id):
        if scales_differ(outcome, contrast) and not data.study.arms:
            continue  # two sides can be compared on the later wave's scale
        usable = np.isfinite(people.scores[outcome.id])
        rows = [people.rows[phase, wave] for wave in contrast]
        rows = [own[usable[own]] for own in rows]
        schools = [people.school.codes[own] for own in rows]
        in_both = np.intersect1d(schools[0], schools[1])
        for mask, own, school in zip(kept, rows, schools, strict=True):
            if data.rounds_differ:
                mask[own] = all(one.size for one in rows)
            else:
                mask[own[np.isin(school, in_both)]] = True
    before, after = (np.flatnonzero(mask) for mask in kept)
    return _Compared(before, after)
