"""Scored questions as rows of the codebook."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from impact_eval.errors import Fault
from impact_eval.instruments.instrument import Choice, Group, Item, Question, language_code
from impact_eval.instruments.workbook import Row

_NO_ANSWER = ("note", "rank", "start", "end", "today", "acknowledge", "trigger")
_RANGED = ("rating", "frequency")
_SEVERAL = "select_multiple"
MULTIPLE = "multiple"


class ItemReader:
    """Questions with scoring to items; what contradicts the form is among the faults."""

    def __init__(
        self, file: str, sheet: str, choices: Mapping[str, tuple[Choice, ...]], audience: str
    ) -> None:
        self.file, self.sheet, self.choices, self.audience = file, sheet, choices, audience
        self.faults: list[Fault] = []

    def items(
        self, questions: Sequence[Question], groups: Sequence[Group], scoring: Mapping[str, Row]
    ) -> tuple[Item, ...]:
        """Items in the order in which the form asks them."""
        repeats = {group.path for group in groups if group.repeats}
        times = Counter(question.name for question in questions)
        found = []
        for question in questions:
            if row := scoring.get(question.name):
                self._check_place(question, row, repeats, times[question.name])
                found.append(Item(self._cells(question, row), self.sheet, row.number))
        return tuple(found)

    def fault(self, row: Row, column: str, rule: str, found: str, remedy: str) -> None:
        """Note a mistake in a scoring cell."""
        place = f"sheet {self.sheet}, row {row.number}, column {column}"
        self.faults.append(Fault(self.file, place, rule, found, remedy))

    def _check_place(
        self, question: Question, row: Row, repeats: set[tuple[str, ...]], times: int
    ) -> None:
        """Hold that an item is asked once, and has one answer."""
        around = {question.group[: depth + 1] for depth in range(len(question.group))}
        if around & repeats:
            rule, remedy = "an item is asked once of each person", "Take it out of the repeat."
            self.fault(row, "name", rule, "a question in a repeat", remedy)
        if times > 1:
            found = f'"{question.name}" {times} times'
            self.fault(row, "name", "an item has a name of its own", found, "Rename the others.")
        several = question.type == _SEVERAL and _kind(question, row.cells) not in (MULTIPLE, "note")
        unanswered = question.type in _NO_ANSWER and row.cells.get("item_type") != "note"
        if several or unanswered:
            rule = "an item has one answer, or several right ones"
            remedy = "Ask it as select_one or integer, or give its right answers in `correct`."
            self.fault(row, "name", rule, f"a question of type {question.type}", remedy)

    def _cells(self, question: Question, row: Row) -> dict[str, str]:
        given = row.cells
        kind = _kind(question, given)
        low, high = self._range(question, row, kind)
        self._check_key(question, row)
        return {
            "item_id": question.name,
            "audience": self._audience(row),
            "outcome": given.get("outcome", ""),
            "label": given.get("short_label") or _text(question),
            "type": kind,
            "minimum": low,
            "maximum": high,
            "correct": given.get("correct", ""),
            "reverse": given.get("reverse", ""),
            "missing_codes": given.get("missing_codes", ""),
            "waves": given.get("waves", ""),
            "dont_know_codes": given.get("dont_know_codes", ""),
            "refused_codes": given.get("refused_codes", ""),
            "options": "|".join(self._options(question, row)) if kind == MULTIPLE else "",
            "scoring": given.get("scoring", ""),
            "weight": given.get("weight", ""),
            "keep": given.get("keep", ""),
            "topic": given.get("topic", ""),
        }

    def _options(self, question: Question, row: Row) -> tuple[str, ...]:
        """Choices of a question that are answers and not codes for none."""
        missing = _parts(row.cells.get("missing_codes", ""))
        names = (choice.name for choice in self.choices.get(question.list_name, ()))
        return tuple(name for name in names if name not in missing)

    def _audience(self, row: Row) -> str:
        stated = row.cells.get("audience", "")
        if stated and self.audience:
            rule, remedy = "an audience is stated once", "Empty the cell: study.toml says it."
            self.fault(row, "audience", rule, "here and in study.toml", remedy)
        return stated or self.audience

    def _check_key(self, question: Question, row: Row) -> None:
        """Right answers stand among the choices."""
        names = [choice.name for choice in self.choices.get(question.list_name, ())]
        for answer in _parts(row.cells.get("correct", "")):
            if question.selects and names and answer not in names:
                rule = f"must be a choice of the list {question.list_name}"
                self.fault(row, "correct", rule, f'"{answer}"', f"Valid: {', '.join(names)}.")

    def _range(self, question: Question, row: Row, kind: str) -> tuple[str, str]:
        """Range of a rating: of its choices, or as stated where it has none."""
        stated = row.cells.get("minimum", ""), row.cells.get("maximum", "")
        if kind not in _RANGED or not question.selects:
            return stated
        for column, cell in zip(("minimum", "maximum"), stated, strict=True):
            if cell:
                rule, remedy = "the range follows from the choices", "Empty the cell."
                self.fault(row, column, rule, cell, remedy)
        steps = self._options(question, row)
        odd = [name for name in steps if math.isnan(_number(name))]
        if odd or not steps:
            rule = f"choices of a {kind} are numbers or missing codes"
            remedy = f"Correct the list {question.list_name}, missing_codes or item_type."
            found = ", ".join(f'"{name}"' for name in odd) or "no choices"
            self.fault(row, "item_type", rule, found, remedy)
            return "", ""
        return min(steps, key=_number), max(steps, key=_number)


def _text(question: Question) -> str:
    """Text of a question for the pages, which are in English."""
    texts = question.labels
    english = (text for language, text in texts.items() if language_code(language) == "en")
    return next(english, next(iter(texts.values()), ""))


def _kind(question: Question, given: Mapping[str, str]) -> str:
    """Type of an item, stated or not: right or wrong, rated, or only described."""
    if given.get("item_type"):
        return given["item_type"]
    if given.get("correct"):
        return MULTIPLE if question.type == _SEVERAL else "choice"
    return "rating" if given.get("outcome") else "note"


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
