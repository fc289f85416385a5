"""Sections about subgroups, single items and measurement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from html import escape
from math import ceil
from typing import Literal, get_args

from impact_eval.disclosure import Released
from impact_eval.errors import UnknownNameError
from impact_eval.figures import ReportFigure, add_key, finish, item_shares
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.figure import mark, who_of
from impact_eval.pages.folding import fold, of_audiences, tables_of_pairs
from impact_eval.pages.nothing import section
from impact_eval.tables import (
    ReportTable,
    by_group,
    capital,
    dif_table,
    ends_table,
    item_answers_table,
    item_list,
    item_quality_table,
    item_table,
    items_to_look_at_table,
    level_labels,
    measurement_table,
    subgroup_table,
    together,
    variance_table,
    wave_pairs,
    with_commands,
)
from impact_eval.wording import text

OnPaper = Literal["all", "short"]
MOST_ITEMS = 20  # on one figure: more would not fit a sheet of paper in readable letters


def subgroups(released: Released) -> Pieces:
    """Tables of the declared subgroups and of whether their changes differ.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that none could be compared.
    """
    released = together(released)
    rows = released.where(quantity="subgroup_difference", level="programme")
    made = (
        (f"{label}: {text('pages.fold_gaps', groups=groups)}", table)
        for levels in dict.fromkeys(rows.frame["subgroup"])
        if not levels.endswith("*")
        for groups in (", ".join(level_labels(released.facts, levels)),)
        for label, table in tables_of_pairs(released, partial(subgroup_table, subgroup=levels))
    )
    return fold(made, empty="subgroups")


def measurement(released: Released, *, on_paper: OnPaper = "all") -> Pieces:
    """Return tables of alphas and of the variance between places.

    Parameters
    ----------
    released
        From `released_findings`.
    on_paper
        `short` prints alphas, and of the variances their names; a screen shows all of them.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that nothing of it was computed.
    """
    makers = (measurement_table, variance_table)
    made = list(of_audiences(together(released), makers))
    variances = {label for label, _ in of_audiences(together(released), [variance_table])}
    return fold(made, empty="measurement", not_printed=variances if _short(on_paper) else ())


def items_to_look_at(released: Released) -> Pieces:
    """Return a table of the questions that measure badly, and how to list all of them.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        The table, or a sentence that says that there is none; then the command that writes the
        list.
    """
    shown = together(released)
    pieces = section([items_to_look_at_table(shown)], empty="items_to_look_at").pieces
    if item_list(shown).empty:
        return Pieces(pieces)
    words = text("pages.items_next")
    return Pieces((*pieces, Html(words, f"<p>{with_commands(words)}</p>")))


def item_quality(released: Released, *, on_paper: OnPaper = "all") -> Pieces:
    """Return tables of the ends of the scores, and of how each outcome's items measure.

    Parameters
    ----------
    released
        From `released_findings`.
    on_paper
        `short` prints the ends, and the names of the other tables; a screen shows all of them.

    Returns
    -------
    Pieces
        The ends; then for each audience its items in the first survey, and whether the statements
        of its scales were answered alike in two surveys; or a sentence that says that nothing of
        it was computed.
    """
    tables = [table for table in _item_quality(together(released)) if table is not None]
    of_items = {table.caption for table in tables} - {text("tables.ends_caption")}
    return fold(
        ((table.caption, table) for table in tables),
        empty="item_quality",
        not_printed=of_items if _short(on_paper) else (),
    )


def _item_quality(released: Released) -> Iterator[ReportTable | None]:
    """Yield the ends, then the tables of each audience and phase."""
    pairs = wave_pairs(released)
    if pairs:
        yield ends_table(released, wave_from=pairs[0][0], wave_to=pairs[0][1])
    asked = by_group(released, released.findings(quantity="difficulty"))
    first_wave = {(row.audience, row.phase): row.wave_to for row in reversed(asked)}
    for audience, phase in dict.fromkeys((row.audience, row.phase) for row in asked):
        wave = first_wave[audience, phase]
        yield item_quality_table(released, audience=audience, phase=phase, wave=wave)
        for before, after in pairs:
            yield dif_table(
                released, audience=audience, phase=phase, wave_from=before, wave_to=after
            )


def item_answers(released: Released, *, on_paper: OnPaper = "all") -> Pieces:
    """Return a table for each audience of who did not know, refused or gave no usable answer.

    Parameters
    ----------
    released
        From `released_findings`.
    on_paper
        `short` prints the names of the tables; a screen shows all of them.

    Returns
    -------
    Pieces
        A table for each audience and phase, for the first pair of waves that the study compares
        (all waves if it compares none); or a sentence that says that nothing of it was counted.
    """
    shown = together(released)
    pairs = wave_pairs(shown)
    waves = pairs[0] if pairs else tuple(shown.facts.waves)
    rows = by_group(shown, shown.findings(quantity="unanswered_share"))
    places = dict.fromkeys((row.audience, row.phase) for row in rows)
    made = [
        item_answers_table(shown, audience=audience, phase=phase, waves=waves)
        for audience, phase in places
    ]
    tables = [table for table in made if table is not None]
    return fold(
        ((table.caption, table) for table in tables),
        empty="item_answers",
        not_printed=[table.caption for table in tables] if _short(on_paper) else (),
    )


def _short(on_paper: OnPaper) -> bool:
    """Whether long tables stay on the screen."""
    if on_paper not in get_args(OnPaper):
        valid = ", ".join(get_args(OnPaper))
        raise UnknownNameError(f'on_paper is one of: {valid}; not "{on_paper}".')
    return on_paper == "short"


def items(released: Released) -> Pieces:
    """Return a figure of each audience's items, with the table of the numbers under it.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Figures, or a sentence that says that no items are shown.
    """
    if released.facts.arms:
        return fold(_items_of_sides(together(released)), empty="items")
    return section(_items(together(released)), empty="items")


def _items_of_sides(released: Released) -> Iterator[tuple[str, ReportTable]]:
    """Yield a table for each audience, phase and pair of waves that has items of both sides."""
    facts = released.facts
    for audience in facts.audiences:
        for phase in dict.fromkeys([*facts.phases, ""]):
            for before, after in wave_pairs(released):
                table = item_table(
                    released, audience=audience, phase=phase, wave_from=before, wave_to=after
                )
                if table is not None:
                    yield table.caption, table


def _items(released: Released) -> Iterator[ReportFigure]:
    """Yield a figure for each audience and phase, for the first pair of waves that has items."""
    facts = released.facts
    shares = released.where(quantity="item_share", level="programme", subgroup="")
    for audience in facts.audiences:
        for phase in dict.fromkeys([*facts.phases, ""]):
            of = shares.where(audience=audience, phase=phase)
            for before, after in wave_pairs(released):
                pair = of.where(wave_from=before), of.where(wave_from=after)
                if len(pair[0]) and len(pair[1]):
                    for part in _parts(facts.items, audience, pair):
                        yield _figure(released, *(_of_items(half, part) for half in pair))
                    break


def _parts(
    items: Mapping[tuple[str, str], str], audience: str, pair: tuple[Released, Released]
) -> Iterator[list[str]]:
    """Yield the items of both waves in the questionnaire's order, in parts of about equal size."""
    asked = [set(half.frame["item_id"]) for half in pair]
    both = [item for of, item in items if of == audience and all(item in one for one in asked)]
    count = ceil(len(both) / MOST_ITEMS)
    size = ceil(len(both) / count) if count else 1
    yield from (both[start : start + size] for start in range(0, len(both), size))


def _of_items(released: Released, items: list[str]) -> Released:
    frame = released.frame
    return Released(frame.loc[frame["item_id"].isin(items)], released.facts)


def _figure(released: Released, before: Released, after: Released) -> ReportFigure:
    facts = released.facts
    first, then = before.findings()[0], after.findings()[0]
    ax = item_shares(before, after)
    add_key(ax.figure)  # type: ignore[arg-type]
    waves = {"before": facts.waves[first.wave_from], "after": facts.waves[then.wave_from]}
    who = who_of(released, first)
    drawn = list(dict.fromkeys(before.frame["item_id"]))
    table = item_table(
        _of_items(released, drawn),
        audience=first.audience,
        phase=first.phase,
        wave_from=first.wave_from,
        wave_to=then.wave_from,
    )
    return finish(
        ax.figure,  # type: ignore[arg-type]
        name=text("figures.items_name", who=who),
        alt=text("figures.items_alt", who=who, **waves),
        caption=escape(text("figures.items_caption", who=capital(who), **waves)),
        data_html=table.body if table else "",
        mark=mark(released),
    )
