"""Who is in the numbers: surveyed of attended of claimed, schools, days after the workshop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from impact_eval.estimators.changes import one_wave_schools
from impact_eval.estimators.estimate import Estimate, describe, from_interval
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import side_masks
from impact_eval.findings.data.study_data import ALL_PHASES, AudienceData, Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.means import levels_below
from impact_eval.vocabulary import Quantity

MIDDLE = (0.05, 0.95)
_ATTENDED = "attendance file"


def surveyed(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many people a used form came from, in every wave, and on each side."""
    del done
    for phase, people in data.surveyed():
        for wave in data.study.waves:
            rows = people.rows[phase, wave.id]
            here = replace(
                place("surveyed", data, phase, people), wave_from=wave.id, wave_to=wave.id
            )
            yield counted(here, rows.size, unit="people", method="used forms")
            for subgroup, mask in side_masks(data, people):
                own = replace(here, subgroup=subgroup)
                yield counted(own, mask[rows].sum(), unit="people", method="used forms")
            for level, units in levels_below(people):
                sizes = np.bincount(units.codes[rows], minlength=len(units.labels))
                for label, size in zip(units.labels, sizes, strict=True):
                    if label and size:
                        yield counted(
                            replace(here, level=level, unit_id=label),
                            size,
                            unit="people",
                            method="used forms",
                        )


def attended(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many people attended, as the attendance file has it."""
    del done
    workshops = data.tables.workshops
    if workshops.empty:
        return
    roster = data.tables.schools[["school_id", "province", "phase"]]
    held = workshops.merge(roster, on="school_id", how="left")
    for phase, people in data.surveyed():
        here = (held["phase"] == phase) | (phase == ALL_PHASES) | (len(data.study.phases) == 1)
        own = held[here & (held["audience"] == people.audience.id) & held["attended"].notna()]
        if own.empty:
            continue
        address = place("attended", data, phase, people)
        yield counted(address, own["attended"].sum(), unit="people", method=_ATTENDED)
        for level, _ in levels_below(people):
            column = "province" if level == "province" else "school_id"
            for unit, total in own.groupby(column)["attended"].sum().items():
                if unit:
                    yield counted(
                        replace(address, level=level, unit_id=str(unit)),
                        total,
                        unit="people",
                        method=_ATTENDED,
                    )


def claimed(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many people the programme says that it reached."""
    del done
    for phase, people in data.surveyed():
        own = [one for one in data.study.phases if phase in (one.id, ALL_PHASES)]
        numbers = [one.claimed.get(people.audience.id) for one in own]
        known = [number for number in numbers if number is not None]
        if known and len(known) == len(numbers):
            yield counted(
                place("claimed", data, phase, people),
                sum(known),
                unit="people",
                method="as the programme states it",
            )


def schools(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many schools, or other places, a used form came from."""
    del done
    for phase, people in data.surveyed():
        rows = _all_rows(data, phase, people)
        yield counted(
            place("schools", data, phase, people),
            np.unique(people.school.codes[rows]).size,
            unit="schools",
            method="places with a used form",
        )


def schools_one_wave(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many schools were seen in one of two waves only; no change contains them."""
    del done
    for phase, people in data.surveyed():
        for first, later in () if data.rounds_differ else data.contrasts:
            before, after = people.rows[phase, first], people.rows[phase, later]
            wave = np.repeat([0, 1], [before.size, after.size])
            school = people.school.codes[np.concatenate([before, after])]
            yield counted(
                replace(
                    place("schools_one_wave", data, phase, people),
                    wave_from=first,
                    wave_to=later,
                ),
                one_wave_schools(wave, school).size,
                unit="schools",
                method="schools with forms of one wave only",
            )


def days_after_workshop(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the days from workshop, or start of the phase, to survey: median and range."""
    del done
    days = _days(data)
    for phase, people in data.surveyed():
        own = np.asarray(days.reindex(people.submission_id), dtype=np.float64)
        for wave in data.study.waves:
            rows = people.rows[phase, wave.id]
            rows = rows[np.isfinite(own[rows])]
            if rows.size == 0:
                continue
            here = replace(
                place("days_after_workshop", data, phase, people),
                wave_from=wave.id,
                wave_to=wave.id,
                estimator="median",
            )
            yield Finding(address=here, estimate=_spread(own[rows]), unit="days")
            if people.audience.report_level != "school":
                continue
            own_school = people.school.codes[rows]
            for code in np.unique(own_school):
                yield Finding(
                    address=replace(here, level="school", unit_id=people.school.labels[code]),
                    estimate=_spread(own[rows[own_school == code]]),
                    unit="days",
                )


def counted(address: Address, number: float, *, unit: str, method: str) -> Finding:
    """Make a count a finding: the number is its own n."""
    return Finding(
        address=replace(address, estimator="count"),
        estimate=describe(float(number), n=int(number), n_clusters=0, method=method),
        unit=unit,
    )


def place(quantity: Quantity, data: StudyData, phase: str, people: AudienceData) -> Address:
    """Make the address of a number about an audience rather than an outcome."""
    return Address(
        study_id=data.study.id, quantity=quantity, audience=people.audience.id, phase=phase
    )


def _all_rows(data: StudyData, phase: str, people: AudienceData) -> Codes:
    return np.concatenate([people.rows[phase, wave.id] for wave in data.study.waves])


def _days(data: StudyData) -> pd.Series[float]:
    """Days from a form's workshop, else from the start of its phase, by submission."""
    forms = data.tables.submissions
    workshops = data.tables.workshops.drop_duplicates(["workshop_id", "audience"])
    keys = ["workshop_id", "audience"]
    held = forms[keys].merge(workshops[[*keys, "held_on"]], on=keys, how="left")["held_on"]
    starts = {one.id: pd.Timestamp(one.started_on) for one in data.study.phases if one.started_on}
    own = forms["phase"] if len(data.study.phases) > 1 else data.study.phases[0].id
    begun = pd.to_datetime(pd.Series(own, index=forms.index).map(starts))
    start = pd.to_datetime(held).set_axis(forms.index).fillna(begun)
    days = (pd.to_datetime(forms["answered_on"]).dt.normalize() - start.dt.normalize()).dt.days
    return days.set_axis(forms["submission_id"]).astype("float64")


def _spread(days: Floats) -> Estimate:
    """Take the median and the middle nine in ten; the ends are single people and wrong dates."""
    low, high = np.quantile(days, MIDDLE, method="inverted_cdf")
    return from_interval(
        float(np.median(days)),
        float(low),
        float(high),
        n=days.size,
        n_clusters=0,
        method="median; nine in ten lie between the limits",
    )
