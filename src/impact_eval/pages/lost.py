"""The section on what those who did not answer again could make of the planned results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import fill

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.figures import WIDTH, ReportFigure, add_key, finish, lost_ways, new_figure, theme
from impact_eval.figures.axes import ROW
from impact_eval.pages.display import Html, Piece, Pieces
from impact_eval.pages.figure import level, mark, who_of
from impact_eval.pages.folding import fold
from impact_eval.pages.nothing import sentence
from impact_eval.tables import (
    ReportTable,
    by_ids,
    capital,
    lost_table,
    main_results_with_lost,
    side_attrition_table,
    way_label,
    ways_of,
    weights_table,
)
from impact_eval.wording import bounds_sentence, lost_verdict_sentences, numbers, text
from impact_eval.wording import sentence as worded
from impact_eval.wording.lost import BOUNDS, WITH_LOST, interval_of


def not_seen_again(released: Released) -> Pieces:
    """Say and draw what the lost could make of each planned result.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        For each audience whether what is said would be another, its main outcomes at worst and at
        best, a figure of them and a table of all planned results; where two sides are compared,
        who was lost on each. A sentence where there is nothing to look at.
    """
    if not len(released.where(quantity=WITH_LOST)):
        return Pieces((sentence("not_seen_again"),))
    audiences = released.facts.audiences
    words = [_words(released, audience) for audience in audiences]
    figures = [_figure(released, audience) for audience in audiences]
    tables = fold(_tables(released), empty="not_seen_again").pieces
    sides = side_attrition_table(released)
    made: list[Piece | None] = [*words, *figures, *tables, sides]
    return Pieces(tuple(piece for piece in made if piece is not None))


def _words(released: Released, audience: str) -> Html | None:
    """Say whether a verdict hangs on the lost, and the main outcomes at worst and at best."""
    said = list(lost_verdict_sentences(released, audience))
    if not said:
        return None
    mains = _leading(released, audience)
    bounds = [
        bounds_sentence(released, row)
        for main in mains
        for row in ways_of(released, main)
        if row.estimator in BOUNDS
    ]
    lines = Markup("").join(Markup("<p>{}</p>").format(one) for one in said)
    items = Markup("").join(Markup("<li>{}</li>").format(one) for one in bounds if one)
    listed = Markup("<ul>{}</ul>").format(items) if items else Markup("")
    return Html(text("pages.lost", audience=released.facts.audiences[audience]), lines + listed)


def _tables(released: Released) -> Iterator[tuple[str, ReportTable]]:
    for audience in released.facts.audiences:
        for make in (lost_table, weights_table):
            table = make(released, audience=audience)
            if table is not None:
                yield table.caption, table


def _leading(released: Released, audience: str) -> list[Finding]:
    """Take the primary results, or all planned ones where none is."""
    mains = [row for row in main_results_with_lost(released, audience=audience) if row.known]
    return [row for row in mains if row.role == "primary"] or mains


def _figure(released: Released, audience: str) -> ReportFigure | None:
    mains = _leading(released, audience)
    ways = [list(ways_of(released, main)) for main in mains]
    ways = [rows for rows in ways if len(rows) > 1]
    if not ways:
        return None
    heights = [1.0 + ROW * len(rows) for rows in ways]
    with theme():
        figure = new_figure(WIDTH, sum(heights) + 0.6)
        axes = figure.subplots(len(ways), 1, height_ratios=heights, squeeze=False)[:, 0]
        for ax, rows in zip(axes, ways, strict=True):
            part = by_ids(released, [row.finding_id for row in rows])
            wide = [interval_of(released, row) if row.estimator in BOUNDS else None for row in rows]
            lost_ways(part, [way_label(row) for row in rows], wide, ax=ax)
            ax.set_title(fill(_title(released, rows[0]), 31))
        add_key(figure)
    who = released.facts.audiences[audience]
    drawn = {row.finding_id for rows in ways for row in rows}
    table = lost_table(_with_intervals(released, drawn), audience=audience)
    said = Markup(". ").join(_said(released, rows) for rows in ways)
    return finish(
        figure,
        name=text("figures.lost_name", who=who),
        alt=worded("figures.lost_alt", {"rows": said}),
        caption=escape(_caption(released, capital(who), mains)),
        data_html=table.body if table else "",
        mark=mark(released),
    )


def _caption(released: Released, who: str, mains: Sequence[Finding]) -> str:
    words = [text("figures.lost_caption", who=who, level=level(released))]
    if any(main.widened for main in mains):
        words.append(text("figures.family_caption"))
    return " ".join(words)


def _with_intervals(released: Released, drawn: set[str]) -> Released:
    """Keep the rows of a figure and the intervals of their bounds."""
    frame = released.frame
    kept = frame["finding_id"].isin(drawn) | frame["variant"].str.endswith("interval")
    return Released(frame.loc[kept].reset_index(drop=True), released.facts)


def _title(released: Released, row: Finding) -> str:
    facts = released.facts
    label = capital(facts.outcome(row.audience, row.outcome).label)
    wave = text("tables.outcome_waves", outcome=label, wave=facts.waves[row.wave_to])
    return text("figures.lost_title", outcome=wave, who=who_of(released, row))


def _said(released: Released, rows: Sequence[Finding]) -> Markup:
    """Read a panel out: its title and each row."""
    decimals = released.facts.outcome(rows[0].audience, rows[0].outcome).decimals

    def shown(row: Finding, value: float) -> Markup:
        return numbers.marked(row.finding_id, value, decimals=decimals, form="signed")

    parts = []
    for row in rows:
        label = way_label(row)
        if row.suppressed:
            parts.append(Markup("{}: {}").format(label, text("figures.hidden")))
            continue
        low, high = shown(row, row.conf_low), shown(row, row.conf_high)
        if row.estimator in BOUNDS:
            values: dict[str, object] = {"label": label, "low": low, "high": high}
            parts.append(worded("figures.lost_bounds_said", values))
        else:
            around = numbers.interval(low, high, row.conf_level)
            values = {"label": label, "estimate": shown(row, row.estimate), "interval": around}
            parts.append(worded("figures.lost_estimate_said", values))
    return Markup("{}: {}").format(_title(released, rows[0]), Markup("; ").join(parts))
