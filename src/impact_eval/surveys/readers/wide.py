"""Wide layout: a row is a person, with columns of their own for each wave.

Sources of the layout's facts: none are needed, the study's files declare them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.items_asked import items_asked
from impact_eval.surveys.layout import Forms, read_about, read_subgroups
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Reader, main_part
from impact_eval.surveys.rows import Mask
from impact_eval.surveys.text import Encoded, as_series, distinct, repeated


def read_wide(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of a file in the wide layout: one for each wave in which a person answered anything.

    A row without any answer gives one form, in the first wave, so that it is counted.

    Raises
    ------
    SurveyFileError
        With every declared column that the file lacks or holds twice.
    """
    headings = Headings(raw, labels=form_labels(source, study))
    parts = [_wave(headings, raw, source, study, wave) for wave in source.waves]
    headings.refuse_if_faulty()
    answered = [_has_answer(part) for part in parts]
    answered[0] |= ~np.logical_or.reduce(answered)
    about = pd.concat([part.about[keep] for part, keep in zip(parts, answered, strict=True)])
    order = np.argsort(about["source_row"].to_numpy(), kind="stable")
    subgroups = pd.concat(
        [part.subgroups[keep] for part, keep in zip(parts, answered, strict=True)]
    )
    return Forms(
        about.iloc[order].reset_index(drop=True),
        subgroups.iloc[order].reset_index(drop=True),
        _one_after_another(parts, answered, order),
    )


def _one_after_another(
    parts: list[Forms], answered: list[Mask], order: np.ndarray[Any, np.dtype[np.intp]]
) -> dict[str, Encoded]:
    """Answers of all waves; empty where an item is not asked in a wave."""
    items = dict.fromkeys(item for part in parts for item in part.answers)
    nothing = [repeated("", len(part.about)) for part in parts]
    found = {}
    for item in items:
        columns = [
            (as_series(part.answers[item]) if item in part.answers else none)[keep]
            for part, none, keep in zip(parts, nothing, answered, strict=True)
        ]
        found[item] = distinct(pd.concat(columns, ignore_index=True)).taken(order)
    return found


def _wave(headings: Headings, raw: RawTable, source: Source, study: Study, wave: str) -> Forms:
    answers = {}
    for item, asked_in in items_asked(source, study):
        if asked_in == wave:
            cells = headings.encoded(source.item_column(item, wave))
            if cells is not None:
                answers[item] = cells
    about = read_about(headings, raw, source, study, wave=wave)
    subgroups = read_subgroups(headings, raw, source, study)
    return Forms(about, subgroups, answers)


def _has_answer(forms: Forms) -> Mask:
    filled = np.zeros(len(forms.about), dtype=bool)
    for answers in forms.answers.values():
        filled |= answers.of_each([text.strip() != "" for text in answers.texts], dtype=bool)
    return filled


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del opened, study
    return Fit(4, "the source declares wave_columns") if source.is_wide else NO_FIT


WIDE = Reader(
    "a table with a row for each person", ("text", "workbook"), _fit, main_part, read_wide
)
