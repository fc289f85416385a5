"""Forms of a file with value labels: what SPSS and Stata have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from impact_eval.study import Study
from impact_eval.study.source import ColumnRule, Source
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.layout import Forms, items_asked
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.long import read_long
from impact_eval.surveys.readers.wide import read_wide
from impact_eval.surveys.text import folded


def read_labelled(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of a table whose columns may have value labels.

    Answers to items are the codes, as the codebook has them. Other columns are read by their labels
    if study.toml or the roster names one of these, and else by their codes. Codes that the file
    declares to be no answers are none, unless the codebook lists them as missing codes.

    Raises
    ------
    SurveyFileError
        With every declared column that the file lacks.
    """
    raw = _by_labels(_without_user_missing(raw, source, study), source, study)
    read = read_wide if source.is_wide else read_long
    return read(raw, source, study)


def _without_user_missing(raw: RawTable, source: Source, study: Study) -> RawTable:
    headings = Headings(raw)
    listed: dict[int, set[str]] = {}
    codes = dict(zip(study.items["item_id"], study.items["missing_codes"], strict=True))
    for item, wave in items_asked(source, study):
        at = headings.position(source.item_column(item, wave))
        if at is not None:
            listed.setdefault(at, set()).update(map(answer_key, codes[item].split("|")))
    cells = raw.cells.copy()
    for at, texts in raw.user_missing.items():
        none = [text for text in texts if answer_key(text) not in listed.get(at, set())]
        cells[at] = cells[at].where(~cells[at].isin(none), "")
    return replace(raw, cells=cells)


def _by_labels(raw: RawTable, source: Source, study: Study) -> RawTable:
    headings = Headings(raw)
    cells = raw.cells.copy()
    for name, known in _named(source, study):
        at = headings.position(name)
        labels = raw.value_labels.get(at, {}) if at is not None else {}
        if at is not None and {folded(label) for label in labels.values()} & known:
            cells[at] = cells[at].replace(dict(labels))
    return replace(raw, cells=cells)


def _named(source: Source, study: Study) -> Iterable[tuple[str | None, set[str]]]:
    """Columns that are not items, with the spellings that mean something in them."""
    rules = (
        (source.audience, study.audience_ids),
        (source.wave, study.wave_ids),
        (source.phase, study.phase_ids),
    )
    for rule, declared in rules:
        if isinstance(rule, ColumnRule):
            yield rule.column, set(map(folded, rule.values or declared))  # noqa: PD011
    yield source.columns.school, _schools(study.roster_table)
    for wave in study.wave_ids:
        yield source.consent_column(wave), set(map(folded, source.consent_values))
    for consent in source.consents:
        yield consent.column, set(map(folded, consent.accepted))
    for subgroup in study.subgroups:
        given = source.values.get(subgroup.id, {})  # noqa: PD011
        spelled = set(map(folded, given or subgroup.levels))
        yield source.columns.subgroups.get(subgroup.id), spelled


def _schools(roster: pd.DataFrame) -> set[str]:
    spellings: set[str] = set()
    for column in ("school_id", "name", "aliases"):
        if column in roster:
            spellings.update(folded(part) for cell in roster[column] for part in cell.split("|"))
    return spellings - {""}
