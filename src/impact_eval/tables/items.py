"""Tables of single items in percentage points."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import isfinite
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    reason_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.subgroups import DISCOVERY
from impact_eval.wording import numbers, text

SIDES: Final = ("programme", "comparison")


def item_table(
    released: Released, *, audience: str, phase: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Each item's share before and after, and its change, in the order of the codebook.

    Where two sides are compared: the shares of each, and by how much further one moved.

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
    if released.facts.arms:
        return _of_sides(
            released, audience=audience, phase=phase, wave_from=wave_from, wave_to=wave_to
        )
    of = released.where(audience=audience, phase=phase, level="programme", subgroup="")
    found = of.where(quantity="item_change", wave_from=wave_from, wave_to=wave_to).findings()
    changes = {row.item_id: row for row in found if not row.parent_id}
    adjusted = {row.parent_id: row for row in found if row.estimator == DISCOVERY}
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
                **_adjusted(changes[item], adjusted),
            },
        )
        for (of_audience, item), label in released.facts.items.items()
        if of_audience == audience and item in changes
    ]
    columns = (
        Column("before", capital(released.facts.waves[wave_from]), text("tables.percent")),
        Column("after", capital(released.facts.waves[wave_to]), text("tables.percent")),
        Column("change", text("tables.change_points")),
        Column("p", text("tables.discovery_p")),
    )
    who = group_label(released, next(iter(changes.values()))) if changes else ""
    return build(
        released,
        rows,
        columns,
        caption=text("tables.item_caption", who=who, after=released.facts.waves[wave_to]),
        row_heading=text("tables.item"),
        notes=[
            interval_note(released),
            escape(text("tables.item_note")),
            *([escape(text("tables.discovery_note"))] if adjusted else []),
        ],
    )


def _of_sides(
    released: Released, *, audience: str, phase: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Shares of both sides before and after, the difference of their changes, and its other p."""
    facts = released.facts
    sides = () if facts.cohorts else SIDES  # schools that pass from side to side have no shares
    of = released.where(audience=audience, phase=phase, level="programme")
    changes = of.where(quantity="item_change", wave_from=wave_from, wave_to=wave_to).findings()
    shares = {
        (row.item_id, row.subgroup, row.wave_from): row
        for row in of.where(quantity="item_share").findings()
    }
    effects = {row.item_id: row for row in changes if row.contrast and not row.parent_id}
    adjusted = {row.parent_id: row for row in changes if row.estimator == DISCOVERY}
    rows = [
        Row(
            label,
            {
                **{
                    side: text(
                        "tables.low_to_high",
                        low=cells.estimate(released, shares.get((item, f"arm:{side}", wave_from))),
                        high=cells.estimate(released, shares.get((item, f"arm:{side}", wave_to))),
                    )
                    for side in sides
                },
                "change": cells.with_interval(released, effects[item]),
                **_adjusted(effects[item], adjusted),
            },
        )
        for (of_audience, item), label in facts.items.items()
        if of_audience == audience and item in effects
    ]
    percent = text("tables.item_side_spanner")
    columns = (
        *(Column(side, capital(facts.arms[side]), percent) for side in sides),
        Column("change", text(f"tables.item_{'roll_out' if facts.cohorts else 'sides'}_change")),
        Column("p", text("tables.discovery_p")),
    )
    first = next(iter(effects.values()), None)
    return build(
        released,
        rows,
        columns,
        caption=text(
            "tables.item_caption",
            who=group_label(released, first) if first else "",
            after=facts.waves[wave_to],
        ),
        row_heading=text("tables.item"),
        notes=[
            interval_note(released),
            escape(text("tables.item_note")),
            escape(text(f"tables.item_{'roll_out' if facts.cohorts else 'sides'}_note")),
            *([escape(text("tables.discovery_note"))] if adjusted else []),
            *reason_notes(released, list(effects.values())),
        ],
    )


def _adjusted(change: Finding, adjusted: Mapping[str, Finding]) -> dict[str, str]:
    """Return the p that allows for the other items, if any item of the table has one."""
    if not adjusted:
        return {}
    row = adjusted.get(change.finding_id)
    if row is None or not isfinite(row.p_value):
        return {"p": cells.absent() if row is None else cells.symbol(row)}
    return {"p": numbers.p_value(row.finding_id, row.p_value)}
