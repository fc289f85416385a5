"""What `impact-eval check` says about columns that tell who people are."""

from __future__ import annotations

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Source, Study
from impact_eval.surveys.privacy.identifying import IdentifyingColumn, inspect_columns
from impact_eval.surveys.readers.opened import Opened
from impact_eval.vocabulary import Layout


class IdentifyingLook:
    """Looks through opened files for columns that tell who people are; keeps no cell.

    Parameters
    ----------
    study : Study
        Whose files they are.

    Attributes
    ----------
    columns : list of IdentifyingColumn
        Columns that are not read.
    faults : list of Fault
        Declared questions whose answers look as if they told who somebody is.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self.columns: list[IdentifyingColumn] = []
        self.faults: list[Fault] = []

    def __call__(self, opened: Opened, source: Source, layout: Layout) -> None:
        """Look through all tables of a file."""
        tables = opened.tables.values()
        try:
            self.columns += inspect_columns(tables, source, self._study, layout=layout)
        except SurveyFileError as error:
            self.faults.extend(error.faults)
