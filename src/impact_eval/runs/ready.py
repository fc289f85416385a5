"""What must be on disk before notebooks run: tables, findings, and what of them is released."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from impact_eval.findings import write_findings
from impact_eval.surveys import SurveyTables, is_stale, load_tables, prepare

if TYPE_CHECKING:
    from impact_eval.study import Study

Progress = Callable[[str, int, int], None]


def make_ready(study: Study, *, again: bool = False, progress: Progress) -> SurveyTables:
    """Prepare a study and compute its findings, as far as something has changed.

    Parameters
    ----------
    study
        As `Study.open` gives it.
    again
        Read the survey files again even if they have not changed.
    progress
        Called with what is being done, how many steps are done, and of how many.

    Returns
    -------
    SurveyTables
        The tables, as they are on disk now.

    Raises
    ------
    SurveyFileError
        No survey file could be used.
    """
    progress("reading the survey files", 0, 0)
    stale = again or is_stale(study)
    tables = prepare(study, again=again, progress=progress) if stale else load_tables(study)
    progress("computing the findings", 0, 0)
    write_findings(study, tables=tables)
    return tables
