"""Section about parents and their children: one question from both sides."""

from __future__ import annotations

from impact_eval.disclosure import Released
from impact_eval.pages.display import Pieces
from impact_eval.pages.folding import fold
from impact_eval.tables import capital, pair_table


def pairs(released: Released) -> Pieces:
    """Tables of the questions that parents and their children were both asked.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table for each declared pair of questions, or a sentence that says that there is none.
    """
    made = (
        (capital(known.label), pair_table(released, pair=name))
        for name, known in released.facts.pairs.items()
    )
    return fold(made, empty="pairs")
