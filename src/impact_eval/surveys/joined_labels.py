"""Labels of several choices in one cell, with spaces between them, to the names of the choices.

A label may hold spaces itself, so a cell is read only if it falls into labels in one way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from impact_eval.surveys.encoded import Encoded, spelled
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.text import folded

Words = tuple[str, ...]
_ENOUGH: Final = 2
_MOST_STEPS: Final = 10_000


class InNames(NamedTuple):
    """A column with names in the place of labels, and the rows that could not be told.

    `unclear` are rows that may be read in several ways, `unread` those that hold something else
    beside labels; both are left as they were.
    """

    cells: Encoded
    unclear: np.ndarray[Any, Any]
    unread: np.ndarray[Any, Any]


@dataclass(frozen=True)
class JoinedLabels:
    """The choices of a list, by the words of their labels and names.

    Attributes
    ----------
    choices : mapping
        Words of a label or a name, in the spelling in which answers are compared, to the names of
        the choices that they may mean.
    names : frozenset of str
        Names of the choices in that spelling.
    """

    choices: Mapping[Words, tuple[str, ...]]
    names: frozenset[str]

    @classmethod
    def of(cls, names: Mapping[str, str], labels: Mapping[str, Iterable[str]]) -> JoinedLabels:
        """Take names and labels as `form_labels.ColumnLabels` holds them."""
        choices: dict[Words, tuple[str, ...]] = {
            _words(key): (name,) for key, name in names.items()
        }
        for label, meant in labels.items():
            words = _words(label)
            choices[words] = tuple(dict.fromkeys((*choices.get(words, ()), *meant)))
        return cls(choices, frozenset(names))

    def in_names(self, cells: Encoded, *, declared: Iterable[str] = ()) -> InNames:
        """Put names in the place of labels, in a column in which any label stands.

        Parameters
        ----------
        cells : Encoded
            Answers as they were exported.
        declared : iterable of str
            Answers that keep the meaning that study.toml gives them.

        Examples
        --------
        >>> two = JoinedLabels.of({"a": "a", "b": "b"}, {"on line": ["a"], "line": ["b"]})
        >>> two.in_names(Encoded(np.array([0, 1, 2]), ["On line Line", "line", "b a"])).cells.texts
        ['a b', 'b', 'b a']
        """
        kept = {"", *declared}
        ways = {
            text: [] if answer_key(text) in kept else self.readings(text) for text in cells.texts
        }
        if not any(found and not self._of_names(text) for text, found in ways.items()):
            nowhere = np.zeros(len(cells.codes), dtype=bool)
            return InNames(cells, nowhere, nowhere)
        nothing = [not ways[text] and answer_key(text) not in kept for text in cells.texts]
        one = {text: " ".join(found[0]) for text, found in ways.items() if len(found) == 1}
        return InNames(
            spelled(cells, lambda text: one.get(text, text)),
            cells.of_each([len(ways[text]) > 1 for text in cells.texts], dtype=bool),
            cells.of_each(nothing, dtype=bool),
        )

    def readings(self, answer: str) -> list[tuple[str, ...]]:
        """Choices that an answer may mean, each once; at most two of the ways to read it.

        Two empty ones if there are more ways to try than anybody could tell apart.

        >>> JoinedLabels.of({}, {"a": "1", "b": "2", "a b": "3"}).readings("a b")
        [('1', '2'), ('3',)]
        """
        words = _words(answer)
        ends = self._ends(words)
        found: dict[frozenset[str], tuple[str, ...]] = {}
        waiting: list[tuple[int, tuple[str, ...]]] = [(0, ())]
        steps = 0
        while waiting and len(found) < _ENOUGH:
            if (steps := steps + 1) > _MOST_STEPS:
                return [(), ()]
            start, chosen = waiting.pop()
            if start == len(words):
                found.setdefault(frozenset(chosen), chosen)
                continue
            for end, name in ends[start]:
                # nobody can choose an answer twice
                if name not in chosen:
                    waiting.append((end, (*chosen, name)))
        return sorted(found.values(), key=len, reverse=True)

    def _ends(self, words: Words) -> list[list[tuple[int, str]]]:
        """For each word, where choices that begin there end, if the rest can be read too."""
        longest = max(map(len, self.choices), default=0)
        ends: list[list[tuple[int, str]]] = [[] for _ in words]
        can_end = [False] * len(words) + [True]
        for start in reversed(range(len(words))):
            for end in range(start + 1, min(start + longest, len(words)) + 1):
                if can_end[end]:
                    names = self.choices.get(words[start:end], ())
                    ends[start] += [(end, name) for name in names]
            can_end[start] = bool(ends[start])
        return ends

    def _of_names(self, answer: str) -> bool:
        return all(word in self.names for word in _words(answer))


def _words(text: str) -> Words:
    return tuple(answer_key(word) for word in folded(text).split())
