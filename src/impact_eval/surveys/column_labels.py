"""What one declared column may be headed by, and what its answers may be called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from impact_eval.surveys.encoded import Encoded, spelled
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.joined_labels import InNames, JoinedLabels


@dataclass(frozen=True)
class ColumnLabels:
    """What a declared column may be headed by, and what its answers may be called.

    Attributes
    ----------
    headings : tuple of str
        Texts of its question that no other question has.
    shared : tuple of str
        Texts that several questions of the forms have: they tell nothing.
    lists : tuple of str
        Names of its lists of choices.
    names : mapping
        Each choice's name in the spelling in which answers are compared, to the name.
    labels : mapping
        Each label in that spelling, to the names of the choices that it may mean.
    declared : frozenset of str
        Answers, in that spelling, that study.toml or the roster gives a meaning to.
    several : bool
        Whether several choices may be in one answer.
    options : mapping
        Where they may: what may stand for a choice at the end of a heading, to the names of the
        choices that it may mean.
    option, option_of : str
        If the column says of one choice whether it was made: its name, and the column of the whole
        question.
    """

    headings: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    several: bool = False
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    option: str = ""
    option_of: str = ""

    def in_codes(self, cells: Encoded, *, by_text: bool = False) -> InNames:
        """Put names in the place of labels; also say which rows hold a label of several choices.

        In a column without any label each text is a name, even if it is a label too; but not if
        the column was found by its question's text and every text is a label: such a file holds
        labels, as likely as not.
        """
        if self.several:
            joined = JoinedLabels.of(self.names, self.labels)
            return joined.in_names(cells, declared=self.declared)
        nowhere = np.zeros(len(cells.codes), dtype=bool)
        keys = {text: answer_key(text) if text else "" for text in cells.texts}
        of_labels = any(self._only_label(key) for key in keys.values())
        if not of_labels and not (by_text and self._all_labels(keys.values())):
            return InNames(cells, nowhere, nowhere)
        meant = {text: self._meant(key) for text, key in keys.items()}
        several = cells.of_each([len(meant[text]) > 1 for text in cells.texts], dtype=bool)
        codes = spelled(cells, lambda text: next(iter(meant[text]), text))
        return InNames(codes, several, nowhere)

    def _only_label(self, key: str) -> bool:
        return key in self.labels and key not in self.names and key not in self.declared

    def _all_labels(self, keys: Iterable[str]) -> bool:
        return all(key in self.labels for key in keys if key and key not in self.declared)

    def _meant(self, key: str) -> tuple[str, ...]:
        """Names that an answer may mean in a column of labels; none if it is not translated."""
        if key in self.declared:
            return ()
        own = (self.names[key],) if key in self.names else ()
        return tuple(dict.fromkeys((*self.labels.get(key, ()), *own)))
