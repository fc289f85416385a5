"""All that is kept of a survey, row by row, in an order that files and rows do not decide."""

from __future__ import annotations

import pandas as pd
from pandas.testing import assert_frame_equal

from impact_eval.surveys import SurveyTables

WHERE_IT_STOOD = ["source_file", "source_row"]
# in the wide layout a row says so where another wave of it is not used
OF_WIDE_ROWS = "other_wave_not_used"


def forms_of(tables: SurveyTables) -> pd.DataFrame:
    """Every used form with its answers, scores, link, flags of dates and people and of quality."""
    scores = tables.scores.pivot_table(
        index="submission_id", columns="outcome", values="score", dropna=False
    )
    flagged = tables.quality.groupby("submission_id")["flag"].agg(" ".join)
    forms = tables.submissions.set_index("submission_id").drop(columns=WHERE_IT_STOOD)
    forms["flags"] = forms["flags"].str.replace(OF_WIDE_ROWS, "").str.split().str.join(" ")
    forms = forms.join(scores.add_prefix("score_"), validate="1:1")
    forms = forms.join(tables.links.set_index("submission_id"), validate="1:1")
    return forms.assign(quality=flagged.reindex(forms.index).fillna(""))


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(list(table.columns), ignore_index=True)


def fates_of(tables: SurveyTables) -> pd.DataFrame:
    """Rows by place, fate and reason."""
    place = ["school_id", "audience", "phase", "wave", "fate", "reason"]
    return tables.counts.groupby(place)["rows"].sum().reset_index()


def assert_same(
    tables: SurveyTables,
    expected: SurveyTables,
    *,
    in_order: bool = True,
    wide: bool = False,
) -> None:
    """Hold that two ways of reading a survey give the same, whatever form it is.

    Parameters
    ----------
    tables, expected : SurveyTables
        Prepared with one key.
    in_order : bool
        Whether rows stand in the same order, so that forms have the same numbers.
    wide : bool
        Whether the first has a row for each person: fates are of people's rows then.
    """
    assert tables.faults == expected.faults == ()
    found, known = forms_of(tables), forms_of(expected)
    assert len(found) == len(known) > 0
    if not in_order:
        found, known = _sorted(found), _sorted(known)
    assert_frame_equal(found, known)
    assert_frame_equal(tables.item_counts, expected.item_counts)
    assert_frame_equal(_sorted(tables.dyads), _sorted(expected.dyads))
    assert_frame_equal(tables.looking_back, expected.looking_back)
    rules = [one.rejected_answers["rule"].value_counts() for one in (tables, expected)]
    pd.testing.assert_series_equal(*rules, check_like=True)
    if not wide:
        assert_frame_equal(fates_of(tables), fates_of(expected))
        summary = tables.links_summary, expected.links_summary
        assert_frame_equal(*map(_sorted, summary))
