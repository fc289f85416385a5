"""Tables of who is in the data and who is not."""

from __future__ import annotations

from html import escape
from math import isfinite

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    later_wave,
    reason_notes,
    site_noun,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.vocabulary import Quantity
from impact_eval.wording import text

_GROUPS: tuple[Quantity, ...] = ("surveyed", "attended", "claimed", "schools", "schools_one_wave")


def people_table(released: Released) -> ReportTable | None:
    """People surveyed in each wave, of those who attended, of those whom the programme states.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each audience and phase; None if nobody was counted.
    """
    rows = []
    waves = released.facts.waves
    for group in _groups(released.where(quantity=_GROUPS, level="programme", subgroup="")):
        by_wave = {row.wave_from: row for row in group if row.quantity == "surveyed"}
        once = {row.quantity: row for row in group if row.quantity != "surveyed"}
        found = {wave: cells.estimate(released, row) for wave, row in by_wave.items()}
        found |= {quantity: cells.estimate(released, row) for quantity, row in once.items()}
        rows.append(Row(group_label(released, group[0]), found))
    columns = [
        Column(wave, capital(label), text("tables.surveyed")) for wave, label in waves.items()
    ]
    sites = capital(site_noun(released))
    columns += [Column(quantity, text(f"tables.{quantity}")) for quantity in _GROUPS[1:3]]
    columns += [
        Column(quantity, text(f"tables.{quantity}", sites=sites)) for quantity in _GROUPS[3:]
    ]
    return build(
        released,
        rows,
        columns,
        caption=text("tables.people_caption"),
        row_heading=text("tables.who"),
        notes=[
            escape(text(f"tables.{quantity}_note"))
            for quantity in ("attended", "claimed")
            if any(quantity in row.cells for row in rows)
        ],
    )


def attrition_table(released: Released) -> ReportTable | None:
    """Who was lost between two waves, and whether those who could be linked were different.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each audience and phase; None if nobody could be followed.
    """
    losses = released.where(quantity="attrition", level="programme", subgroup="")
    shares = released.where(quantity="linked_share", level="programme", subgroup="")
    linked = {_where(row): row for row in shares.findings()}
    chance = released.where(quantity="false_link_share", level="programme", subgroup="")
    false = {_where(row): row for row in chance.findings()}
    rows = []
    for group in _groups(losses):
        found: dict[str, str] = {}
        for loss in group:
            found[f"lost_{loss.wave_to}"] = cells.estimate_or_range(released, loss)
            found[f"linked_{loss.wave_to}"] = cells.estimate(released, linked.get(_where(loss)))
            if false:
                found[f"chance_{loss.wave_to}"] = cells.estimate(released, false.get(_where(loss)))
        rows.append(Row(group_label(released, group[0]), found))
    return build(
        released,
        rows,
        [
            Column(f"{what}_{wave}", text(f"tables.{what}"), capital(label))
            for wave, label in released.facts.waves.items()
            for what in ("lost", "linked", "chance")
        ],
        caption=text("tables.attrition_caption"),
        row_heading=text("tables.who"),
        notes=[
            escape(text("tables.lost_note")),
            *([escape(text("tables.attrition_note"))] if _any_range(losses) else []),
            escape(text("tables.linked_note")),
            *([escape(text("tables.chance_note"))] if false else []),
        ],
    )


def linked_difference_table(released: Released) -> ReportTable | None:
    """How those who could be linked differed beforehand from those who could not.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each outcome and pair of waves; None if there is none.
    """
    found = _groups(released.where(quantity="linked_unlinked_difference", level="programme"))
    differences = [row for group in found for row in group]
    rows = []
    for row in differences:
        outcome = capital(released.facts.outcome(row.audience, row.outcome).label)
        when = later_wave(released, row, differences)
        label = text("tables.outcome_and_wave", outcome=outcome, wave=when[:1].lower() + when[1:])
        cell = {"difference": cells.with_interval(released, row)}
        rows.append(Row(label, cell, group_label(released, row)))
    return build(
        released,
        rows,
        (Column("difference", text("tables.linked_difference")),),
        caption=text("tables.linked_difference_caption"),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            escape(text("tables.linked_difference_note")),
            *reason_notes(released, differences),
        ],
    )


def days_table(released: Released) -> ReportTable | None:
    """Days between workshop and survey.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each audience and phase; None where no dates of workshops are known.
    """
    rows = [
        Row(
            group_label(released, group[0]),
            {row.wave_to: cells.with_interval(released, row) for row in group},
        )
        for group in _groups(released.where(quantity="days_after_workshop", level="programme"))
    ]
    columns = [Column(wave, capital(label)) for wave, label in released.facts.waves.items()]
    workshops = released.facts.has_workshops
    before = workshops and any(
        row.conf_low < 0
        for row in released.where(quantity="days_after_workshop", level="programme").findings()
    )
    return build(
        released,
        rows,
        columns,
        caption=text("tables.days_caption" if workshops else "tables.days_caption_start"),
        row_heading=text("tables.who"),
        notes=[
            escape(text("tables.days_note")),
            *([escape(text("tables.days_before_note"))] if before else []),
        ],
    )


def _any_range(losses: Released) -> bool:
    """Whether a loss is known only as a range."""
    return any(isfinite(row.conf_low) and not row.suppressed for row in losses.findings())


def _where(row: Finding) -> tuple[str, str, str, str]:
    return row.audience, row.phase, row.wave_from, row.wave_to


def _groups(released: Released) -> list[list[Finding]]:
    """Rows by audience and phase, in the order of the study's declaration."""
    facts = released.facts
    groups: dict[tuple[str, str], list[Finding]] = {
        (audience, phase): [] for audience in facts.audiences for phase in [*facts.phases, ""]
    }
    for row in released.findings():
        groups.setdefault((row.audience, row.phase), []).append(row)
    waves = list(facts.waves)
    return [
        sorted(group, key=lambda row: waves.index(row.wave_to) if row.wave_to in waves else -1)
        for group in groups.values()
        if group
    ]
