"""A plan as rows: every outcome, design, case, number of schools and of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan

from impact_eval.estimators.planning.precision import PlannedDesign
from impact_eval.planning.grids import people_grid, schools_grid
from impact_eval.planning.plan_numbers import Measure, PlanQuestion
from impact_eval.planning.starting_points import StartingPoint

_MEASURES: tuple[Measure, ...] = ("std_error", "df", "detectable", "power_found", "addition")
_CASES = ("usual", "cautious")


def plan_rows(
    points: Sequence[StartingPoint],
    *,
    designs: Sequence[PlannedDesign],
    schools: Sequence[int] = (),
    people: Sequence[float] = (),
    power: float = 0.80,
) -> Iterator[dict[str, object]]:
    """Work a plan out for every combination of what is asked.

    Parameters
    ----------
    points
        One for each outcome.
    designs
        Designs to plan for.
    schools, people
        Numbers to plan for; empty for those around what was asked so far.
    power
        Between 0 and 1.

    Yields
    ------
    dict
        Columns by name; numbers are nan where there is none. `schools_needed` and `people_needed`
        are for the smallest change that matters.
    """
    for point in points:
        for design in designs:
            for case in _CASES:
                for g in schools or schools_grid(point.sample.schools):
                    for n in people or people_grid(point.sample.people):
                        question = PlanQuestion(
                            audience=point.outcome.audience,
                            outcome=point.outcome.outcome,
                            design=design,
                            case=case,  # type: ignore[arg-type]
                            schools=g,
                            people=n,
                            power=power,
                        )
                        yield _row(question, point)


def _row(question: PlanQuestion, point: StartingPoint) -> dict[str, object]:
    spread = point.spread[question.case]
    return {
        "audience": question.audience,
        "outcome": question.outcome,
        "unit": point.outcome.unit,
        "design": question.design,
        "case": question.case,
        "schools": question.schools,
        "people_in_each": question.people,
        "power": question.power,
        "smallest_change": point.smallest if point.smallest else nan,
        **{name: question.number(point, name) for name in _MEASURES},
        "schools_needed": question.number(point, "schools_needed"),
        "people_needed": question.number(point, "people_needed"),
        "sd": spread.sd,
        "icc_score": spread.icc_score,
        "icc_gain": spread.icc_gain,
        "icc_team": spread.icc_team,
        "correlation": spread.correlation,
        "lost": point.sample.lost,
        "linked": point.sample.linked,
        "teams": point.sample.teams or nan,
        "from_published": " ".join(point.borrowed),
        "reason": question.precision(point).reason,
    }
