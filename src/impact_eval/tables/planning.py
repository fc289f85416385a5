"""Tables of a next phase: what the plan starts from, what it finds, and what designs differ in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from math import isfinite

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.planning import (
    PUBLISHED,
    Measure,
    PlanQuestion,
    StartingPoint,
    compared_designs,
    designs_of,
    published_address,
)
from impact_eval.planning.grids import people_grid, schools_grid
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, interval_note
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import numbers, sentence, text

_INPUTS = ("sd", "icc_score", "icc_gain", "icc_team", "correlation")
_WHOLE: tuple[Measure, ...] = ("schools", "people", "schools_needed", "people_needed")


def planning_inputs_table(
    released: Released, points: Sequence[StartingPoint]
) -> ReportTable | None:
    """Return what the plan starts from: spread and likeness of scores, with their intervals.

    Parameters
    ----------
    released
        Released findings of a study.
    points
        From `impact_eval.planning.starting_points`.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None without points.
    """
    audiences = released.facts.audiences
    rows = [
        Row(
            capital(point.outcome.label),
            {name: cells.with_interval(released, found) for name, found in point.findings.items()},
            capital(audiences[point.outcome.audience]),
            detail=point.outcome.unit,
        )
        for point in points
    ]
    return build(
        released,
        rows,
        [Column(name, text(f"planning.inputs.{name}")) for name in _INPUTS],
        caption=text("planning.inputs_caption"),
        row_heading=text("tables.outcome"),
        notes=[interval_note(released), escape(text("planning.inputs_note"))],
    )


def planning_sizes_table(
    released: Released, point: StartingPoint, question: PlanQuestion
) -> ReportTable | None:
    """Return the smallest change that is found, by schools and by people in each.

    Parameters
    ----------
    released
        Released findings of a study.
    point
        The outcome.
    question
        Its design, case and power; its schools and people do not matter.

    Returns
    -------
    ReportTable or None
        A row for each number of schools, a column for each number of people.
    """
    people = people_grid(point.sample.people)
    rows = []
    for schools in schools_grid(point.sample.schools):
        asked = [replace(question, schools=schools, people=n) for n in people]
        rows.append(
            Row(
                numbers.asked("schools", schools),
                {f"{one.people:g}": planned_cell(point, one, "detectable") for one in asked},
            )
        )
    who = released.facts.audiences[point.outcome.audience]
    return build(
        released,
        rows,
        [Column(f"{n:g}", _people_each(n)) for n in people],
        caption=text(
            "planning.sizes_caption",
            outcome=point.outcome.label,
            who=capital(who),
            unit=point.outcome.unit,
        ),
        row_heading=capital(released.facts.site_nouns[point.outcome.audience][1]),
    )


def planning_additions_table(
    released: Released, point: StartingPoint, question: PlanQuestion
) -> ReportTable | None:
    """Return what a programme must add to be told from what changes anyway, by schools and design.

    Parameters
    ----------
    released, point, question
        As for `planning_sizes_table`; the question's design does not matter.

    Returns
    -------
    ReportTable or None
        A row for each number of schools, a column for each design.
    """
    designs = compared_designs(released.facts.design)
    rows = []
    for schools in schools_grid(point.sample.schools):
        asked = [replace(question, schools=schools, design=one) for one in designs]
        cells: dict[str, str] = {one.design: planned_cell(point, one, "addition") for one in asked}
        rows.append(Row(numbers.asked("schools", schools), cells))
    return build(
        released,
        rows,
        [Column(one, text(f"planning.designs.{one}")) for one in designs],
        caption=text(
            "planning.additions_caption",
            outcome=point.outcome.label,
            who=capital(released.facts.audiences[point.outcome.audience]),
            unit=point.outcome.unit,
        ),
        row_heading=capital(released.facts.site_nouns[point.outcome.audience][1]),
    )


def planning_designs_table(
    released: Released, points: Sequence[StartingPoint], *, power: float = 0.80
) -> ReportTable | None:
    """Return what each design would find with all schools of the next phase, and what it takes.

    Parameters
    ----------
    released
        Released findings of a study.
    points
        Outcomes to show.
    power
        Between 0 and 1.

    Returns
    -------
    ReportTable or None
        A row for each design of each outcome, in the cautious case; None without points.
    """
    measures: tuple[Measure, ...] = ("detectable", "addition", "schools_needed")
    rows = []
    for point in points:
        who = capital(released.facts.audiences[point.outcome.audience])
        group = text(
            "tables.group_outcome_unit",
            group=who,
            outcome=point.outcome.label,
            unit=point.outcome.unit,
        )
        for design in designs_of(released.facts.design):
            asked = PlanQuestion(
                audience=point.outcome.audience,
                outcome=point.outcome.outcome,
                design=design,
                case="cautious",
                schools=point.sample.schools,
                people=point.sample.people,
                power=power,
            )
            shown: dict[str, str] = {name: planned_cell(point, asked, name) for name in measures}
            if not isfinite(asked.number(point, "schools_needed")) and point.smallest:
                shown["schools_needed"] = escape(text("planning.none_enough"))
            rows.append(Row(text(f"planning.designs.{design}"), shown, group))
    return build(
        released,
        rows,
        [Column(name, text(f"planning.measures.{name}")) for name in measures],
        caption=text("planning.designs_caption"),
        row_heading=text("planning.design"),
        notes=[escape(text("planning.designs_note"))],
    )


def published_table(released: Released, points: Sequence[StartingPoint]) -> ReportTable | None:
    """Return the published values that stand in for what a study has not measured.

    Parameters
    ----------
    released
        Released findings of a study.
    points
        From `impact_eval.planning.starting_points`.

    Returns
    -------
    ReportTable or None
        A row for each input and kind of outcome; None if nothing was borrowed.
    """
    wanted = dict.fromkeys((point.outcome.kind, one) for point in points for one in point.borrowed)
    rows = []
    for kind, name in wanted:
        value = PUBLISHED[kind][name]
        source = text("planning.computed", source=value.source) if value.computed else value.source
        shown: dict[str, str] = {
            case: numbers.planned(
                published_address(kind, name, case), number, decimals=_decimals(number)
            )
            for case, number in (("usual", value.usual), ("cautious", value.cautious))
        }
        shown |= {
            "source": escape(source),
        }
        group = capital(text(f"tables.kinds.{kind}"))
        rows.append(Row(text(f"planning.inputs.{name}"), shown, group))
    columns = [Column(one, text(f"planning.{one}")) for one in ("usual", "cautious")]
    return build(
        released,
        rows,
        [*columns, Column("source", text("planning.source"), align="left")],
        caption=text("planning.published_caption"),
        row_heading=text("planning.input"),
        notes=[escape(text("planning.published_note"))],
    )


def _people_each(people: float) -> Markup:
    return sentence("planning.people_each", {"people": numbers.asked("people", people)})


def _decimals(number: float) -> int:
    return len(f"{number:g}".partition(".")[2])


def planned_cell(point: StartingPoint, question: PlanQuestion, measure: Measure) -> str:
    """Return one number of a plan with its address; a dash where there is none."""
    value = question.number(point, measure)
    if not isfinite(value):
        return cells.absent()
    decimals = 0 if measure in _WHOLE else max(point.outcome.decimals, 2)
    return str(numbers.planned(question.address(measure), value, decimals=decimals))
