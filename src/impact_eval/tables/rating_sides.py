"""A table of single ratings in pairs, on each of two sides and as a difference."""

from __future__ import annotations

from html import escape
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    reason_notes,
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import text

SIDES: Final = ("programme", "comparison")
APART: Final = "apart"


def rating_sides_table(
    released: Released, *, audience: str, phase: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Show for each rating in how many of 100 pairs a later answer was higher, side by side.

    Parameters
    ----------
    released
        Released findings of a study with two sides, or a part of them.
    audience, phase
        Whose ratings.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each rating, in the order of the codebook; None if none was asked twice, or where
        sides are not compared.
    """
    found = released.where(
        quantity="item_superiority",
        audience=audience,
        phase=phase,
        wave_from=wave_from,
        wave_to=wave_to,
    ).findings()
    facts = released.facts
    if not found or not facts.arms:
        return None
    by_item: dict[str, dict[str, Finding]] = {}
    for row in found:
        by_item.setdefault(row.item_id, {})[_column(row)] = row
    any_two = text("tables.rating_pairs_of")
    columns = (
        *(Column(side, capital(facts.arms.get(side, side)), any_two) for side in SIDES),
        Column(APART, text("tables.rating_apart"), any_two),
        Column(f"linked_{APART}", text("tables.rating_apart"), text("tables.rating_linked_of")),
    )
    return build(
        released,
        [
            Row(
                label,
                {
                    column.key: cells.with_interval(released, own.get(column.key))
                    for column in columns
                    if column.key in own
                },
            )
            for (of, item), label in facts.items.items()
            for own in (by_item.get(item, {}),)
            if of == audience and own
        ],
        columns,
        caption=text(
            "tables.rating_sides_pairs_caption",
            who=group_label(released, found[0]),
            after=facts.waves[wave_to],
        ),
        row_heading=text("tables.item"),
        notes=[
            escape(text("tables.rating_sides_pairs_note")),
            escape(text("tables.rating_sides_unnamed")),
            interval_note(released),
            *unreliable_notes(released, found),
            *reason_notes(released, found),
        ],
    )


def _column(row: Finding) -> str:
    """Name whose number a finding is: one side's, or the difference."""
    side = APART if row.contrast else row.subgroup.partition(":")[2]
    return f"linked_{side}" if row.estimator.startswith("linked") else side
