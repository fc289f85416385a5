"""Tables of what people scored and what changed, in natural units."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_estimand,
    group_label,
    interval_note,
    outcome_label,
    outcome_unit,
    reason_notes,
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import best, by_group, only, outcome_changes
from impact_eval.vocabulary import Quantity, Role
from impact_eval.wording import text, verdict_words


def change_table(
    released: Released, *, wave_from: str, wave_to: str, roles: Sequence[Role] = ()
) -> ReportTable | None:
    """Means before and after, the change with its interval, and what may be said of it.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.
    roles
        Only changes of these roles in the plan; by default all.

    Returns
    -------
    ReportTable or None
        A row for each outcome, grouped by audience and phase; None if nothing was compared.
    """
    chosen = outcome_changes(released, wave_from=wave_from, wave_to=wave_to, roles=roles)
    changes = chosen.findings()
    facts = released.facts
    columns = (
        Column("before", capital(released.facts.waves[wave_from])),
        Column("after", capital(released.facts.waves[wave_to])),
        Column("change", text("tables.change")),
        Column("verdict", text("tables.verdict"), align="left"),
        Column("n", text("tables.people_before_after")),
    )
    return build(
        released,
        [_change_row(released, change) for change in changes],
        columns,
        caption=text(
            "tables.change_caption", before=facts.waves[wave_from], after=facts.waves[wave_to]
        ),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            *_family_note(changes),
            *unreliable_notes(released, changes),
            *reason_notes(released, changes),
        ],
    )


def mastery_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Shares of people who reach each outcome's mark, before and after.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome with a mark; None if no outcome has one.
    """
    changes = released.where(
        quantity="mastery_change",
        level="programme",
        subgroup="",
        wave_from=wave_from,
        wave_to=wave_to,
    ).findings()
    rows = []
    for change in by_group(released, best(changes, key=_place)):
        shares = _in_waves(released, change, "mastery_share")
        known = released.facts.outcome(change.audience, change.outcome)
        found = {
            "before": cells.estimate(released, shares.get(wave_from)),
            "after": cells.estimate(released, shares.get(wave_to)),
            "change": cells.with_interval(released, change),
            "n": cells.before_and_after(change),
        }
        rows.append(
            Row(
                outcome_label(released, change),
                found,
                group_label(released, change),
                detail=known.mastery_label,
            )
        )
    columns = (
        Column("before", capital(released.facts.waves[wave_from]), text("tables.percent")),
        Column("after", capital(released.facts.waves[wave_to]), text("tables.percent")),
        Column("change", text("tables.change_points")),
        Column("n", text("tables.people_before_after")),
    )
    return build(
        released,
        rows,
        columns,
        caption=text("tables.mastery_caption", after=released.facts.waves[wave_to]),
        row_heading=text("tables.mark_reached"),
        notes=[interval_note(released)],
    )


def _change_row(released: Released, change: Finding) -> Row:
    means = _in_waves(released, change, "mean")
    found = {
        "before": cells.estimate(released, means.get(change.wave_from)),
        "after": cells.estimate(released, means.get(change.wave_to)),
        "change": cells.with_interval(released, change),
        "verdict": escape(verdict_words(change, released.facts)),
        "n": cells.before_and_after(change),
    }
    group = group_estimand(released, change)
    unit = outcome_unit(released, change, (change.wave_from, change.wave_to))
    if released.facts.outcome(change.audience, change.outcome).over_aligned:
        unit = f"{unit}, {text('tables.over_aligned')}"
    return Row(outcome_label(released, change), found, group, detail=unit)


def _family_note(changes: Sequence[Finding]) -> list[str]:
    """Return what the words of a planned change rest on, where they rest on a wider interval."""
    if not any(change.widened for change in changes):
        return []
    return [escape(text("tables.family_note"))]


def _place(row: Finding) -> tuple[str, str, str]:
    return row.audience, row.phase, row.outcome


def _in_waves(released: Released, change: Finding, quantity: Quantity) -> dict[str, Finding]:
    """Return findings of one quantity of the same people, by wave."""
    rows = only(released, quantity, change).where(level="programme", subgroup="", unit_id="")
    return {row.wave_from: row for row in rows.findings()}
