"""Wide layout: a row is a person, with columns of their own for each wave.

Sources of the layout's facts: none are needed, the study's files declare them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.codes import Codes
from impact_eval.surveys.encoded import Encoded, constant, joined
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.items_asked import items_asked
from impact_eval.surveys.layout import Forms, read_about, read_codes, read_subgroups
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Reader, main_part
from impact_eval.surveys.rows import Mask

Rows = np.ndarray[Any, np.dtype[np.intp]]


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
    kept = [np.flatnonzero(where) for where in answered]
    rows = np.concatenate([part.rows[keep] for part, keep in zip(parts, kept, strict=True)])
    order = np.argsort(rows, kind="stable")
    codes = {
        name: Codes.stacked(
            [part.codes[name].taken(at) for part, at in zip(parts, kept, strict=True)]
        )
        for name in parts[0].codes
    }
    return Forms(
        rows[order],
        _one_after_another([part.about for part in parts], kept, order),
        {name: code.taken(order) for name, code in codes.items()},
        _one_after_another([part.subgroups for part in parts], kept, order),
        _one_after_another([part.answers for part in parts], kept, order),
    )


def _one_after_another(
    parts: Sequence[Mapping[str, Encoded]], kept: list[Rows], order: Rows
) -> dict[str, Encoded]:
    """Columns of all waves; empty where one is not there in a wave."""
    found = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        columns = [
            part[name].taken(keep) if name in part else constant("", len(keep))
            for part, keep in zip(parts, kept, strict=True)
        ]
        found[name] = joined(columns).taken(order)
    return found


def _wave(headings: Headings, raw: RawTable, source: Source, study: Study, wave: str) -> Forms:
    answers = {}
    for item, asked_in in items_asked(source, study):
        if asked_in == wave:
            cells = headings.encoded(source.item_column(item, wave))
            if cells is not None:
                answers[item] = cells
    about = read_about(headings, raw, source, study, wave=wave)
    codes = read_codes(headings, raw, source)
    subgroups = read_subgroups(headings, raw, source, study)
    return Forms(raw.rows, about, codes, subgroups, answers)


def _has_answer(forms: Forms) -> Mask:
    filled = np.zeros(len(forms), dtype=bool)
    for answers in forms.answers.values():
        filled |= answers.of_each([text.strip() != "" for text in answers.texts], dtype=bool)
    return filled


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del opened, study
    return Fit(4, "the source declares wave_columns") if source.is_wide else NO_FIT


WIDE = Reader(
    "a table with a row for each person", ("text", "workbook"), _fit, main_part, read_wide
)
