"""Tables of the two sides of a comparison: what differed afterwards, before, and in who left."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_estimand,
    group_label,
    interval_note,
    outcome_label,
    outcome_unit,
    reason_notes,
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.roll_outs import group_balance_table
from impact_eval.tables.selection import by_group, outcome_changes
from impact_eval.vocabulary import Role
from impact_eval.wording import cohort_label, side_of, text, verdict_words
from impact_eval.wording.find import beside
from impact_eval.wording.roll_outs import group_of

SIDES = ("programme", "comparison")


def effect_table(
    released: Released, *, wave_from: str, wave_to: str, roles: Sequence[Role] = ()
) -> ReportTable | None:
    """Means of both sides before and after, their difference, and what may be said of it.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.
    roles
        Only effects of these roles in the plan; by default all.

    Returns
    -------
    ReportTable or None
        A row for each outcome, grouped by audience and phase; None if nothing was compared.
    """
    facts = released.facts
    chosen = outcome_changes(released, wave_from=wave_from, wave_to=wave_to, roles=roles)
    effects = chosen.findings()
    columns = (
        *(Column(side, text("tables.side", side=facts.arms.get(side, side))) for side in SIDES),
        Column("effect", text("tables.effect")),
        Column("verdict", text("tables.verdict"), align="left"),
        Column("n", text("tables.people_before_after")),
    )
    waves = facts.waves[wave_from], facts.waves[wave_to]
    key = "effect_caption_roll_out" if facts.cohorts else "effect_caption"
    family = [escape(text("tables.family_note"))] if any(one.widened for one in effects) else []
    return build(
        released,
        [_row(released, effect) for effect in effects],
        columns,
        caption=text(f"tables.{key}", before=waves[0], after=waves[1]),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            *family,
            *unreliable_notes(released, effects),
            *reason_notes(released, effects),
        ],
    )


def balance_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Whether the sides were alike before, outcome by outcome.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves that are compared.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None where the design has no sides.
    """
    facts = released.facts
    found = released.where(quantity="baseline_difference", wave_from=wave_from, wave_to=wave_to)
    if facts.cohorts:
        classed = {row.finding_id: _class(row, "baseline") for row in found.findings()}
        return group_balance_table(released, wave_from=wave_from, wave_to=wave_to, classed=classed)
    columns = (
        *(Column(side, text("tables.side", side=facts.arms.get(side, side))) for side in SIDES),
        Column("g", text("tables.balance_g")),
        Column("class", text("tables.balance_class"), align="left"),
    )
    return build(
        released,
        [_balance_row(released, row) for row in by_group(released, found.findings())],
        columns,
        caption=text("tables.balance_caption", before=facts.waves[wave_from]),
        row_heading=text("tables.outcome"),
        notes=[interval_note(released), escape(text("tables.balance_note"))],
    )


def side_attrition_table(released: Released) -> ReportTable | None:
    """Who was lost on each side between two waves, and whether by as many.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each audience, phase and pair of waves; None where the design has no sides.
    """
    facts = released.facts
    rows = by_group(released, released.where(quantity="attrition_difference").findings())
    more = "tables.attrition_difference"
    roll_out = bool(facts.cohorts)
    sides = ("of_group",) if roll_out else SIDES
    columns = (
        *(Column(side, _side_heading(released, side)) for side in sides),
        Column("difference", text("tables.attrition_from_later" if roll_out else more)),
        Column("class", text("tables.attrition_class"), align="left"),
    )
    return build(
        released,
        [_loss_row(released, row) for row in rows],
        columns,
        caption=text(f"tables.{'group' if roll_out else 'side'}_attrition_caption"),
        row_heading=text("tables.who"),
        notes=[
            escape(text("tables.lost_note")),
            escape(text("tables.side_attrition_note")),
            *reason_notes(released, rows),
        ],
    )


def _row(released: Released, effect: Finding) -> Row:
    sides = () if released.facts.cohorts else SIDES
    found = {side: _levels(released, effect, side) for side in sides}
    found |= {
        "effect": cells.with_interval(released, effect),
        "verdict": escape(verdict_words(effect, released.facts)),
        "n": cells.before_and_after(effect),
    }
    unit = outcome_unit(released, effect, (effect.wave_from, effect.wave_to))
    group = group_estimand(released, effect)
    return Row(outcome_label(released, effect), found, group, detail=unit)


def _levels(released: Released, effect: Finding, side: str) -> str:
    """Return the mean after, and the one before it where both are on one scale."""
    before, after = (
        cells.estimate(released, beside(released, side_of(effect, side), "mean", wave=wave))
        for wave in (effect.wave_from, effect.wave_to)
    )
    own_scales = released.facts.outcome(effect.audience, effect.outcome).ranges
    return after if own_scales else text("tables.effect_levels", before=before, after=after)


def _balance_row(released: Released, row: Finding) -> Row:
    found = {
        side: cells.estimate(
            released, beside(released, side_of(row, side), "mean", wave=row.wave_from)
        )
        for side in SIDES
    }
    found["g"] = cells.with_interval(released, row)
    found["class"] = _class(row, "baseline")
    unit = outcome_unit(released, row, (row.wave_from,))
    return Row(outcome_label(released, row), found, group_label(released, row), detail=unit)


def _loss_row(released: Released, row: Finding) -> Row:
    found = {}
    for side in () if row.variant else SIDES:
        loss = beside(released, side_of(row, side), "attrition")
        found[side] = cells.estimate_or_range(released, loss)
    if row.variant:
        loss = beside(released, group_of(row, row.variant), "attrition")
        found["of_group"] = cells.estimate_or_range(released, loss)
    found["difference"] = cells.estimate(released, row)
    found["class"] = _class(_with_class(released, row), "attrition")
    waves = released.facts.waves[row.wave_from], released.facts.waves[row.wave_to]
    label = text("tables.before_and_after", before=waves[0], after=waves[1])
    if row.variant:
        label = cohort_label(released.facts, row.variant)
    return Row(capital(label), found, group_label(released, row))


def _side_heading(released: Released, side: str) -> str:
    """Return the heading of a side's column, or of that of a group of schools."""
    if side == "of_group":
        return text("tables.attrition_of_group")
    return text("tables.side", side=released.facts.arms.get(side, side))


def _with_class(released: Released, row: Finding) -> Finding:
    """Return an effect at the same place where the loss itself is not shown: its class is."""
    if not row.suppressed:
        return row
    effects = released.where(
        quantity="effect",
        audience=row.audience,
        phase=row.phase,
        wave_from=row.wave_from,
        wave_to=row.wave_to,
    ).findings()
    return next((one for one in effects if not one.suppressed), row)


def _class(row: Finding, kind: str) -> str:
    """Return the class that a caution of the row names; a dash where it is not shown."""
    for caution in row.caution_ids:
        if caution.startswith(f"{kind}_"):
            return escape(text(f"tables.{kind}_classes.{caution.removeprefix(f'{kind}_')}"))
    return cells.symbol(row) or cells.absent()
