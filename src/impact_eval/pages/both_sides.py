"""Section about parents and their children: one question from both sides."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.folding import fold
from impact_eval.tables import agreement_table, by_group, pair_table
from impact_eval.tables.build import group_label
from impact_eval.wording import numbers, sentence


def pairs(released: Released) -> Pieces:
    """Tables of the questions that parents and their children were both asked.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Two tables for each declared pair of questions, or a sentence that says that there is none;
        before them in how many schools codes are too common to join anybody.
    """
    made = [
        make(released, pair=name)
        for name in released.facts.pairs
        for make in (pair_table, agreement_table)
    ]
    tables = [table for table in made if table is not None]
    given_up = tuple(_given_up(released))
    if given_up and not tables:
        return Pieces(given_up)
    folded = fold(((table.caption, table) for table in tables), empty="pairs")
    return Pieces((*given_up, *folded.pieces))


def _given_up(released: Released) -> Iterator[Html]:
    """Say in how many schools nobody is joined, for each group of parents."""
    for row in by_group(released, released.where(quantity="schools_without_pairs").findings()):
        number = numbers.marked(row.finding_id, row.estimate)
        who = group_label(released, row)
        words = sentence("tables.pair_given_up", {"who": who, "number": number})
        yield Html(words.striptags(), str(Markup("<p>{}</p>").format(words)))
