"""Answers to safeguarding questions, taken out of the files before anything else sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Final

import pandas as pd

from impact_eval.errors import Fault
from impact_eval.study import Study
from impact_eval.study.csv_table import column_letters
from impact_eval.study.safeguarding import Safeguarding
from impact_eval.study.source import ColumnRule, Source
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.privacy.columns import NamedColumns
from impact_eval.surveys.readers.reader import Part
from impact_eval.surveys.text import folded

_JOIN: Final = " | "


@dataclass(frozen=True, slots=True, repr=False)
class Disclosure:
    """An answer that the safeguarding lead must read, as typed, with what is needed to act on it.

    Its `repr` shows nothing, so that no traceback does.
    """

    recipient: str
    audience: str
    file: str
    row: int
    column: str
    question: str
    school: str
    wave: str
    code: str
    text: str

    def __repr__(self) -> str:
        return "Disclosure(...)"

    def content(self) -> dict[str, str | int]:
        """All that the lead gets."""
        return {key: value for key, value in asdict(self).items() if key != "recipient"}


@dataclass(frozen=True)
class Searched:
    """Disclosures of a file, and the declared columns that it has."""

    disclosures: tuple[Disclosure, ...] = ()
    columns: frozenset[tuple[int, str]] = frozenset()


def find_disclosures(parts: Iterable[Part], study: Study, *, layout: str) -> Searched:
    """Search the tables of a file for answers to the study's safeguarding questions.

    Parameters
    ----------
    parts : iterable of Part
        Tables as received, before any cleaning log.
    study : Study
        The study.
    layout : str
        The layout in which the file is read.

    Returns
    -------
    Searched
        Everybody's, those without consent included: a duty of care does not wait for consent.
    """
    disclosures: list[Disclosure] = []
    columns: set[tuple[int, str]] = set()
    for part in parts if study.safeguarding else ():
        named = NamedColumns(part.raw, part.source, study, layout=layout)
        for number, safeguarding in enumerate(study.safeguarding):
            if not _concerns(safeguarding, part.source):
                continue
            for name in safeguarding.columns:
                for wave, position in _positions(name, named, part.source):
                    columns.add((number, name))
                    disclosures += _of_column(part, named, safeguarding, name, wave, position)
    return Searched(tuple(disclosures), frozenset(columns))


def without_disclosures(forms: Forms, source: Source, study: Study) -> Forms:
    """Leave out the items that are safeguarding questions: their answers enter no table."""
    hidden = [
        name
        for safeguarding in study.safeguarding
        if _concerns(safeguarding, source)
        for name in safeguarding.columns
        if name in forms.answers
    ]
    if not hidden:
        return forms
    shown = {item: answers for item, answers in forms.answers.items() if item not in hidden}
    return replace(forms, answers=shown)


def overlooked(study: Study, searched: Collection[tuple[int, str]]) -> list[Fault]:
    """Find safeguarding questions that stand in no file: a wrong heading would go unnoticed."""
    rule = "a safeguarding question stands in a file"
    remedy = "Correct the heading, or remove it: answers would be overlooked."
    return [
        Fault(
            "study.toml", f"safeguarding[{number + 1}].columns", rule, f'"{name}" in none', remedy
        )
        for number, safeguarding in enumerate(study.safeguarding)
        for name in safeguarding.columns
        if (number, name) not in searched
    ]


def _concerns(safeguarding: Safeguarding, source: Source) -> bool:
    if safeguarding.audience is None or isinstance(source.audience, ColumnRule):
        return True
    return source.audience == safeguarding.audience


def _positions(name: str, named: NamedColumns, source: Source) -> Iterator[tuple[str, int]]:
    """Waves and positions of a column: by its heading, and as an item in each wave."""
    seen: set[int] = set()
    headings = [(wave, source.item_column(name, wave)) for wave in source.waves or ("",)]
    for wave, heading in [*headings, ("", name)]:
        for position in named.positions(heading):
            if position not in seen:
                seen.add(position)
                yield (wave if source.is_wide else ""), position


def _of_column(
    part: Part,
    named: NamedColumns,
    safeguarding: Safeguarding,
    name: str,
    wave: str,
    position: int,
) -> Iterator[Disclosure]:
    raw, source = part.raw, part.source
    texts = raw.cells[position].str.strip()
    wanted = {folded(answer) for answer in safeguarding.when}
    schools = named.typed(source.columns.school) if not source.school else None
    waves = None if wave else _by_rule(named, source.wave)
    codes = _codes(named, source)
    for at in texts.index[texts != ""]:
        if wanted and folded(texts[at]) not in wanted:
            continue
        yield Disclosure(
            recipient=safeguarding.recipient,
            audience=source.audience if isinstance(source.audience, str) else "",
            file=raw.file,
            row=int(raw.rows[at]),
            column=column_letters(position),
            question=name,
            school=str(source.school if schools is None else schools[at]),
            wave=wave if waves is None else str(waves[at]),
            code=str(codes[at]),
            text=str(texts[at]),
        )


def _by_rule(named: NamedColumns, rule: ColumnRule | str | None) -> pd.Series:
    if isinstance(rule, ColumnRule):
        return named.typed(rule.column)
    text = named.typed(None)
    return text if rule is None else text.replace("", rule)


def _codes(named: NamedColumns, source: Source) -> pd.Series:
    """Code or number as typed, its elements with bars between them."""
    names = source.columns.code or (source.columns.respondent,)
    codes = [named.typed(name) for name in names]
    joined = codes[0]
    for code in codes[1:]:
        joined = joined + _JOIN + code
    return joined
