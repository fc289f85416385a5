"""Rules of the outcomes, and between them and the codebook."""

from __future__ import annotations

import math
from typing import get_args

from impact_eval.study.codebook import split_list, to_number
from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables, Place
from impact_eval.study.outcome import Outcome
from impact_eval.vocabulary import OtherUnit

Rows = list[tuple[Place, dict[str, str]]]

_NOT_SCORED = {
    "note": "a note",
    "text": "a text",
    "instructed": "an instructed answer",
}
_TYPES = {"index": ("choice", "multiple"), "scale": ("rating", "frequency")}


def check_outcomes(draft: Draft, codebook: ItemTables | None) -> None:
    """Note outcomes that cannot be scored as declared, and items of none."""
    _check_unique(draft)
    for place, outcome in draft.outcomes:
        audiences = draft.ids("audiences")
        if outcome.audience not in audiences:
            found, remedy = f'"{outcome.audience}"', suggestion(outcome.audience, audiences)
            draft.fault(f"{place}.audience", "must be a declared audience", found, remedy)
        _check_meaning(draft, place, outcome)
        if outcome.kind == "ready_made":
            bounds = _check_ready_made(draft, place, outcome, codebook)
        else:
            bounds = _check_scored(draft, place, outcome, codebook)
        _check_mastery(draft, place, outcome, bounds)
    if codebook is not None:
        _check_owners(draft, codebook)


def _check_unique(draft: Draft) -> None:
    seen: dict[tuple[str, str], str] = {}
    for place, outcome in draft.outcomes:
        key = (outcome.audience, outcome.id)
        if key in seen:
            found = f'"{outcome.id}" of "{outcome.audience}" as in {seen[key]}'
            rule = "unique in its audience"
            draft.fault(f"{place}.id", rule, found, "Rename or remove one.")
        seen.setdefault(key, place)


def _check_meaning(draft: Draft, place: str, outcome: Outcome) -> None:
    """Require a unit of its own, a positive smallest effect, an ordered secular range, a source."""
    if outcome.unit.strip().lower() in {one.lower() for one in get_args(OtherUnit)}:
        rule, remedy = "says what a number counts", 'Such as "points of the test, out of 7".'
        draft.fault(f"{place}.unit", rule, f'"{outcome.unit}" alone', remedy)
    effect, secular = outcome.smallest_effect, outcome.secular
    if effect is not None and effect <= 0:
        remedy = "Write the size of the smallest change that matters, without a sign."
        draft.fault(f"{place}.smallest_effect", "must be more than 0", f"{effect:g}", remedy)
    if secular is not None and secular[0] > secular[1]:
        found = f"{secular[0]:g} and {secular[1]:g}"
        draft.fault(f"{place}.secular", "runs from low to high", found, "Swap the two numbers.")
    if (secular is None) == bool(outcome.secular_source.strip()):
        rule = "a secular range and its source are given together"
        remedy = "Add what is missing: nobody can judge a range without its source."
        missing = "secular" if secular is None else "secular_source"
        draft.fault(f"{place}.{missing}", rule, "only one of them", remedy)
    if (outcome.mastery is None) == bool(outcome.mastery_label.strip()):
        rule = "a mastery mark and its label are given together"
        remedy = 'Such as mastery = 9 and mastery_label = "at least 9 of 12 right".'
        missing = "mastery" if outcome.mastery is None else "mastery_label"
        draft.fault(f"{place}.{missing}", rule, "only one of them", remedy)


def _check_mastery(
    draft: Draft, place: str, outcome: Outcome, bounds: tuple[float, float] | None
) -> None:
    if outcome.mastery is None or bounds is None:
        return
    low, high = bounds
    if not low < outcome.mastery <= high:
        rule = f"must lie above {low:g} and at most at {high:g}, the range of the score"
        found = f"{outcome.mastery:g}"
        draft.fault(f"{place}.mastery", rule, found, "Correct the mark, or the items.")
    if outcome.ranges_differ:
        rule = "a mark needs one scale for all waves"
        draft.fault(f"{place}.mastery", rule, "ranges that differ", "Remove it.")


def _check_ready_made(
    draft: Draft, place: str, outcome: Outcome, codebook: ItemTables | None
) -> tuple[float, float] | None:
    """Require that a ready-made score declares its range and has no items."""
    if outcome.minimum_answered is not None:
        rule = "a ready-made score has no items to count"
        draft.fault(f"{place}.minimum_answered", rule, "", "Remove it.")
    for row, _ in _rows_of(codebook, outcome):
        if codebook is not None:
            rule = "a ready-made score has no row: its outcome in study.toml says everything"
            codebook.cell_fault(row, "outcome", rule, f'"{outcome.id}"', "Remove the row.")
    declared = outcome.minimum is not None, outcome.maximum is not None
    if outcome.ranges:
        return _check_ranges(draft, place, outcome)
    for key, given in zip(("minimum", "maximum"), declared, strict=True):
        if not given:
            remedy = "Or ranges = { pre = [0, 7], post = [1, 4] } if waves differ."
            draft.fault(f"{place}.{key}", "a ready-made score declares its range", "", remedy)
    if outcome.minimum is None or outcome.maximum is None:
        return None
    if outcome.minimum >= outcome.maximum:
        found = f"{outcome.minimum:g} and {outcome.maximum:g}"
        draft.fault(f"{place}.minimum", "must be below the maximum", found, "Correct one.")
        return None
    return outcome.minimum, outcome.maximum


