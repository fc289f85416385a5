"""Sections about the next phase: how many places and people, and what waiting places would add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from math import nan

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.figures import ReportFigure, detectable_curves, finish
from impact_eval.figures.axes import add_key
from impact_eval.pages.before_data import additions_figure, no_data
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.figure import mark
from impact_eval.pages.nothing import if_changed, section, sentence
from impact_eval.pages.places import leading_outcomes
from impact_eval.planning import (
    BeforeData,
    PlanQuestion,
    StartingPoint,
    designs_of,
    plan_points,
)
from impact_eval.planning.grids import people_grid, schools_grid
from impact_eval.planning.plan_numbers import OTHERS_SHOW_IT
from impact_eval.planning.starting_points import next_schools
from impact_eval.tables import (
    capital,
    planning_designs_table,
    planning_inputs_table,
    planning_sizes_table,
    published_table,
)
from impact_eval.wording import planning_sentences, text


def planning_answers(released: Released, *, power: float = 0.80) -> Html:
    """Say how many places and people each leading outcome needs in a next phase.

    Parameters
    ----------
    released
        From `released_findings`, whole.
    power
        How often a change that matters is to be found, between 0 and 1.

    Returns
    -------
    Html
        A list for each leading outcome, in the cautious case, or a sentence that says that too
        little was measured.
    """
    facts = released.facts
    blocks = []
    for point in _leading(released):
        sites = facts.site_nouns[point.outcome.audience][1]
        asked = _question(released, point, power)
        waiting = replace(asked, design="waiting_list")
        two_arms = "waiting_list" in designs_of(facts.design)
        one_group = two_arms and asked.design not in OTHERS_SHOW_IT
        told = two_arms and asked.design not in {"randomised_pretest", "waiting_list"}
        numbers = {
            "all": _planned(asked, point, "schools"),
            "people": _planned(asked, point, "people"),
            "power": _planned(asked, point, "power_percent"),
            "schools_needed": _planned(asked, point, "schools_needed"),
            "people_needed": _planned(asked, point, "people_needed"),
            "detectable": _planned(asked, point, "detectable"),
            "addition": _planned(asked, point, "addition") if one_group else ("", nan),
            "waiting": _planned(waiting, point, "detectable") if told else ("", nan),
        }
        said = planning_sentences(point.outcome, numbers, sites=sites, two_arms=two_arms)
        head = text(
            "pages.card_head",
            who=capital(facts.audiences[point.outcome.audience]),
            outcome=point.outcome.label,
        )
        items = Markup("").join(Markup("<li>{}</li>").format(one) for one in said)
        blocks.append(Markup("<h3>{}</h3><ul>{}</ul>").format(head, items))
    if not blocks:
        return sentence(if_changed(released, "planning"))
    notes = Markup("").join(Markup("<p>{}</p>").format(note) for note in _notes(released))
    return Html(text("planning.answers"), str(Markup("").join([no_data(released), *blocks, notes])))


def planning_claims(released: Released) -> Html:
    """Say what this design lets a page say, and what a waiting list drawn by lot would add.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Html
        A list.
    """
    facts = released.facts
    own = f"{facts.design}_lot" if facts.by_lot else facts.design
    lines = [text(f"planning.claims_{own}")]
    if facts.design != "no_programme" and not facts.by_lot:
        lines += [text(f"planning.claims_{key}") for key in ("waiting", "cost")]
    if _has_teams(released):
        lines.append(text("planning.claims_teams", sites=_any_sites(released)))
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Html(text("planning.claims"), str(Markup("<ul>{}</ul>").format(items)))


def planning_figures(released: Released, *, power: float = 0.80) -> Pieces:
    """Draw the smallest change that is found over the number of places, by people in each.

    Parameters
    ----------
    released
        From `released_findings`, whole.
    power
        As in `planning_answers`.

    Returns
    -------
    Pieces
        A figure with its table for each leading outcome, in the cautious case.
    """
    return section(
        (_figure(released, point, power) for point in _leading(released)),
        empty=if_changed(released, "planning"),
    )


def planning_designs(released: Released, *, power: float = 0.80) -> Pieces:
    """Return a table of what each design would find, and what it takes.

    Parameters
    ----------
    released
        From `released_findings`, whole.
    power
        As in `planning_answers`.

    Returns
    -------
    Pieces
        A table, before there are data under a figure for each outcome; or a sentence.
    """
    points = list(_leading(released))
    asked = [_question(released, point, power) for point in points]
    drawn = zip(points, asked, strict=True) if isinstance(released, BeforeData) else ()
    figures = [additions_figure(released, point, own) for point, own in drawn]
    table = planning_designs_table(released, points, power=power)
    return section([*figures, table], empty=if_changed(released, "planning"))


def planning_inputs(released: Released) -> Pieces:
    """Return what the plan starts from, outcome by outcome, and what was taken from elsewhere.

    Parameters
    ----------
    released
        From `released_findings`, whole.

    Returns
    -------
    Pieces
        One table or two, or a sentence.
    """
    points = plan_points(released)
    published = published_table(released, points)
    if isinstance(released, BeforeData):
        said = Markup("<p>{}</p>").format(text("planning.nothing_measured"))
        return section([Html(text("planning.nothing_so_far"), str(said)), published],
                       empty="planning")  # fmt: skip
    return section([planning_inputs_table(released, points), published], empty="planning")


def _notes(released: Released) -> Iterator[str]:
    """Yield what holds for all answers."""
    sites = _any_sites(released)
    early = isinstance(released, BeforeData)
    yield text("planning.cautious_published" if early else "planning.cautious_note", sites=sites)
    if designs_of(released.facts.design)[0] == "other_schools":
        yield text("planning.rounds_note", sites=sites)
    if early:
        yield text("planning.supposed_note", sites=sites)
        if not next_schools(released.facts):
            yield text("planning.supposed_places_note", sites=sites)
        if _has_teams(released):
            yield text("planning.no_teams_note", sites=sites)
    elif any(point.borrowed for point in _leading(released)):
        yield text("planning.borrowed_note")


def _has_teams(released: Released) -> bool:
    facts = released.facts
    return any(noun != facts.site_nouns[who] for who, noun in facts.cluster_nouns.items())


def _leading(released: Released) -> Iterator[StartingPoint]:
    leading = released.leading if isinstance(released, BeforeData) else leading_outcomes(released)
    for point in plan_points(released):
        if (point.outcome.audience, point.outcome.outcome) in leading:
            yield point


def _question(released: Released, point: StartingPoint, power: float) -> PlanQuestion:
    """Ask for the study's own kind of design with all places and as many people as so far."""
    return PlanQuestion(
        audience=point.outcome.audience,
        outcome=point.outcome.outcome,
        design=designs_of(released.facts.design)[0],
        case="cautious",
        schools=point.sample.schools,
        people=point.sample.people,
        power=power,
    )


