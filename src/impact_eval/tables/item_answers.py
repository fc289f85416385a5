"""Table of the items to which people gave no answer, and of what they said instead."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, group_label
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.vocabulary import Quantity
from impact_eval.wording import text

_SHARES: tuple[Quantity, ...] = ("dont_know_share", "refused_share", "unanswered_share")


def item_answers_table(
    released: Released, *, audience: str, phase: str, waves: Sequence[str]
) -> ReportTable | None:
    """Percent of those asked who said "don't know", refused or gave no answer, item by item.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience, phase
        Whose items; the phase is empty for all of them together.
    waves
        Waves to show beside each other, in order.

    Returns
    -------
    ReportTable or None
        A row for each item, in the order of the codebook; None if nothing of it was computed.
    """
    of = released.where(quantity=_SHARES, level="programme", audience=audience, phase=phase)
    found: dict[str, dict[str, Finding]] = {}
    for row in of.where(wave_to=list(waves)).findings():
        found.setdefault(row.item_id, {})[f"{row.quantity}_{row.wave_to}"] = row
    rows = [
        Row(label, {key: cells.estimate(released, row) for key, row in found[item].items()})
        for (of_audience, item), label in released.facts.items.items()
        if of_audience == audience and item in found
    ]
    columns = [
        Column(
            f"{quantity}_{wave}",
            capital(released.facts.waves[wave]),
            text(f"tables.{quantity}"),
        )
        for quantity in _SHARES
        for wave in waves
    ]
    first = next((row for shares in found.values() for row in shares.values()), None)
    who = group_label(released, first) if first else ""
    return build(
        released,
        rows,
        columns,
        caption=text("tables.item_answers_caption", who=who),
        row_heading=text("tables.item"),
        notes=[escape(text("tables.item_answers_note"))],
    )
