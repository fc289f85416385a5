"""Answers that a tool exports by their labels, to the codes that the codebook has for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from impact_eval.study.source import Source
from impact_eval.surveys.item_rule import BLANK, REJECTED, ItemRule, Reading, answer_key


@dataclass(frozen=True)
class AnswerLabels:
    """Labels of one item's answers and the codes that the codebook has for them."""

    codes: Mapping[str, str]

    @classmethod
    def of(cls, source: Source, item_id: str) -> AnswerLabels | None:
        """Labels that a source declares for an item, or None."""
        declared = source.labels_of(item_id)
        if not declared:
            return None
        return cls({answer_key(label): code for label, code in declared.items()})

    def read(self, answer: str, rule: ItemRule) -> Reading:
        """Read an answer by its code; reject what is neither a label nor a code.

        >>> labels = AnswerLabels({"never": "1"})
        >>> rule = ItemRule("rating", 1, 4, False, frozenset(), frozenset())
        >>> [labels.read(text, rule).number for text in ("Never", "1", "Sometimes")]
        [1.0, 1.0, nan]
        """
        key = answer_key(answer)
        if not key:
            return BLANK
        if key in self.codes:
            return rule.read(self.codes[key])
        if rule.kind == "multiple":
            return rule.read(answer)
        known = rule.correct | rule.missing | set(map(answer_key, self.codes.values()))
        return rule.read(key) if key in known else REJECTED
