"""Section about gaps between groups of people: whether they got narrower."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.folding import Labelled, fold, tables_of_pairs
from impact_eval.tables import gap_changes, gap_of, gap_table, side_gap_table, together, wave_pairs
from impact_eval.wording import gap_sentences, gap_word, open_gaps, text


def gaps(released: Released) -> Pieces:
    """Say and tabulate whether gaps between the declared groups changed.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Sentences on the gaps that the plan names, if it names any; then tables of all gaps; or a
        sentence that says that there are none.
    """
    shown = together(released)
    said = None if released.facts.arms else _said(shown)
    tables = fold(_tables(shown), empty="gaps")
    return Pieces((said, *tables.pieces)) if said is not None else tables


def _tables(released: Released) -> Iterator[Labelled]:
    """Yield the tables of each subgroup, audience and pair of waves."""
    table_of = side_gap_table if released.facts.arms else gap_table
    for subgroup, levels in released.facts.subgroups.items():
        groups = text("pages.fold_gaps", groups=", ".join(levels.values()))
        for words, table in tables_of_pairs(released, partial(table_of, subgroup=subgroup)):
            yield f"{words}: {groups}", table


def _said(released: Released) -> Html | None:
    """Say which gaps that the plan names changed, and of which the data cannot tell it.

    Of the first comparison of the study.
    """
    items, open_ones = [], []
    for before, after in wave_pairs(released)[:1]:
        for subgroup in released.facts.subgroups:
            for change in gap_changes(released, subgroup=subgroup, wave_from=before, wave_to=after):
                gap = [gap_of(released, change, wave) for wave in (before, after)]
                if change.role == "exploratory" or not gap_word(change, *gap):
                    continue
                if gap_word(change, *gap) == "cannot_tell":
                    open_ones.append(change)
                elif gap[0] is not None and gap[1] is not None and gap[0].known and gap[1].known:
                    items.append(gap_sentences(released, change, gap[0], gap[1]))
    if open_ones:
        items.append(open_gaps(released, open_ones))
    if not items:
        return None
    listed = Markup("").join(Markup("<li>{}</li>").format(one) for one in items)
    return Html(text("pages.gaps"), str(Markup("<ul>{}</ul>").format(listed)))
