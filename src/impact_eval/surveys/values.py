"""Answers as text to numbers by the codebook; what breaks its rule is missing and listed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.answer_labels import AnswerLabels
from impact_eval.surveys.answers import Answers, Different, ItemAnswers, ReadAnswer, smallest
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.encoded import Encoded, spelled
from impact_eval.surveys.item_rule import BLANK, REJECTED, ItemRule, Reading, answer_key
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.text import folded
from impact_eval.surveys.typed import typed_table
from impact_eval.surveys.written import written_hashes
from impact_eval.table_columns import ANSWER_KINDS

NOT_ASKED: Final = "not asked in this wave"


def read_answers(
    forms: Forms, source: Source, study: Study, *, hash_key: str
) -> tuple[Answers, pd.DataFrame]:
    """Read all answers of a study by its codebook, and list those that broke their rule.

    Parameters
    ----------
    forms : Forms
        Forms of one file, n of them.
    source : Source
        Its declaration, which says what the columns are called.
    study : Study
        Whose codebook holds the rules.
    hash_key : str
        The study's secret (`Tokens.hash_key`), for what tells answers apart.

    Returns
    -------
    answers : Answers
        Choices are 1 (right) or 0, a declared "don't know" on a choice 0, any other missing code
        NaN; ratings and frequencies as numbers after reversal. NOTHING where the item is not asked
        in the form's audience and wave, or not by its file.
    rejected : DataFrame
        Columns `form` (position), `column`, `rule`. Never the answer.
    """
    n = len(forms)
    items = dict.fromkeys(item.item_id for item in study.item_rows)
    found = {item: _OneItem(n) for item in items}
    hashes = written_hashes(forms.answers.values(), hash_key=hash_key)
    rejected: list[pd.DataFrame] = []
    for item_id, where, rule, asked in _rules(forms, study):
        if item_id not in forms.answers or not where.any():
            continue
        cells = forms.answers[item_id]
        labels = AnswerLabels.of(source, item_id) if asked else None
        readings = _readings(cells.texts, rule, labels, asked=asked)
        if asked:
            found[item_id].add(cells, readings, hashes, where)
        broken = np.array([reading.rejected for reading in readings], dtype=bool)
        if broken.any():
            text = rule.text if asked else NOT_ASKED
            text = text if labels is None else f"a declared label, or its code ({text})"
            positions = np.flatnonzero(where & broken[cells.codes])
            rejected.append(_rejections(forms, source, item_id, positions, text))
    answers = Answers({item: one.answers() for item, one in found.items()}, n)
    return answers, rejected_cells(rejected)


class _OneItem:
    """Puts together what one item's answers come to by the rules of several audiences and waves."""

    def __init__(self, n: int) -> None:
        self._n = n
        self._places: np.ndarray[Any, Any] | None = None
        self._different = Different()

    def add(
        self,
        cells: Encoded,
        readings: Sequence[Reading],
        hashes: Mapping[str, int],
        where: np.ndarray[Any, np.dtype[np.bool_]],
    ) -> None:
        of_texts = [
            self._place(reading, hashes[answer_key(text)])
            for reading, text in zip(readings, cells.texts, strict=True)
        ]
        found = cells.of_each(of_texts, dtype=smallest(len(self._different.answers)))
        before = np.uint8(0) if self._places is None else self._places
        self._places = found if where.all() else np.where(where, found, before)

    def answers(self) -> ItemAnswers:
        places = np.zeros(self._n, dtype=np.uint8) if self._places is None else self._places
        return ItemAnswers(places, tuple(self._different.answers))

    def _place(self, reading: Reading, written: int) -> int:
        kind = ANSWER_KINDS.index(reading.kind)
        written = written if reading.kind == "answered" else 0
        return self._different.place(ReadAnswer(reading.number, written, kind))


def _readings(
    texts: list[str], rule: ItemRule, labels: AnswerLabels | None, *, asked: bool
) -> list[Reading]:
    read: Callable[[str], Reading] = rule.read if asked else _read_unasked
    if labels is not None:
        read = partial(labels.read, rule=rule)
    return [read(text) for text in texts]


def _read_unasked(answer: str) -> Reading:
    return REJECTED if answer_key(answer) else BLANK


