"""Tables of single items in percentage points."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, group_label, interval_note
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import text


def item_table(
    released: Released, *, audience: str, phase: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Each item's share before and after, and its change, in the order of the codebook.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience, phase
        Whose items.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each item; None if there is none.
    """
    of = released.where(audience=audience, phase=phase, level="programme", subgroup="")
    changes = {
        row.item_id: row
        for row in of.where(quantity="item_change", wave_from=wave_from, wave_to=wave_to).findings()
    }
    shares = {
        (row.item_id, row.wave_from): row for row in of.where(quantity="item_share").findings()
    }
    rows = [
        Row(
            label,
            {
                "before": cells.estimate(released, shares.get((item, wave_from))),
                "after": cells.estimate(released, shares.get((item, wave_to))),
                "change": cells.with_interval(released, changes[item]),
            },
        )
        for (of_audience, item), label in released.facts.items.items()
        if of_audience == audience and item in changes
    ]
    columns = (
        Column("before", capital(released.facts.waves[wave_from]), text("tables.percent")),
        Column("after", capital(released.facts.waves[wave_to]), text("tables.percent")),
        Column("change", text("tables.change_points")),
    )
    who = group_label(released, next(iter(changes.values()))) if changes else ""
    return build(
        released,
        rows,
        columns,
        caption=text("tables.item_caption", who=who, after=released.facts.waves[wave_to]),
        row_heading=text("tables.item"),
        notes=[interval_note(released), escape(text("tables.item_note"))],
    )
