"""From what was released, or published elsewhere, to the sizes of a next phase."""

from impact_eval.planning.before_data import BeforeData, before_data, plan_points
from impact_eval.planning.design_rows import (
    DESIGN_ORDER,
    KNOWN_DESIGNS,
    compared_designs,
    designs_of,
)
from impact_eval.planning.plan_numbers import (
    MEASURES,
    Measure,
    PlanQuestion,
    planned_number,
)
from impact_eval.planning.published import (
    PUBLISHED,
    PublishedValue,
    published_address,
    published_sources,
)
from impact_eval.planning.starting_points import (
    Case,
    StartingPoint,
    published_points,
    starting_points,
)

__all__ = [
    "DESIGN_ORDER",
    "KNOWN_DESIGNS",
    "MEASURES",
    "PUBLISHED",
    "BeforeData",
    "Case",
    "Measure",
    "PlanQuestion",
    "PublishedValue",
    "StartingPoint",
    "before_data",
    "compared_designs",
    "designs_of",
    "plan_points",
    "planned_number",
    "published_address",
    "published_points",
    "published_sources",
    "starting_points",
]
