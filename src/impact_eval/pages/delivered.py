"""Sections about delivery, about changes by dose, and about groups by exposure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from impact_eval.disclosure import Released
from impact_eval.pages.display import Pieces
from impact_eval.pages.folding import Labelled, fold, tables_of_pairs
from impact_eval.pages.nothing import section
from impact_eval.tables import (
    delivery_table,
    dose_table,
    exposed_change_table,
    exposed_table,
    exposure_table,
    side_exposed_table,
    side_exposure_table,
    wave_pairs,
)
from impact_eval.tables.dose import OF_SCHOOLS
from impact_eval.wording import text


def delivery(released: Released) -> Pieces:
    """Tables of what was planned and held, by phase and by trainer team.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        One or two tables, or a sentence that says that nobody wrote it down.
    """
    teams = delivery_table(released, by_team=True)
    return section([delivery_table(released), teams], empty="delivery")


def dose(released: Released) -> Pieces:
    """Tables of changes by sessions held at schools, and by each declared dose of people.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table for each dose, audience and pair of waves, or a sentence that there is none.
    """
    return fold(_doses(released), empty=_without(released, "dose"))


def exposure(released: Released) -> Pieces:
    """Tables of who says that they met the programme, and how they and the others answered.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables for each declared question and number: who says so, how they and the others answered
        in each survey, and the change with and without it; or a sentence that there is none.
    """
    return fold(_exposures(released), empty=_without(released, "exposure"))


def _without(released: Released, name: str) -> str:
    """Name of the sentence for an empty section, which a study without a programme has its own."""
    without = released.facts.design == "no_programme"
    return f"{name}_no_programme" if without else name


def _exposures(released: Released) -> Iterator[Labelled]:
    for name in (*released.facts.exposures, *released.facts.doses):
        for make in (exposed_table, exposure_table, side_exposed_table, side_exposure_table):
            table = make(released, exposure=name)
            if table is not None:
                yield table.caption, table
        for before, after in wave_pairs(released):
            changes = exposed_change_table(released, exposure=name, wave_from=before, wave_to=after)
            if changes is not None:
                yield changes.caption, changes


def _doses(released: Released) -> Iterator[Labelled]:
    """Yield the table of each dose, audience and pair of waves."""
    labels = {OF_SCHOOLS: text("tables.dose.sessions")}
    labels |= {name: known.label for name, known in released.facts.doses.items()}
    for name, label in labels.items():
        for words, table in tables_of_pairs(released, partial(dose_table, dose=name)):
            yield f"{words}: {label}", table
