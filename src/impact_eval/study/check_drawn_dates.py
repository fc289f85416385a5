"""Rules of strata in which whole clusters, or the dates of a roll-out, were drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from impact_eval.study.arms import STRATUM, WORKSHOP_WAVE
from impact_eval.study.csv_table import CsvTable
from impact_eval.study.draft import Draft

MOST_APART: Final = 1.0


def check_drawn_dates(draft: Draft, roster: CsvTable) -> None:
    """Note schools without a stratum, strata that begin unlike the others, and clusters in two."""
    empty = [row for row, cells in roster.rows if not cells[STRATUM]]
    for row in empty:
        remedy = "Name the stratum in which its date was drawn."
        roster.cell_fault(row, STRATUM, "every school has one", "an empty cell", remedy)
    columns = dict.fromkeys(audience.cluster for _, audience in draft.audiences)
    clusters = [one for one in columns if one != "school_id" and one in roster.header]
    for column in clusters:
        check_one_stratum(roster, column)
    if not empty and WORKSHOP_WAVE in roster.header:
        _check_shares(roster, clusters[0] if clusters else "school_id")


def check_one_stratum(roster: CsvTable, column: str) -> None:
    """Note clusters that lie in several strata: they were drawn as a whole."""
    strata: dict[str, dict[str, list[int]]] = {}
    for row, cells in roster.rows:
        if cells[column] and cells.get(STRATUM):
            strata.setdefault(cells[column], {}).setdefault(cells[STRATUM], []).append(row)
    for within in strata.values():
        if len(within) > 1:
            rule = "a cluster was drawn as a whole, so it lies in one stratum"
            remedy = (
                "Name the stratum in which the whole cluster was drawn, or leave the column"
                f" {STRATUM} empty if clusters were not drawn within strata."
            )
            found_in = f"one cluster in {len(within)} strata, in {named_rows(within)}"
            roster.fault(f"column {STRATUM}", rule, found_in, remedy)


def _check_shares(roster: CsvTable, column: str) -> None:
    """Each date has as many clusters of a stratum as its size allows, give or take one.

    The effect compares schools of all strata: it would take what strata differ by for an effect if
    one stratum began earlier than another.
    """
    drawn = {(c[column] or c["school_id"], c[STRATUM], c[WORKSHOP_WAVE]) for _, c in roster.rows}
    everybody = len(drawn)
    of_stratum = Counter(stratum for _, stratum, _ in drawn)
    of_date = Counter(date for _, _, date in drawn)
    both = Counter((stratum, date) for _, stratum, date in drawn)
    uneven = {
        stratum
        for stratum, n in of_stratum.items()
        for date, begun in of_date.items()
        if abs(both[stratum, date] - n * begun / everybody) > MOST_APART + 1e-9
    }
    if uneven:
        rows = {"": [row for row, cells in roster.rows if cells[STRATUM] in uneven]}
        rule = "strata begin alike: each date has its share of every stratum, give or take one"
        remedy = (
            "Correct the columns. Where the lot gave strata unlike chances of an early date, the"
            ' effect would hold what strata differ by: write assigned_by = "choice".'
        )
        roster.fault(f"column {STRATUM}", rule, f"unlike shares in {named_rows(rows)}", remedy)


def named_rows(of_sides: Mapping[bool, list[int]] | Mapping[str, list[int]]) -> str:
    """Name the rows of a cluster or stratum, the first of them if they are many."""
    rows = sorted(row for side in of_sides.values() for row in side)
    named = ", ".join(map(str, rows[:10])) + (", ..." if len(rows) > 10 else "")
    return f"row{'s' if len(rows) > 1 else ''} {named}"
