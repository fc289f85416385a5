"""Section about single ratings whose change does not depend on where one cuts."""

from __future__ import annotations

from collections.abc import Iterator

from impact_eval.disclosure import Released
from impact_eval.pages.display import Pieces
from impact_eval.pages.folding import Labelled, fold
from impact_eval.tables import (
    OF_RATINGS,
    by_group,
    rating_sides_table,
    rating_table,
    together,
    wave_pairs,
)


def ratings(released: Released) -> Pieces:
    """Return tables of how often a later answer to a rating was higher than an earlier one.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table for each audience, phase and pair of surveys, each with its first row read out; or
        a sentence that says that no rating was asked twice.
    """
    return fold(_tables(together(released)), empty="ratings")


def _tables(released: Released) -> Iterator[Labelled]:
    rows = by_group(released, released.where(quantity=OF_RATINGS).findings())
    for audience, phase in dict.fromkeys((row.audience, row.phase) for row in rows):
        for before, after in wave_pairs(released):
            for make in (rating_sides_table, rating_table):
                table = make(
                    released, audience=audience, phase=phase, wave_from=before, wave_to=after
                )
                if table is not None:
                    yield table.caption, table
