"""Instrument: a survey form as its XLSForm says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from impact_eval.errors import UnknownNameError

Labels = Mapping[str, str]

_SELECTS: Final = ("select_one", "select_multiple", "rank")
_CODE: Final = re.compile(r"\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*\)\s*$")


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer of a list: the name that stands in the data, and its label in each language."""

    name: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Group:
    """A group or repeat of questions, with its heading in each language."""

    path: tuple[str, ...]
    labels: Labels
    repeats: bool
    relevant: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, or a value that the device fills in.

    `type` is written as in XLSForm (`select_one`, `integer`, `note`, `today`); `group` holds the
    names of the groups around it, outermost first; `row` is the row of the sheet `survey`, or None
    for a question that "or other" added.
    """

    name: str
    type: str
    labels: Labels
    hints: Labels
    group: tuple[str, ...]
    list_name: str
    choice_filter: str
    relevant: str
    constraint: str
    required: bool
    row: int | None

    @property
    def selects(self) -> bool:
        """Whether the answer is taken from a list of choices."""
        return self.type in _SELECTS


@dataclass(frozen=True, slots=True)
class Item:
    """A question that is scored or described, as a row of the codebook; where its key stands."""

    cells: Mapping[str, str]
    sheet: str
    row: int


@dataclass(frozen=True)
class Instrument:
    """A form: its questions in the order in which they are asked, its choices, and its items.

    `languages` are named as in the headings, such as `English (en)`; a form without translations
    has the one language `default`. `warnings` are those of the conversion to an XForm.
    """

    file: str
    form_id: str
    title: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    groups: tuple[Group, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    items: tuple[Item, ...]
    warnings: tuple[str, ...]

    def question(self, name: str) -> Question:
        """Look a question up by its name; UnknownNameError if the form has none of that name."""
        for question in self.questions:
            if question.name == name:
                return question
        raise UnknownNameError(f'{self.file} has no question "{name}".')

    def choices_of(self, question: Question) -> tuple[Choice, ...]:
        """Choices of a question, in order; empty if it has no list in this file."""
        return self.choices.get(question.list_name, ())


def language_code(language: str) -> str:
    """Code of a language that is named as in a heading; empty if it carries none.

    >>> language_code("Urdu (ur)"), language_code("default")
    ('ur', '')
    """
    found = _CODE.search(language)
    return found[1].lower() if found else ""
