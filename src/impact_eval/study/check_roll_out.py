"""Rules of schools that wait: a waiting list, and a workshop at one date after the other."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

from impact_eval.study.arms import ARM, NEVER, WORKSHOP_ON, WORKSHOP_WAVE
from impact_eval.study.csv_table import CsvTable, suggestion
from impact_eval.study.draft import Draft

FEWEST_SCHOOLS: Final = 2
WITH_ASSIGNMENT: Final = ("waiting_list", "staggered")


def check_assignment(draft: Draft) -> None:
    """Note designs that do not say whether a lot or somebody's choice assigned the schools."""
    design, said = draft.text("design"), draft.text("randomised_by").strip()
    how = draft.text("assigned_by")
    if design in WITH_ASSIGNMENT:
        if not how and "assigned_by" not in draft.raw:
            remedy = 'Write assigned_by = "lot", or assigned_by = "choice".'
            rule = "says whether a lot or somebody's choice decided who waits"
            draft.fault("assigned_by", rule, "", remedy)
    elif "assigned_by" in draft.raw:
        rule = f"belongs to the designs {' and '.join(WITH_ASSIGNMENT)}"
        draft.fault("assigned_by", rule, f'design = "{design}"', "Remove it.")
    if draft.text("not_reached").strip() and not draft.raw.get("arms"):
        rule = "says how it is known that the programme did not reach the schools without it"
        draft.fault("not_reached", rule, "a study without arms", "Remove it.")
    by_lot = design == "randomised" or (design in WITH_ASSIGNMENT and how == "lot")
    if by_lot and not said:
        remedy = 'Such as randomised_by = "a public draw of lots by the ministry, in pairs".'
        draft.fault("randomised_by", "says who assigned the schools, and how", "", remedy)
    if not by_lot and said:
        remedy = 'Remove it, or write design = "randomised".'
        if design in WITH_ASSIGNMENT:
            remedy = 'Remove it, or write assigned_by = "lot".'
        draft.fault("randomised_by", "belongs to randomised schools", "", remedy)


def check_waiting(draft: Draft) -> None:
    """Note a workshop of the waiting schools that no survey follows, or that comes too early."""
    waves = draft.survey_ids
    for place, arm in draft.arms:
        if arm.workshop_before is None:
            continue
        where, found = f"{place}.workshop_before", f'"{arm.workshop_before}"'
        if draft.text("design") != "waiting_list" or arm.programme:
            rule = "belongs to the arm of a waiting list that waits"
            draft.fault(where, rule, found, "Remove it, or correct the design.")
        elif arm.workshop_before not in waves:
            draft.fault(where, "must be a declared wave", found, suggestion(found, waves))
        elif arm.workshop_before in waves[:2]:
            rule = "one survey is held before any workshop, and one while these schools still wait"
            remedy = "Name the first survey after their own workshop; without one in between, "
            draft.fault(where, rule, found, remedy + "nothing can be compared.")
    waiting = [arm.workshop_before for _, arm in draft.arms if arm.workshop_before in waves]
    if draft.text("design") == "waiting_list" and waiting:
        _check_families(draft, waves, crossover=waiting[0] or "")


def _check_families(draft: Draft, waves: Sequence[str], *, crossover: str) -> None:
    """Families compare the two sides, which ends with the waiting schools' own workshop."""
    for place, family in draft.families:
        late = [
            f'"{first}" to "{later}"'
            for first, later in family.contrasts
            if later in waves and waves.index(later) >= waves.index(crossover)
        ]
        if late:
            rule = "from the waiting schools' own workshop on there is no comparison"
            remedy = f'Compare surveys before "{crossover}", or list this pair in [plan] only.'
            draft.fault(f"{place}.contrasts", rule, ", ".join(late), remedy)


def check_roll_out(draft: Draft, roster: CsvTable) -> None:
    """Note what keeps a staggered roll-out from having schools that wait."""
    if len(draft.arms) == draft.count("arms") and len(draft.arms) > len({True, False}):
        rule = "has one arm for schools that have begun and one for those still waiting"
        remedy = "Each school is in both, one after the other: keep two."
        draft.fault("arms", rule, f"{len(draft.arms)} arms", remedy)
    if ARM in roster.header:
        remedy = f"Remove it: {WORKSHOP_WAVE} says when a school passes from one arm to the other."
        roster.fault(f"column {ARM}", "belongs to other designs", "", remedy)
    if WORKSHOP_WAVE not in roster.header:
        remedy = "Add it: the first survey after the school's workshop, empty if it had none."
        rule = "says before which survey a school had its workshop"
        roster.fault(f"column {WORKSHOP_WAVE}", rule, "no such column", remedy)
        return
    _check_waves(draft, roster)
    _check_days(roster)


def _check_waves(draft: Draft, roster: CsvTable) -> None:
    waves = draft.survey_ids
    if NEVER in waves:
        rule = "is what schools without a workshop are called"
        draft.fault("waves", rule, f'"{NEVER}"', "Rename the survey.")
    begun: list[int] = []
    for row, cells in roster.rows:
        wave = cells[WORKSHOP_WAVE]
        if wave and wave not in waves:
            rule, remedy = "must be a declared wave", suggestion(wave, waves)
            roster.cell_fault(row, WORKSHOP_WAVE, rule, "something else", remedy)
        else:
            begun.append(waves.index(wave) if wave else len(waves))
    if not begun or len(begun) < len(roster.rows):
        return
    schools = [str(row) for row, _ in roster.rows]
    if not _can_compare(begun, schools, waves):
        rule = "schools that begin between two surveys stand beside others that still wait"
        found = f"no survey with {FEWEST_SCHOOLS} schools that had just begun and as many waiting"
        remedy = "Without them nothing can be compared; correct the column or the design."
        roster.fault(f"column {WORKSHOP_WAVE}", rule, found, remedy)
        return
    for column in dict.fromkeys(audience.cluster for _, audience in draft.audiences):
        if column == "school_id" or column not in roster.header:
            continue
        if not _can_compare(begun, [cells[column] for _, cells in roster.rows], waves):
            rule = "schools that begin between two surveys, and those waiting, are of two clusters"
            found = f"no survey with {FEWEST_SCHOOLS} that had just begun and as many waiting"
            remedy = "With a single one, it and the date cannot be told apart; choose another."
            roster.fault(f"column {column}", rule, found, remedy)


def _can_compare(begun: Sequence[int], cluster: Sequence[str], waves: Sequence[str]) -> bool:
    """Tell whether at some survey enough clusters had just begun, and enough still wait."""
    pairs = list(zip(begun, cluster, strict=True))
    return any(
        len({own for place, own in pairs if place == wave}) >= FEWEST_SCHOOLS
        and len({own for place, own in pairs if place > wave}) >= FEWEST_SCHOOLS
        for wave in range(1, len(waves))
    )


def _check_days(roster: CsvTable) -> None:
    """Days of workshops are dates, and belong to schools that had one."""
    for row, cells in roster.rows if WORKSHOP_ON in roster.header else ():
        day = cells[WORKSHOP_ON]
        if day and not cells[WORKSHOP_WAVE]:
            remedy = f"Fill in {WORKSHOP_WAVE} too, or clear both."
            rule = "a school with a day has the survey that followed its workshop"
            roster.cell_fault(row, WORKSHOP_ON, rule, "no survey", remedy)
        try:
            datetime.date.fromisoformat(day or "2000-01-01")
        except ValueError:
            remedy = "Write it as 2024-03-31."
            roster.cell_fault(row, WORKSHOP_ON, "must be a date", "something else", remedy)
