"""Pre and post surveys of school programmes to findings and reports; see `impact_eval.pages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from impact_eval.pages import (
        Study,
        attrition,
        change_figures,
        changes,
        checklist,
        classed,
        days,
        deviations,
        effect_sizes,
        explain,
        fate_figure,
        fates,
        flow,
        flow_figures,
        further,
        gaps,
        how_sure,
        item_answers,
        item_quality,
        items,
        linked_differences,
        mastery,
        mean_figures,
        measurement,
        not_seen_again,
        not_shown,
        page_title,
        pairs,
        people,
        phases,
        placement_figures,
        placements,
        planned_changes,
        planning_answers,
        planning_claims,
        planning_designs,
        planning_figures,
        planning_inputs,
        provinces,
        quality,
        released_findings,
        robustness,
        school,
        school_figures,
        school_summary,
        school_title,
        schools,
        specification_curves,
        subgroups,
        summary,
        technical,
        what_would_change,
    )

__all__ = [
    "Study",
    "attrition",
    "change_figures",
    "changes",
    "checklist",
    "classed",
    "days",
    "deviations",
    "effect_sizes",
    "explain",
    "fate_figure",
    "fates",
    "flow",
    "flow_figures",
    "further",
    "gaps",
    "how_sure",
    "item_answers",
    "item_quality",
    "items",
    "linked_differences",
    "mastery",
    "mean_figures",
    "measurement",
    "not_seen_again",
    "not_shown",
    "page_title",
    "pairs",
    "people",
    "phases",
    "placement_figures",
    "placements",
    "planned_changes",
    "planning_answers",
    "planning_claims",
    "planning_designs",
    "planning_figures",
    "planning_inputs",
    "provinces",
    "quality",
    "released_findings",
    "robustness",
    "school",
    "school_figures",
    "school_summary",
    "school_title",
    "schools",
    "specification_curves",
    "subgroups",
    "summary",
    "technical",
    "what_would_change",
]


def __getattr__(name: str) -> object:
    """Import what a notebook calls when it is first asked for, so that the command starts fast."""
    if name not in __all__:
        raise AttributeError(f"module 'impact_eval' has no attribute {name!r}")
    from impact_eval import pages  # noqa: PLC0415

    return getattr(pages, name)


def __dir__() -> list[str]:
    return sorted(__all__)
