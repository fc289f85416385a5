"""Tables of how well outcomes were measured and how much schools differ."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, group_label, interval_note, outcome_label, site_noun
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import text

_QUANTITIES: tuple[Quantity, ...] = ("alpha", "icc_score", "icc_gain")


def measurement_table(released: Released) -> ReportTable | None:
    """Alpha of scales, and the shares of variance that lie between schools or clusters.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None if nothing of it was computed.
    """
    rows = by_group(
        released, released.where(quantity=_QUANTITIES, level="programme", subgroup="").findings()
    )
    grouped: dict[tuple[str, str, str], dict[str, Finding]] = {}
    for row in rows:
        found = grouped.setdefault((row.audience, row.phase, row.outcome), {})
        school = row.variant in {"", "school", "school_id"}
        found.setdefault(row.quantity if school else f"{row.quantity}_cluster", row)
    between = text("tables.between_schools", sites=site_noun(released))
    columns = (
        Column("kind", text("tables.kind"), align="left"),
        Column("alpha", text("tables.alpha")),
        Column("icc_score", text("tables.icc_score"), between),
        Column("icc_gain", text("tables.icc_gain"), between),
        Column("icc_score_cluster", text("tables.icc_score"), text("tables.between_clusters")),
        Column("icc_gain_cluster", text("tables.icc_gain"), text("tables.between_clusters")),
    )
    return build(
        released,
        [_row(released, found) for found in grouped.values()],
        columns,
        caption=text("tables.measurement_caption"),
        row_heading=text("tables.outcome"),
        notes=[interval_note(released), escape(text("tables.measurement_note"))],
    )


def _row(released: Released, found: dict[str, Finding]) -> Row:
    first = next(iter(found.values()))
    known = released.facts.outcome(first.audience, first.outcome)
    shown = {name: cells.with_interval(released, finding) for name, finding in found.items()}
    shown["kind"] = escape(text(f"tables.kinds.{known.kind}"))
    return Row(outcome_label(released, first), shown, group_label(released, first))
