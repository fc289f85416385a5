"""Counts, days and losses a second time, straight from the tables."""

from __future__ import annotations

from math import ceil, isfinite
from typing import Final

import pandas as pd

from impact_eval.findings.explained.behind import Behind
from impact_eval.table_columns import ANSWER_KINDS


def surveyed(behind: Behind) -> float:
    """Count the used forms of a wave."""
    return float(len(behind.wave("wave_to")))


def flagged(behind: Behind) -> float:
    """Divide the used forms of a wave that have the flag by all of them."""
    tables, row = behind.tables, behind.row
    of = tables.quality[tables.quality["flag"] == row["variant"]]["submission_id"]
    forms = tables.submissions[
        (tables.submissions["audience"] == row["audience"])
        & (tables.submissions["wave"] == row["wave_to"])
    ]
    if row["phase"] and len(behind.study.phases) > 1:
        forms = forms[forms["phase"] == row["phase"]]
    return 100.0 * float(forms["submission_id"].isin(of).mean())


_NOT_ANSWERED: Final = {
    "dont_know_share": ["dont_know"],
    "refused_share": ["refused"],
    "unanswered_share": ["blank", "rejected", "missing_code"],
}


def not_answered(behind: Behind) -> float:
    """Add up the counts of one item, phase by phase."""
    row, asked, missing = behind.row, 0, 0
    for counts in behind.tables.item_counts.to_dict("records"):
        same = all(counts[name] == row[name] for name in ("audience", "item_id"))
        of_phase = not row["phase"] or len(behind.study.phases) == 1
        if (
            same
            and counts["wave"] == row["wave_to"]
            and (of_phase or counts["phase"] == row["phase"])
        ):
            asked += sum(int(counts[kind]) for kind in ANSWER_KINDS)
            missing += sum(int(counts[kind]) for kind in _NOT_ANSWERED[row["quantity"]])
    return 100.0 * missing / asked


def attended(behind: Behind) -> float:
    """Add up the attendance file."""
    row, workshops = behind.row, behind.tables.workshops
    roster = behind.tables.schools[["school_id", "province", "phase"]]
    own = workshops[workshops["audience"] == row["audience"]].merge(roster, on="school_id")
    if row["phase"] and len(behind.study.phases) > 1:
        own = own[own["phase"] == row["phase"]]
    if row["level"] != "programme":
        own = own[own["school_id" if row["level"] == "school" else "province"] == row["unit_id"]]
    return float(own["attended"].sum())


def claimed(behind: Behind) -> float:
    """Look up what the programme states."""
    phases = [one for one in behind.study.phases if behind.row["phase"] in (one.id, "")]
    return float(sum(one.claimed[behind.row["audience"]] for one in phases))


def schools_seen(behind: Behind) -> float:
    """Count the places with a used form in any wave."""
    return float(_of_any_wave(behind)["school_id"].nunique())


def schools_seen_once(behind: Behind) -> float:
    """Count the schools with forms of one of two waves."""
    return float(len(_waves_of_schools(behind).query("waves < 2")))


def _waves_of_schools(behind: Behind) -> pd.DataFrame:
    """Count the waves in which each school was seen."""
    met = behind.forms[["school", "wave"]].drop_duplicates()
    return met.groupby("school").size().rename("waves").to_frame()


def days(behind: Behind) -> dict[str, float]:
    """Take the median and the middle nine in ten of the days since the workshop or start."""
    row, study = behind.row, behind.study
    forms = _of_any_wave(behind)
    forms = forms[forms["wave"] == row["wave_to"]]
    if row["level"] == "school":
        forms = forms[forms["school_id"] == row["unit_id"]]
    held = behind.tables.workshops.set_index(["workshop_id", "audience"])["held_on"].to_dict()
    begun = {one.id: one.started_on for one in study.phases}
    spans = []
    for form in forms.itertuples():
        phase = form.phase if len(study.phases) > 1 else study.phases[0].id
        start = held.get((form.workshop_id, form.audience))
        start = begun[str(phase)] if start is None or pd.isna(start) else start
        if start is not None and not pd.isna(form.answered_on):
            begin, answered = pd.Timestamp(start), pd.Timestamp(str(form.answered_on))
            spans.append((answered.normalize() - begin.normalize()).days)
    ordered = sorted(spans)
    last = len(ordered)
    return {
        "estimate": float(pd.Series(ordered, dtype="float64").median()),
        "conf_low": float(ordered[ceil(last / 20) - 1]),
        "conf_high": float(ordered[ceil(last * 19 / 20) - 1]),
    }


def linked_share(behind: Behind) -> float:
    """Divide the linked people by those surveyed later."""
    return 100 * len(behind.linked()) / len(behind.wave("wave_to"))


def false_links(behind: Behind) -> float:
    """Add up what chance is expected to link, school by school, among the links there are."""
    row, summary = behind.row, behind.tables.links_summary
    phases = behind.tables.schools.set_index("school_id")["phase"]
    total = 0.0
    for one in summary.itertuples():
        same = (one.audience, one.wave_from, one.wave_to) == (
            row["audience"],
            row["wave_from"],
            row["wave_to"],
        )
        of_phase = not row["phase"] or phases.get(one.school_id) in (row["phase"], "")
        expected = float(str(one.expected_false))
        if same and of_phase and isfinite(expected):
            total += expected
    return 100 * total / len(behind.linked())


def lost(behind: Behind) -> dict[str, float]:
    """Bound the share of people surveyed before who were not met again."""
    n_pre, n_post = len(behind.wave("wave_from")), len(behind.wave("wave_to"))
    unlinked = 100 * (n_pre - len(behind.linked())) / n_pre
    if behind.study.audience(behind.row["audience"]).link == "roster_id":
        return {"estimate": unlinked}
    return {"conf_low": 100 * max(0, n_pre - n_post) / n_pre, "conf_high": unlinked}


def rows_of_fate(behind: Behind) -> float:
    """Add up the rows of a fate or of a reason."""
    column, _, value = str(behind.row["subgroup"]).partition(":")
    counts = behind.tables.counts
    own = counts[counts[column] == value]
    if behind.row["audience"]:
        own = own[own["audience"] == behind.row["audience"]]
    return float(own["rows"].sum())


def rejected(behind: Behind) -> float:
    """Count the answers that broke their rule."""
    return float(len(behind.tables.rejected_answers))


def protected(behind: Behind) -> float:
    """Look a count of the table `privacy` up."""
    table = behind.tables.privacy
    detail = str(behind.row["subgroup"]).partition(":")[2]
    own = table[(table["measure"] == behind.row["quantity"]) & (table["detail"] == detail)]
    return float(own["number"].sum())


def _of_any_wave(behind: Behind) -> pd.DataFrame:
    row, forms = behind.row, behind.tables.submissions
    own: pd.DataFrame = forms[forms["audience"] == row["audience"]]
    if row["phase"] and len(behind.study.phases) > 1:
        own = own[own["phase"] == row["phase"]]
    return own
