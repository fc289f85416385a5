"""Tables of results by topic: before, after, change, and whether all topics changed alike."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import OutcomeFacts
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    reason_notes,
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.vocabulary import Quantity
from impact_eval.wording import decimals_of, numbers, sentence, text

OF_CHANGES: Final[tuple[Quantity, ...]] = ("topic_change", "topic_effect")
HOLM: Final = "holm"


def topic_table(
    released: Released, *, audience: str, phase: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Each topic of each outcome before and after, its change, and all topics held together.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience, phase
        Whose topics.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each topic, as the study declares them, under its outcome, and one for all of
        them; None if there is none.
    """
    of = released.where(audience=audience, phase=phase, level="programme", subgroup="")
    between = of.where(wave_from=wave_from, wave_to=wave_to)
    changes = between.where(quantity=OF_CHANGES).findings()
    if not changes:
        return None
    sides = bool(released.facts.arms)
    joint = {row.outcome: row for row in between.where(quantity="topic_difference").findings()}
    rows = []
    for own, known in released.facts.outcomes.items():
        mine = [row for row in changes if row.outcome == known.outcome and own[0] == audience]
        if mine:
            rows += _rows(of, known, mine, joint.get(known.outcome))
    waves = released.facts.waves
    columns = (
        Column("before", capital(waves[wave_from])),
        Column("after", capital(waves[wave_to])),
        Column("change", text("tables.effect" if sides else "tables.change")),
        Column("p", text("tables.topic_p")),
    )
    concerned = [*changes, *joint.values()]
    return build(
        released,
        rows,
        columns,
        caption=text("tables.topic_caption", who=group_label(released, changes[0]),
                     after=waves[wave_to]),
        row_heading=text("tables.topic"),
        notes=[
            interval_note(released),
            escape(text("tables.topic_note")),
            escape(text("tables.topic_alike_note")),
            *reason_notes(released, concerned),
            *unreliable_notes(released, changes),
        ],
    )  # fmt: skip


def topic_label(released: Released, finding: Finding) -> str:
    """Return a topic's label with a capital first letter."""
    return capital(released.facts.topics[finding.variant])


def questions(released: Released, finding: Finding) -> str:
    """Return on how many questions a topic rests."""
    of = (finding.audience, finding.outcome, finding.variant)
    count = len(released.facts.topic_items[of])
    shown = numbers.declared(numbers.topic_key(*of), count)
    return sentence("tables.topic_one" if count == 1 else "tables.topic_several", {"count": shown})


def _rows(
    of: Released, known: OutcomeFacts, changes: Sequence[Finding], joint: Finding | None
) -> list[Row]:
    """Rows of one outcome, the last one of all its topics."""
    unit = text("tables.topic_unit") if known.kind == "index" else known.unit
    group = text("tables.topic_group", outcome=capital(known.label), unit=unit)
    adjusted = {row.variant: row for row in changes if row.estimator == HOLM}
    means = {
        (row.variant, row.wave_from): row
        for row in of.where(quantity="topic_mean", outcome=known.outcome).findings()
    }
    rows = [
        Row(
            topic_label(of, row),
            {
                "before": _mean(of, means.get((row.variant, row.wave_from))),
                "after": _mean(of, means.get((row.variant, row.wave_to))),
                "change": cells.with_interval(of, row),
                "p": _p(adjusted.get(row.variant)),
            },
            group,
            detail=questions(of, row),
        )
        for row in changes
        if row.estimator != HOLM
    ]
    return [*rows, *([_all(of, joint, group)] if joint is not None else [])]


def _all(released: Released, joint: Finding, group: str) -> Row:
    """Return the row that says how far apart the topics' changes are, and p of being all alike."""
    apart = cells.symbol(joint)
    if not apart:
        shown = numbers.marked(
            joint.finding_id, joint.estimate, decimals=decimals_of(released.facts, joint)
        )
        apart = text("tables.topics_apart", apart=shown)
    key = "tables.topics_sides_alike" if joint.contrast else "tables.topics_alike"
    return Row(text(key), {"change": apart, "p": _p(joint)}, group, detail=text(f"{key}_detail"))


def _mean(released: Released, mean: Finding | None) -> str:
    """Return a mean; nothing where there are no means of everybody together."""
    return "" if mean is None and released.facts.arms else cells.estimate(released, mean)


def _p(finding: Finding | None) -> str:
    """Return a p-value; a symbol where there is none."""
    if finding is None:
        return cells.absent()
    if hidden := cells.symbol(finding):
        return hidden
    if not isfinite(finding.p_value):
        return cells.absent()
    return numbers.p_value(finding.finding_id, finding.p_value)
