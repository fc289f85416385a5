"""What stands on a paper form: sections with texts, questions and grids, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from impact_eval.instruments.instrument import Instrument, Labels, Question

# what a device fills in or computes, and nobody answers
_UNSEEN: Final = (
    "start", "end", "today", "deviceid", "phonenumber", "username", "simserial", "subscriberid",
    "email", "audit", "calculate", "hidden", "xml-external", "csv-external", "start-geopoint",
    "background-audio", "background-geopoint",
)  # fmt: skip
_TITLE: Final = "form_title"
_MOST_COLUMNS: Final = 8
_LEAST_ROWS: Final = 3
_MOST_BOXES: Final = 20
_LENGTH: Final = re.compile(r"string-length\(\s*\.\s*\)\s*(<=|<|=)\s*(\d+)")
_REFERENCE: Final = re.compile(r"\$\{\s*[^}]*\}")

Kind = Literal["text", "select", "several", "boxes", "line", "date"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A question or text on paper; `number` is 0 for a text, `boxes` the cells of a short answer.

    `options` are the choices' names and labels.
    """

    kind: Kind
    name: str
    number: int
    label: str
    hint: str
    options: tuple[tuple[str, str], ...] = ()
    boxes: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One entry, or the rows of a grid of questions that share their choices."""

    entries: tuple[Entry, ...]

    @property
    def is_grid(self) -> bool:
        """Whether it is printed as a grid."""
        return len(self.entries) > 1


@dataclass(frozen=True, slots=True)
class Section:
    """A group of questions under its heading, which may be empty."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A form in one language, ready to be printed."""

    title: str
    asks_date: bool
    sections: tuple[Section, ...]


def lay_out(form: Instrument, language: str) -> Paper:
    """Arrange the questions that people answer; nothing of the scoring is looked at."""
    seen = [one for one in form.questions if one.type not in _UNSEEN and one.name != _TITLE]
    numbers = _numbers(seen)
    headings = {group.path: text_in(group.labels, language) for group in form.groups}
    sections = []
    for path, questions in groupby(seen, key=lambda one: one.group):
        blocks = tuple(_blocks(form, list(questions), numbers, language))
        sections.append(Section(headings.get(path, ""), blocks))
    titles = [text_in(one.labels, language) for one in form.questions if one.name == _TITLE]
    dated = any(one.type == "today" for one in form.questions)
    return Paper((titles or [form.title])[0], dated, tuple(sections))


def text_in(labels: Labels, language: str) -> str:
    """Text in a language, else in the first that there is; answers that it cites become a line."""
    text = labels.get(language) or next(iter(labels.values()), "")
    return _REFERENCE.sub("_____", text)


def entry(form: Instrument, question: Question, number: int, language: str) -> Entry:
    """Put one question on paper."""
    kind, boxes = _kind(form, question)
    options = tuple(
        (choice.name, text_in(choice.labels, language)) for choice in form.choices_of(question)
    )
    return Entry(
        kind=kind,
        name=question.name,
        number=number,
        label=text_in(question.labels, language),
        hint=text_in(question.hints, language),
        options=options,
        boxes=boxes,
    )


def _numbers(questions: Sequence[Question]) -> dict[int, int]:
    """Give numbers to the questions, by identity; texts have none."""
    asked = [place for place, one in enumerate(questions) if one.type != "note"]
    return {id(questions[place]): number for number, place in enumerate(asked, start=1)}


def _blocks(
    form: Instrument, questions: Sequence[Question], numbers: dict[int, int], language: str
) -> Iterator[Block]:
    def shared(question: Question) -> str:
        options = form.choices_of(question)
        fits = question.type == "select_one" and 0 < len(options) <= _MOST_COLUMNS
        return question.list_name if fits and not question.hints else ""

    for list_name, run in groupby(questions, key=shared):
        entries = [entry(form, one, numbers.get(id(one), 0), language) for one in run]
        if list_name and len(entries) >= _LEAST_ROWS:
            yield Block(tuple(entries))
        else:
            yield from (Block((one,)) for one in entries)


def _kind(form: Instrument, question: Question) -> tuple[Kind, int]:
    """How a question is answered on paper, and in how many boxes."""
    if question.type == "note":
        return "text", 0
    if question.selects and form.choices_of(question):
        return ("select" if question.type == "select_one" else "several"), 0
    if question.type in ("date", "datetime"):
        return "date", 0
    if found := _LENGTH.search(question.constraint):
        boxes = int(found[2]) - (found[1] == "<")
        if 0 < boxes <= _MOST_BOXES:
            return "boxes", boxes
    return "line", 0
