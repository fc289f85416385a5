"""KoboToolbox's export: XML names, perhaps behind the path of their groups, and its own columns."""

from __future__ import annotations

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.files import RawTable
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.long import forms_of_rows


def read_kobo(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of a KoboToolbox export (CSV or XLSX, with or without groups in the header).

    The columns of select_multiple options and all others that nobody declared are dropped. Of
    KoboToolbox's own columns `_uuid` tells a form that was uploaded twice, and `_submission_time`
    which of two forms came later.

    Raises
    ------
    SurveyFileError
        With every declared column that the file lacks or holds twice.
    """
    headings = Headings(raw, in_groups=True)
    forms = forms_of_rows(headings, raw, source, study)
    for name, column in (("uuid", "_uuid"), ("submitted_on", "_submission_time")):
        cells = headings.column(column, required=False)
        if cells is not None:
            forms.about[name] = cells
    headings.refuse_if_faulty()
    return forms
