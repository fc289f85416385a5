"""A table of changes with and without exposure, and of what went with it within schools."""

from __future__ import annotations

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
)
from impact_eval.tables.exposure import AND, of_question, side_label, words_of
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import dose_word, text


def exposed_change_table(
    released: Released, *, exposure: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Show changes of everybody, without and with exposure, and the slope within schools.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    exposure
        The id of a question about exposure, or of a dose, that the study declares.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome, and side where two are compared; None if nothing was computed.
    """
    high, low = words_of(released, exposure)
    found = released.where(quantity="exposure_change", wave_from=wave_from, wave_to=wave_to)
    named = f"{exposure}:{low}"
    rows = [
        row
        for row in by_group(released, found.findings())
        if row.subgroup.partition(AND)[0] == named
    ]
    sides = bool(released.facts.arms)
    columns = (
        Column("all", text("tables.exposure.everybody")),
        Column("low", text(f"tables.exposure.change_{low}")),
        Column("high", text(f"tables.exposure.change_{high}")),
        Column("slope", text(f"tables.exposure.slope_{high}")),
        Column("said", text("tables.dose.said"), align="left"),
    )
    slopes = [_slope(released, row, exposure) for row in rows]
    return build(
        released,
        [_row(released, row, exposure) for row in rows],
        columns,
        caption=text(
            "tables.exposure.change_caption",
            label=capital(of_question(released, exposure).label),
            before=released.facts.waves[wave_from],
            after=released.facts.waves[wave_to],
        ),
        row_heading=text("tables.outcome"),
        notes=[
            escape(text(f"tables.exposure.change_note_{high}")),
            escape(text("tables.exposure.change_choice")),
            *([escape(text("tables.exposure.sides_note"))] if sides else []),
            interval_note(released),
            *reason_notes(released, [*rows, *(one for one in slopes if one is not None)]),
        ],
    )


def _row(released: Released, low: Finding, exposure: str) -> Row:
    high_word, low_word = words_of(released, exposure)
    of = low.subgroup.partition(AND)[2]
    high = released.where(
        quantity="exposure_change",
        subgroup=low.subgroup.replace(low_word, high_word, 1),
        audience=low.audience,
        phase=low.phase,
        outcome=low.outcome,
        wave_from=low.wave_from,
        wave_to=low.wave_to,
    ).findings()
    every = [one for one in released.findings() if one.finding_id == low.parent_id]
    slope = _slope(released, low, exposure)
    word = dose_word(slope) if slope is not None else ""
    found = {
        "all": cells.with_interval(released, every[0]) if every else "",
        "low": cells.with_interval(released, low),
        "high": cells.with_interval(released, high[0]) if high else "",
        "slope": cells.with_interval(released, slope),
        "said": escape(text(f"tables.exposure.words.{word}")) if word else cells.symbol(slope),
    }
    detail = outcome_unit(released, low, (low.wave_from, low.wave_to))
    group = side_label(released, group_label(released, low), of)
    return Row(outcome_label(released, low), found, group, detail=detail)


def _slope(released: Released, low: Finding, exposure: str) -> Finding | None:
    """Find the slope of the later wave, on the same side."""
    side = low.subgroup.partition(AND)[1:]
    words = "-".join(words_of(released, exposure))
    found = released.where(
        quantity="exposure_slope",
        audience=low.audience,
        phase=low.phase,
        outcome=low.outcome,
        wave_to=low.wave_to,
        subgroup=f"{exposure}:{words}{''.join(side)}",
    ).findings()
    return found[0] if found else None
