"""What `impact-eval check` says about columns that tell who people are."""

from __future__ import annotations

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.surveys.inputs import raw_name, source_files
from impact_eval.surveys.privacy.identifying import IdentifyingColumn, inspect_columns
from impact_eval.surveys.readers.choose import choose_reader
from impact_eval.surveys.readers.opened import open_file


def describe_identifying(
    study: Study,
) -> tuple[tuple[IdentifyingColumn, ...], tuple[Fault, ...]]:
    """Look through every file of every source; nothing is kept.

    Parameters
    ----------
    study : Study
        The study; files that have not arrived or cannot be opened are passed over.

    Returns
    -------
    columns : tuple of IdentifyingColumn
        Columns that are not read.
    faults : tuple of Fault
        Declared questions whose answers look as if they told who somebody is.
    """
    columns: list[IdentifyingColumn] = []
    faults: list[Fault] = []
    for path, source in source_files(study)[0]:
        try:
            opened = open_file(path, file=raw_name(path, study), source=source, study=study)
            layout = choose_reader(opened, source, study).layout
        except SurveyFileError:
            continue
        try:
            columns += inspect_columns(opened.tables.values(), source, study, layout=layout)
        except SurveyFileError as error:
            faults.extend(error.faults)
    return tuple(columns), tuple(faults)
