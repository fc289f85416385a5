"""One number of a plan and its address, from which it can be computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import Final, Literal, get_args

from impact_eval.errors import UnknownNameError
from impact_eval.estimators import (
    Precision,
    Sample,
    minimum_detectable,
    people_per_school_needed,
    power_of,
    precision_of,
    schools_needed,
)
from impact_eval.estimators.planning.precision import TWO_ARMS, PlannedDesign
from impact_eval.planning.published import is_published, published_value
from impact_eval.planning.starting_points import Case, StartingPoint

Measure = Literal[
    "schools", "people", "power_percent", "detectable", "power_found", "schools_needed",
    "people_needed", "addition", "std_error", "df",
]  # fmt: skip
MEASURES: Final = get_args(Measure)
_PARTS = 8
OTHERS_SHOW_IT: Final = TWO_ARMS | {"staggered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanQuestion:
    """What is asked of a plan: an outcome, a design, a case, schools, people and a power.

    `address` names it in a page; `planned_number` computes the number at an address again.
    """

    audience: str
    outcome: str
    design: PlannedDesign
    case: Case
    schools: int
    people: float
    power: float = 0.80

    def address(self, measure: Measure) -> str:
        """Join the parts, `student/knowledge/one_group/cautious/40/25/0.8/detectable`."""
        parts = (self.audience, self.outcome, self.design, self.case, str(self.schools))
        return "/".join([*parts, f"{self.people:g}", f"{self.power:g}", measure])

    def sample(self, point: StartingPoint) -> Sample:
        """Put the asked numbers of schools and people into what is known of the next phase."""
        return replace(point.sample, schools=self.schools, people=self.people)

    def precision(self, point: StartingPoint) -> Precision:
        """Compute the standard error and degrees of freedom of the design."""
        return precision_of(point.spread[self.case], self.sample(point), design=self.design)

    def number(self, point: StartingPoint, measure: Measure) -> float:
        """Compute one measure; nan where the design or the outcome does not give it.

        Parameters
        ----------
        point
            Of the same outcome.
        measure
            `schools`, `people`, `power_percent`: what is asked, as it is. `detectable`: the
            smallest true change that is found with the power. `power_found`: percent of studies
            that find the smallest change that matters. `schools_needed`, `people_needed`: how many
            find it with the power, the other number as asked. `addition`: the smallest that a
            programme must add to be told from what changes without it, whatever that is within its
            declared range.

        Returns
        -------
        float
            In the outcome's unit, percent, schools or people.
        """
        asked = {"schools": self.schools, "people": self.people, "power_percent": 100 * self.power}
        if measure in asked:
            return float(asked[measure])
        if measure in {"schools_needed", "people_needed"}:
            return self._needed(point, measure)
        precision = self.precision(point)
        if measure in {"std_error", "df"}:
            return float(getattr(precision, measure))
        if measure == "power_found":
            return nan if not point.smallest else 100 * power_of(point.smallest, precision)
        detectable = minimum_detectable(precision, power=self.power)
        return detectable + self._untold(point) if measure == "addition" else detectable

    def _needed(self, point: StartingPoint, measure: Measure) -> float:
        if not point.smallest:
            return nan
        find = schools_needed if measure == "schools_needed" else people_per_school_needed
        needed = find(
            point.smallest,
            point.spread[self.case],
            self.sample(point),
            design=self.design,
            power=self.power,
        )
        return nan if needed.number is None else float(needed.number)

    def _untold(self, point: StartingPoint) -> float:
        """Width of what may change anyway, where no other schools show how much it was."""
        if self.design in OTHERS_SHOW_IT:
            return 0.0
        secular = point.outcome.secular
        return nan if secular is None else secular[1] - secular[0]


def planned_number(points: Sequence[StartingPoint], address: str) -> float:
    """Compute the number at an address again.

    Parameters
    ----------
    points
        Of the study.
    address
        As `PlanQuestion.address` or `published_address` gives it.

    Returns
    -------
    float
        The number; nan where there is none.

    Raises
    ------
    UnknownNameError
        If the address is not one of a plan.
    """
    if is_published(address):
        return published_value(address)
    parts = address.split("/")
    known = {(point.outcome.audience, point.outcome.outcome): point for point in points}
    if len(parts) != _PARTS or parts[-1] not in MEASURES or tuple(parts[:2]) not in known:
        raise UnknownNameError(f"no number of a plan has the address {address!r}")
    audience, outcome, design, case, schools, people, power, measure = parts
    try:
        question = PlanQuestion(
            audience=audience,
            outcome=outcome,
            design=design,  # type: ignore[arg-type]
            case=case,  # type: ignore[arg-type]
            schools=int(schools),
            people=float(people),
            power=float(power),
        )
        value = question.number(known[audience, outcome], measure)  # type: ignore[arg-type]
    except (ValueError, KeyError) as error:
        raise UnknownNameError(f"no number of a plan has the address {address!r}") from error
    return value if isfinite(value) else nan
