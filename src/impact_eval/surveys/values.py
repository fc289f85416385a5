"""Answers as text to numbers by the codebook; what breaks its rule is missing and listed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.text import folded

_NUMBER: Final = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)")
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+")


class Reading(NamedTuple):
    """What one answer comes to: its number (NaN is missing), and whether it broke the rule."""

    number: float
    rejected: bool = False


_MISSING: Final = Reading(math.nan)
_REJECTED: Final = Reading(math.nan, rejected=True)


@dataclass(frozen=True)
class ItemRule:
    """How the answers to one item are read in the waves that share a range."""

    kind: str
    minimum: float
    maximum: float
    reverse: bool
    correct: frozenset[str]
    missing: frozenset[str]

    def read(self, answer: str) -> Reading:
        """Turn one answer into its number.

        >>> rating = ItemRule("rating", 1, 5, True, frozenset(), frozenset({"98"}))
        >>> rating.read("۲").number, rating.read("98").number, rating.read("6").rejected
        (4.0, nan, True)
        """
        key = answer_key(answer)
        if not key:
            return _MISSING
        if self.kind == "choice":
            return Reading(float(key in self.correct))
        if key in self.missing:
            return _MISSING
        number = to_number(key)
        if self.kind == "note":
            return Reading(number)
        if not (self._low <= number <= self._high):
            return _REJECTED
        return Reading(self.minimum + self.maximum - number if self.reverse else number)

    @property
    def _low(self) -> float:
        return -math.inf if math.isnan(self.minimum) else self.minimum

    @property
    def _high(self) -> float:
        return math.inf if math.isnan(self.maximum) else self.maximum

    @property
    def text(self) -> str:
        """The rule in words, for the list of rejected answers."""
        if math.isnan(self.minimum) and math.isnan(self.maximum):
            return "a number"
        return f"a number from {self._low:g} to {self._high:g}"


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
            return _MISSING
        if key in self.codes:
            return rule.read(self.codes[key])
        known = rule.correct | rule.missing | set(map(answer_key, self.codes.values()))
        return rule.read(key) if key in known else _REJECTED


def answer_key(answer: str) -> str:
    """Bring an answer into the spelling in which answers, keys and missing codes are compared.

    >>> answer_key(" B "), answer_key("۹۸"), answer_key("2.0") == answer_key("2")
    ('b', '98', True)
    """
    text = folded(answer)
    number = to_number(text)
    return text if math.isnan(number) else f"{number:g}" if abs(number) < 1e5 else repr(number)


def to_number(text: str) -> float:
    """Read a number with a point or a decimal comma; NaN for anything else.

    `1,234` is refused: nobody can tell a thousand from a decimal comma.

    >>> to_number("3,5"), to_number("1,234"), to_number("inf")
    (3.5, nan, nan)
    """
    if not _NUMBER.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return math.nan
    return float(text.replace(",", "."))


def read_answers(forms: Forms, source: Source, study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Numbers of all items of a study, and the answers that broke their rule.

    Parameters
    ----------
    forms : Forms
        Forms of one file, n of them.
    source : Source
        Its declaration, which says what the columns are called.
    study : Study
        Whose codebook holds the rules.

    Returns
    -------
    numbers : DataFrame, shape (n, number of different item ids)
        Choices are 1 (right) or 0, a "don't know" on a choice 0; ratings and frequencies as
        numbers after reversal; NaN is missing.
    rejected : DataFrame
        Columns `form` (position), `column`, `rule`. Never the answer.
    """
    columns = list(dict.fromkeys(study.items["item_id"]))
    numbers = np.full((len(forms.about), len(columns)), np.nan)
    rejected: list[pd.DataFrame] = []
    factorized: dict[str, tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = {}
    for item_id, where, rule, asked in _rules(forms, study):
        if item_id not in forms.answers or not where.any():
            continue
        if item_id not in factorized:
            codes, unique = pd.factorize(forms.answers[item_id].to_numpy(dtype=object))
            factorized[item_id] = (codes, unique)
        codes, unique = factorized[item_id]
        labels = AnswerLabels.of(source, item_id) if asked else None
        read: Callable[[str], Reading] = rule.read if asked else _read_unasked
        if labels is not None:
            read = partial(labels.read, rule=rule)
        readings = [read(answer) for answer in unique]
        values = np.array([reading.number for reading in readings])
        broken = np.array([reading.rejected for reading in readings], dtype=bool)
        numbers[where, columns.index(item_id)] = values[codes[where]]
        positions = np.flatnonzero(where & broken[codes])
        if len(positions):
            text = rule.text if asked else "not asked in this wave"
            text = text if labels is None else f"a declared label, or its code ({text})"
            rejected.append(_rejections(forms, source, item_id, positions, text))
    frame = pd.DataFrame(numbers, columns=columns)
    return frame, _stacked(rejected)


def _read_unasked(answer: str) -> Reading:
    return _REJECTED if answer_key(answer) else _MISSING


def _rules(
    forms: Forms, study: Study
) -> Iterator[tuple[str, np.ndarray[Any, np.dtype[np.bool_]], ItemRule, bool]]:
    """Item, forms that a rule holds for, the rule, and whether the item is asked there."""
    audience, wave = forms.about["audience"].to_numpy(), forms.about["wave"].to_numpy()
    groups = {
        (one, other): (audience == one) & (wave == other)
        for one in study.audience_ids
        for other in study.wave_ids
    }
    ranges = {(one.audience, one.id): one.ranges for one in study.outcomes}
    for item in study.items.itertuples(index=False):
        missing = frozenset(answer_key(code) for code in str(item.missing_codes).split("|"))
        correct = frozenset(answer_key(code) for code in str(item.correct).split("|"))
        asked_in = [one.strip() for one in str(item.waves).split("|") if one.strip()]
        bounds = float(str(item.minimum)), float(str(item.maximum))
        by_wave = ranges.get((str(item.audience), str(item.outcome)), {})
        for one in study.wave_ids:
            low, high = by_wave.get(one, bounds)
            reverse = bool(item.reverse)
            rule = ItemRule(str(item.type), low, high, reverse, correct - {""}, missing - {""})
            where = groups[str(item.audience), one]
            yield str(item.item_id), where, rule, not asked_in or one in asked_in


def _rejections(
    forms: Forms, source: Source, item_id: str, positions: np.ndarray[Any, Any], rule: str
) -> pd.DataFrame:
    waves = forms.about["wave"].to_numpy()[positions]
    named = {wave: source.item_column(item_id, wave) or item_id for wave in set(waves)}
    return pd.DataFrame(
        {"form": positions, "column": [named[wave] for wave in waves], "rule": rule}
    )


def read_subgroups(forms: Forms, source: Source, study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the declared levels of the subgroups (empty is unknown), and what is not one of them."""
    levels, rejected = {}, []
    for subgroup in study.subgroups:
        meaning = {folded(level): level for level in subgroup.levels}
        given = source.values.get(subgroup.id, {})  # noqa: PD011  (a field of ours)
        meaning |= {answer_key(text): level for text, level in given.items()}
        codes, unique = pd.factorize(forms.subgroups[subgroup.id].to_numpy(dtype=object))
        known = np.array([meaning.get(answer_key(text), "") for text in unique], dtype=object)
        broken = np.array(
            [bool(text) and not level for text, level in zip(unique, known, strict=True)]
        )
        levels[subgroup.id] = pd.Series(known[codes], dtype="str")
        positions = np.flatnonzero(broken[codes]) if len(unique) else np.array([], dtype=int)
        column = source.columns.subgroups.get(subgroup.id, subgroup.id)
        rule = "one of the values declared for this subgroup"
        rejected.append(pd.DataFrame({"form": positions, "column": column, "rule": rule}))
    return pd.DataFrame(levels, index=forms.about.index), _stacked(rejected)


def _stacked(rejected: list[pd.DataFrame]) -> pd.DataFrame:
    empty = pd.DataFrame(
        {
            "form": pd.Series([], dtype="int64"),
            "column": pd.Series([], dtype="str"),
            "rule": pd.Series([], dtype="str"),
        }
    )
    return pd.concat([empty, *(one for one in rejected if len(one))], ignore_index=True)
