"""The numbers behind figures, as plain lists for readers who cannot or would not see them."""

from __future__ import annotations

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, group_label, interval_note, outcome_label
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import text


def changes_list(released: Released) -> ReportTable | None:
    """Return changes in the order given, a group for each outcome.

    Parameters
    ----------
    released
        Findings of the quantity `change`.

    Returns
    -------
    ReportTable or None
        None without rows.
    """
    waves = released.facts.waves
    rows = [
        Row(
            text("tables.group", audience=group_label(released, row), phase=waves[row.wave_to]),
            {"change": cells.with_interval(released, row)},
            outcome_label(released, row),
        )
        for row in released.findings()
    ]
    return _list(
        released,
        rows,
        Column("change", text("tables.effect" if released.facts.arms else "tables.change")),
    )


def means_list(released: Released) -> ReportTable | None:
    """Means by wave, a group for each outcome.

    Parameters
    ----------
    released
        Findings of the quantity `mean`.

    Returns
    -------
    ReportTable or None
        None without rows.
    """
    grouped: dict[tuple[str, str], dict[str, Finding]] = {}
    for row in released.findings():
        grouped.setdefault((row.outcome, row.phase), {})[row.wave_from] = row
    rows = []
    for by_wave in grouped.values():
        first = next(iter(by_wave.values()))
        found = {wave: cells.with_interval(released, row) for wave, row in by_wave.items()}
        rows.append(Row(group_label(released, first), found, outcome_label(released, first)))
    columns = [Column(wave, capital(label)) for wave, label in released.facts.waves.items()]
    return _list(released, rows, *columns)


def _list(released: Released, rows: list[Row], *columns: Column) -> ReportTable | None:
    return build(
        released,
        rows,
        columns,
        caption=text("tables.figure_caption"),
        row_heading=text("tables.who"),
        notes=[interval_note(released)],
    )
