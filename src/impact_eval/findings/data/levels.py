"""The level of a subgroup that each form belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

if TYPE_CHECKING:
    from impact_eval.study.structure import Subgroup

REST: Final = "*"  # all other levels, or all levels: no id can hold it


def levels_of_forms(
    group: Subgroup, forms: pd.DataFrame, roster: pd.DataFrame
) -> pd.Series[Any] | None:
    """Find the level of each form: as people said, or that of their school.

    Parameters
    ----------
    group
        A division of people, or of schools by a column of the roster.
    forms
        With `school_id`, and a column for each subgroup of people.
    roster
        The schools.

    Returns
    -------
    Series or None
        Empty text where it is not known; None if neither forms nor roster know of the subgroup.
    """
    if group.roster_column is None:
        return forms.get(group.id)
    if group.roster_column not in roster:
        return None
    known = roster.drop_duplicates("school_id").set_index("school_id")[group.roster_column]
    return forms["school_id"].map(known.astype("str").map(group.level_of)).fillna("")
