"""Tables of how single items measure, of the ends of scores, and of items in two waves."""

from __future__ import annotations

from html import escape
from math import isfinite

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    group_label,
    outcome_label,
    reason_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import numbers, text

_OF_ITEMS: tuple[Quantity, ...] = ("difficulty", "item_total", "discrimination")
_ENDS: tuple[Quantity, ...] = ("floor_share", "ceiling_share")


def item_quality_table(
    released: Released, *, audience: str, phase: str, wave: str
) -> ReportTable | None:
    """Show each item's difficulty, agreement with the others and discrimination in one wave.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience, phase
        Whose items.
    wave
        In which survey.

    Returns
    -------
    ReportTable or None
        A row for each item, in the order of the codebook; None if nothing of it was computed.
    """
    of = released.where(quantity=_OF_ITEMS, audience=audience, phase=phase, wave_to=wave).findings()
    by_item: dict[str, dict[str, Finding]] = {}
    for row in of:
        by_item.setdefault(row.item_id, {})[row.quantity] = row
    rows = [
        Row(
            label,
            {name: cells.estimate(released, row) for name, row in by_item[item].items()},
            outcome_label(released, next(iter(by_item[item].values()))),
        )
        for (of_audience, item), label in released.facts.items.items()
        if of_audience == audience and item in by_item
    ]
    first = next(iter(of), None)
    return build(
        released,
        rows,
        [Column(quantity, text(f"tables.{quantity}")) for quantity in _OF_ITEMS],
        caption=_caption(released, first, "item_quality", wave=released.facts.waves[wave]),
        row_heading=text("tables.item"),
        notes=[escape(text("tables.item_quality_note"))],
    )


def ends_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Show how many stand at the lowest and highest possible score of each outcome.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to show beside each other.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None if nothing of it was computed.
    """
    waves = {"before": wave_from, "after": wave_to}
    found = released.where(quantity=_ENDS, level="programme", wave_to=list(waves.values()))
    grouped: dict[tuple[str, ...], dict[tuple[str, str], Finding]] = {}
    for row in by_group(released, found.findings()):
        key = (row.audience, row.phase, row.outcome)
        grouped.setdefault(key, {})[row.quantity, row.wave_to] = row
    rows = []
    for shares in grouped.values():
        first = next(iter(shares.values()))
        shown = {
            f"{quantity}_{when}": cells.estimate(released, shares.get((quantity, wave)))
            for when, wave in waves.items()
            for quantity in _ENDS
        }
        rows.append(Row(outcome_label(released, first), shown, group_label(released, first)))
    columns = [
        Column(f"{quantity}_{when}", text(f"tables.{quantity}"), text(f"tables.ends_{when}"))
        for when in waves
        for quantity in _ENDS
    ]
    return build(
        released,
        rows,
        columns,
        caption=text("tables.ends_caption"),
        row_heading=text("tables.outcome"),
        notes=[escape(text("tables.ends_note"))],
    )


def dif_table(
    released: Released, *, audience: str, phase: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Show for each statement of the scales whether two waves answered it alike at the same total.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience, phase
        Whose scales.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each statement, its class beside its p-value; None if nothing was computed.
    """
    of = released.where(
        quantity="dif_wave",
        audience=audience,
        phase=phase,
        wave_from=wave_from,
        wave_to=wave_to,
    ).findings()
    by_item: dict[str, dict[str, Finding]] = {}
    for row in of:
        by_item.setdefault(row.item_id, {})[row.variant] = row
    rows = [
        Row(
            label,
            _dif_cells(released, by_item[item]),
            outcome_label(released, next(iter(by_item[item].values()))),
        )
        for (of_audience, item), label in released.facts.items.items()
        if of_audience == audience and item in by_item
    ]
    columns = (
        Column("effect", text("tables.dif"), align="left"),
        Column("gain", text("tables.dif_gain")),
        Column("uniform", text("tables.dif_uniform")),
        Column("nonuniform", text("tables.dif_nonuniform")),
    )
    first = next(iter(of), None)
    return build(
        released,
        rows,
        columns,
        caption=_caption(released, first, "dif", after=released.facts.waves[wave_to]),
        row_heading=text("tables.item"),
        notes=[escape(text("tables.dif_note")), *reason_notes(released, of)],
    )


def _dif_cells(released: Released, variants: dict[str, Finding]) -> dict[str, str]:
    """Class with its p-value if there is one, and the gains; no p-value stands without a class."""
    both = variants.get("")
    named = list(both.caution_ids) if both else []
    effect = cells.symbol(both) or cells.absent()
    if both and named:
        effect = escape(text(f"tables.dif_effects.{named[0]}"))
        if isfinite(both.p_value):
            effect = f"{effect}, {_p_value(both)}"
    return {
        "effect": effect,
        "gain": cells.estimate(released, both),
        "uniform": cells.estimate(released, variants.get("uniform")),
        "nonuniform": cells.estimate(released, variants.get("nonuniform")),
    }


def _p_value(finding: Finding) -> str:
    return numbers.p_value(finding.finding_id, finding.p_value)


def _caption(released: Released, first: Finding | None, name: str, **when: str) -> str:
    """Name whose items these are; empty where there are none."""
    if first is None:
        return ""
    who = group_label(released, first)
    return text(f"tables.{name}_caption", who=who, **when)
