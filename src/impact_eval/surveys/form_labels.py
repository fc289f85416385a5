"""Questions' texts and choices' labels in a study's survey forms, to names and codes.

Tools export names or labels, and labels in any language of the form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from impact_eval.instruments import Instrument
from impact_eval.instruments.instrument import Labels
from impact_eval.study import Study
from impact_eval.study.source import ColumnRule, Source
from impact_eval.surveys.column_labels import ColumnLabels
from impact_eval.surveys.declared_texts import declared_texts
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.items_asked import items_asked, possible_audiences
from impact_eval.surveys.text import plain

_MOST_SOURCES: Final = 32
_ONE: Final = "select_one"
_SEVERAL: Final = "select_multiple"


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
        An entry for each column that is a question of a form, or an item; for a column of one
        option (`topics/games`), and for the question that the option is of.

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
    found: dict[str, ColumnLabels] = {}
    for column, question, option in _with_options(_columns(source, study), forms):
        if option:
            found[column] = ColumnLabels(option_of=column.rpartition("/")[0], option=option)
            continue
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
    for wave in study.answer_wave_ids:
        names += [source.consent_column(wave), source.answered_on_column(wave)]
    for name in names:
        if name:
            yield name, name.rpartition("/")[2]


def _with_options(
    columns: Iterable[tuple[str, str]], forms: Sequence[Instrument]
) -> Iterator[tuple[str, str, str]]:
    """Yield before each column of an option its question; columns of no option as they are."""
    several = {
        question.name: [choice.name for choice in form.choices_of(question)]
        for form in forms
        for question in form.questions
        if question.type == _SEVERAL
    }
    asked = {question.name for form in forms for question in form.questions}
    for column, question in columns:
        path, _, name = column.rpartition("/")
        of = path.rpartition("/")[2]
        if name in several.get(of, ()) and question not in asked:
            yield path, of, ""
            yield column, of, name
        else:
            yield column, question, ""


def _known(source: Source, study: Study) -> Iterator[tuple[str, Iterable[str]]]:
    yield from declared_texts(source, study)
    for item, wave in items_asked(source, study):
        if (column := source.item_column(item, wave)) and (labels := source.labels_of(item)):
            yield column, labels


def _with_choices(labels: ColumnLabels, forms: Iterable[Instrument], question: str) -> ColumnLabels:
    """Add the choices of every version of a question."""
    lists: dict[str, None] = {}
    names: dict[str, str] = {}
    meant: dict[str, tuple[str, ...]] = {}
    options: dict[str, tuple[str, ...]] = {}
    several = False
    for form in forms:
        for one in form.questions:
            if one.name != question or one.type not in (_ONE, _SEVERAL):
                continue
            several |= one.type == _SEVERAL
            lists[one.list_name] = None
            for choice in form.choices_of(one):
                names[answer_key(choice.name)] = choice.name
                _add(meant, _keys(choice.labels), choice.name)
                said = {plain(text) for text in choice.labels.values()} - {""}
                _add(options, {choice.name} | said, choice.name)
    return replace(
        labels,
        lists=tuple(lists),
        names=names,
        labels=meant,
        several=several,
        options=options if several else {},
    )


def _add(meant: dict[str, tuple[str, ...]], texts: Iterable[str], name: str) -> None:
    for text in texts:
        meant[text] = tuple(dict.fromkeys((*meant.get(text, ()), name)))


def _keys(labels: Labels) -> set[str]:
    return {answer_key(text) for text in labels.values()} - {""}