def _rules(
    forms: Forms, study: Study
) -> Iterator[tuple[str, np.ndarray[Any, np.dtype[np.bool_]], ItemRule, bool]]:
    """Item, forms that a rule holds for, the rule, and whether the item is asked there."""
    audience = {one: forms.about["audience"].among([one]) for one in study.audience_ids}
    wave = {one: forms.about["wave"].among([one]) for one in study.answer_wave_ids}
    groups = {(one, other): audience[one] & wave[other] for one in audience for other in wave}
    ranges = {(one.audience, one.id): one.ranges for one in study.outcomes}
    choices = _choices_of_forms(study)
    none: frozenset[str] = frozenset()
    for item in study.item_rows:
        asked_in = study.waves_of(item)
        bounds = float(str(item.minimum)), float(str(item.maximum))
        by_wave = ranges.get((str(item.audience), str(item.outcome)), {})
        alike: dict[tuple[tuple[float, float] | None, bool], list[str]] = {}
        for one in study.answer_wave_ids:
            low_high = by_wave.get(one, bounds)
            span = None if any(map(math.isnan, low_high)) else low_high
            alike.setdefault((span, one in asked_in), []).append(one)
        for (_, asked), waves in alike.items():
            low, high = by_wave.get(waves[0], bounds)
            rule = ItemRule(
                kind=str(item.type),
                minimum=low,
                maximum=high,
                reverse=bool(item.reverse),
                correct=_keys(item.correct),
                missing=_keys(item.missing_codes),
                dont_know=_keys(item.dont_know_codes),
                refused=_keys(item.refused_codes),
                options=_keys(item.options) or choices.get((item.audience, item.item_id), none),
                in_parts=str(item.scoring) == "share",
            )
            where = np.logical_or.reduce([groups[str(item.audience), one] for one in waves])
            yield str(item.item_id), where, rule, asked


def _choices_of_forms(study: Study) -> dict[tuple[object, object], frozenset[str]]:
    """Names of the choices of each item that is asked with a list in a survey form."""
    found: dict[tuple[object, object], frozenset[str]] = {}
    for form in study.forms:
        questions = {question.name: question for question in form.questions}
        for item in form.items:
            question = questions.get(item.cells["item_id"])
            if question is not None and question.type == "select_one":
                names = frozenset(answer_key(one.name) for one in form.choices_of(question))
                found[item.cells["audience"], question.name] = names
    return found


def _keys(cell: object) -> frozenset[str]:
    """Codes of a cell of the codebook, in the spelling in which answers are compared."""
    return frozenset(answer_key(code) for code in str(cell).split("|")) - {""}


def _rejections(
    forms: Forms, source: Source, item_id: str, positions: np.ndarray[Any, Any], rule: str
) -> pd.DataFrame:
    waves = forms.about["wave"].taken_texts(positions)
    named = {wave: source.item_column(item_id, wave) or item_id for wave in set(waves)}
    return pd.DataFrame(
        {"form": positions, "column": [named[wave] for wave in waves], "rule": rule}
    )


def read_subgroups(forms: Forms, source: Source, study: Study) -> tuple[Columns, pd.DataFrame]:
    """Find the declared levels of the subgroups (empty is unknown), and what is not one of them."""
    levels, rejected = {}, []
    for subgroup in study.subgroups:
        meaning = {folded(level): level for level in subgroup.levels}
        declared = source.values.get(subgroup.id, {})  # noqa: PD011  (a field of ours)
        meaning |= {answer_key(text): level for text, level in declared.items()}
        given = forms.subgroups[subgroup.id]
        levels[subgroup.id] = spelled(given, partial(_level, meaning))
        broken = [bool(text) and not _level(meaning, text) for text in given.texts]
        if not any(broken):
            continue
        positions = np.flatnonzero(given.of_each(broken, dtype=bool))
        column = source.columns.subgroups.get(subgroup.id, subgroup.id)
        rule = "one of the values declared for this subgroup"
        rejected.append(pd.DataFrame({"form": positions, "column": column, "rule": rule}))
    return Columns(levels, {}, len(forms)), rejected_cells(rejected)


def _level(meaning: Mapping[str, str], text: str) -> str:
    return meaning.get(answer_key(text), "")


def rejected_cells(rejected: list[pd.DataFrame]) -> pd.DataFrame:
    """Put lists of answers that broke a rule one below the other."""
    empty = typed_table({"form": "int64", "column": "str", "rule": "str"}, {})
    some = [one for one in rejected if len(one)]
    return pd.concat([empty, *some], ignore_index=True) if some else empty
