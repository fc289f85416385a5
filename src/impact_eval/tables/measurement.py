"""Tables of how well outcomes were measured and how much places differ."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import isfinite

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    outcome_label,
    several_rounds_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import text

_QUANTITIES: tuple[Quantity, ...] = ("alpha", "omega", "icc_score", "icc_gain")
_OF_SCALES: tuple[Quantity, ...] = ("alpha", "omega")


def measurement_table(released: Released) -> ReportTable | None:
    """Show the kind of each outcome, and alpha and omega of the scales in the first wave.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None if there is neither alpha nor omega of any.
    """
    computed = _rows(released)
    if not any(row.quantity in _OF_SCALES for row in computed):
        return None
    grouped: dict[tuple[str, ...], dict[str, Finding]] = {}
    for row in computed:
        found = grouped.setdefault((row.audience, row.phase, row.outcome), {})
        found.setdefault(row.quantity, row)
    once = "_once" if len(released.facts.waves) < 2 else ""
    columns = (
        Column("kind", text("tables.kind"), align="left"),
        *(Column(quantity, text(f"tables.{quantity}{once}")) for quantity in _OF_SCALES),
    )
    rows = []
    for found in grouped.values():
        first = next(iter(found.values()))
        known = released.facts.outcome(first.audience, first.outcome)
        shown = {"kind": escape(text(f"tables.kinds.{known.kind}"))}
        for quantity in _OF_SCALES:
            if quantity in found:
                shown[quantity] = cells.with_interval(released, found[quantity])
        rows.append(Row(outcome_label(released, first), shown, group_label(released, first)))
    return build(
        released,
        rows,
        columns,
        caption=text("tables.measurement_caption"),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            *_bare(row for row in computed if row.quantity in _OF_SCALES),
            escape(text("tables.measurement_note")),
        ],
    )


def variance_table(released: Released) -> ReportTable | None:
    """Show the shares of variance, of scores and of gains, that lie between places of each kind.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each outcome and kind of place; None if nothing of it was computed.
    """
    waves = released.facts.waves
    grouped: dict[tuple[str, ...], dict[str, Finding]] = {}
    for row in _rows(released):
        if row.quantity not in _OF_SCALES:
            found = grouped.setdefault((row.audience, row.phase, row.outcome, row.variant), {})
            found[f"{row.quantity}_{row.wave_to}"] = row
    columns = [
        Column(f"{quantity}_{wave}", capital(label), text(f"tables.{quantity}"))
        for quantity in ("icc_score", "icc_gain")
        for wave, label in waves.items()
    ]
    rows = []
    for found in grouped.values():
        first = next(iter(found.values()))
        shown = {name: cells.with_interval(released, row) for name, row in found.items()}
        between = text("tables.between", places=_places(released, first))
        rows.append(
            Row(outcome_label(released, first), shown, group_label(released, first), detail=between)
        )
    return build(
        released,
        rows,
        columns,
        caption=text("tables.variance_caption"),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            escape(text("tables.variance_note")),
            *several_rounds_notes(released, _rows(released)),
        ],
    )


def _bare(computed: Iterable[Finding]) -> list[str]:
    """Return why some numbers stand without an interval, where some do."""
    bare = any(row.known and not isfinite(row.conf_low) for row in computed)
    return [escape(text("tables.no_interval_note"))] if bare else []


def _rows(released: Released) -> list[Finding]:
    rows = released.where(quantity=_QUANTITIES, level="programme", subgroup="").findings()
    return by_group(released, rows)


def _places(released: Released, row: Finding) -> str:
    """Return what the places of a share of variance are called."""
    if row.variant == "workshop":
        return text("nouns.workshops")
    facts = released.facts
    nouns = facts.site_nouns if row.variant in {"", "school"} else facts.cluster_nouns
    return nouns[row.audience][1]
