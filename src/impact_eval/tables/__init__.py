"""Released findings to tables that show themselves."""

from impact_eval.tables.build import capital, site_noun, with_commands
from impact_eval.tables.classing import checklist_table, classing_table
from impact_eval.tables.delivery import delivery_table
from impact_eval.tables.deviations import deviation_table
from impact_eval.tables.dose import dose_table
from impact_eval.tables.effects import balance_table, effect_table, side_attrition_table
from impact_eval.tables.exposed_changes import exposed_change_table
from impact_eval.tables.exposure import exposed_table, exposure_table
from impact_eval.tables.fates import fate_table, reason_table
from impact_eval.tables.flow import Flow, FlowStep, flow_table, flows
from impact_eval.tables.gaps import gap_changes, gap_of, gap_table
from impact_eval.tables.item_answers import item_answers_table
from impact_eval.tables.item_list import item_list, items_to_look_at_table
from impact_eval.tables.item_quality import dif_table, ends_table, item_quality_table
from impact_eval.tables.items import item_table
from impact_eval.tables.levels import level_table
from impact_eval.tables.lists import changes_list, means_list
from impact_eval.tables.looking_back import looking_back_table, not_compared
from impact_eval.tables.lost import (
    lost_table,
    main_results_with_lost,
    way_label,
    ways_of,
    weights_table,
)
from impact_eval.tables.measurement import measurement_table, variance_table
from impact_eval.tables.outcomes import change_table, mastery_table
from impact_eval.tables.pairs import agreement_table, pair_table
from impact_eval.tables.people import (
    attrition_table,
    days_table,
    linked_difference_table,
    people_table,
)
from impact_eval.tables.phases import phase_table, placement_table
from impact_eval.tables.places import province_table, school_table, schools_table
from impact_eval.tables.planning import (
    planning_additions_table,
    planning_designs_table,
    planning_inputs_table,
    planning_sizes_table,
    published_table,
)
from impact_eval.tables.protection import protection_table
from impact_eval.tables.quality import quality_table
from impact_eval.tables.rating_sides import rating_sides_table
from impact_eval.tables.ratings import OF_RATINGS, rating_table
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.retention import retention_table
from impact_eval.tables.robustness import robustness_table, ways_table
from impact_eval.tables.roll_outs import (
    group_means_table,
    groups_table,
    since_table,
)
from impact_eval.tables.selection import (
    MOST_SIDE_BY_SIDE,
    best,
    by_group,
    by_ids,
    outcome_changes,
    together,
    wave_pairs,
)
from impact_eval.tables.share_odds import OF_SHARES, share_odds_table, spread_table
from impact_eval.tables.side_exposure import side_exposed_table, side_exposure_table
from impact_eval.tables.side_gaps import side_gap_table
from impact_eval.tables.subgroups import level_labels, subgroup_table
from impact_eval.tables.technical import effect_size_table, technical_table
from impact_eval.tables.topics import topic_table
from impact_eval.tables.without_exclusions import (
    without_exclusions_list,
    without_exclusions_table,
)

__all__ = [
    "MOST_SIDE_BY_SIDE",
    "OF_RATINGS",
    "OF_SHARES",
    "Column",
    "Flow",
    "FlowStep",
    "ReportTable",
    "Row",
    "agreement_table",
    "attrition_table",
    "balance_table",
    "best",
    "by_group",
    "by_ids",
    "capital",
    "change_table",
    "changes_list",
    "checklist_table",
    "classing_table",
    "days_table",
    "delivery_table",
    "deviation_table",
    "dif_table",
    "dose_table",
    "effect_size_table",
    "effect_table",
    "ends_table",
    "exposed_change_table",
    "exposed_table",
    "exposure_table",
    "fate_table",
    "flow_table",
    "flows",
    "gap_changes",
    "gap_of",
    "gap_table",
    "group_means_table",
    "groups_table",
    "item_answers_table",
    "item_list",
    "item_quality_table",
    "item_table",
    "items_to_look_at_table",
    "level_labels",
    "level_table",
    "linked_difference_table",
    "looking_back_table",
    "lost_table",
    "main_results_with_lost",
    "mastery_table",
    "means_list",
    "measurement_table",
    "not_compared",
    "outcome_changes",
    "pair_table",
    "people_table",
    "phase_table",
    "placement_table",
    "planning_additions_table",
    "planning_designs_table",
    "planning_inputs_table",
    "planning_sizes_table",
    "protection_table",
    "province_table",
    "published_table",
    "quality_table",
    "rating_sides_table",
    "rating_table",
    "reason_table",
    "retention_table",
    "robustness_table",
    "school_table",
    "schools_table",
    "share_odds_table",
    "side_attrition_table",
    "side_exposed_table",
    "side_exposure_table",
    "side_gap_table",
    "since_table",
    "site_noun",
    "spread_table",
    "subgroup_table",
    "technical_table",
    "together",
    "topic_table",
    "variance_table",
    "wave_pairs",
    "way_label",
    "ways_of",
    "ways_table",
    "weights_table",
    "with_commands",
    "without_exclusions_list",
    "without_exclusions_table",
]
