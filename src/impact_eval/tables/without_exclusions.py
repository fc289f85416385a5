"""Findings with and without the exclusions of the plan: a table of some, and a list of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from math import isfinite
from typing import Final

import pandas as pd

from impact_eval.disclosure import Finding, Released
from impact_eval.facts import StudyFacts
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    estimand_label,
    group_label,
    group_outcome,
    interval_note,
)
from impact_eval.tables.lost import way_label
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import Compared, decimals_of, has_text, numbers, text
from impact_eval.wording.lost import INTERVAL, WITH_LOST

MOST_ROWS: Final = 40
_ADDRESS: Final = (
    *("audience", "phase", "level", "unit_id", "subgroup", "wave_from", "wave_to", "contrast"),
    *("outcome", "item_id", "quantity", "variant", "estimand", "estimator", "unit"),
)
_NUMBERS: Final = ("estimate", "conf_low", "conf_high")
_SAID: Final = ("shown", "same", "reads", "reads_without", "moves")
COMPARED: Final = (
    *("finding_id", "beside_id", *_ADDRESS, *_NUMBERS),
    *(f"{name}_without" for name in _NUMBERS),
    *_SAID,
)


def without_exclusions_table(
    released: Released, compared: Sequence[Compared]
) -> ReportTable | None:
    """Show planned findings, and those that read otherwise or move, with and without exclusions.

    Parameters
    ----------
    released
        Released findings of a study.
    compared
        From `wording.compare`.

    Returns
    -------
    ReportTable or None
        A row for each finding of the plan's families and, up to `MOST_ROWS`, for each of the others
        that reads otherwise or moves by more than half the smallest change that matters; None if
        there is none.
    """
    chosen = _chosen(released, compared)
    left = sum(_differs(one) for one in compared if not one.of_plan) - MOST_ROWS
    return build(
        released,
        [_row(released, one) for one in chosen],
        (
            Column("planned", text("without_exclusions.as_reported")),
            Column("other", text("without_exclusions.with_every_form")),
            Column("reads", text("without_exclusions.reads"), align="left"),
        ),
        caption=text("without_exclusions.caption"),
        row_heading=text("without_exclusions.finding"),
        notes=[
            interval_note(released),
            escape(text("without_exclusions.note")),
            *([escape(text("without_exclusions.more"))] if left > 0 else []),
        ],
    )


def without_exclusions_list(released: Released, compared: Sequence[Compared]) -> pd.DataFrame:
    """List every finding that is shown with the same one without exclusions, for a spreadsheet.

    Parameters
    ----------
    released
        Released findings of a study.
    compared
        From `wording.compare`.

    Returns
    -------
    DataFrame
        Columns COMPARED. Numbers are rounded as on a page; `shown` is "no" where there is no second
        number, because the two together would tell of few people.
    """
    rows = [_listed(released.facts, one) for one in compared]
    return pd.DataFrame(rows, columns=list(COMPARED))


def _chosen(released: Released, compared: Sequence[Compared]) -> list[Compared]:
    """Choose what stands in the table, in the order of the study's declaration."""
    others = [one for one in compared if _differs(one) and not one.of_plan]
    of = {one.planned.finding_id: one for one in compared}
    kept = {one.planned.finding_id for one in compared if one.of_plan}
    kept |= {one.planned.finding_id for one in others[:MOST_ROWS]}
    rows = by_group(released, [of[one].planned for one in of if one in kept])
    return [of[row.finding_id] for row in rows]


def _differs(one: Compared) -> bool:
    return one.reads_otherwise or one.moves


def _row(released: Released, one: Compared) -> Row:
    row = one.planned
    group = group_outcome(released, row) if row.outcome else group_label(released, row)
    said = text("without_exclusions.same") if one.given else ""
    if one.reads_otherwise:
        first, other = (_reading(reading) for reading in (one.reading, one.other_reading))
        said = text("without_exclusions.other_reading", first=first, other=other)
    elif one.moves:
        said = text("without_exclusions.moved")
    return Row(
        capital(text(f"without_exclusions.quantities.{row.quantity}")),
        {
            "planned": _number(released, row),
            "other": _number(released, one.other),
            "reads": escape(said),
        },
        group,
        detail="; ".join(_details(released, row)),
    )


