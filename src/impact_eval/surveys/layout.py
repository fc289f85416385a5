"""What every reader hands on: a file's forms, with their answers still as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from impact_eval.study import Study
from impact_eval.study.source import ColumnRule, Source
from impact_eval.surveys.codes import Codes
from impact_eval.surveys.dates import serial_date
from impact_eval.surveys.encoded import Encoded, code_elements, constant, spelled
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.items_asked import items_asked
from impact_eval.surveys.privacy.consents import lacking
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.text import folded, plain, roll_number

UNKNOWN: Final = "?"


@dataclass(frozen=True)
class Forms:
    """Forms of one file, one a row; all of one length n and in one order.

    Attributes
    ----------
    rows : array of int
        The row number of each that a spreadsheet shows.
    about : dict of str to Encoded
        `audience`, `wave` and `phase` are declared ids, empty if not given and UNKNOWN if given but
        not declared; `school` is the label as typed; `consent` is `yes`, or `no` for anything else
        where it was asked; `consents_missing` names the rules that are not met, `limited` what is
        not done for want of one, and `refuses` is `yes` where the person withdraws. The rest is
        text as typed: `workshop, answered_on, uuid, submitted_on, started_at, ended_at, duration,
        device, interviewer`.
    codes : dict of str to Codes
        `code` is what tells one person from another within school and audience, missing if it is
        incomplete; `elements` is a self-generated code with its gaps, and `child_elements` that of
        the respondent's child.
    subgroups : dict of str to Encoded
        For each declared subgroup, text as typed.
    answers : mapping of str to Encoded
        For each item that the file asks, text as typed.
    """

    rows: np.ndarray[Any, np.dtype[np.int64]]
    about: dict[str, Encoded]
    codes: dict[str, Codes]
    subgroups: dict[str, Encoded]
    answers: Mapping[str, Encoded]

    def __len__(self) -> int:
        """Say how many forms there are."""
        return len(self.rows)


def expected_names(source: Source, study: Study) -> set[str]:
    """Headings that a file may have: those declared, and the questions' texts in the forms."""
    columns = source.columns
    names: set[str | None] = {columns.school, columns.workshop, columns.respondent}
    names |= {columns.started_at, columns.ended_at, columns.duration}
    names |= {columns.device, columns.interviewer}
    names |= {source.form_id_column(wave) for wave in study.answer_wave_ids}
    names |= {*columns.code, *columns.child_code}
    names |= set(columns.subgroups.values())
    names |= {source.item_column(item, wave) for item, wave in items_asked(source, study)}
    for rule in (source.audience, source.wave, source.phase):
        names.add(rule.column if isinstance(rule, ColumnRule) else None)
    for labels in form_labels(source, study).values():
        names.update(labels.headings)
    return {name for name in names if name}


def read_about(
    headings: Headings, raw: RawTable, source: Source, study: Study, *, wave: str = ""
) -> dict[str, Encoded]:
    """Everything on a form but codes and answers; `wave` is given in the wide layout."""
    columns = source.columns
    text = _Column(headings, len(raw.cells))
    waves = text.constant(wave) if wave else text.by_rule(source.wave, study.answer_wave_ids)
    possible = (wave,) if wave else source.waves or study.answer_wave_ids
    missing, limited, refuses = lacking(source.consents, text.of, len(raw.cells))
    given = _consent(text, source, possible, waves)
    return {
        "audience": text.by_rule(source.audience, study.audience_ids),
        "wave": waves,
        "phase": text.by_rule(source.phase, study.phase_ids),
        "school": text.constant(source.school) if source.school else text.of(columns.school),
        "workshop": text.of(columns.workshop),
        "answered_on": _days(text, source, possible, waves, raw),
        "consent": given.replaced(~missing.among([""]), text.constant("no")),
        "consents_missing": missing,
        "limited": limited,
        "refuses": refuses,
        "uuid": form_ids(_ids(text, source, possible, waves), wave),
        "submitted_on": text.constant(""),
        "started_at": text.of(columns.started_at),
        "ended_at": text.of(columns.ended_at),
        "duration": text.of(columns.duration),
        "device": text.of(columns.device),
        "interviewer": text.of(columns.interviewer),
    }


def read_codes(headings: Headings, raw: RawTable, source: Source) -> dict[str, Codes]:
    """Codes of the people and of their children."""
    elements = _elements(headings, len(raw.cells), source.columns.code)
    return {
        "code": person_code(headings, raw, source, elements=elements),
        "elements": elements,
        "child_elements": _elements(headings, len(raw.cells), source.columns.child_code),
    }


