"""From what was released, or published elsewhere, to the sizes of a next phase."""

from impact_eval.planning.design_rows import DESIGN_ORDER, designs_of
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
    "MEASURES",
    "PUBLISHED",
    "Case",
    "Measure",
    "PlanQuestion",
    "PublishedValue",
    "StartingPoint",
    "designs_of",
    "planned_number",
    "published_address",
    "published_points",
    "published_sources",
    "starting_points",
]
