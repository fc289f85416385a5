"""Tables of single ratings without a cut: how often a later answer is higher, and the odds."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    group_label,
    interval_note,
    reason_notes,
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.vocabulary import Quantity
from impact_eval.wording import moved_sentence, moved_word, numbers, text

OF_RATINGS: tuple[Quantity, ...] = ("item_superiority", "item_odds_ratio")
_COLUMNS = {
    ("superiority", ""): "pairs",
    ("linked_superiority", ""): "linked",
    ("proportional_odds", ""): "odds",
    ("proportional_odds", "proportionality"): "check",
}


def rating_table(
    released: Released, *, audience: str, phase: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Show for each rating in how many of 100 pairs a later answer was higher, and by what odds.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience, phase
        Whose ratings.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each rating, in the order of the codebook; None if none was asked twice.
    """
    sides = bool(released.facts.arms)  # whose pairs have a table of their own
    found = released.where(
        quantity="item_odds_ratio" if sides else OF_RATINGS,
        audience=audience,
        phase=phase,
        wave_from=wave_from,
        wave_to=wave_to,
    ).findings()
    by_item: dict[str, dict[str, Finding]] = {}
    for row in found:
        by_item.setdefault(row.item_id, {})[_COLUMNS[row.estimator, row.variant]] = row
    shown = [
        (label, by_item[item])
        for (of_audience, item), label in released.facts.items.items()
        if of_audience == audience and item in by_item
    ]
    columns: tuple[Column, ...] = (
        Column("pairs", text("tables.rating_pairs"), text("tables.rating_superiority")),
        Column("linked", text("tables.rating_linked"), text("tables.rating_superiority")),
        Column("odds", text("tables.rating_odds"), text("tables.rating_technical")),
        Column("check", text("tables.rating_check"), text("tables.rating_technical")),
    )
    if sides:
        columns = (
            Column("odds", text("tables.rating_sides_odds")),
            Column("check", text("tables.rating_check")),
        )
    waves = released.facts.waves
    who = group_label(released, found[0]) if found else ""
    return build(
        released,
        [Row(label, _cells(released, row)) for label, row in shown],
        columns,
        caption=text(
            f"tables.rating_{'sides_' if sides else ''}caption", who=who, after=waves[wave_to]
        ),
        row_heading=text("tables.item"),
        notes=[
            *_example(released, [row for _, row in shown]),
            interval_note(released),
            *(escape(text(f"tables.{note}")) for note in _notes(released, found)),
            *unreliable_notes(released, found),
            *reason_notes(released, found),
        ],
    )


def _notes(released: Released, found: Sequence[Finding]) -> list[str]:
    """Keys of the lines that say what the columns are, those that stand there alone."""
    if released.facts.arms:
        return ["rating_sides_note"]
    rounds = released.facts.design == "cross_sections"
    linked = any(row.estimator == "linked_superiority" for row in found)
    odds = any(row.quantity == "item_odds_ratio" and row.known for row in found)
    these = any(row.estimand == "participants" and row.known for row in found)
    return [
        "rating_rounds_note" if rounds else "rating_places_note",
        "rating_note",
        *(["rating_these_note"] if these else []),
        *(["rating_linked_note"] if linked else []),
        *(["rating_odds_note"] if odds else []),
    ]


def _cells(released: Released, row: dict[str, Finding]) -> dict[str, str]:
    check = row.get("check")
    return {
        **{
            name: cells.with_interval(released, row.get(name))
            for name in ("pairs", "linked", "odds")
            if name in row
        },
        "check": cells.symbol(check)
        or (numbers.p_value(check.finding_id, check.p_value) if check else cells.absent()),
    }


def _example(released: Released, rows: list[dict[str, Finding]]) -> list[str]:
    """Read out the first row that may be said, so that a reader can read the others."""
    for row in rows:
        pairs = row.get("pairs")
        if pairs is not None and moved_word(pairs):
            return [str(moved_sentence(released, pairs))]
    return []
