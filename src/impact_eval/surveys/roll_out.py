"""Whether the surveys of schools that begin at different dates fit the dates that are declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd

from impact_eval.errors import Fault
from impact_eval.study import Study
from impact_eval.study.arms import ARM, WORKSHOP_ON, WORKSHOP_WAVE

if TYPE_CHECKING:
    from impact_eval.surveys.tables import SurveyTables

MOST_NAMED: Final = 10


def first_after(study: Study) -> Mapping[str, int]:
    """Look up the place of the first survey after each school's workshop, where that differs.

    Parameters
    ----------
    study : Study
        Whose roster says it.

    Returns
    -------
    Mapping
        By school; the number of surveys for a school without a workshop. Empty where every school
        has its workshop between the first two surveys.
    """
    roster, waves = study.roster_table, list(study.wave_ids)
    if study.design == "staggered":
        begun = {wave: place for place, wave in enumerate(waves)} | {"": len(waves)}
        return {
            str(school): begun[wave]
            for school, wave in zip(roster["school_id"], roster[WORKSHOP_WAVE], strict=True)
        }
    if study.design != "waiting_list":
        return {}
    own = {
        arm.id: waves.index(arm.workshop_before) if arm.workshop_before else len(waves)
        for arm in study.arms
        if not arm.programme
    }
    return {
        str(school): own[arm]
        for school, arm in zip(roster["school_id"], roster[ARM], strict=True)
        if arm in own
    }


def contradictions(study: Study, tables: SurveyTables) -> list[Fault]:
    """Name schools whose answers are dated on the other side of their workshop than declared.

    Parameters
    ----------
    study : Study
        A staggered roll-out; the roster's column `workshop_on` holds the days.
    tables : SurveyTables
        As prepared.

    Returns
    -------
    list of Fault
        One for each school and survey, with the rows; empty if nothing contradicts, or no day is
        declared.
    """
    roster = study.roster_table
    if study.design != "staggered" or WORKSHOP_ON not in roster:
        return []
    held = pd.to_datetime(roster.set_index("school_id")[WORKSHOP_ON].replace("", None))
    forms = tables.submissions
    day = pd.to_datetime(forms["answered_on"]).dt.normalize()
    workshop = forms["school_id"].map(held)
    waves = {wave: place for place, wave in enumerate(study.wave_ids)}
    begun = forms["school_id"].map(first_after(study))
    after = forms["wave"].map(waves) >= begun
    wrong = {
        "answers of a survey after the workshop are not older than it": after & (day < workshop),
        "answers of a survey before the workshop are not younger than it": (
            ~after & (day > workshop)
        ),
    }
    return [
        fault
        for rule, where in wrong.items()
        for fault in _faults(study, forms[where.to_numpy(dtype=bool)], rule)
    ]


def _faults(study: Study, forms: pd.DataFrame, rule: str) -> Iterator[Fault]:
    for (file, school, wave), own in forms.groupby(["source_file", "school_id", "wave"]):
        rows = [str(row) for row in own["source_row"][:MOST_NAMED]]
        more = ", ..." if len(own) > MOST_NAMED else ""
        yield Fault(
            str(file),
            f"rows {', '.join(rows)}{more}, school {school}, survey {wave}",
            rule,
            f"{len(own)} forms",
            f"Correct {WORKSHOP_WAVE} or {WORKSHOP_ON} in {study.roster}, or the forms' dates.",
        )


def roll_out_remarks(study: Study, tables: SurveyTables) -> list[str]:
    """Say what of a staggered roll-out can be used for nothing, or for little.

    Parameters
    ----------
    study : Study
        Any; others than staggered ones get no remark.
    tables : SurveyTables
        As prepared.

    Returns
    -------
    list of str
        Schools that began before the first survey, those without answers in the last survey before
        their workshop, surveys that no school was still waiting at, schools without answers.
    """
    if study.design != "staggered":
        return []
    return list(_remarks(study, tables))


def _remarks(study: Study, tables: SurveyTables) -> Iterator[str]:
    waves, begun = list(study.wave_ids), first_after(study)
    forms = tables.submissions
    for audience in study.audience_ids:
        own = forms[forms["audience"] == audience]
        seen = set(zip(own["school_id"], own["wave"], strict=True))
        met = {school for school, _ in seen}
        names = {
            "began before the first survey and can be compared with nothing": [
                school for school, place in begun.items() if place == 0
            ],
            "have no answers in the last survey before their workshop": [
                school
                for school, place in begun.items()
                if place > 0 and school in met and (school, waves[place - 1]) not in seen
            ],
            "have no answers at all": [school for school in begun if school not in met],
        }
        for what, schools in names.items():
            if schools:
                more = ", ..." if len(schools) > MOST_NAMED else ""
                listed = ", ".join(schools[:MOST_NAMED])
                yield f"{audience}: schools that {what} ({len(schools)}): {listed}{more}"
    last = [wave for place, wave in enumerate(waves) if max(begun.values()) <= place]
    if last:
        yield f"No school still waits at: {', '.join(last)}; nothing is compared there"