def _planned(question: PlanQuestion, point: StartingPoint, measure: str) -> tuple[str, float]:
    return question.address(measure), question.number(point, measure)  # type: ignore[arg-type]


def _any_sites(released: Released) -> str:
    nouns = {plural for _, plural in released.facts.site_nouns.values()}
    return nouns.pop() if len(nouns) == 1 else text("tables.sites")


def _figure(released: Released, point: StartingPoint, power: float) -> ReportFigure:
    facts = released.facts
    asked = _question(released, point, power)
    grid = schools_grid(point.sample.schools)
    curves = {}
    for people in people_grid(point.sample.people):
        found = [replace(asked, schools=g, people=people).number(point, "detectable") for g in grid]
        curves[text("planning.people_each", people=f"{people:g}")] = (grid, found)
    places = facts.site_nouns[point.outcome.audience][1]
    ax = detectable_curves(
        curves,
        unit=point.outcome.unit,
        places=places,
        smallest=point.smallest,
    )
    add_key(ax.figure)  # type: ignore[arg-type]
    table = planning_sizes_table(released, point, asked)
    what = {"outcome": point.outcome.label, "who": facts.audiences[point.outcome.audience]}
    caption = text("planning.figure_caption", **what | {"who": capital(what["who"])}, places=places)
    return finish(
        ax.figure,  # type: ignore[arg-type]
        name=text("planning.figure_name", **what),
        alt=text("planning.figure_alt", **what, places=places),
        caption=escape(caption),
        data_html=table.body if table else "",
        mark=mark(released),
    )
