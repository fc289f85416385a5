"""Table of what is left of each first change at a later wave."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    estimand_label,
    group_outcome,
    interval_note,
    reason_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import text


def retention_table(released: Released) -> ReportTable | None:
    """Percent of the change to a first wave that is left at a later one.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each outcome, estimand and pair of later waves; None if there are no two.
    """
    found = by_group(released, released.where(quantity="retention", level="programme").findings())
    return build(
        released,
        [_row(released, one) for one in found],
        (
            Column("waves", text("tables.retention_waves"), align="left"),
            Column("left", text("tables.retention_left")),
        ),
        caption=text("tables.retention_caption"),
        row_heading=text("tables.estimand"),
        notes=[
            interval_note(released),
            escape(text("tables.retention_note")),
            *reason_notes(released, found),
        ],
    )


def _row(released: Released, finding: Finding) -> Row:
    waves = released.facts.waves
    cell = {
        "waves": escape(
            text(
                "tables.before_and_after",
                before=capital(waves[finding.variant]),
                after=waves[finding.wave_to],
            )
        ),
        "left": cells.with_interval(released, finding),
    }
    return Row(estimand_label(released, finding), cell, group_outcome(released, finding))
