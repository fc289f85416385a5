"""Headings that carry the path of their groups, and questions of which several answers hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.surveys.encoded import Encoded, distinct, spelled
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.text import plain

# In the order in which they are preferred where two show as many declared names.
SEPARATORS: Final = ("/", "-", ".", ":", "__", "|")
_STEP: Final = "/"
_OF_AN_OPTION: Final = frozenset(("", "0", "1"))


def likely_separator(header: Iterable[str], expected: Iterable[str]) -> str:
    """Separator of groups that makes most of the declared names appear in a header.

    >>> likely_separator(["quiz-k01", "quiz-k02", "KEY"], ["k01", "k02"])
    '-'
    """
    headings, names = list(header), {plain(name) for name in expected}

    def found(separator: str) -> int:
        last = {heading.rpartition(separator)[2] for heading in headings} | set(headings)
        return len(names & last)

    return max(SEPARATORS, key=found)


class GroupPaths:
    """Positions of headings by their whole path and by every end of it.

    `topics/games` beside a column `topics` is an option of a question with several answers, not a
    question `games`.
    """

    def __init__(self, raw: RawTable, separator: str) -> None:
        self._raw = raw
        self._separator = separator
        headings = [self._steps(heading) for heading in raw.header]
        self._whole = frozenset(headings)
        self._positions: dict[str, list[int]] = {}
        self._children: dict[str, list[int]] = {}
        for position, heading in enumerate(headings):
            for end in self._ends(heading) if separator else (heading,):
                self._positions.setdefault(end, []).append(position)
            path, _, _ = heading.rpartition(_STEP)
            if separator and path:
                for end in self._ends(path):
                    self._children.setdefault(end, []).append(position)

    def positions(self, name: str) -> list[int]:
        """Positions of a question's columns.

        Where one heading is the whole name, those behind groups that hold 0 and 1 only are options
        and not the question.
        """
        found = self._positions.get(self._steps(name), [])
        if len(found) < 2 or not self._separator:
            return found
        exact = [at for at in found if self._steps(self._raw.header[at]) == self._steps(name)]
        if not exact:
            return found
        return [at for at in found if at in exact or not self._among_options(at)]

    def derived(self, name: str) -> Encoded | None:
        """Make an option from the question's answers, or the answers from its options' columns.

        `topics/games` is 1 where `games` is among the answers in `topics`, 0 where others are, and
        empty where nothing is. An option with a space in it cannot be told from its neighbours.
        """
        steps = self._steps(name)
        question, _, option = steps.rpartition(_STEP)
        of_question = self._positions.get(question, []) if question else []
        if len(of_question) == 1 and " " not in option:
            answers = self._raw.cells.encoded(of_question[0])
            return spelled(answers, lambda text: has_option(text, option))
        options = self.options(name)
        return distinct(self.chosen(options)) if options else None

    def options(self, name: str) -> dict[int, str]:
        """Columns of a question's options, and the last part of the heading of each."""
        options = [at for at in self._children.get(self._steps(name), []) if self.is_option(at)]
        return {at: self._steps(self._raw.header[at]).rpartition(_STEP)[2] for at in options}

    def chosen(self, options: Mapping[int, str]) -> pd.Series:
        """Join the options that each row has chosen, by the columns that say so of each."""
        chosen = np.full(len(self._raw.cells), "", dtype=object)
        for at, option in options.items():
            where = self._raw.cells[at].to_numpy() == "1"
            chosen[where] = [f"{others} {option}".strip() for others in chosen[where]]
        return pd.Series(chosen, index=self._raw.cells.index, dtype="str")

    def _ends(self, heading: str) -> list[str]:
        steps = heading.split(_STEP)
        ends = [_STEP.join(steps[start:]) for start in range(len(steps))]
        path, _, _ = heading.rpartition(_STEP)
        if path in self._whole and len(ends) > 1:
            return ends[:-1]
        return ends

    def _among_options(self, position: int) -> bool:
        path, _, _ = self._steps(self._raw.header[position]).rpartition(_STEP)
        return bool(path) and all(self.is_option(at) for at in self._children.get(path, []))

    def is_option(self, position: int) -> bool:
        """Whether a column holds 0 and 1 only."""
        return set(self._raw.cells.encoded(position).texts) <= _OF_AN_OPTION

    def _steps(self, heading: str) -> str:
        return heading.replace(self._separator, _STEP) if self._separator else heading


def has_option(answers: str, option: str) -> str:
    """Say 1 or 0 of an option among answers with spaces between them; nothing of no answer."""
    return "" if not answers.strip() else str(int(option in answers.split()))
