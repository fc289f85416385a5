"""Tables of shares as odds, and of the schools' mean change by another estimator."""

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
    group_outcome_unit,
    interval_note,
    reason_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import numbers, text

OF_SHARES: tuple[Quantity, ...] = ("share_odds_ratio", "cox_index")
MCNEMAR = "mcnemar"
_SPREADS: tuple[Quantity, ...] = (
    "schools_mean_change",
    "between_school_sd",
    "spread_by_moments",
)


def share_odds_table(
    released: Released, *, audience: str, phase: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Show for each item and mark of a planned outcome its log odds ratio, and what belongs to it.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience, phase
        Whose shares.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each item in the order of the codebook, then the marks; None if no share of a
        planned outcome was compared.
    """
    of = released.where(
        audience=audience, phase=phase, level="programme", wave_from=wave_from, wave_to=wave_to
    )
    odds = of.findings(quantity="share_odds_ratio")
    index = {(row.item_id, row.outcome): row for row in of.findings(quantity="cox_index")}
    alone = {(row.item_id, row.outcome): row for row in of.where(estimator=MCNEMAR).findings()}
    if not any(row.known for row in (*odds, *alone.values())):
        return None
    place = {item: number for number, (_, item) in enumerate(released.facts.items)}
    ordered = sorted(odds, key=lambda row: place.get(row.item_id, len(place)))
    keys = [(row.item_id, row.outcome) for row in ordered]
    rows = [
        Row(
            _label(released, row),
            {
                "odds": cells.with_interval(released, row),
                "p": _p_value(row),
                **({"index": cells.with_interval(released, index[key])} if key in index else {}),
                **({"alone": _p_value(alone[key])} if key in alone else {}),
            },
        )
        for key, row in zip(keys, ordered, strict=True)
    ]
    sides = bool(released.facts.arms)
    columns = (
        Column("odds", text(f"tables.share_odds{'_sides' if sides else ''}")),
        Column("p", text("tables.p_value")),
        Column("index", text("tables.cox_index")),
        Column("alone", text("tables.mcnemar_p")),
    )
    return build(
        released,
        rows,
        columns,
        caption=text(
            "tables.share_odds_caption",
            who=group_label(released, ordered[0]),
            after=released.facts.waves[wave_to],
        ),
        row_heading=text("tables.item"),
        notes=[
            interval_note(released),
            escape(text("tables.share_odds_note")),
            *([escape(text("tables.cox_note"))] if sides else []),
            *([escape(text("tables.mcnemar_note"))] if alone else []),
            *reason_notes(released, ordered),
        ],
    )


def spread_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Mean change of the schools and its spread, by two estimators of the spread.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        Two rows for each planned outcome; None if no spread was estimated twice.
    """
    found = [
        row
        for quantity in _SPREADS
        for row in released.where(
            quantity=quantity, level="programme", wave_from=wave_from, wave_to=wave_to
        ).findings()
    ]
    twice = {row.parent_id for row in found if row.parent_id}
    shown = [row for row in found if row.parent_id or row.finding_id in twice]
    by_row: dict[tuple[str, ...], dict[str, Finding]] = {}
    for row in by_group(released, shown):
        key = (row.audience, row.phase, row.outcome, row.estimator)
        is_mean = row.quantity == "schools_mean_change" or row.variant == "mean"
        by_row.setdefault(key, {})["mean" if is_mean else "spread"] = row
    rows = [
        Row(
            text(f"tables.spread_by.{first.estimator}"),
            {name: cells.with_interval(released, one) for name, one in own.items()},
            group_outcome_unit(released, first),
        )
        for own in _in_pairs(by_row)
        for first in (next(iter(own.values())),)
    ]
    columns = (
        Column("mean", text("tables.spread_mean")),
        Column("spread", text("tables.spread_sd")),
    )
    return build(
        released,
        rows,
        columns,
        caption=text("tables.spread_caption", after=released.facts.waves[wave_to]),
        row_heading=text("tables.spread_estimator"),
        notes=[interval_note(released), escape(text("tables.spread_note"))],
    )


def _in_pairs(by_row: dict[tuple[str, ...], dict[str, Finding]]) -> Iterable[dict[str, Finding]]:
    """Put both estimators of an outcome one below the other."""
    places = list(dict.fromkeys(key[:3] for key in by_row))
    for place in places:
        for estimator in ("random_effects", "paule_mandel"):
            if (*place, estimator) in by_row:
                yield by_row[*place, estimator]


def _label(released: Released, row: Finding) -> str:
    if row.item_id:
        return released.facts.items.get((row.audience, row.item_id), row.item_id)
    known = released.facts.outcome(row.audience, row.outcome)
    return text("tables.share_of_mark", outcome=capital(known.label), mark=known.mastery_label)


def _p_value(row: Finding) -> str:
    if not isfinite(row.p_value):
        return cells.symbol(row) or cells.absent()
    return cells.symbol(row) or numbers.p_value(row.finding_id, row.p_value)
