"""Texts that study.toml or the roster gives a meaning to, by the column in which they stand."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from impact_eval.study import Study
from impact_eval.study.source import ColumnRule, Source
from impact_eval.surveys.text import folded


def declared_texts(source: Source, study: Study) -> Iterator[tuple[str, set[str]]]:
    """Yield columns that are not items, with the spellings (folded) that mean something in them."""
    rules = (
        (source.audience, study.audience_ids),
        (source.wave, study.answer_wave_ids),
        (source.phase, study.phase_ids),
    )
    for rule, declared in rules:
        if isinstance(rule, ColumnRule):
            yield rule.column, set(map(folded, rule.values or declared))  # noqa: PD011
    if source.columns.school:
        yield source.columns.school, _schools(study.roster_table)
    for wave in study.answer_wave_ids:
        if column := source.consent_column(wave):
            yield column, set(map(folded, source.consent_values))
    for consent in source.consents:
        yield consent.column, set(map(folded, consent.accepted))
    for subgroup in study.subgroups:
        if column := source.columns.subgroups.get(subgroup.id):
            given = source.values.get(subgroup.id, {})  # noqa: PD011  (a field of ours)
            yield column, set(map(folded, given or subgroup.levels))


def _schools(roster: pd.DataFrame) -> set[str]:
    spellings: set[str] = set()
    for column in ("school_id", "name", "aliases"):
        if column in roster:
            spellings.update(folded(part) for cell in roster[column] for part in cell.split("|"))
    return spellings - {""}
