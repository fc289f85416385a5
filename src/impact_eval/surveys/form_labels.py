"""Questions' texts and choices' labels in a study's survey forms, to names and codes.

Tools export names or labels, and labels in any language of the form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np

from impact_eval.instruments import Instrument
from impact_eval.instruments.instrument import Labels
from impact_eval.study import Study
from impact_eval.study.source import ColumnRule, Source
from impact_eval.surveys.declared_texts import declared_texts
from impact_eval.surveys.encoded import Encoded, spelled
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.items_asked import items_asked, possible_audiences
from impact_eval.surveys.text import plain

_MOST_SOURCES: Final = 32


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
    """

    headings: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()

    def in_codes(self, cells: Encoded) -> tuple[Encoded, np.ndarray[Any, Any]]:
        """Put names in the place of labels; also say which rows hold a label of several choices.

        In a column without any label each text is a name, even if it is a label too.
        """
        keys = {text: answer_key(text) if text else "" for text in cells.texts}
        if not any(self._only_label(key) for key in keys.values()):
            return cells, np.zeros(len(cells.codes), dtype=bool)
        meant = {text: self._meant(key) for text, key in keys.items()}
        several = cells.of_each([len(meant[text]) > 1 for text in cells.texts], dtype=bool)
        return spelled(cells, lambda text: next(iter(meant[text]), text)), several

    def _only_label(self, key: str) -> bool:
        return key in self.labels and key not in self.names and key not in self.declared

    def _meant(self, key: str) -> tuple[str, ...]:
        """Names that an answer may mean in a column of labels; none if it is not translated."""
        if key in self.declared:
            return ()
        own = (self.names[key],) if key in self.names else ()
        return tuple(dict.fromkeys((*self.labels.get(key, ()), *own)))


def form_labels(source: Source, study: Study) -> dict[str, ColumnLabels]:
    """Labels of the declared columns of a source, by the names that study.toml gives them.

    Parameters
    ----------
    source : Source
        Whose columns they are.
    study : Study
        With its survey forms (`study.forms`) and the labels of its codebook.

    Returns
    -------
    dict of str to ColumnLabels
        An entry for each column that is a question of a form, or an item.

    Notes
    -----
    In the wide layout a question has several columns, so its text heads none of them; its choices'
    labels are known there too.
    """
    for place, declared in enumerate(study.sources):
        if declared is source:
            return _of_declared(study, place)
    return _found(source, study)


@lru_cache(maxsize=_MOST_SOURCES)
def _of_declared(study: Study, place: int) -> dict[str, ColumnLabels]:
    """Labels of a source as study.toml declares it, which every step of reading asks for again."""
    return _found(study.sources[place], study)


def _found(source: Source, study: Study) -> dict[str, ColumnLabels]:
    forms = list(_forms(source, study))
    questions = _texts(forms)
    headed: dict[str, set[str]] = defaultdict(set)
    for name, of_question in questions.items():
        for text in of_question:
            headed[text].add(name)
    short = dict(zip(study.items["item_id"], study.items["label"], strict=True))
    known = {name: {answer_key(text) for text in texts} for name, texts in _known(source, study)}
    found = {}
    for column, question in _columns(source, study):
        named = [short[question]] if question in short else []
        texts = [] if source.is_wide else [*named, *questions[question]]
        of_several = [text for text in texts if headed[text] - {question}]
        found[column] = _with_choices(
            ColumnLabels(
                headings=tuple(dict.fromkeys(one for one in texts if one not in of_several)),
                shared=tuple(dict.fromkeys(of_several)),
                declared=frozenset(known.get(column, set())),
            ),
            forms,
            question,
        )
    return found


def _forms(source: Source, study: Study) -> Iterator[Instrument]:
    possible = set(possible_audiences(source, study))
    for declared, form in zip(study.instruments, study.forms, strict=True):
        audiences = {item.cells.get("audience", "") for item in form.items} | {declared.audience}
        if audiences & possible:
            yield form


def _texts(forms: Iterable[Instrument]) -> dict[str, list[str]]:
    """Texts of each question in all languages; notes head no column."""
    texts: dict[str, list[str]] = defaultdict(list)
    for form in forms:
        for question in form.questions:
            if question.type != "note":
                texts[question.name] += map(plain, question.labels.values())
    return texts


def _columns(source: Source, study: Study) -> Iterator[tuple[str, str]]:
    """Each declared column with the name of its question."""
    for item, wave in items_asked(source, study):
        if column := source.item_column(item, wave):
            yield column, item
    columns = source.columns
    names = [columns.school, columns.workshop, columns.respondent]
    names += [columns.started_at, columns.ended_at, columns.duration]
    names += [columns.device, columns.interviewer]
    names += [*columns.code, *columns.child_code, *columns.subgroups.values()]
    rules = (source.audience, source.wave, source.phase)
    names += [rule.column for rule in rules if isinstance(rule, ColumnRule)]
    for wave in study.wave_ids:
        names += [source.consent_column(wave), source.answered_on_column(wave)]
    for name in names:
        if name:
            yield name, name.rpartition("/")[2]


def _known(source: Source, study: Study) -> Iterator[tuple[str, Iterable[str]]]:
    yield from declared_texts(source, study)
    for item, wave in items_asked(source, study):
        if (column := source.item_column(item, wave)) and (labels := source.labels_of(item)):
            yield column, labels


def _with_choices(labels: ColumnLabels, forms: Iterable[Instrument], question: str) -> ColumnLabels:
    lists: list[str] = []
    names: dict[str, str] = {}
    meant: dict[str, tuple[str, ...]] = {}
    for form in forms:
        for one in form.questions:
            if one.name != question or one.type != "select_one":
                continue
            lists.append(one.list_name)
            for choice in form.choices_of(one):
                names[answer_key(choice.name)] = choice.name
                for key in _keys(choice.labels):
                    meant[key] = tuple(dict.fromkeys((*meant.get(key, ()), choice.name)))
    return ColumnLabels(
        labels.headings,
        labels.shared,
        tuple(dict.fromkeys(lists)),
        names,
        meant,
        labels.declared,
    )


def _keys(labels: Labels) -> set[str]:
    return {answer_key(text) for text in labels.values()} - {""}
