"""Tables of exposure on two sides, and of by how much they differ."""

from __future__ import annotations

from html import escape
from typing import Final

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
from impact_eval.tables.exposure import AND, of_question, words_of
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import text

SIDES: Final = ("programme", "comparison")
CONTRAST: Final = "programme-comparison"


def side_exposed_table(released: Released, *, exposure: str) -> ReportTable | None:
    """How many of each side say that they met the programme, wave by wave.

    Parameters
    ----------
    released
        Released findings of a study with two sides, or a part of them.
    exposure
        The id of a question about exposure, or of a dose, that the study declares.

    Returns
    -------
    ReportTable or None
        A row for each wave; None if nobody was asked.
    """
    known = of_question(released, exposure)
    high, _ = words_of(released, exposure)
    rows = _contrasts(released, "exposure_share", f"{exposure}:{high}")
    return build(
        released,
        [_row(released, row, group_label(released, row)) for row in rows],
        _columns(released, text("tables.exposure.points")),
        caption=text("tables.exposure.side_shares_caption", label=capital(known.label)),
        row_heading=text("tables.wave"),
        notes=[
            escape(
                text(
                    "tables.exposure.question",
                    question=released.facts.items[known.audience, known.item],
                )
            ),
            escape(text(f"tables.exposure.side_shares_{high}")),
            escape(text("tables.exposure.side_shares_note")),
            interval_note(released),
            *reason_notes(released, rows),
        ],
    )


def side_exposure_table(released: Released, *, exposure: str) -> ReportTable | None:
    """By how much those who met the programme differ from the others, on each side.

    Parameters
    ----------
    released, exposure
        As for `side_exposed_table`.

    Returns
    -------
    ReportTable or None
        A row for each outcome and wave; None if nobody was asked.
    """
    known = of_question(released, exposure)
    rows = _contrasts(
        released, "exposure_gap", f"{exposure}:{'-'.join(words_of(released, exposure))}"
    )
    return build(
        released,
        [_row(released, row, group_outcome_unit(released, row)) for row in rows],
        _columns(released, text("tables.exposure.apart")),
        caption=text("tables.exposure.side_caption", label=capital(known.label)),
        row_heading=text("tables.wave"),
        notes=[
            escape(text("tables.exposure.note")),
            interval_note(released),
            *reason_notes(released, rows),
        ],
    )


def _contrasts(released: Released, quantity: Quantity, subgroup: str) -> list[Finding]:
    found = released.where(quantity=quantity, subgroup=subgroup, contrast=CONTRAST).findings()
    return by_group(released, found)


def _columns(released: Released, difference: str) -> tuple[Column, ...]:
    sides = (Column(side, capital(released.facts.arms.get(side, side))) for side in SIDES)
    return (*sides, Column("difference", difference))


def _row(released: Released, contrast: Finding, group: str) -> Row:
    found = {"difference": cells.with_interval(released, contrast)}
    for side in SIDES:
        own = released.where(
            quantity=contrast.quantity,  # type: ignore[arg-type]
            audience=contrast.audience,
            phase=contrast.phase,
            outcome=contrast.outcome,
            wave_to=contrast.wave_to,
            subgroup=f"{contrast.subgroup}{AND}arm:{side}",
        ).findings()
        found[side] = cells.with_interval(released, own[0] if own else None)
    return Row(capital(released.facts.waves[contrast.wave_to]), found, group)
