"""Planning before there are data: what a study declares, and what others found."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from math import isfinite

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.figures import ReportFigure, detectable_curves, finish
from impact_eval.figures.axes import add_key
from impact_eval.pages.figure import mark
from impact_eval.pages.findings import released_findings
from impact_eval.planning import (
    BeforeData,
    PlanQuestion,
    StartingPoint,
    before_data,
    compared_designs,
)
from impact_eval.planning.grids import schools_grid
from impact_eval.study import Study
from impact_eval.study.awaiting import awaits_data
from impact_eval.tables import capital, planning_additions_table
from impact_eval.wording import text


def planning_basis(study: Study) -> Released:
    """Return what a study released, or before there are survey files what it declares alone.

    Parameters
    ----------
    study
        From `Study.open`; prepared, or without any survey file.

    Returns
    -------
    Released
        Before there are data a `BeforeData`: the sections about the next phase then plan with
        published values and say so, and all others are empty.

    Raises
    ------
    NotPreparedError
        If there are survey files and the study was not prepared.
    """
    if not awaits_data(study):
        return released_findings(study)
    primary = [family.outcomes for family in study.plan.families if family.role == "primary"]
    named = ((who, one) for outcomes in primary for who, own in outcomes.items() for one in own)
    return before_data(study.facts(), primary=tuple(named))


def no_data(released: Released) -> Markup:
    """Say plainly where a page has no data."""
    if not isinstance(released, BeforeData):
        return Markup("")
    return Markup("<p><strong>{}</strong> {}</p>").format(
        text("planning.no_data"), text("planning.no_data_means")
    )


def additions_figure(released: Released, point: StartingPoint, asked: PlanQuestion) -> ReportFigure:
    """Draw what a programme must add by the number of places, a line for each design.

    Parameters
    ----------
    released
        From `planning_basis`.
    point, asked
        The outcome, and the study's own design with all places.
    """
    facts = released.facts
    grid = schools_grid(point.sample.schools)
    curves = {}
    for design in compared_designs(facts.design):
        ways = [replace(asked, design=design, schools=g) for g in grid]
        found = [one.number(point, "addition") for one in ways]
        if any(isfinite(one) for one in found):
            curves[text(f"planning.designs.{design}")] = (grid, found)
    places = facts.site_nouns[point.outcome.audience][1]
    ax = detectable_curves(
        curves,
        unit=point.outcome.unit,
        places=places,
        smallest=point.smallest,
        drawn="addition",
    )
    add_key(ax.figure)  # type: ignore[arg-type]
    table = planning_additions_table(released, point, asked)
    what = {"outcome": point.outcome.label, "who": facts.audiences[point.outcome.audience]}
    return finish(
        ax.figure,  # type: ignore[arg-type]
        name=text("planning.additions_name", **what),
        alt=text("planning.additions_alt", **what, places=places),
        caption=escape(
            text("planning.additions_figure", **what | {"who": capital(what["who"])}, places=places)
        ),
        data_html=table.body if table else "",
        mark=mark(released),
    )