def _check_ranges(draft: Draft, place: str, outcome: Outcome) -> tuple[float, float]:
    if outcome.minimum is not None or outcome.maximum is not None:
        rule = "a range is stated once"
        remedy = "Keep ranges, or minimum and maximum."
        draft.fault(f"{place}.ranges", rule, "also minimum or maximum", remedy)
    waves = draft.survey_ids
    for wave, (low, high) in outcome.ranges.items():
        if wave not in waves:
            remedy = suggestion(wave, waves)
            draft.fault(f"{place}.ranges.{wave}", "must be a declared wave", "", remedy)
        if low >= high:
            found = f"{low:g} and {high:g}"
            draft.fault(f"{place}.ranges.{wave}", "runs from low to high", found, "Correct one.")
    for wave in waves:
        if wave not in outcome.ranges:
            rule = "ranges name every wave"
            draft.fault(f"{place}.ranges", rule, f'no "{wave}"', f"Add {wave} = [low, high].")
    lows, highs = zip(*outcome.ranges.values(), strict=True)
    return min(lows), max(highs)


def _check_scored(
    draft: Draft, place: str, outcome: Outcome, codebook: ItemTables | None
) -> tuple[float, float] | None:
    """Require that an index or scale has items, and says how many must be answered."""
    for key in ("minimum", "maximum", "ranges"):
        if getattr(outcome, key) not in (None, {}):
            rule = "the range follows from the items"
            draft.fault(f"{place}.{key}", rule, "also declared here", "Remove it.")
    if outcome.minimum_answered is None:
        rule = "says how many items must be answered for a score"
        draft.fault(f"{place}.minimum_answered", rule, "", "Such as minimum_answered = 10.")
    if codebook is None and not draft.count("instruments"):
        remedy = 'Add [[instruments]] or a codebook, or write kind = "ready_made".'
        draft.fault(f"{place}.kind", f"an outcome of kind {outcome.kind} has items", "", remedy)
    if codebook is None or not codebook.sound:
        return None
    rows = _rows_of(codebook, outcome)
    if not rows:
        rule, found = "an outcome has items", f'no item of "{outcome.id}" in {codebook.file}'
        remedy = f'Give its items outcome "{outcome.id}" and audience "{outcome.audience}".'
        if silent := [table.file for table in codebook.tables if not table.rows]:
            remedy += f" Nothing is scored by {', '.join(silent)}: add scoring columns."
        draft.fault(place, rule, found, remedy)
        return None
    if outcome.minimum_answered is not None and outcome.minimum_answered > len(rows):
        rule, found = f"at most its {len(rows)} items", str(outcome.minimum_answered)
        draft.fault(f"{place}.minimum_answered", rule, found, "Correct it, or add items.")
    _check_items_agree(codebook, outcome, rows)
    return _bounds(outcome, rows)


def _check_items_agree(codebook: ItemTables, outcome: Outcome, rows: Rows) -> None:
    """Items of one outcome have its type, one range, and the same waves."""
    first_row, first = rows[0]
    for row, cells in rows:
        types = _TYPES[outcome.kind]
        if cells["type"] not in types:
            rule = f"items of an outcome of kind {outcome.kind} are of type {' or '.join(types)}"
            remedy = "Correct the type, or the outcome's kind."
            codebook.cell_fault(row, "type", rule, f'"{cells["type"]}"', remedy)
        for columns, remedy in (
            (("minimum", "maximum"), "A mean of ratings needs one range."),
            (("waves",), "A score must mean the same in every wave."),
        ):
            values = [_comparable(cells.get(column, "")) for column in columns]
            if values != [_comparable(first.get(column, "")) for column in columns]:
                rule = f"all items of {outcome.id} have the same {' and '.join(columns)}"
                found = f"another than in {first_row}"
                codebook.cell_fault(row, columns[0], rule, found, remedy)


def _comparable(cell: str) -> object:
    number = to_number(cell)
    return sorted(split_list(cell)) if math.isnan(number) else number


def _bounds(outcome: Outcome, rows: Rows) -> tuple[float, float] | None:
    if outcome.kind == "index":
        weights = [to_number(cells.get("weight", "") or "1") for _, cells in rows]
        return (0.0, sum(weights)) if min(weights) > 0 else None
    low, high = (to_number(rows[0][1].get(bound, "")) for bound in ("minimum", "maximum"))
    return (low, high) if low < high else None


def _check_owners(draft: Draft, codebook: ItemTables) -> None:
    """Items belong to a declared outcome of their audience, or to none."""
    for row, cells in codebook.rows:
        if not cells["outcome"] or cells["audience"] not in draft.ids("audiences"):
            continue
        if cells["type"] in _NOT_SCORED:
            rule = f"{_NOT_SCORED[cells['type']]} is not scored"
            remedy = "Empty the cell, or correct the type."
            codebook.cell_fault(row, "outcome", rule, f'"{cells["outcome"]}"', remedy)
            continue
        declared = draft.outcome_ids(cells["audience"])
        if cells["outcome"] not in declared:
            rule = f"must be a declared outcome of {cells['audience']}, or empty"
            remedy = suggestion(cells["outcome"], declared)
            codebook.cell_fault(row, "outcome", rule, f'"{cells["outcome"]}"', remedy)


def _rows_of(codebook: ItemTables | None, outcome: Outcome) -> Rows:
    rows = codebook.rows if codebook else []
    own = (outcome.audience, outcome.id)
    return [(row, cells) for row, cells in rows if (cells["audience"], cells["outcome"]) == own]