def _reading(reading: str) -> str:
    return text(f"without_exclusions.readings.{reading or 'none'}")


def _number(released: Released, row: Finding) -> str:
    """Write an estimate with its interval, a range, or the p-value of a test alone."""
    alone = not isfinite(row.estimate) and not isfinite(row.conf_low)
    if alone and isfinite(row.p_value) and not row.suppressed:
        return str(numbers.p_value(row.finding_id, row.p_value))
    if not isfinite(row.estimate):
        return cells.estimate_or_range(released, row)
    return cells.with_interval(released, row)


def _details(released: Released, row: Finding) -> list[str]:
    """Say of whom, of which item and survey, and how a finding was computed."""
    facts = released.facts
    place = facts.schools.get(row.unit_id, {}).get("name", row.unit_id)
    waves = dict.fromkeys(facts.waves[one] for one in (row.wave_from, row.wave_to) if one)
    parts = [
        facts.items.get((row.audience, row.item_id), ""),
        place,
        *_people(facts, row.subgroup),
        *waves,
        _in_a_row(estimand_label(released, row)) if row.estimand else "",
        _words("tables.estimators", row.estimator) if row.estimator not in _PLAIN else "",
        _words("tables.variants", row.variant),
        *(_way_with_lost(row) if row.quantity in WITH_LOST else ()),
        facts.topics.get(row.variant, "") if row.quantity.startswith("topic_") else "",
    ]
    return [part for part in parts if part]


def _way_with_lost(row: Finding) -> tuple[str, ...]:
    """Say which way of allowing for the lost a finding is, and whether it is bounds' interval."""
    around = row.variant.endswith(INTERVAL)
    bounds = replace(row, variant=row.variant.removesuffix(INTERVAL).removesuffix("_"))
    way = _in_a_row(way_label(bounds))
    return (way, text("without_exclusions.around")) if around else (way,)


_PLAIN: Final = ("", "stacked", "mean", "random_effects")


def _words(section: str, name: str) -> str:
    """Return what a way of computing is called, where it has a name for readers."""
    return text(f"{section}.{name}") if name and has_text(f"{section}.{name}") else ""


def _in_a_row(words: str) -> str:
    return words[:1].lower() + words[1:]


def _people(facts: StudyFacts, subgroup: str) -> list[str]:
    """Name the groups of `sex:female-male+arm:programme`, one after the other."""
    found = []
    for part in filter(None, subgroup.split("+")):
        name, _, rest = part.partition(":")
        levels = {"arm": facts.arms}.get(name, facts.subgroups.get(name, {}))
        joined = [
            text("without_exclusions.against", first=levels[one], second=levels[two])
            for one in levels
            for two in levels
            if rest == f"{one}-{two}"
        ]
        found += [levels[rest]] if rest in levels else joined
    return found


def _listed(facts: StudyFacts, one: Compared) -> dict[str, object]:
    row, other = one.planned, one.other
    listed: dict[str, object] = {"finding_id": row.finding_id, "beside_id": other.finding_id}
    listed |= {name: getattr(row, name) for name in _ADDRESS}
    for name in _NUMBERS:
        listed[name] = _rounded(facts, row, name)
        listed[f"{name}_without"] = _rounded(facts, other, name) if one.given else None
    said = (one.given, one.same, one.moves)
    listed |= {
        name: "yes" if value else "no"
        for name, value in zip(("shown", "same", "moves"), said, strict=True)
    }
    return listed | {"reads": one.reading, "reads_without": one.other_reading}


def _rounded(facts: StudyFacts, row: Finding, name: str) -> float | None:
    value = float(getattr(row, name))
    return round(value, decimals_of(facts, row)) if isfinite(value) else None
