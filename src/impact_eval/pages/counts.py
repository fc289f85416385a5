"""Sections about who is in the data, who is not, and what became of every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.figures import WIDTH, ReportFigure, count_bars, finish, new_figure, theme
from impact_eval.pages.display import Pieces
from impact_eval.pages.figure import mark
from impact_eval.pages.folding import fold_audiences
from impact_eval.pages.nothing import section
from impact_eval.tables import (
    attrition_table,
    by_ids,
    capital,
    days_table,
    fate_table,
    linked_difference_table,
    people_table,
    protection_table,
    reason_table,
    side_attrition_table,
    together,
)
from impact_eval.wording import text


def people(released: Released) -> Pieces:
    """Return a table of people surveyed, of those who attended, of those whom the programme states.

    Where two sides are compared, also one of who was lost on each.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table, or a sentence that says that nobody was counted.
    """
    return section([people_table(released), side_attrition_table(released)], empty="people")


def days(released: Released) -> Pieces:
    """Return a table of the days between workshop and survey.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table, or a sentence that says that no dates of workshops are known.
    """
    without = released.facts.design == "no_programme"
    return section([days_table(released)], empty="days_no_programme" if without else "days")


def attrition(released: Released) -> Pieces:
    """Return a table of who was lost between waves.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table, or a sentence that says that nobody could be followed.
    """
    return section([attrition_table(released)], empty=_why_nobody(released))


def linked_differences(released: Released) -> Pieces:
    """Return a table of how those who could be linked had differed before from the others.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table, or a sentence that says that nobody could be followed.
    """
    empty = _why_nobody(released)
    return fold_audiences(together(released), linked_difference_table, empty=empty)


def _why_nobody(released: Released) -> str:
    """Return why nobody was followed."""
    if len(released.facts.waves) == 1:
        return "attrition_once"
    return "attrition_rounds" if released.facts.design == "cross_sections" else "attrition"


def fates(released: Released) -> Pieces:
    """Tables of what became of every row, why some were not used, and what was protected.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Tables, or a sentence that says that no file was counted.
    """
    return section(
        [fate_table(released), reason_table(released), protection_table(released)], empty="fates"
    )


def fate_figure(released: Released) -> Pieces:
    """Return a figure of the rows that were not used, by fate.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A figure, or a sentence that says that every row was used, or that the others are few.
    """
    rows = [
        row
        for row in released.where(quantity="rows", audience="").findings()
        if row.subgroup.startswith("fate:") and row.subgroup != "fate:used"
    ]
    if not rows:
        return section([], empty="fate_figure")
    if not any(row.known for row in rows):
        return section([], empty="fate_figure_hidden")
    labels = [text(f"tables.fates.{row.subgroup.removeprefix('fate:')}") for row in rows]
    shown = by_ids(released, [row.finding_id for row in rows])
    table = fate_table(shown)
    figure = finish(
        count_bars(shown, labels).figure,  # type: ignore[arg-type]
        name=text("figures.fates_name"),
        alt=text("figures.fates_alt"),
        caption=escape(text("figures.fates_caption")),
        data_html=table.body if table else "",
        mark=mark(released),
    )
    return section([figure], empty="fate_figure")


def flow_figures(released: Released) -> Pieces:
    """Figures of how many people were claimed, attended and were surveyed, one for each audience.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Figures, or a sentence that says that nobody was counted, or everybody only once.
    """
    counted = len(released.where(quantity="surveyed", level="programme", subgroup="")) > 0
    return section(_flows(released), empty="one_count" if counted else "people")


def _flows(released: Released) -> Iterator[ReportFigure]:
    """Yield a figure for each audience that was counted."""
    counts = released.where(
        quantity=("claimed", "attended", "surveyed"), level="programme", subgroup=""
    )
    for audience in released.facts.audiences:
        of = counts.where(audience=audience)
        panels = {
            label: _in_order(of.where(phase=phase)) for phase, label in _phases(released).items()
        }
        panels = {label: rows for label, rows in panels.items() if len(rows)}
        if any(len(rows) > 1 for rows in panels.values()):
            yield _flow(released, panels, released.facts.audiences[audience])


def _phases(released: Released) -> dict[str, str]:
    """Phases with their labels; a study without phases has one without a name."""
    return dict(released.facts.phases) or {"": ""}


def _in_order(counts: Released) -> Released:
    """Stated, attended, then surveyed by wave."""
    waves = ["", *counts.facts.waves]
    order = {"claimed": 0, "attended": 1, "surveyed": 2}
    found = sorted(
        counts.findings(), key=lambda row: (order[row.quantity], waves.index(row.wave_to))
    )
    return by_ids(counts, [row.finding_id for row in found])


def _counted(released: Released, row: Finding) -> str:
    """Say what a count counts."""
    if row.quantity == "surveyed":
        return text("figures.surveyed", wave=released.facts.waves[row.wave_to])
    return text(f"figures.{row.quantity}")


def _flow(released: Released, panels: Mapping[str, Released], audience: str) -> ReportFigure:
    heights = [0.6 + 0.34 * len(rows) for rows in panels.values()]
    with theme():
        figure = new_figure(WIDTH, sum(heights) + 0.25)
        axes = figure.subplots(len(panels), 1, height_ratios=heights, squeeze=False)[:, 0]
        for ax, (label, rows) in zip(axes, panels.items(), strict=True):
            count_bars(rows, [capital(_counted(released, row)) for row in rows.findings()], ax=ax)
            if len(panels) > 1:
                ax.set_title(label)
    ids = [row.finding_id for rows in panels.values() for row in rows.findings()]
    table = people_table(by_ids(released, ids))
    counted = {row.quantity for rows in panels.values() for row in rows.findings()}
    only = "_surveyed" if counted == {"surveyed"} else ""
    caption = text(f"figures.flow_caption{only}", audience=capital(audience))
    if len(panels) > 1:
        caption += " " + text("figures.own_scales")
    return finish(
        figure,
        name=text("figures.flow_name", audience=audience),
        alt=text(f"figures.flow_alt{only}", audience=audience),
        caption=escape(caption),
        data_html=table.body if table else "",
        mark=mark(released),
    )
