"""Table of what people scored where nothing was measured twice."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    outcome_label,
    outcome_unit,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import text


def level_table(released: Released) -> ReportTable | None:
    """Mean of every outcome in each wave with its interval, for everybody.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each outcome, grouped by audience and phase; None if there are no means.
    """
    means = released.where(quantity="mean", level="programme", subgroup="")
    grouped: dict[tuple[str, str, str], dict[str, Finding]] = {}
    for row in by_group(released, means.findings()):
        place = (row.audience, row.phase, row.outcome)
        grouped.setdefault(place, {})[row.wave_from] = row
    waves = {
        wave: capital(label)
        for wave, label in released.facts.waves.items()
        if any(wave in found for found in grouped.values())
    }
    columns = [
        column
        for wave, label in waves.items()
        for column in (
            Column(wave, text("tables.mean"), label),
            Column(f"n_{wave}", text("tables.people"), label),
        )
    ]
    return build(
        released,
        [_row(released, found) for found in grouped.values()],
        columns,
        caption=text("tables.level_caption"),
        row_heading=text("tables.outcome"),
        notes=[interval_note(released), escape(text("tables.level_note"))],
    )


def _row(released: Released, found: dict[str, Finding]) -> Row:
    first = next(iter(found.values()))
    shown = {wave: cells.with_interval(released, row) for wave, row in found.items()}
    shown |= {f"n_{wave}": cells.people(row, "n") for wave, row in found.items()}
    return Row(
        outcome_label(released, first),
        shown,
        group_label(released, first),
        detail=outcome_unit(released, first, list(found)),
    )
