"""From a study's tables to the findings table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from impact_eval.findings.finding import Finding, to_frame
from impact_eval.findings.judge import judge
from impact_eval.findings.registry import computations
from impact_eval.findings.study_data import gather

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables


def compute_findings(study: Study, tables: SurveyTables) -> pd.DataFrame:
    """Compute every finding of a study: one row for each estimate at each address.

    Parameters
    ----------
    study
        Declares outcomes, waves, audiences and plan.
    tables
        The study's processed tables.

    Returns
    -------
    DataFrame
        Columns exactly `vocabulary.FINDINGS`, full precision, nothing suppressed: for
        `disclosure.release`, not for readers.

    Notes
    -----
    What cannot be estimated is a row with a `reason`. With 2 or 3 clusters a change of schools like
    these has both: its interval, and the reason why nothing is claimed from it.
    """
    data = gather(study, tables)
    done: dict[str, Finding] = {}
    for compute in computations():
        done |= {finding.finding_id: finding for finding in list(compute(data, done))}
    return to_frame(judge(data, done))
