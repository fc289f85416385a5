"""Section about careless and doubtful forms."""

from __future__ import annotations

from impact_eval.disclosure import Released
from impact_eval.pages.display import Pieces
from impact_eval.pages.folding import fold
from impact_eval.tables import by_group, quality_table, together


def quality(released: Released) -> Pieces:
    """Return tables of the shares of forms that somebody should look at, by flag.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table for each audience and phase, or a sentence that says that no form has a flag, or
        that there are no forms to look at.
    """
    shown = together(released)
    rows = by_group(shown, shown.findings(quantity="flagged"))
    places = dict.fromkeys((row.audience, row.phase) for row in rows)
    made = [quality_table(shown, audience=audience, phase=phase) for audience, phase in places]
    tables = [table for table in made if table is not None]
    empty = "quality" if released.facts.items else "quality_scores"
    return fold(((table.caption, table) for table in tables), empty=empty)
