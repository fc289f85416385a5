"""Tables of changes by sessions held at schools, and by what people had of a dose."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    outcome_label,
    outcome_unit,
    reason_notes,
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import dose_word, text

OF_SCHOOLS = "sessions_held"


def dose_table(
    released: Released, *, dose: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """How changes went with the sessions that schools held, or with what people had of a dose.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    dose
        `sessions_held`, or the id of a declared dose.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None if nothing was computed.
    """
    asked = released.where(quantity="dose_slope", wave_from=wave_from, wave_to=wave_to).findings()
    mine = [row for row in by_group(released, asked) if row.variant.partition(":")[0] == dose]
    parts = list(dict.fromkeys(row.variant.partition(":")[2] for row in mine))
    columns = [Column(part or dose, text(f"tables.dose.{part or dose}")) for part in parts]
    counted = "schools" if dose == OF_SCHOOLS else "people"
    columns.append(Column("n", text(f"tables.dose.n_{counted}")))
    columns += [Column("n_clusters", text("tables.dose.clusters"))]
    columns.insert(len(parts), Column("said", text("tables.dose.said"), align="left"))
    sides = bool(released.facts.arms)
    known = released.facts.doses.get(dose)
    what = text("tables.dose.sessions") if known is None else known.label
    after = released.facts.waves[wave_to]
    return build(
        released,
        [_slopes(released, of) for of in _worth_a_row(mine)],
        columns,
        caption=text(
            f"tables.dose.{'side_' if sides else ''}caption", what=capital(what), after=after
        ),
        row_heading=text("tables.outcome"),
        notes=[
            *([escape(text("tables.dose.side_note", **released.facts.arms))] if sides else []),
            escape(text("tables.dose.note")),
            escape(text("tables.dose.school_note" if known is None else "tables.dose.people_note")),
            interval_note(released),
            *unreliable_notes(released, mine),
            *reason_notes(released, mine),
        ],
    )


def _worth_a_row(rows: Sequence[Finding]) -> list[list[Finding]]:
    """Slopes of one outcome together; those with a reason only if there are no others."""
    told = [row for row in rows if not row.reason]
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for row in told or rows:
        groups.setdefault((row.audience, row.phase, row.outcome), []).append(row)
    return list(groups.values())


def _slopes(released: Released, slopes: Sequence[Finding]) -> Row:
    row = slopes[0]
    found = {
        one.variant.partition(":")[2] or one.variant: cells.with_interval(released, one)
        for one in slopes
    }
    words = [dose_word(one) for one in slopes]
    said = [text(f"tables.dose.words.{word}") for word in dict.fromkeys(words) if word]
    alone = len(said) == 1
    parts = [
        text("tables.dose.part", part=text(f"tables.dose.short.{_part(one)}"), said=of_one)
        for one, word in zip(slopes, words, strict=True)
        if word
        for of_one in (text(f"tables.dose.words.{word}"),)
    ]
    found |= {
        "said": escape(said[0] if alone else "; ".join(parts)) or cells.symbol(row),
        "n": cells.people(row, "n"),
        "n_clusters": cells.people(row, "n_clusters"),
    }
    detail = outcome_unit(released, row, (row.wave_from, row.wave_to))
    return Row(outcome_label(released, row), found, group_label(released, row), detail=detail)


def _part(row: Finding) -> str:
    return row.variant.partition(":")[2] or "schools"
