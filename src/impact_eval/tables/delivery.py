"""Tables of what was planned and held, by phase and by trainer team."""

from __future__ import annotations

from html import escape
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, group_label, reason_notes
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import text

TEAM = "trainer_team:"
WITH_SESSIONS = "with_sessions"
DELIVERED: Final[tuple[Quantity, ...]] = (
    "workshops",
    "sessions_planned",
    "sessions_held",
    "sessions_share",
    "people_per_workshop",
    "workshop_minutes",
)


def delivery_table(released: Released, *, by_team: bool = False) -> ReportTable | None:
    """Tabulate what was planned and held in each phase, or by each trainer team.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    by_team
        Whether a row is a trainer team, in the order of the roster and never by a number.

    Returns
    -------
    ReportTable or None
        None without an attendance file, and by team where no team may be shown.
    """
    rows = [
        row
        for row in by_group(released, released.where(quantity="workshops").findings())
        if not row.variant
    ]
    teams = [row for row in rows if row.subgroup.startswith(TEAM)]
    shown = [row for row in teams if not row.suppressed]
    rows = shown if by_team else [row for row in rows if not row.subgroup]
    columns = [Column(name, text(f"tables.delivered.{name}")) for name in DELIVERED]
    columns.insert(1, Column(WITH_SESSIONS, text("tables.delivered.with_sessions")))
    shares = [
        row
        for row in released.where(quantity="sessions_share").findings()
        if row.subgroup.startswith(TEAM) == by_team
    ]
    notes = ["tables.delivery_teams_note" if by_team else "tables.delivery_note"]
    if teams and not shown:
        notes.append("tables.delivery_no_teams")
    return build(
        released,
        [_delivered(released, row) for row in rows],
        columns,
        caption=text("tables.delivery_teams_caption" if by_team else "tables.delivery_caption"),
        row_heading=text("tables.delivery_team" if by_team else "tables.group_heading"),
        notes=[*(escape(text(note)) for note in notes), *reason_notes(released, shares)],
    )


def _delivered(released: Released, row: Finding) -> Row:
    found: dict[str, str] = {}
    for quantity in DELIVERED:
        same = released.where(
            quantity=quantity, audience=row.audience, subgroup=row.subgroup
        ).findings()
        own = [one for one in same if one.phase == row.phase]
        for one in own:
            key = WITH_SESSIONS if one.variant == WITH_SESSIONS else quantity
            found[key] = cells.estimate(released, one)
    team = row.subgroup.removeprefix(TEAM)
    facts = released.facts
    if row.subgroup:
        return Row(team, found, group_label(released, row))
    audience = capital(facts.audiences[row.audience])
    phase = facts.phases.get(row.phase) or text("tables.all_phases")
    return Row(audience, found, phase if len(facts.phases) > 1 else "")
