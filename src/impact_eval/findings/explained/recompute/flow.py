"""Counts of schools and people on their way through the study, straight from the tables."""

from __future__ import annotations

import pandas as pd

from impact_eval.findings.data.arms import roster_sides
from impact_eval.findings.explained.behind import Behind
from impact_eval.study.outcome import Outcome


def of_attendance(behind: Behind) -> float:
    """Add up the column of the attendance file that the quantity is called like."""
    held = workshops_behind(behind)
    return float(held[str(behind.row["quantity"])].sum())


def schools_attended(behind: Behind) -> float:
    """Count the schools of the attendance file in which anybody came."""
    held = workshops_behind(behind)
    return float(held.loc[held["attended"] > 0, "school_id"].nunique())


def schools_listed(behind: Behind) -> float:
    """Count the roster's schools."""
    roster, side = behind.study.roster_table, str(behind.row["subgroup"])
    if side:
        roster = roster[roster_sides(behind.study)[side]]
    if behind.row["phase"] and len(behind.study.phases) > 1:
        roster = roster[roster["phase"] == behind.row["phase"]]
    return float(roster["school_id"].nunique())


def schools_surveyed(behind: Behind) -> float:
    """Count the schools with a used form of the wave."""
    return float(behind.wave("wave_to")["school"].nunique())


def analysed(behind: Behind) -> float:
    """Count the forms that any outcome's comparison holds."""
    return float(len(_compared(behind)))


def schools_analysed(behind: Behind) -> float:
    """Count the schools that these come from."""
    return float(_compared(behind)["school_id"].nunique())


def workshops_behind(behind: Behind) -> pd.DataFrame:
    """Rows of the attendance file of the audience and phase."""
    row, workshops = behind.row, behind.tables.workshops
    roster = behind.tables.schools[["school_id", "phase"]]
    own: pd.DataFrame = workshops[workshops["audience"] == row["audience"]].merge(
        roster, how="left"
    )
    if row["phase"] and len(behind.study.phases) > 1:
        own = own[own["phase"] == row["phase"]]
    return own


def _compared(behind: Behind) -> pd.DataFrame:
    """Forms with a score of an outcome that both waves have, in schools with one in each."""
    row, tables = behind.row, behind.tables
    waves = [row["wave_from"], row["wave_to"]]
    forms = tables.submissions
    forms = forms[(forms["audience"] == row["audience"]) & forms["wave"].isin(waves)]
    if row["phase"] and len(behind.study.phases) > 1:
        forms = forms[forms["phase"] == row["phase"]]
    if row["subgroup"]:
        forms = forms[forms["submission_id"].isin(behind.forms["submission_id"])]
    scored = forms.merge(tables.scores.dropna(subset=["score"]), on="submission_id")
    compared = [
        outcome.id
        for outcome in behind.study.outcomes_of(row["audience"])
        if behind.study.arms or _range(outcome, waves[0]) == _range(outcome, waves[1])
    ]
    scored = scored[scored["outcome"].isin(compared)]
    within = ["outcome"] if behind.rounds_differ else ["outcome", "school_id"]
    both = scored.groupby(within)["wave"].transform("nunique") == 2
    found: pd.DataFrame = scored[both].drop_duplicates("submission_id")
    return found


def _range(outcome: Outcome, wave: str) -> tuple[float, float] | None:
    return outcome.ranges.get(wave)
