"""Google Forms' responses: the moment first, then a column for each question, headed by its text.

Sources of the layout's facts: responses that a public program quotes as they were downloaded, for
the first column `Timestamp`, dates such as `2022/10/17 6:31:58 PM EST` in the download, every cell
quoted, and grids as `Question [Row]`. Unverified: see `unverified` below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

import pandas as pd

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.column_labels import ColumnLabels
from impact_eval.surveys.encoded import map_unique
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.layout import Forms, expected_names
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.local_dates import iso_dates
from impact_eval.surveys.readers.long import forms_of_rows
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Reader, main_part
from impact_eval.surveys.text import folded, plain

# The first heading in the languages of the form's owner.
_TIMESTAMPS: Final = frozenset(
    map(
        folded,
        (
            "Timestamp",
            "Zeitstempel",
            "Horodateur",
            "Marca temporal",
            "Carimbo de data/hora",
            "Отметка времени",
            "Уақыт белгісі",
            "طابع زمني",
            "ٹائم اسٹیمپ",
        ),
    )
)
_JOINS: Final = (", ", ";")
_ENOUGH: Final = 2


def read_google_forms(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of a Google Forms download (CSV) or of the sheet that the form writes to.

    A question whose boxes could be ticked is one column; `Which topics?/Games` stands for 1 where
    the box Games was ticked, 0 where only others were, and empty where none was.

    Raises
    ------
    SurveyFileError
        With every declared column that the file lacks; if it is not clear whether the day or the
        month comes first and `date_format` does not say.
    """
    raw = _with_boxes(raw, expected_names(source, study))
    if source.date_format is None:
        raw = _with_iso_dates(raw, source, study)
    labels = form_labels(source, study)
    headings = Headings(_with_names(raw, labels), labels=labels)
    forms = forms_of_rows(headings, raw, source, study)
    headings.refuse_if_faulty()
    forms.about["submitted_on"] = raw.cells.encoded(0)
    return forms


def _with_iso_dates(raw: RawTable, source: Source, study: Study) -> RawTable:
    cells = raw.cells
    declared = {source.answered_on_column(wave) for wave in study.answer_wave_ids}
    for at, heading in enumerate(raw.header):
        if at == 0 or heading in declared:
            name = heading if heading in declared else "1"
            dates = iso_dates(cells[at], raw.rows, file=raw.file, column=name)
            cells = cells.with_column(at, dates)
    return replace(raw, cells=cells)


def _with_boxes(raw: RawTable, names: Iterable[str]) -> RawTable:
    """Add a column for each declared `question/box` whose question is there."""
    header = list(raw.header)
    columns: list[pd.Series] = []
    for name in sorted(map(plain, names)):
        question, _, box = name.rpartition("/")
        if name not in header and raw.header.count(question) == 1:
            cells = raw.cells[raw.header.index(question)]
            columns.append(cells.map(lambda text, box=box: _ticked(text, box)).astype("str"))
            header.append(name)
    return replace(raw, header=tuple(header), cells=raw.cells.with_further(columns))


def _with_names(raw: RawTable, labels: Mapping[str, ColumnLabels]) -> RawTable:
    """Put names in the place of the labels of ticked boxes, for questions of a survey form."""
    cells = raw.cells
    for name, of_question in labels.items():
        headings = [at for at in (name, *of_question.headings) if raw.header.count(at) == 1]
        if of_question.several and headings:
            at = raw.header.index(headings[0])
            names = partial(_names, of_question.options)
            cells = cells.with_column(at, map_unique(cells[at], names))
    return replace(raw, cells=cells)


def _names(options: Mapping[str, tuple[str, ...]], text: str) -> str:
    """Names of the ticked boxes; a text that can be taken apart in two ways or none stays."""
    found: set[tuple[str, ...]] = set()
    waiting: list[tuple[str, tuple[str, ...]]] = [(plain(text), ())]
    while waiting and len(found) < _ENOUGH:
        rest, before = waiting.pop()
        for label, meant in options.items():
            if len(meant) != 1 or meant[0] in before:
                continue
            if rest == label:
                found.add((*before, *meant))
            waiting += [
                (rest[len(label + join) :], (*before, *meant))
                for join in _JOINS
                if rest.startswith(label + join)
            ]
    return " ".join(found.pop()) if len(found) == 1 else text


def _ticked(answer: str, box: str) -> str:
    """Whether a box is among those ticked; a box's own text may hold a comma."""
    if not answer.strip():
        return ""
    text = plain(answer)
    return str(int(any(f"{join}{box}{join}" in f"{join}{text}{join}" for join in _JOINS)))


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del study
    first = folded(opened.main.header[0])
    if source.is_wide or first not in _TIMESTAMPS:
        return NO_FIT
    return Fit(3, "its first heading is Google Forms' Timestamp")


GOOGLE_FORMS = Reader(
    "Google Forms",
    ("text", "workbook"),
    _fit,
    main_part,
    read_google_forms,
    unverified=(
        "the first heading in other languages than English",
        "dates such as 3/14/2024 9:30:00 in the linked sheet, in the order of its country",
        "ticked boxes joined by a comma and a space in the sheet and by semicolons in the download",
    ),
)
