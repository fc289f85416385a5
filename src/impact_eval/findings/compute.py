"""From a study's tables to the findings table."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from impact_eval.findings.data.study_data import gather
from impact_eval.findings.finding import Finding, to_frame
from impact_eval.findings.judge import judge
from impact_eval.findings.plan.plan_status import planned_without_data
from impact_eval.findings.registry import computations, computations_on_judged
from impact_eval.vocabulary import QUANTITIES, Quantity

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables


def compute_findings(
    study: Study, tables: SurveyTables, *, quantities: Collection[Quantity] = QUANTITIES
) -> pd.DataFrame:
    """Compute every finding of a study: one row for each estimate at each address.

    Parameters
    ----------
    study
        Declares outcomes, waves, audiences and plan.
    tables
        The study's processed tables.
    quantities
        What to compute, all by default; quantities that derive from others need those too.

    Returns
    -------
    DataFrame
        Columns exactly `table_columns.FINDINGS`, full precision, nothing suppressed: for
        `disclosure.release`, not for readers.

    Notes
    -----
    What cannot be estimated is a row with a `reason`, also what the plan names and nobody answered.
    With 2 or 3 clusters a change of schools like
    these has both: its interval, and the reason why nothing is claimed from it.
    """
    data = gather(study, tables)
    done: dict[str, Finding] = {}
    for compute in computations(quantities):
        done |= {finding.finding_id: finding for finding in list(compute(data, done))}
    done |= {finding.finding_id: finding for finding in planned_without_data(data, done)}
    judged = {finding.finding_id: finding for finding in judge(data, done)}
    for compute in computations_on_judged(quantities):
        judged |= {finding.finding_id: finding for finding in list(compute(data, judged))}
    return to_frame(judged.values())