def form_ids(ids: Encoded, wave: str) -> Encoded:
    """Tell the waves of one row apart, which are a form each."""
    return spelled(ids, lambda one: f"{one}#{wave}" if one else "") if wave else ids


def _ids(text: _Column, source: Source, possible: tuple[str, ...], waves: Encoded) -> Encoded:
    return text.by_wave({one: source.form_id_column(one) for one in possible}, waves)


def _days(
    text: _Column, source: Source, possible: tuple[str, ...], waves: Encoded, raw: RawTable
) -> Encoded:
    days = text.by_wave({one: source.answered_on_column(one) for one in possible}, waves)
    return spelled(days, serial_date) if raw.encoding == "workbook" else days


def read_subgroups(
    headings: Headings, raw: RawTable, source: Source, study: Study
) -> dict[str, Encoded]:
    """Subgroups as typed, empty where the source does not ask for them."""
    text = _Column(headings, len(raw.cells))
    names = source.columns.subgroups
    return {subgroup: text.of(names.get(subgroup)) for subgroup in study.subgroup_ids}


class _Column:
    """Columns of one file as cleaned text of a known length."""

    def __init__(self, headings: Headings, length: int) -> None:
        self._headings = headings
        self._length = length

    def constant(self, value: str | None) -> Encoded:
        return constant(value or "", self._length)

    def of(self, name: str | None) -> Encoded:
        found = self._headings.encoded(name)
        return self.constant("") if found is None else spelled(found, plain)

    def by_wave(self, names: dict[str, str | None], waves: Encoded) -> Encoded:
        """Take each row's cell from the column of its wave, if the waves have different ones."""
        if len(set(names.values())) == 1:
            return self.of(next(iter(names.values())))
        text = self.constant("")
        for wave, name in names.items():
            text = text.replaced(waves.among([wave]), self.of(name))
        return text

    def by_rule(self, rule: ColumnRule | str | None, declared: tuple[str, ...]) -> Encoded:
        if not isinstance(rule, ColumnRule):
            return self.constant(rule)
        meaning = {folded(key): value for key, value in rule.values.items()}
        meaning = meaning or {folded(one): one for one in declared}
        return spelled(self.of(rule.column), lambda text: _meaning(text, meaning))


def _meaning(text: str, meaning: dict[str, str]) -> str:
    return meaning.get(folded(text), UNKNOWN) if text else ""


def _consent(text: _Column, source: Source, possible: tuple[str, ...], waves: Encoded) -> Encoded:
    """Say `no` wherever consent was asked and not given; a wave without a column did not ask."""
    names = {wave: source.consent_column(wave) for wave in possible}
    accepted = {folded(value) for value in source.consent_values}
    given = spelled(text.by_wave(names, waves), folded).among(accepted)
    not_asked = [wave for wave in waves.texts if names.get(wave) is None]
    if all(name is not None for name in names.values()):
        not_asked = []
    agreed = given | waves.among(not_asked)
    return Encoded(agreed.view(np.int8), ["no", "yes"])


def person_code(
    headings: Headings, raw: RawTable, source: Source, *, elements: Codes | None = None
) -> Codes:
    """Take the respondent's number, or the code where no element is missing.

    `elements` are the code's, if they are known already.

    In the wide layout a row is a person: without either, the row itself tells them.
    """
    n = len(raw.cells)
    text = _Column(headings, n)
    if source.columns.respondent:
        prefixes = source.respondent_prefixes
        numbers = text.of(source.columns.respondent)
        return Codes((spelled(numbers, partial(roll_number, prefixes=prefixes)),), n)
    if source.columns.code:
        known = _elements(headings, n, source.columns.code) if elements is None else elements
        return known._replace(whole=True)
    if not source.is_wide:
        return Codes((), n)
    rows = Encoded(np.arange(n), [str(row) for row in raw.rows.tolist()])
    return Codes((constant("row", n), constant(raw.file, n), rows), n)


def _elements(headings: Headings, length: int, names: tuple[str, ...]) -> Codes:
    """Elements of a code in one spelling."""
    columns = [headings.encoded(name) for name in names]
    typed = [code_elements(column) for column in columns if column is not None]
    return Codes(tuple(typed) if len(typed) == len(names) else (), length)
