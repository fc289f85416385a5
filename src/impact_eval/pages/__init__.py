"""What a notebook calls: each call returns something that shows itself."""

from impact_eval.pages.before_data import planning_basis
from impact_eval.pages.behind import explain
from impact_eval.pages.both_sides import pairs
from impact_eval.pages.by_topic import topics
from impact_eval.pages.classing import checklist, classed, flow
from impact_eval.pages.counts import (
    attrition,
    days,
    fate_figure,
    fates,
    flow_figures,
    linked_differences,
    people,
)
from impact_eval.pages.delivered import delivery, dose, exposure
from impact_eval.pages.detail import (
    item_answers,
    item_quality,
    items,
    items_to_look_at,
    measurement,
    subgroups,
)
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.doubtful import quality
from impact_eval.pages.findings import released_findings
from impact_eval.pages.group_gaps import gaps
from impact_eval.pages.left_out import exclusions_list, without_exclusions
from impact_eval.pages.lost import not_seen_again
from impact_eval.pages.outcome_figures import change_figures, mean_figures
from impact_eval.pages.outcomes import (
    changes,
    effect_sizes,
    mastery,
    planned_changes,
    technical,
)
from impact_eval.pages.places import provinces, school, school_figures, schools
from impact_eval.pages.plan import deviation_lines, deviations
from impact_eval.pages.planning import (
    planning_answers,
    planning_claims,
    planning_designs,
    planning_figures,
    planning_inputs,
)
from impact_eval.pages.revisits import follow_up
from impact_eval.pages.said_looking_back import looking_back
from impact_eval.pages.second_looks import school_spread, share_odds
from impact_eval.pages.side_by_side import phases, placement_figures, placements
from impact_eval.pages.single_ratings import ratings
from impact_eval.pages.title import page_title, school_title
from impact_eval.pages.what_would_undo import robustness, specification_curves, what_would_change
from impact_eval.pages.words import further, how_sure, not_shown, school_summary, summary
from impact_eval.study import Study
from impact_eval.tables import item_list

__all__ = [
    "Html",
    "Pieces",
    "Study",
    "attrition",
    "change_figures",
    "changes",
    "checklist",
    "classed",
    "days",
    "delivery",
    "deviation_lines",
    "deviations",
    "dose",
    "effect_sizes",
    "exclusions_list",
    "explain",
    "exposure",
    "fate_figure",
    "fates",
    "flow",
    "flow_figures",
    "follow_up",
    "further",
    "gaps",
    "how_sure",
    "item_answers",
    "item_list",
    "item_quality",
    "items",
    "items_to_look_at",
    "linked_differences",
    "looking_back",
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
    "planning_basis",
    "planning_claims",
    "planning_designs",
    "planning_figures",
    "planning_inputs",
    "provinces",
    "quality",
    "ratings",
    "released_findings",
    "robustness",
    "school",
    "school_figures",
    "school_spread",
    "school_summary",
    "school_title",
    "schools",
    "share_odds",
    "specification_curves",
    "subgroups",
    "summary",
    "technical",
    "topics",
    "what_would_change",
    "without_exclusions",
]
