"""The used forms of one audience and wave, as the flags look at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.answers import Answers
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.encoded import Encoded
from impact_eval.table_columns import ANSWER_KINDS

Matrix = np.ndarray[Any, Any]
Rows = np.ndarray[Any, np.dtype[np.intp]]

_REJECTED = ANSWER_KINDS.index("rejected")


class Block(NamedTuple):
    """Items of one type and range that stand one after the other on a form."""

    type: str
    minimum: float
    maximum: float
    items: tuple[str, ...]
    reverse: np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class FormAnswers:
    """Forms of a study with their answers; all tables are of one length and in one order.

    Attributes
    ----------
    study : Study
        Which declares audiences, waves and items.
    about : Columns
        `audience, wave, school_id, workshop_id, phase, answered_on, started_at, ended_at, seconds,
        device, interviewer, n_answered`.
    answers : Answers
        What they answered to each item.
    respondent : Series of str
        Who filled them in; empty if that is not known.
    out_of_order : array of bool
        Whether their dates stand in an order that cannot be.
    """

    study: Study
    about: Columns
    answers: Answers
    respondent: pd.Series
    out_of_order: np.ndarray[Any, np.dtype[np.bool_]]

    @cached_property
    def groups(self) -> tuple[FormGroup, ...]:
        """The forms of each audience and wave that has any."""
        waves = {wave: self.about.text["wave"].among([wave]) for wave in self.study.wave_ids}
        of_all = (self.about, self.answers, self.respondent)
        found = []
        for audience in self.study.audience_ids:
            of_audience = self.about.text["audience"].among([audience])
            items = tuple(item for item in self.study.item_rows if item.audience == audience)
            for wave, of_wave in waves.items():
                rows = np.flatnonzero(of_audience & of_wave)
                if rows.size:
                    found.append(FormGroup(*of_all, items, rows, audience, wave))
        return tuple(found)


@dataclass(frozen=True)
class FormGroup:
    """The forms of one audience and wave; `items` are those of the audience's forms, in order.

    It has the columns of all forms, not what it stands in: two that hold each other would stay in
    memory until somebody looks for such circles.
    """

    columns: Columns
    answers: Answers
    respondent: pd.Series
    items: Sequence[Any]
    rows: Rows
    audience: str
    wave: str

    def about(self, name: str) -> Matrix:
        """Take a column of numbers or times that stand on the forms beside the answers."""
        return self.columns.arrays[name][self.rows]

    def text(self, name: str) -> Encoded:
        """Take a column of text that stands on the forms beside the answers."""
        column = self.columns.text[name]
        return Encoded(column.codes[self.rows], column.texts)

    def words(self, name: str) -> Matrix:
        """Text of each form in a column."""
        return self.columns.text[name].words(self.rows)

    def numbers(self, items: Sequence[str], forms: Rows | None = None) -> Matrix:
        """Answers as numbers, shape (n, items), of these of the group's forms or of all."""
        rows = self.rows if forms is None else self.rows[forms]
        return self.answers.numbers(items, rows).T

    def written(self, items: Sequence[str]) -> Matrix:
        """Numbers that tell answers as written apart, shape (n, items); 0 for no sound answer."""
        return self._written[self._places(items)].T

    def n_rejected(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many answers of each form broke their rule, shape (n,)."""
        total = np.zeros(len(self.rows), dtype=np.int64)
        for name in self._names:
            answers = self.answers.items[name]
            rejected = answers.of_places("kind") == _REJECTED
            if rejected.any():
                total += rejected.take(answers.places[self.rows])
        return total

    def of_types(self, *types: str) -> list[str]:
        """Items of these types that were asked of these forms, in the order of the form."""
        return [item.item_id for item in self._asked if item.type in types]

    def blocks(self, *types: str) -> Iterator[Block]:
        """Yield lists of items of one type and range that stand one after the other on the form."""
        for (kind, *_), alike in groupby(self._asked, _type_and_range):
            if kind in types:
                items = list(alike)
                low, high = float(items[0].minimum), float(items[0].maximum)
                reverse = np.array([item.reverse for item in items], dtype=bool)
                yield Block(kind, low, high, tuple(item.item_id for item in items), reverse)

    @cached_property
    def _asked(self) -> list[Any]:
        answers = (self.answers.items[name] for name in self._names)
        asked = [one.places[self.rows].any() for one in answers]  # at place 0 stands NOTHING
        return [item for item, there in zip(self.items, asked, strict=True) if there]

    @cached_property
    def _written(self) -> Matrix:
        return self.answers.written(self._names, self.rows)

    @cached_property
    def _names(self) -> list[str]:
        return [item.item_id for item in self.items]

    def _places(self, items: Sequence[str]) -> slice | list[int]:
        """Places among the group's items; a slice, which copies nothing, if they are adjacent."""
        places = [self._names.index(item) for item in items]
        adjacent = slice(places[0], places[0] + len(places)) if places else slice(0)
        return adjacent if places == list(range(*adjacent.indices(len(self._names)))) else places


def _type_and_range(item: Any) -> tuple[str, ...]:  # noqa: ANN401
    """As text, in which two missing bounds are equal."""
    return item.type, str(item.minimum), str(item.maximum)
