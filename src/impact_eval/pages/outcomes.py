"""Tables of what changed in the whole programme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from impact_eval.disclosure import Released
from impact_eval.pages.display import Pieces
from impact_eval.pages.folding import fold, fold_pairs, tables_of_pairs
from impact_eval.pages.nothing import for_each_pair, section
from impact_eval.pages.roll_outs import roll_out_tables
from impact_eval.tables import (
    ReportTable,
    balance_table,
    capital,
    change_table,
    effect_size_table,
    effect_table,
    group_means_table,
    groups_table,
    level_table,
    mastery_table,
    retention_table,
    technical_table,
    together,
    wave_pairs,
)
from impact_eval.vocabulary import Role
from impact_eval.wording import text

PLANNED: tuple[Role, ...] = ("primary", "secondary")


def changes(released: Released) -> Pieces:
    """Tables of means before and after and of the change, one for each pair of waves.

    Where schools with and without the programme are compared: of both sides and their difference,
    and of whether they were alike before.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables; where nothing was asked twice, a table of the means; or a sentence that says that
        there is nothing.
    """
    return _changes_or_levels(released, (), empty="changes")


def planned_changes(released: Released) -> Pieces:
    """Tables as those of `changes`, of what the plan names and nothing else.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables; where nothing was asked twice, a table of the means; or a sentence that says that
        the plan names no outcome.
    """
    return _changes_or_levels(released, PLANNED, empty="planned")


def _changes_or_levels(released: Released, roles: Sequence[Role], *, empty: str) -> Pieces:
    """Make a table for each pair of waves, or one of the means where there is no pair."""
    released = together(released)
    if released.facts.cohorts:
        return section(roll_out_tables(released, roles), empty=empty)
    if released.facts.arms:
        return section(_of_sides(released, roles), empty=empty)
    if not wave_pairs(released):
        return section([level_table(released)], empty=empty)
    return for_each_pair(released, partial(change_table, roles=roles), empty=empty)


def _of_sides(released: Released, roles: Sequence[Role]) -> Iterator[ReportTable | None]:
    """Yield for each pair of waves the two sides, and whether they were alike before.

    Of pairs from one survey the first that has the answer gives it.
    """
    pairs = wave_pairs(released)
    for before, after in pairs:
        yield effect_table(released, wave_from=before, wave_to=after, roles=roles)
    for before in dict.fromkeys(before for before, _ in pairs):
        made = (
            balance_table(released, wave_from=before, wave_to=one[1])
            for one in pairs
            if one[0] == before
        )
        yield next((table for table in made if table is not None), None)


def mastery(released: Released) -> Pieces:
    """Tables of the shares of people who reach each outcome's mark.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that no outcome has a mark, or that sides have none.
    """
    shown = together(released)
    if released.facts.cohorts:
        return section([group_means_table(shown, quantity="mastery_share")], empty="mastery")
    marks = any(one.mastery is not None for one in released.facts.outcomes.values())
    sides = bool(released.facts.arms) and marks
    return for_each_pair(shown, mastery_table, empty="mastery_sides" if sides else "mastery")


def technical(released: Released) -> Pieces:
    """Tables of standard errors, degrees of freedom, p-values and every estimator.

    And of what is left of first changes at a later wave, where the plan has one.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that nothing was compared.
    """
    shown = together(released)
    made = [*tables_of_pairs(shown, technical_table)]
    if released.facts.cohorts:
        made += _groups(shown)
    made += _retentions(shown)
    return fold(made, empty="changes")


def _groups(released: Released) -> Iterator[tuple[str, ReportTable | None]]:
    """Yield for each audience the groups of schools that begin at different dates."""
    waves = released.facts.waves
    for audience, label in released.facts.audiences.items():
        for before, after in wave_pairs(released):
            words = {"audience": capital(label), "before": waves[before], "after": waves[after]}
            own = released.where(audience=audience)
            yield (
                text("tables.groups_fold", **words),
                groups_table(own, wave_from=before, wave_to=after),
            )


def _retentions(released: Released) -> Iterator[tuple[str, ReportTable | None]]:
    """Yield for each audience what is left of its first changes."""
    for audience, label in released.facts.audiences.items():
        table = retention_table(released.where(audience=audience))
        what = text("tables.retention_caption")
        words = {"audience": capital(label), "what": what[:1].lower() + what[1:]}
        yield text("pages.fold_what", **words), table


def effect_sizes(released: Released) -> Pieces:
    """Tables of changes in standard deviations with their denominators named.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that there are none.
    """
    return fold_pairs(together(released), effect_size_table, empty="effect_sizes")
