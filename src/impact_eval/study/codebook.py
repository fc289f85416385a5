"""The codebook: a row for each item, with its outcome, its type and its key."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from impact_eval.study.csv_table import CsvTable, read_csv_table, suggestion
from impact_eval.study.item_tables import ItemTables
from impact_eval.study.outcome import Outcome

ITEMS: Final = (
    "item_id",
    "audience",
    "outcome",
    "label",
    "type",
    "minimum",
    "maximum",
    "correct",
    "reverse",
    "missing_codes",
    "waves",
    "dont_know_codes",
    "refused_codes",
    "options",
    "scoring",
    "weight",
    "keep",
    "topic",
)
ITEM_TYPES: Final = ("choice", "multiple", "rating", "frequency", "note", "text", "instructed")
RIGHT_OR_WRONG: Final = ("choice", "multiple")
HAS_KEY: Final = (*RIGHT_OR_WRONG, "instructed")
SCORINGS: Final = ("share", "exact")
_REQUIRED: Final = ("item_id", "audience", "outcome", "label", "type")


def read_codebook(
    path: Path, *, file: str, audiences: Sequence[str], waves: Sequence[str]
) -> CsvTable:
    """Read the codebook and note what breaks the rules of single items."""
    table = read_csv_table(path, file=file, required=_REQUIRED)
    for name in table.header:
        if name not in ITEMS:
            table.fault(f"column {name}", "no such column", "", suggestion(name, ITEMS))
    check_items(table, audiences, waves)
    return table


def check_items(table: CsvTable, audiences: Sequence[str], waves: Sequence[str]) -> None:
    """Note what breaks the rules of single items."""
    for row, cells in table.rows:
        _check_words(table, row, cells, audiences, waves)
        _check_key(table, row, cells)
        _check_range(table, row, cells)
        _check_options(table, row, cells)
        _check_kinds_of_missing(table, row, cells)
        _check_weight(table, row, cells)
        _check_keep(table, row, cells)
        _check_topic(table, row, cells)
    for row, first, item in table.repeated("audience", "item_id"):
        found = f"{item} as in row {first}"
        table.cell_fault(row, "item_id", "unique in its audience", found, "Remove or rename one.")


def split_list(cell: str) -> tuple[str, ...]:
    """Parts of a cell that holds several values.

    >>> split_list("98 | 99"), split_list("")
    (('98', '99'), ())
    """
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def to_number(cell: str) -> float:
    """Read a cell as a finite number; NaN if it is none."""
    try:
        number = float(cell)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _check_words(
    table: CsvTable,
    row: int,
    cells: dict[str, str],
    audiences: Sequence[str],
    waves: Sequence[str],
) -> None:
    for column in ("item_id", "label"):
        if not cells[column]:
            table.cell_fault(row, column, "must be given", "an empty cell", "Fill it in.")
    words = [("audience", cells["audience"], audiences), ("type", cells["type"], ITEM_TYPES)]
    words += [("waves", wave, waves) for wave in split_list(cells.get("waves", ""))]
    for column, word, known in words:
        if word not in known:
            remedy = suggestion(word, known)
            if column == "type" and word == "score":
                remedy = 'Remove the row: a score\'s range stands in its outcome ("ready_made").'
            table.cell_fault(row, column, "must be one that is known", f'"{word}"', remedy)
    if cells.get("reverse", "") not in ("", "yes"):
        found = f'"{cells["reverse"]}"'
        table.cell_fault(row, "reverse", 'is "yes" or empty', found, 'Write "yes", or empty it.')


def _check_key(table: CsvTable, row: int, cells: dict[str, str]) -> None:
    """Right answers belong to choices, and a missing code is no right answer."""
    correct = split_list(cells.get("correct", ""))
    if cells["type"] not in HAS_KEY:
        if correct:
            rule = "only a choice has right answers"
            table.cell_fault(row, "correct", rule, f"type {cells['type']}", "Empty the cell.")
        return
    if not correct:
        table.cell_fault(row, "correct", "a choice names its right answers", "", "Fill it in.")
    if cells.get("reverse", ""):
        table.cell_fault(row, "reverse", "a choice is not reversed", "", "Empty the cell.")
    both = sorted(set(correct) & set(split_list(cells.get("missing_codes", ""))))
    if both:
        rule = "a missing code is no right answer"
        table.cell_fault(row, "missing_codes", rule, ", ".join(both), "Remove it from one.")


def _check_range(table: CsvTable, row: int, cells: dict[str, str]) -> None:
    """Ratings and frequencies have a range, choices have none, and no missing code lies in it."""
    low, high = cells.get("minimum", ""), cells.get("maximum", "")
    if cells["type"] in HAS_KEY:
        if low or high:
            table.cell_fault(row, "minimum", "a choice has no range", "", "Empty both cells.")
        return
    if cells["type"] not in ("rating", "frequency"):
        return
    numbers = to_number(low), to_number(high)
    for column, cell, number in (("minimum", low, numbers[0]), ("maximum", high, numbers[1])):
        if math.isnan(number):
            table.cell_fault(row, column, "must be a number", f'"{cell}"', "Write the number.")
    if numbers[0] >= numbers[1]:
        found = f"{low} and {high}"
        table.cell_fault(row, "minimum", "must be below the maximum", found, "Correct one of them.")
    for code in split_list(cells.get("missing_codes", "")):
        if numbers[0] <= to_number(code) <= numbers[1]:
            rule = "a missing code lies outside the item's range"
            table.cell_fault(row, "missing_codes", rule, code, "Correct the code or the range.")


def _check_options(table: CsvTable, row: int, cells: dict[str, str]) -> None:
    """Require that a multiple choice lists its options and says how it is scored."""
    options, scoring = split_list(cells.get("options", "")), cells.get("scoring", "")
    if cells["type"] != "multiple":
        for column in ("options", "scoring"):
            if cells.get(column, ""):
                rule = "only a multiple choice has it"
                table.cell_fault(row, column, rule, f"type {cells['type']}", "Empty the cell.")
        return
    if scoring not in SCORINGS:
        remedy = 'Write "share" (of options judged rightly) or "exact" (all of them or nothing).'
        rule = "a multiple choice says how it is scored"
        table.cell_fault(row, "scoring", rule, f'"{scoring}"', remedy)
    if not options or any(len(option.split()) > 1 for option in options):
        rule, remedy = "lists all options, names without spaces", "Such as a|b|c|d."
        table.cell_fault(row, "options", rule, cells.get("options", ""), remedy)
        return
    for column in ("correct", "missing_codes"):
        codes = set(split_list(cells.get(column, "")))
        wrong = sorted(codes - set(options) if column == "correct" else codes & set(options))
        if wrong:
            rule = "right answers are options" if column == "correct" else "is no option"
            table.cell_fault(row, column, rule, ", ".join(wrong), "Correct one of the two.")


def _check_kinds_of_missing(table: CsvTable, row: int, cells: dict[str, str]) -> None:
    """Require that don't-know and refused codes are missing codes, and no code is both."""
    missing = set(split_list(cells.get("missing_codes", "")))
    named = {
        column: set(split_list(cells.get(column, "")))
        for column in ("dont_know_codes", "refused_codes")
    }
    for column, codes in named.items():
        if codes - missing:
            found = ", ".join(sorted(codes - missing))
            rule = "is one of the missing codes"
            table.cell_fault(row, column, rule, found, "Add it to missing_codes.")
    both = named["dont_know_codes"] & named["refused_codes"]
    if both:
        rule = "a code means one thing"
        table.cell_fault(row, "refused_codes", rule, ", ".join(sorted(both)), "Keep it in one.")


