"""Tables of provinces and of schools, ordered by place and name and never by result."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    audience_outcome_unit,
    build,
    estimand_label,
    group_outcome_unit,
    interval_note,
    later_wave,
    reason_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group, outcome_changes
from impact_eval.wording import text


def province_table(
    released: Released,
    *,
    outcomes: Collection[tuple[str, str]],
    wave_from: str,
    wave_to: str,
) -> ReportTable | None:
    """Return changes by province, a group of rows for each outcome.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    outcomes
        Pairs of audience and outcome to show.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each province and outcome; None if the study has no provinces.
    """
    changes = outcome_changes(
        released, wave_from=wave_from, wave_to=wave_to, level="province"
    ).findings()
    changes = tuple(row for row in changes if (row.audience, row.outcome) in outcomes)
    rows = [
        Row(
            change.unit_id,
            {
                "change": cells.with_interval(released, change),
                "estimand": escape(estimand_label(released, change)),
                "n": cells.before_and_after(change),
            },
            group_outcome_unit(released, change),
        )
        for change in changes
        if change.known or change.suppressed
    ]
    columns = (
        Column("estimand", text("tables.estimand"), align="left"),
        Column("change", text("tables.change")),
        Column("n", text("tables.people_before_after")),
    )
    return build(
        released,
        rows,
        columns,
        caption=text("tables.province_caption", after=released.facts.waves[wave_to]),
        row_heading=text("tables.province"),
        notes=[
            interval_note(released),
            escape(text("tables.order_note")),
            *reason_notes(released, changes),
        ],
    )


def schools_table(released: Released) -> ReportTable | None:
    """Return changes of schools, for the list behind a figure of one outcome and pair of waves.

    Parameters
    ----------
    released
        Changes at the level of schools; those without a number are left out.

    Returns
    -------
    ReportTable or None
        A row for each school, by province in the roster's order and then by name.
    """
    schools = released.facts.schools
    provinces = list(dict.fromkeys(row.get("province", "") for row in schools.values()))
    known = [row for row in released.findings() if row.known]

    def place(row: Finding) -> tuple[int, str, str]:
        school = schools.get(row.unit_id, {})
        province = school.get("province", "")
        index = provinces.index(province) if province in provinces else len(provinces)
        return index, school.get("name", ""), row.unit_id

    rows = [
        Row(
            schools.get(row.unit_id, {}).get("name") or row.unit_id,
            {
                "side": escape(_side(released, row)),
                "change": cells.with_interval(released, row),
                "n": cells.before_and_after(row),
            },
            schools.get(row.unit_id, {}).get("province", ""),
        )
        for row in sorted(known, key=place)
    ]
    columns = (
        Column("side", text("tables.schools_side"), align="left"),
        Column("change", text("tables.change")),
        Column("n", text("tables.people_before_after")),
    )
    return build(
        released,
        rows,
        columns,
        caption=text("tables.schools_caption"),
        row_heading=text("tables.school"),
        notes=[interval_note(released), escape(text("tables.these_respondents_note"))],
    )


def _side(released: Released, row: Finding) -> str:
    """Name the side of a school; empty where no two sides are compared."""
    facts = released.facts
    arm = facts.schools.get(row.unit_id, {}).get("arm", "")
    return "" if facts.cohorts else facts.arms.get(facts.side_of_arm.get(arm, ""), "")


def school_table(released: Released, *, school_id: str) -> ReportTable | None:
    """One school's means before and after, its change, and the change drawn towards the others'.

    Parameters
    ----------
    released
        Released findings of a study.
    school_id
        The school.

    Returns
    -------
    ReportTable or None
        A row for each outcome and later wave; None if nothing may be shown.
    """
    of = released.where(level="school", unit_id=school_id, subgroup="")
    means = {
        (row.audience, row.outcome, row.wave_from): row
        for row in of.where(quantity="mean").findings()
    }
    drawn = {
        (row.audience, row.outcome, row.wave_to): row
        for row in of.where(quantity="shrunken_change").findings()
    }
    changes = by_group(released, of.where(quantity="change", estimator="stacked").findings())
    rows = []
    for row in changes:
        place = (row.audience, row.outcome)
        found = {
            "before": cells.estimate(released, means.get((*place, row.wave_from))),
            "after": cells.estimate(released, means.get((*place, row.wave_to))),
            "change": cells.with_interval(released, row),
            "drawn": cells.with_interval(released, drawn.get((*place, row.wave_to))),
            "n": cells.before_and_after(row),
        }
        group = audience_outcome_unit(released, row)
        rows.append(Row(later_wave(released, row, changes), found, group))
    if not any(row.known or row.suppressed for row in drawn.values()):
        rows = [replace(row, cells={**row.cells, "drawn": ""}) for row in rows]
    columns = (
        Column("before", text("tables.before")),
        Column("after", text("tables.after")),
        Column("change", text("tables.change")),
        Column("drawn", text("tables.drawn_change")),
        Column("n", text("tables.people_before_after")),
    )
    return build(
        released,
        rows,
        columns,
        caption=text("tables.school_caption"),
        row_heading=text("tables.wave"),
        notes=[
            interval_note(released),
            escape(text("tables.these_respondents_note")),
            *([escape(text("tables.drawn_note"))] if any(r.cells["drawn"] for r in rows) else []),
            *reason_notes(released, changes),
        ],
    )
