"""Table of what people said afterwards of the time before, beside what they had said then."""

from __future__ import annotations

from collections.abc import Iterator
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
from impact_eval.tables.selection import best, by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import shift_sentence, shifted_word, text


def looking_back_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Show both answers about the time before, and what they make of the change.

    The difference of the two answers on one form never stands without the change between the
    surveys.

    Parameters
    ----------
    released
        Released findings of one audience.
    wave_from, wave_to
        The true earlier survey, and the one in which people looked back.

    Returns
    -------
    ReportTable or None
        A row for each outcome that was asked looking back, in the order of the study; None if none
        was.
    """
    found = released.where(
        quantity="response_shift", level="programme", wave_from=wave_from, wave_to=wave_to
    ).findings()
    stacked = [row for row in found if row.estimator == "stacked"]
    if wave_from == wave_to or not stacked:
        return None
    shifts = by_group(
        released, best(stacked, key=lambda row: (row.outcome, row.phase, row.subgroup, row.variant))
    )
    waves = released.facts.waves
    beside = [other for row in shifts if (other := _beside(released, row))]
    columns = (
        Column("before", capital(waves[wave_from])),
        Column("then", text("looking_back.then")),
        Column("shift", text("looking_back.shift")),
        Column("change", text("looking_back.change")),
        Column("on_one_form", text("looking_back.difference")),
        Column("people", text("looking_back.people")),
    )
    who = released.facts.audiences.get(shifts[0].audience, shifts[0].audience)
    return build(
        released,
        [_row(released, shift) for shift in shifts],
        columns,
        caption=text("looking_back.caption", who=capital(who), after=waves[wave_to]),
        row_heading=text("tables.outcome"),
        notes=[
            *(str(shift_sentence(released, row)) for row in shifts if shifted_word(row)),
            escape(text("looking_back.self_assessed")),
            escape(text("looking_back.inflated")),
            escape(text("looking_back.not_planned")),
            interval_note(released),
            *unreliable_notes(released, [*shifts, *beside]),
            *reason_notes(released, [*shifts, *beside]),
        ],
    )


def not_compared(released: Released) -> Iterator[str]:
    """Yield why what people said looking back is set against nothing, an audience a sentence."""
    rows = released.where(quantity="change_looking_back", level="programme").findings()
    alone = [row for row in by_group(released, rows) if row.wave_from == row.wave_to and row.reason]
    said: dict[str, dict[str, None]] = {}
    for row in alone:
        said.setdefault(row.reason, {})[group_label(released, row)] = None
    for reason, who in said.items():
        yield text("looking_back.refused", who="; ".join(who), reason=reason)


def _row(released: Released, shift: Finding) -> Row:
    before = _like(
        released, shift, "mean", wave_from=shift.wave_from, wave_to=shift.wave_from, variant=""
    )
    then = _like(
        released, shift, "mean_looking_back", wave_from=shift.wave_to, wave_to=shift.wave_to
    )
    change = _of_phase(
        shift,
        released.where(
            quantity="change",
            outcome=shift.outcome,
            audience=shift.audience,
            level="programme",
            wave_from=shift.wave_from,
            wave_to=shift.wave_to,
            subgroup=shift.subgroup,
            estimand=shift.estimand,
            estimator="stacked",
            variant="",
        ),
    )
    label = outcome_label(released, shift)
    side = released.facts.arms.get(shift.subgroup.partition(":")[2])
    return Row(
        text("looking_back.side", label=label, side=side) if side else label,
        {
            "before": cells.estimate(released, before),
            "then": cells.estimate(released, then),
            "shift": cells.with_interval(released, shift),
            "change": cells.with_interval(released, change),
            "on_one_form": cells.with_interval(released, _beside(released, shift)),
            "people": cells.people(shift, "n_post"),
        },
        group_label(released, shift),
        detail=outcome_unit(released, shift, (shift.wave_from, shift.wave_to)),
    )


def _beside(released: Released, shift: Finding) -> Finding | None:
    """Return the difference of the two answers on one form, of the same people and estimand."""
    rows = released.where(
        quantity="change_looking_back",
        outcome=shift.outcome,
        audience=shift.audience,
        wave_from=shift.wave_from,
        wave_to=shift.wave_to,
        subgroup=shift.subgroup,
        estimand=shift.estimand,
        variant=shift.variant,
    )
    return _of_phase(shift, rows)


def _of_phase(shift: Finding, rows: Released) -> Finding | None:
    return next((row for row in rows.findings() if row.phase == shift.phase), None)


def _like(
    released: Released,
    shift: Finding,
    quantity: Quantity,
    *,
    wave_from: str,
    wave_to: str,
    variant: str | None = None,
) -> Finding | None:
    rows = released.where(
        quantity=quantity,
        outcome=shift.outcome,
        audience=shift.audience,
        level="programme",
        subgroup=shift.subgroup,
        wave_from=wave_from,
        wave_to=wave_to,
        variant=shift.variant if variant is None else variant,
    )
    return _of_phase(shift, rows)
