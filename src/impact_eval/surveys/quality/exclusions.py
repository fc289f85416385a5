"""What a plan leaves out because of its flags, and the tables with it and without it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.schools import schools_table
from impact_eval.surveys.score import score
from impact_eval.table_columns import LINKS
from impact_eval.vocabulary import FORM_FLAGS

if TYPE_CHECKING:
    from impact_eval.surveys.quality.flags import Mask
    from impact_eval.surveys.tables import SurveyTables


def excluding_flag(flags: dict[str, Mask], exclude: Collection[str]) -> np.ndarray[Any, Any]:
    """Give the first flag of a plan's list that each form has; empty if it has none of them.

    Examples
    --------
    >>> flags = {"batch": np.array([True, False]), "speeding": np.array([True, True])}
    >>> excluding_flag(flags, ["speeding", "batch"]).tolist(), excluding_flag(flags, []).tolist()
    (['speeding', 'speeding'], ['', ''])
    """
    n = len(next(iter(flags.values())))
    first = np.full(n, "", dtype=object)
    for flag in exclude:
        first[flags[flag] & (first == "")] = flag
    return first


def with_excluded(tables: SurveyTables, study: Study) -> SurveyTables:
    """Put the forms back that the plan left out, into `submissions`, `links` and `scores`.

    Without a roster, into `schools` too; nothing is left in `excluded`.
    """
    if tables.excluded.empty:
        return tables
    links = tables.excluded[list(LINKS)]
    forms = tables.excluded.drop(columns=list(LINKS[1:]))
    submissions = pd.concat([tables.submissions, forms], ignore_index=True)
    return replace(
        tables,
        schools=schools_table(study, submissions) if study.roster_table.empty else tables.schools,
        submissions=submissions.sort_values("submission_id", ignore_index=True),
        excluded=tables.excluded.iloc[:0],
        links=pd.concat([tables.links, links], ignore_index=True),
        scores=pd.concat([tables.scores, score(forms, study)], ignore_index=True),
    )


def without_flagged(tables: SurveyTables) -> SurveyTables:
    """Leave out every form with a flag of its own; answers at one end of a list are none."""
    flagged = tables.quality.loc[tables.quality["flag"].isin(FORM_FLAGS), "submission_id"]

    def kept(table: pd.DataFrame) -> pd.DataFrame:
        return table[~table["submission_id"].isin(flagged)].reset_index(drop=True)

    return replace(
        tables,
        submissions=kept(tables.submissions),
        links=kept(tables.links),
        scores=kept(tables.scores),
    )
