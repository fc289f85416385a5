"""Rows of a repeat group with the columns of the forms that they belong to."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.surveys.encoded import as_series
from impact_eval.surveys.raw_table import RawTable, named_rows

REPEAT_NUMBER: Final = "_number_in_repeat"


def join_parents(child: RawTable, parent: RawTable, *, child_key: str, parent_key: str) -> RawTable:
    """Put the columns of the parent's row behind those of each of its children.

    Parameters
    ----------
    child, parent : RawTable
        A repeat group, and the forms or repeat group that it stands in.
    child_key, parent_key : str
        Headings of the columns whose cells are the same in a row and its parent.

    Returns
    -------
    RawTable
        The child's rows, with one further column REPEAT_NUMBER: its number within its parent
        (`2.1` if the parent is a repeat itself).

    Raises
    ------
    SurveyFileError
        If a key is missing, or rows have no parent or several.
    """
    mine = _key(child, child_key)
    theirs = _key(parent, parent_key)
    lonely = (~mine.isin(theirs)).to_numpy(dtype=bool)
    double = theirs.duplicated(keep=False).to_numpy(dtype=bool)
    remedy = "Export the file again."
    faults = []
    if lonely.any():
        rule = "a row of a repeat group belongs to a form"
        found = f"none for {named_rows(child.rows[lonely])}"
        faults.append(Fault(child.file, f"column {child_key}", rule, found, remedy))
    if double.any():
        rule, found = (
            "a form has a key of its own",
            f"the same in {named_rows(parent.rows[double])}",
        )
        faults.append(Fault(parent.file, f"column {parent_key}", rule, found, remedy))
    if faults:
        raise SurveyFileError(faults)
    order = pd.Index(theirs).get_indexer(pd.Index(mine))
    further = {
        name: as_series(parent.cells.encoded(at).taken(order))
        for at, name in enumerate(parent.header)
        if name not in child.header
    }
    number = (mine.groupby(mine).cumcount() + 1).astype("str")
    outer = further.get(REPEAT_NUMBER)
    further[REPEAT_NUMBER] = number if outer is None else outer + "." + number
    cells = child.cells.with_further(further.values())
    return replace(child, header=(*child.header, *further), cells=cells)


def _key(table: RawTable, name: str) -> pd.Series:
    if name not in table.header:
        rule, remedy = "a repeat group is joined by its keys", "Export the file again."
        raise SurveyFileError(
            [Fault(table.file, f"column {name}", rule, "no such heading", remedy)]
        )
    return table.cells[table.header.index(name)]
