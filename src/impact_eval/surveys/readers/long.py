"""Long layout: a row is one person's form in one wave.

Sources of the layout's facts: none are needed, the study's files declare them.
"""

from __future__ import annotations

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.items_asked import items_asked
from impact_eval.surveys.layout import (
    Forms,
    expected_names,
    read_about,
    read_codes,
    read_subgroups,
)
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Reader, main_part


def read_long(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of a file in the long layout.

    Raises
    ------
    SurveyFileError
        With every declared column that the file lacks or holds twice.
    """
    headings = Headings(raw, labels=form_labels(source, study))
    forms = forms_of_rows(headings, raw, source, study)
    headings.refuse_if_faulty()
    return forms


def forms_of_rows(headings: Headings, raw: RawTable, source: Source, study: Study) -> Forms:
    """Make a form of each row; what is wrong with the columns is left in `headings`."""
    about = read_about(headings, raw, source, study)
    codes = read_codes(headings, raw, source)
    subgroups = read_subgroups(headings, raw, source, study)
    present = set(about["wave"].texts) & set(study.answer_wave_ids)
    asked = {item for item, wave in items_asked(source, study) if not present or wave in present}
    answers = {}
    for item in dict.fromkeys(item for item, _ in items_asked(source, study)):
        cells = headings.encoded(source.item_column(item), required=item in asked)
        if cells is not None:
            answers[item] = cells
    return Forms(raw.rows, about, codes, subgroups, answers)


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    if source.is_wide:
        return NO_FIT
    known = expected_names(source, study)
    found = len(known & set(opened.main.header))
    return Fit(1, f"{found} of the declared headings stand in it") if found else NO_FIT


LONG = Reader("a table with a row for each form", ("text", "workbook"), _fit, main_part, read_long)
