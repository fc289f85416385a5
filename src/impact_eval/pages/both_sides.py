"""Section about parents and their children: one question from both sides."""

from __future__ import annotations

from impact_eval.disclosure import Released
from impact_eval.pages.display import Pieces
from impact_eval.pages.folding import fold
from impact_eval.tables import agreement_table, pair_table


def pairs(released: Released) -> Pieces:
    """Tables of the questions that parents and their children were both asked.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Two tables for each declared pair of questions, or a sentence that says that there is none.
    """
    made = [
        make(released, pair=name)
        for name in released.facts.pairs
        for make in (pair_table, agreement_table)
    ]
    tables = [table for table in made if table is not None]
    return fold(((table.caption, table) for table in tables), empty="pairs")