def _check_weight(table: CsvTable, row: int, cells: dict[str, str]) -> None:
    """Require that a weight is a positive number, of an item that is scored."""
    weight = cells.get("weight", "")
    if weight and not to_number(weight) > 0:
        rule, remedy = "is a number above 0", "Correct it, or empty the cell for 1."
        table.cell_fault(row, "weight", rule, f'"{weight}"', remedy)
    elif weight and not cells["outcome"]:
        rule = "belongs to an item of an outcome"
        table.cell_fault(row, "weight", rule, "an item of none", "Empty the cell.")


def _check_keep(table: CsvTable, row: int, cells: dict[str, str]) -> None:
    """Require that only what people write in their own words is kept as text."""
    keep = cells.get("keep", "")
    if keep not in ("", "yes"):
        table.cell_fault(row, "keep", 'is "yes" or empty', f'"{keep}"', 'Write "yes", or empty it.')
    elif keep and cells["type"] != "text":
        rule, found = "only an item of type text is kept as text", f"type {cells['type']}"
        table.cell_fault(row, "keep", rule, found, "Empty the cell, or correct the type.")


def _check_topic(table: CsvTable, row: int, cells: dict[str, str]) -> None:
    """Require that an item has one topic at most, and is one of an outcome's."""
    topic = cells.get("topic", "")
    if len(split_list(topic)) > 1:
        rule, remedy = "an item has one topic", "Keep the one that it is mostly about."
        table.cell_fault(row, "topic", rule, f'"{topic}"', remedy)
    elif topic and not cells["outcome"]:
        rule = "belongs to an item of an outcome"
        table.cell_fault(row, "topic", rule, "an item of none", "Empty the cell.")


def items_frame(table: ItemTables | None, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Items in the order of the codebook and the forms, then one item for each ready-made outcome.

    Text columns hold empty text where nothing is said; `minimum` and `maximum` are floats (NaN for
    choices and notes), `weight` too (1 where empty), and `reverse` is a bool. A ready-made
    outcome's item has its id and type `score`, and the widest range of its waves.
    """
    cells = {name: table.column(name) if table else [] for name in ITEMS}
    for outcome in outcomes:
        if outcome.kind == "ready_made":
            _append_score(cells, outcome)
    frame = pd.DataFrame({name: cells[name] for name in ITEMS}, dtype="str")
    for bound in ("minimum", "maximum"):
        frame[bound] = [to_number(cell) for cell in cells[bound]]
    frame["reverse"] = frame["reverse"] == "yes"
    frame["weight"] = [to_number(cell) if cell else 1.0 for cell in cells["weight"]]
    numbers = dict.fromkeys(("minimum", "maximum", "weight"), "float64")
    return frame.astype({**numbers, "reverse": "bool"})


def _append_score(cells: dict[str, list[str]], outcome: Outcome) -> None:
    low, high = score_range(outcome)
    row = {"item_id": outcome.id, "audience": outcome.audience, "outcome": outcome.id}
    row |= {"label": outcome.label, "type": "score", "minimum": repr(low), "maximum": repr(high)}
    for name in ITEMS:
        cells[name].append(row.get(name, ""))


def score_range(outcome: Outcome) -> tuple[float, float]:
    """Widest range of a ready-made score over the waves; NaN where none is declared."""
    if outcome.ranges:
        lows, highs = zip(*outcome.ranges.values(), strict=True)
        return float(min(lows)), float(max(highs))
    low = math.nan if outcome.minimum is None else outcome.minimum
    high = math.nan if outcome.maximum is None else outcome.maximum
    return low, high
