"""All answers of many forms: for each item a place on each form, and what stands at each place.

An item has a handful of different readings, so a form needs a byte for it and no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from impact_eval.table_columns import ANSWER_KINDS

Matrix = np.ndarray[Any, Any]
Rows = np.ndarray[Any, np.dtype[np.integer[Any]]] | slice

NOT_ASKED: Final = -1
_TYPES: Final = {"number": np.float64, "written": np.uint32, "kind": np.int8}


class ReadAnswer(NamedTuple):
    """What one answer comes to, for everything after reading.

    `number` after scoring, NaN if there is none; `written` tells a sound answer from others, as it
    was written, and is 0 for all else; `kind` is its place in `table_columns.ANSWER_KINDS`, or -1
    where the item is not asked.
    """

    number: float
    written: int
    kind: int


NOTHING: Final = ReadAnswer(float("nan"), 0, NOT_ASKED)


class Different:
    """The different answers to one item, in the order in which they are met; the first is NOTHING.

    >>> different = Different()
    >>> [different.place(one) for one in (ReadAnswer(5.0, 7, 0), NOTHING, ReadAnswer(5.0, 7, 0))]
    [1, 0, 1]
    """

    def __init__(self) -> None:
        self.answers: list[ReadAnswer] = []
        self._places: dict[tuple[str, int, int], int] = {}
        self.place(NOTHING)

    def place(self, answer: ReadAnswer) -> int:
        """Place of an answer, a new one if it was not met before."""
        key = (repr(answer.number), answer.written, answer.kind)  # NaN is not equal to itself
        if key not in self._places:
            self._places[key] = len(self.answers)
            self.answers.append(answer)
        return self._places[key]


class ItemAnswers(NamedTuple):
    """Answers to one item: the place of each form's among the different ones; the first is NOTHING.

    >>> one = ItemAnswers(np.array([1, 0]), (NOTHING, ReadAnswer(5.0, 7, 0)))
    >>> one.numbers.tolist(), one.written.tolist(), one.kinds.tolist()
    ([5.0, nan], [7, 0], [0, -1])
    """

    places: np.ndarray[Any, np.dtype[np.integer[Any]]]
    different: tuple[ReadAnswer, ...]

    @property
    def numbers(self) -> Matrix:
        """Number of each form's answer."""
        return self.of_places("number").take(self.places)

    @property
    def written(self) -> Matrix:
        """What tells each form's answer from others."""
        return self.of_places("written").take(self.places)

    @property
    def kinds(self) -> Matrix:
        """Kind of each form's answer."""
        return self.of_places("kind").take(self.places)

    def counts(self, rows: Rows) -> list[int]:
        """How many of these forms have an answer of each of `table_columns.ANSWER_KINDS`."""
        places = np.bincount(self.places[rows], minlength=len(self.different)).tolist()
        found = [0] * len(ANSWER_KINDS)
        for answer, n in zip(self.different, places, strict=True):
            if answer.kind != NOT_ASKED:
                found[answer.kind] += n
        return found

    def taken(self, rows: Rows) -> ItemAnswers:
        """Answers of these forms, in their order."""
        return ItemAnswers(self.places[rows], self.different)

    def pruned(self) -> ItemAnswers:
        """Forget all answers that no form has, such as those of forms that were erased.

        >>> ItemAnswers(np.array([0]), (NOTHING, ReadAnswer(5.0, 7, 0))).pruned().different
        (ReadAnswer(number=nan, written=0, kind=-1),)
        """
        used = np.bincount(self.places, minlength=len(self.different)) > 0
        used[0] = True
        if used.all():
            return self
        place = (np.cumsum(used) - 1).astype(smallest(int(used.sum())))
        different = [one for one, stays in zip(self.different, used, strict=True) if stays]
        return ItemAnswers(place[self.places], tuple(different))

    def of_places(self, what: Literal["number", "written", "kind"]) -> Matrix:
        """Say what the answer at each place comes to."""
        return np.array([getattr(answer, what) for answer in self.different], dtype=_TYPES[what])


@dataclass(frozen=True)
class Answers:
    """Answers of n forms to the items of a study, in the order of the codebook."""

    items: dict[str, ItemAnswers]
    n: int

    def numbers(self, items: Sequence[str], rows: Rows = slice(None)) -> Matrix:
        """Numbers of these forms, shape (items, forms)."""
        return self._of(items, rows, [self.items[one].of_places("number") for one in items])

    def written(self, items: Sequence[str], rows: Rows = slice(None)) -> Matrix:
        """Places of answers among all that were written to these items, shape (items, forms).

        The same for the same answer to any of them; 0 for all that is no sound answer. Of the
        smallest type that holds them, since most items share a handful of answers.
        """
        written = [self.items[one].of_places("written") for one in items]
        different = np.unique(np.concatenate([np.zeros(1, dtype=np.uint32), *written]))
        dtype = smallest(len(different))
        return self._of(
            items, rows, [np.searchsorted(different, one).astype(dtype) for one in written]
        )

    def kinds(self, items: Sequence[str], rows: Rows = slice(None)) -> Matrix:
        """Kinds of answers, shape (items, forms)."""
        return self._of(items, rows, [self.items[one].of_places("kind") for one in items])

    def taken(self, rows: Rows) -> Answers:
        """Answers of these forms, in their order."""
        taken = {item: answers.taken(rows) for item, answers in self.items.items()}
        return Answers(taken, len(np.arange(self.n)[rows]))

    def erase(self, rows: Rows) -> None:
        """Leave nothing on these forms, in place."""
        for answers in self.items.values():
            answers.places[rows] = 0

    def pruned(self) -> Answers:
        """Forget all answers that no form has."""
        return Answers({item: answers.pruned() for item, answers in self.items.items()}, self.n)

    def extended(self, n: int) -> Answers:
        """Add forms without answers, n in all."""
        further = n - self.n
        items = {
            item: one._replace(places=np.pad(one.places, (0, further)))
            for item, one in self.items.items()
        }
        return Answers(items, n)

    @classmethod
    def stacked(cls, parts: Sequence[Answers]) -> Answers:
        """Put the answers of several files of one study one below the other."""
        items = {item: _joined([part.items[item] for part in parts]) for item in parts[0].items}
        return cls(items, sum(part.n for part in parts))

    def _of(self, items: Sequence[str], rows: Rows, of_places: Sequence[Matrix]) -> Matrix:
        """Look up what stands at the place of each answer, shape (items, forms)."""
        n = len(np.arange(self.n)[rows])
        found = np.empty((len(items), n), dtype=of_places[0].dtype if items else np.float64)
        for at, (item, values) in enumerate(zip(items, of_places, strict=True)):
            values.take(self.items[item].places[rows], out=found[at], mode="clip")
        return found


def smallest(places: int) -> np.dtype[Any]:
    """Type of the smallest whole numbers for so many places."""
    return np.min_scalar_type(max(places - 1, 0))


def _joined(parts: Sequence[ItemAnswers]) -> ItemAnswers:
    different = Different()
    new = [np.array([different.place(answer) for answer in part.different]) for part in parts]
    dtype = smallest(len(different.answers))
    places = [of.astype(dtype)[part.places] for of, part in zip(new, parts, strict=True)]
    return ItemAnswers(np.concatenate(places), tuple(different.answers))
