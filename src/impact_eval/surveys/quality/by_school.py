"""School by school: what is to be done there, what its forms bear, how many people were linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from impact_eval.surveys.linking.flags import flag_counts

if TYPE_CHECKING:
    from impact_eval.surveys.tables import SurveyTables

TO_REVISIT: Final = ("school_id", "name", "things_to_do", "forms", "most_useful", "noted")


def schools_to_revisit(callbacks: pd.DataFrame, tables: SurveyTables) -> pd.DataFrame:
    """Schools with something to do, those first where it is most useful.

    Parameters
    ----------
    callbacks : DataFrame
        Columns CALLBACKS, the most useful first; lines that name no school are left out.
    tables : SurveyTables
        As prepared.

    Returns
    -------
    DataFrame
        Columns TO_REVISIT: how many things are to be done, of how many forms (one form may be
        concerned by several), the most useful of them, and how many used forms bear each remark of
        `flags`. A list of work, not of who is better.
    """
    named = callbacks[callbacks["school_id"] != ""]
    table = named.groupby("school_id", sort=False).agg(
        things_to_do=("what", "size"), forms=("forms", "sum"), most_useful=("what", "first")
    )
    noted = flag_counts(tables).groupby(["school_id", "flag"], as_index=False)["forms"].sum()
    said = (noted["flag"] + " " + noted["forms"].astype("str")).groupby(noted["school_id"])
    names = tables.schools.set_index("school_id")["name"].to_dict()
    notes = {school: ", ".join(of) for school, of in said}
    table = table.reset_index()
    for column, by_school in (("name", names), ("noted", notes)):
        cells = [str(by_school.get(school, "")) for school in table["school_id"]]
        table[column] = pd.Series(cells, index=table.index, dtype="str")
    return table[list(TO_REVISIT)]
