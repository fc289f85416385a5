"""Tables of who says that they met the programme, and how they and the others answered."""

from __future__ import annotations

from html import escape

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
from impact_eval.wording import text


def exposed_table(released: Released, *, exposure: str) -> ReportTable | None:
    """How many say that they met the programme, wave by wave.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    exposure
        The id of a question about exposure that the study declares.

    Returns
    -------
    ReportTable or None
        A row for each wave; None if nobody was asked.
    """
    rows = _of_exposure(released, "exposure_share", f"{exposure}:yes")
    not_sure = _of_exposure(released, "exposure_share", f"{exposure}:dont_know")
    unsure = {_place(row): row for row in not_sure}
    columns = (
        Column("yes", text("tables.exposure.yes_share")),
        Column("dont_know", text("tables.exposure.unsure_share")),
        Column("n", text("tables.exposure.asked")),
    )
    known = released.facts.exposures[exposure]
    made = [
        Row(
            capital(released.facts.waves[row.wave_to]),
            {
                "yes": cells.with_interval(released, row),
                "dont_know": cells.estimate(released, unsure.get(_place(row))),
                "n": cells.people(row, "n"),
            },
            group_label(released, row),
        )
        for row in rows
    ]
    question = released.facts.items[known.audience, known.item]
    return build(
        released,
        made,
        columns,
        caption=text("tables.exposure.shares_caption", label=capital(known.label)),
        row_heading=text("tables.wave"),
        notes=[
            escape(text("tables.exposure.question", question=question)),
            escape(text("tables.exposure.shares_note")),
            interval_note(released),
        ],
    )


def exposure_table(released: Released, *, exposure: str) -> ReportTable | None:
    """How those who say that they met the programme answered beside those who say not.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    exposure
        The id of a question about exposure that the study declares.

    Returns
    -------
    ReportTable or None
        A row for each outcome and wave; None if nobody was asked.
    """
    gaps = _of_exposure(released, "exposure_gap", f"{exposure}:yes-no")
    columns = (
        Column("yes", text("tables.exposure.yes")),
        Column("n_yes", text("tables.exposure.people")),
        Column("no", text("tables.exposure.no")),
        Column("n_no", text("tables.exposure.people")),
        Column("gap", text("tables.exposure.gap")),
    )
    known = released.facts.exposures[exposure]
    return build(
        released,
        [_exposed(released, row, exposure) for row in gaps if not row.reason],
        columns,
        caption=text("tables.exposure.caption", label=capital(known.label)),
        row_heading=text("tables.wave"),
        notes=[
            escape(text("tables.exposure.note")),
            escape(text("tables.exposure.sizes_note")),
            interval_note(released),
            *reason_notes(released, gaps),
        ],
    )


def _exposed(released: Released, gap: Finding, exposure: str) -> Row:
    found = {"gap": cells.with_interval(released, gap)}
    for word in ("yes", "no"):
        means = _of_exposure(released, "exposed_mean", f"{exposure}:{word}")
        own = next((one for one in means if _place(one) == _place(gap)), None)
        found |= {
            word: cells.estimate(released, own),
            f"n_{word}": cells.people(own, "n"),
        }
    return Row(capital(released.facts.waves[gap.wave_to]), found, group_outcome_unit(released, gap))


def _of_exposure(released: Released, quantity: Quantity, subgroup: str) -> list[Finding]:
    return by_group(released, released.where(quantity=quantity, subgroup=subgroup).findings())


def _place(row: Finding) -> tuple[str, str, str]:
    return row.phase, row.wave_to, row.outcome
