"""Tables of who says that they met the programme, and how they and the others answered."""

from __future__ import annotations

from html import escape
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import AskedFacts
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
from impact_eval.wording import cohort_label, text

AND: Final = "+"


def words_of(released: Released, exposure: str) -> tuple[str, str]:
    """Words for those with and without exposure: of a number, for more than the least and it."""
    return ("yes", "no") if exposure in released.facts.exposures else ("more", "least")


def of_question(released: Released, exposure: str) -> AskedFacts:
    """Look up a question about exposure, or a dose."""
    known = released.facts.exposures.get(exposure)
    return known if known is not None else released.facts.doses[exposure]


def side_label(released: Released, group: str, side: str) -> str:
    """Name a group of rows with the side that they are of, if they are of one."""
    key = side.partition(":")[2]
    own = released.facts.arms.get(key, "")
    if key in released.facts.cohorts:
        label = cohort_label(released.facts, key)
        own = f"{label[:1].lower()}{label[1:]}"
    return text("tables.exposure.of_side", group=group, side=own) if own else group


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
    high, _ = words_of(released, exposure)
    rows = _of_exposure(released, "exposure_share", f"{exposure}:{high}")
    not_sure = _of_exposure(released, "exposure_share", f"{exposure}:dont_know")
    unsure = {_place(row): row for row in not_sure}
    columns = (
        Column("yes", text(f"tables.exposure.{high}_share")),
        Column("dont_know", text("tables.exposure.unsure_share")),
        Column("n", text("tables.exposure.asked")),
    )
    known = of_question(released, exposure)
    made = [
        Row(
            capital(released.facts.waves[row.wave_to]),
            {
                "yes": cells.with_interval(released, row),
                "dont_know": cells.estimate(released, unsure.get(_place(row))),
                "n": cells.people(row, "n"),
            },
            side_label(released, group_label(released, row), _side(row)),
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
    words = words_of(released, exposure)
    gaps = _of_exposure(released, "exposure_gap", f"{exposure}:{'-'.join(words)}")
    columns = (
        *(
            column
            for word in words
            for column in (
                Column(word, text(f"tables.exposure.{word}")),
                Column(f"n_{word}", text("tables.exposure.people")),
            )
        ),
        Column("gap", text(f"tables.exposure.gap_{words[0]}")),
    )
    known = of_question(released, exposure)
    return build(
        released,
        [_exposed(released, row, exposure) for row in gaps if not row.reason],
        columns,
        caption=text(f"tables.exposure.caption_{words[0]}", label=capital(known.label)),
        row_heading=text("tables.wave"),
        notes=[
            escape(text("tables.exposure.note")),
            escape(text(f"tables.exposure.sizes_{words[0]}")),
            interval_note(released),
            *reason_notes(released, gaps),
        ],
    )


def _exposed(released: Released, gap: Finding, exposure: str) -> Row:
    found = {"gap": cells.with_interval(released, gap)}
    for word in words_of(released, exposure):
        means = _of_exposure(released, "exposed_mean", f"{exposure}:{word}")
        own = next((one for one in means if _place(one) == _place(gap)), None)
        found |= {
            word: cells.estimate(released, own),
            f"n_{word}": cells.people(own, "n"),
        }
    group = side_label(released, group_outcome_unit(released, gap), _side(gap))
    return Row(capital(released.facts.waves[gap.wave_to]), found, group)


def _of_exposure(released: Released, quantity: Quantity, subgroup: str) -> list[Finding]:
    """List what is said of everybody, or of each group of schools of a staggered roll-out."""
    cohorts = released.facts.cohorts
    named = [f"{subgroup}{AND}workshop_wave:{one}" for one in cohorts] or [subgroup]
    return [
        row
        for one in named
        for row in by_group(
            released, released.where(quantity=quantity, subgroup=one, contrast="").findings()
        )
    ]


def _side(row: Finding) -> str:
    """Return the group of schools that a row is of, if it is of one."""
    return row.subgroup.partition(AND)[2]


def _place(row: Finding) -> tuple[str, str, str, str]:
    return row.phase, row.wave_to, row.outcome, _side(row)
