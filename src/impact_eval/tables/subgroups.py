"""Tables of declared subgroups: their means, and whether their changes differ."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import StudyFacts
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
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import asked_twice, best, by_group, only
from impact_eval.wording import numbers, text

DISCOVERY: Final = "benjamini_hochberg"
CHANGES: Final = {
    "": "change_difference",
    "sides": "gap_sides_change",
    "roll_out": "gap_roll_out_change",
}
NOTES: Final = {
    "": "subgroup_note",
    "sides": "subgroup_sides_note",
    "roll_out": "gap_roll_out_note",
}


def subgroup_table(
    released: Released, *, subgroup: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Means of two levels of a declared subgroup, and the difference between their changes.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    subgroup
        Two levels as findings write them: `sex:female-male`.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None if the study declares none.
    """
    found = released.where(
        quantity="subgroup_difference",
        level="programme",
        subgroup=subgroup,
        wave_from=wave_from,
        wave_to=wave_to,
    ).findings()
    adjusted = {row.parent_id: row for row in found if row.estimator == DISCOVERY}
    differences = best(
        [row for row in found if row.estimator != DISCOVERY],
        key=lambda row: (row.audience, row.outcome, row.phase),
    )
    differences = [row for row in by_group(released, differences) if asked_twice(row)]
    name, (first, second) = _levels(subgroup)
    labels = released.facts.subgroups.get(name, {})
    arms = released.facts.arms
    kind = "roll_out" if released.facts.cohorts else "sides" if arms else ""
    columns = (
        *(
            Column(f"{level}{side}", words, text("tables.before_to_after"))
            for level in (first, second)
            for side in _sides(released)
            for group in (capital(labels.get(level, level)),)
            for words in (
                text("tables.subgroup_side", group=group, side=arms[side]) if side else group,
            )
        ),
        Column("difference", text(f"tables.{CHANGES[kind]}")),
        Column("p", text("tables.discovery_p")),
    )
    return build(
        released,
        [_row(released, row, adjusted.get(row.finding_id)) for row in differences],
        columns,
        caption=text(
            f"tables.subgroup_{'roll_out_' if kind == 'roll_out' else ''}caption",
            after=released.facts.waves[wave_to],
            **({} if kind != "roll_out" else _named(labels, first, second)),
        ),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            escape(text(f"tables.{NOTES[kind]}")),
            *([escape(text("tables.subgroup_discovery_note"))] if adjusted else []),
            *reason_notes(released, differences),
        ],
    )


def _row(released: Released, difference: Finding, adjusted: Finding | None) -> Row:
    name, levels = _levels(difference.subgroup)
    found = {
        f"{level}{side}": _means(
            released, difference, f"{name}:{level}+arm:{side}" if side else f"{name}:{level}"
        )
        for level in levels
        for side in _sides(released)
    }
    found["difference"] = cells.with_interval(released, difference)
    if adjusted is not None:
        found["p"] = cells.symbol(adjusted) or numbers.p_value(
            adjusted.finding_id, adjusted.p_value
        )
    return Row(
        outcome_label(released, difference),
        found,
        group_label(released, difference),
        detail=outcome_unit(released, difference, (difference.wave_from, difference.wave_to)),
    )


def level_labels(facts: StudyFacts, subgroup: str) -> tuple[str, ...]:
    """Labels of the two levels of a subgroup as findings write it, `sex:female-male`."""
    name, levels = _levels(subgroup)
    return tuple(facts.subgroups.get(name, {}).get(level, level) for level in levels)


def _named(labels: Mapping[str, str], first: str, second: str) -> dict[str, str]:
    """Name both levels where no column does."""
    return {"first": capital(labels.get(first, first)), "second": labels.get(second, second)}


def _sides(released: Released) -> tuple[str, ...]:
    """Return the two sides, or one part that is everybody; none that schools pass through."""
    return () if released.facts.cohorts else tuple(released.facts.arms) or ("",)


def _levels(subgroup: str) -> tuple[str, tuple[str, str]]:
    """Take `sex:female-male` apart."""
    name, _, levels = subgroup.partition(":")
    first, _, second = levels.partition("-")
    return name, (first, second)


def _means(released: Released, like: Finding, subgroup: str) -> str:
    """Mean before to mean after of one level."""
    rows = only(released, "mean", like).where(level="programme", subgroup=subgroup).findings()
    means = {row.wave_from: row for row in rows}
    return text(
        "tables.low_to_high",
        low=cells.estimate(released, means.get(like.wave_from)),
        high=cells.estimate(released, means.get(like.wave_to)),
    )
