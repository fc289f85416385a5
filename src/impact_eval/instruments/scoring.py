"""The columns that say how a question is scored, on the sheet `survey` or on one of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from impact_eval.errors import Fault
from impact_eval.instruments.workbook import Row, Workbook, heading, suggestion

SCORING: Final = (
    "outcome",
    "short_label",
    "item_type",
    "minimum",
    "maximum",
    "correct",
    "reverse",
    "missing_codes",
    "dont_know_codes",
    "refused_codes",
    "scoring",
    "weight",
    "keep",
    "topic",
    "waves",
    "audience",
)
SHEET: Final = "scoring"
# what must never stand among the choices: their further columns are written into the XForm
_KEYS: Final = ("answer_key", "key", "answer", "solution")
# and what such a column is called in part: is_correct, right_answer, score_en
_OF_A_KEY: Final = frozenset(
    ("correct", "right", "score", "scores", "scoring", "points", "mark", "marks", "wrong")
)
_WRITTEN: Final = ("bind", "body", "control", "instance")


def read_scoring(book: Workbook) -> tuple[str, dict[str, Row], list[Fault]]:
    """Scoring cells of each question, the sheet they stand on, and what is wrong with them."""
    faults = [*_leaks(book)]
    columns = {heading(name) for name in book.survey.header}
    on_survey = [name for name in SCORING if name in columns]
    if book.scoring is None:
        return "survey", _from_survey(book), faults
    for name in on_survey:
        rule = f"scoring stands on one sheet: here, or on the sheet {SHEET}"
        remedy = "Keep one of the two."
        faults.append(Fault(book.file, f"sheet survey, column {name}", rule, "both", remedy))
    cells, more = _from_sheet(book)
    return SHEET, cells, faults + more


def _leaks(book: Workbook) -> list[Fault]:
    """Find keys where they would reach the devices of those who are asked."""
    faults = []
    remedy = f"Move it to the sheet survey or to a sheet {SHEET}, in the question's row."
    for name in book.choices.header:
        if _gives_away(heading(name).split(":")[0]):
            rule = "no key may stand among the choices: it would be written into the form"
            faults.append(Fault(book.file, f"sheet choices, column {name}", rule, "", remedy))
    for name in book.survey.header:
        before, _, after = heading(name).partition(":")
        if before in _WRITTEN and _gives_away(after.strip(":_ ")):
            rule = f"{before} columns are written into the form, so none may hold a key"
            faults.append(Fault(book.file, f"sheet survey, column {name}", rule, "", remedy))
    return faults


def _gives_away(name: str) -> bool:
    """Whether a column is called as one that says which answers are right.

    >>> _gives_away("is_correct"), _gives_away("district"), _gives_away("parent_key")
    (True, False, False)
    """
    return name in (*SCORING, *_KEYS) or not _OF_A_KEY.isdisjoint(name.split("_"))


def _from_survey(book: Workbook) -> dict[str, Row]:
    found = {}
    for row in book.survey.rows:
        cells = {name: row.cells[name] for name in SCORING if row.cells.get(name)}
        name = row.cells.get("name", "")
        if cells and name:
            found[name] = Row(row.number, cells)
    return found


def _from_sheet(book: Workbook) -> tuple[dict[str, Row], list[Fault]]:
    if book.scoring is None:
        return {}, []
    place = f"sheet {SHEET}"
    faults: list[Fault] = []
    found: dict[str, Row] = {}
    for name in book.scoring.header:
        if heading(name) not in ("name", *SCORING):
            remedy = suggestion(heading(name), ("name", *SCORING))
            faults.append(Fault(book.file, f"{place}, column {name}", "no such column", "", remedy))
    names = _names(book)
    for row in book.scoring.rows:
        name = row.cells.get("name", "")
        where = f"{place}, row {row.number}, column name"
        if name not in names:
            rule, quoted = (
                "must be a question of the form",
                f'"{name}"' if name else "an empty cell",
            )
            faults.append(Fault(book.file, where, rule, quoted, suggestion(name, names)))
        elif name in found:
            rule, first = "a question is scored once", f"{name} as in row {found[name].number}"
            faults.append(Fault(book.file, where, rule, first, "Remove a row."))
        else:
            cells = {key: row.cells[key] for key in SCORING if row.cells.get(key)}
            found[name] = Row(row.number, cells)
    return found, faults


def _names(book: Workbook) -> tuple[str, ...]:
    rows = (row.cells for row in book.survey.rows)
    return tuple(dict.fromkeys(cells["name"] for cells in rows if _is_question(cells)))


def _is_question(cells: Mapping[str, str]) -> bool:
    kind = cells.get("type", "")
    return bool(cells.get("name")) and not kind.startswith(("begin", "end"))
