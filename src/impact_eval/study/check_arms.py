"""Rules of designs that compare schools with and without the programme."""

from __future__ import annotations

from collections.abc import Mapping

from impact_eval.study.arms import ARM, STRATUM, WITH_ARMS
from impact_eval.study.check_drawn_dates import check_drawn_dates, check_one_stratum, named_rows
from impact_eval.study.check_roll_out import (
    FEWEST_SCHOOLS,
    check_assignment,
    check_roll_out,
    check_waiting,
)
from impact_eval.study.csv_table import CsvTable, suggestion
from impact_eval.study.draft import Draft

Sides = Mapping[str, bool]


def check_arms(draft: Draft, roster: CsvTable | None) -> None:
    """Note arms that the design has not, arms that lack schools, and schools that lack an arm."""
    design = draft.text("design")
    check_assignment(draft)
    check_waiting(draft)
    if design not in WITH_ARMS:
        if draft.count("arms"):
            rule = f"only the designs {' and '.join(WITH_ARMS)} have arms"
            draft.fault("arms", rule, f'design = "{design}"', "Remove them, or correct the design.")
        return
    of_arm = {arm.id: arm.programme for _, arm in draft.arms}
    if len(draft.arms) == draft.count("arms") and set(of_arm.values()) != {True, False}:
        rule = "has an arm with the programme and one without"
        remedy = "Declare [[arms]] with programme = true and programme = false."
        draft.fault("arms", rule, f"{len(of_arm)} arms", remedy)
    _check_names(draft, design)
    if roster is None:
        remedy = "Declare the roster; a column of it says which arm a school is in."
        draft.fault("roster", "a design with arms has a roster", "", remedy)
    elif roster.header and design == "staggered":
        check_roll_out(draft, roster)
        if _strata_belong(draft, roster):
            check_drawn_dates(draft, roster)
    elif roster.header and ARM not in roster.header:
        roster.fault(f"column {ARM}", "says which arm a school is in", "no such column", "Add it.")
    elif roster.header:
        _check_schools(roster, of_arm)
        _check_strata(draft, roster, of_arm)
        _check_clusters(draft, roster, of_arm)


def _check_names(draft: Draft, design: str) -> None:
    """Refuse a subgroup called arm, and parts of the plan that these designs do not give."""
    if ARM in draft.ids("subgroups"):
        draft.fault("subgroups", f'"{ARM}" is the column of the arms', "", "Rename the subgroup.")
    for place, family in draft.families:
        by_schools = _by_lot(draft) or design == "staggered"
        if by_schools and family.estimand == "participants":
            who = (
                "randomised schools" if _by_lot(draft) else "schools that begin at different dates"
            )
            rule = f"{who} are judged by schools"
            remedy = 'Write estimand = "schools_like_these".'
            draft.fault(f"{place}.estimand", rule, '"participants"', remedy)


def _check_schools(roster: CsvTable, of_arm: Sides) -> None:
    counts = dict.fromkeys(of_arm, 0)
    for row, cells in roster.rows:
        arm = cells[ARM]
        if arm in counts:
            counts[arm] += 1
            continue
        found, remedy = "something else" if arm else "an empty cell", suggestion(arm, list(of_arm))
        roster.cell_fault(row, ARM, "must be a declared arm", found, remedy)
    for arm, count in counts.items():
        if count < FEWEST_SCHOOLS:
            rule = f"an arm has at least {FEWEST_SCHOOLS} schools"
            remedy = "With one school, the school and the arm cannot be told apart."
            roster.fault(f"column {ARM}", rule, f'{count} in "{arm}"', remedy)


def _by_lot(draft: Draft) -> bool:
    return draft.text("design") == "randomised" or draft.text("assigned_by") == "lot"


def _strata_belong(draft: Draft, roster: CsvTable) -> bool:
    """Say whether the roster has strata; note those of a design that drew no lot."""
    if STRATUM not in roster.header or not any(cells[STRATUM] for _, cells in roster.rows):
        return False
    if _by_lot(draft):
        return True
    rule, remedy = "belongs to randomised schools", "Rename or remove the column."
    found = f'design = "{draft.text("design")}"'
    roster.fault(f"column {STRATUM}", rule, found, remedy)
    return False


def _check_strata(draft: Draft, roster: CsvTable, of_arm: Sides) -> None:
    """Strata belong to randomised schools, hold every school, and have both sides."""
    if not _strata_belong(draft, roster):
        return
    seen: dict[str, dict[bool, list[int]]] = {}
    for row, cells in roster.rows:
        if not cells[STRATUM]:
            remedy = "Name the stratum or pair in which it was drawn."
            roster.cell_fault(row, STRATUM, "every school has one", "an empty cell", remedy)
        elif cells[ARM] in of_arm:
            sides = seen.setdefault(cells[STRATUM], {})
            sides.setdefault(of_arm[cells[ARM]], []).append(row)
    for found in seen.values():
        if len(found) < len({True, False}):
            rule = "a stratum has schools with the programme and without"
            remedy = "Correct it, or join it with another stratum."
            roster.fault(f"column {STRATUM}", rule, f"one side only in {named_rows(found)}", remedy)


def _check_clusters(draft: Draft, roster: CsvTable, of_arm: Sides) -> None:
    """Schools that share delivery are on one side, and were drawn in one stratum."""
    for column in dict.fromkeys(audience.cluster for _, audience in draft.audiences):
        if column == "school_id" or column not in roster.header:
            continue
        seen: dict[str, dict[bool, list[int]]] = {}
        for row, cells in roster.rows:
            if cells[column] and cells[ARM] in of_arm:
                sides = seen.setdefault(cells[column], {})
                sides.setdefault(of_arm[cells[ARM]], []).append(row)
        for found in seen.values():
            if len(found) > 1:
                rule = "a cluster lies on one side"
                remedy = "Name the clusters of the two sides apart, or choose another cluster."
                roster.fault(f"column {column}", rule, f"both sides in {named_rows(found)}", remedy)
        if _by_lot(draft):
            check_one_stratum(roster, column)
