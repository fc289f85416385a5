"""Wide layout: a row is a person, with columns of their own for each wave.

Sources of the layout's facts: none are needed, the study's files declare them.
"""

from __future__ import annotations

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
    answered = [_has_answer(part.answers) for part in parts]
    answered[0] |= ~np.logical_or.reduce(answered)
    about = pd.concat([part.about[keep] for part, keep in zip(parts, answered, strict=True)])
    order = np.argsort(about["source_row"].to_numpy(), kind="stable")
    subgroups = pd.concat(
        [part.subgroups[keep] for part, keep in zip(parts, answered, strict=True)]
    )
    asked = [part.answers[keep] for part, keep in zip(parts, answered, strict=True)]
    answers = pd.concat(asked).fillna("")  # an item may be asked in one wave only
    return Forms(
        *(frame.iloc[order].reset_index(drop=True) for frame in (about, subgroups, answers))
    )


def _wave(headings: Headings, raw: RawTable, source: Source, study: Study, wave: str) -> Forms:
    answers = {}
    for item, asked_in in items_asked(source, study):
        if asked_in == wave:
            cells = headings.column(source.item_column(item, wave))
            if cells is not None:
                answers[item] = cells
    about = read_about(headings, raw, source, study, wave=wave)
    subgroups = read_subgroups(headings, raw, source, study)
    return Forms(about, subgroups, pd.DataFrame(answers, index=raw.cells.index))


def _has_answer(answers: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    filled = np.zeros(len(answers), dtype=bool)
    for item in answers.columns:
        filled |= answers[item].str.strip().to_numpy() != ""
    return filled


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del opened, study
    return Fit(4, "the source declares wave_columns") if source.is_wide else NO_FIT


WIDE = Reader(
    "a table with a row for each person", ("text", "workbook"), _fit, main_part, read_wide
)
