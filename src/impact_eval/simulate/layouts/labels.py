"""Names to the labels of one language, as tools export them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

import pandas as pd

from impact_eval.instruments import Instrument, Question
from impact_eval.simulate.layouts.export import known_language
from impact_eval.surveys.encoded import map_unique
from impact_eval.surveys.item_rule import answer_key

_CHOSEN: Final = ("select_one", "select_multiple")


def labelled_answers(
    frame: pd.DataFrame, form: Instrument, *, language: str, joined_by: str = " "
) -> pd.DataFrame:
    """Answers with the labels of choices; what is no choice stands as it was typed.

    `joined_by` stands between the labels of several choices in one cell.

    Raises
    ------
    UnknownNameError
        If the form is not in this language; the message lists its languages.
    """
    known_language(form, language)
    questions = {question.name: question for question in form.questions}
    columns = {}
    for heading in frame.columns:
        question = questions.get(str(heading).rpartition("/")[2])
        cells = frame[heading].astype("str")
        if question is not None and question.type in _CHOSEN:
            labels = {
                answer_key(choice.name): choice.labels.get(language, choice.name)
                for choice in form.choices_of(question)
            }
            several = question.type == "select_multiple"
            label = partial(_labels, labels, joined_by) if several else partial(_label, labels)
            cells = map_unique(cells, label)
        columns[heading] = cells
    return pd.DataFrame(columns)


def _label(labels: dict[str, str], text: str) -> str:
    return labels.get(answer_key(text), text)


def _labels(labels: dict[str, str], joined_by: str, text: str) -> str:
    return joined_by.join(_label(labels, name) for name in text.split())


def headings_in(
    names: Iterable[str], form: Instrument, *, language: str, separator: str = ""
) -> list[str]:
    """Texts of questions for names, behind those of their groups if there is a separator.

    What has no text keeps its name.
    """
    questions = {question.name: question for question in form.questions}
    return [_heading(name, questions, form, language, separator) for name in names]


def _heading(
    name: str, questions: dict[str, Question], form: Instrument, language: str, separator: str
) -> str:
    question = questions.get(name.rpartition("/")[2])
    if question is None:
        return name
    said = question.labels.get(language, question.name)
    if not separator or not question.group:
        return said
    groups = {group.path: group.labels.get(language, group.path[-1]) for group in form.groups}
    path = tuple(name.split("/")[:-1])
    if path and path not in groups:  # a group of an earlier version of the form
        return separator.join([*path, said])
    paths = [question.group[: depth + 1] for depth in range(len(question.group))]
    return separator.join([*(groups[path] for path in paths), said])
