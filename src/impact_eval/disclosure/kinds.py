"""Kinds of quantities, by what they say of whom: what is counted, and in how many waves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Kind = Literal[
    "people",
    "dyads",
    "linked",
    "unlinked",
    "looking_back",
    "share",
    "attended",
    "invited",
    "enrolled",
    "answers",
    "rows",
    "disclosed",
    "consents",
    "withdrawals",
    "lost",
]

NO_ANSWER = frozenset({"dont_know_share", "refused_share", "unanswered_share"})
IN_ONE_WAVE = frozenset(
    {
        "mean",
        "mean_looking_back",
        "gap",
        "mastery_share",
        "item_share",
        "topic_mean",
        "alpha",
        "omega",
        "item_total",
        "difficulty",
        "discrimination",
        "floor_share",
        "ceiling_share",
        "icc_score",
        "score_sd",
        "surveyed",
        "days_after_workshop",
        "flagged",
        *NO_ANSWER,
    }
)
OF_LINKED = frozenset(
    {
        "icc_gain",
        "weight_balance",
        "effective_sample",
        "correlation",
        "linked_unlinked_difference",
        "false_link_share",
        "risen_share",
    }
)
LINKED_GAIN = "adjusted_gain"
OF_LINKED_ALONE = frozenset(
    {LINKED_GAIN, "retention_weights", "linked_superiority", "linked_gain", "mcnemar"}
)
ESTIMATORS_OF_LINKED = frozenset({"adjusted_gain", "weighted", "imputed"})
SHARES = frozenset(
    {"mastery_share", "item_share", "floor_share", "ceiling_share", "flagged", *NO_ANSWER}
    | {"pair_agreement", "risen_share"}
)
OF_TOPICS = frozenset({"topic_mean", "topic_change", "topic_effect", "topic_difference"})
ENDS = frozenset({"floor_share", "ceiling_share"})
SHARE_RIGHT = "share_right"
SHARE_CHANGES = frozenset(
    {"mastery_change", "item_change", "item_superiority", "item_odds_ratio"}
    | {"share_odds_ratio", "cox_index"}
)
CONTRAST: Final = "programme-comparison"
OF_ROLL_OUT = frozenset({"effect", "effect_since", "effect_of_group", "equal_trends"})
SIDES: Final = ("arm:programme", "arm:comparison")
AND: Final = "+"
LINKED_ONLY = "linked_only"
ABOUT_A_CHANGE = frozenset(
    {"tipping_point", "without_one_school", "specification", "specifications"}
)
LOSSES = ("loss", "loss_one_side", "loss_both_sides")
ALL_OTHERS = "*"
OF_PAIRS = frozenset({"pair_mean", "pair_agreement", "pair_kappa", "pair_difference"})
LOOKING_BACK = frozenset({"mean_looking_back", "response_shift", "change_looking_back"})
OF_EXPOSURE = frozenset(
    {"exposure_share", "exposed_mean", "exposure_gap", "exposure_slope", "exposure_change"}
)
OF_DELIVERY = frozenset(
    {
        "workshops",
        "sessions_planned",
        "sessions_held",
        "sessions_share",
        "people_per_workshop",
        "workshop_minutes",
    }
)
# what a staggered roll-out computes from all surveys between two
IN_EVERY_WAVE = (
    OF_ROLL_OUT
    | ABOUT_A_CHANGE
    | {"effect_with_lost", "item_change", "topic_effect", "subgroup_difference"}
)
OF_TWO_GROUPS = frozenset({"gap", "subgroup_difference"})
BETWEEN_SCHOOLS = frozenset(
    {"schools_mean_change", "between_school_sd", "spread_by_moments", "prediction_interval"}
)
WITHOUT_PEOPLE = frozenset(
    {
        "claimed",
        "schools",
        "schools_one_wave",
        "schools_without_pairs",
        "schools_listed",
        "schools_attended",
        "schools_surveyed",
        "schools_analysed",
        "identifying_columns",
        *OF_DELIVERY,
    }
)
COUNTED: Final[Mapping[str, Kind]] = {
    "attended": "attended",
    "invited": "invited",
    "enrolled": "enrolled",
    "rejected_answers": "answers",
    "rows": "rows",
    "disclosures": "disclosed",
    "consents_missing": "consents",
    "consents_limited": "consents",
    "withdrawals_not_found": "withdrawals",
    "lost": "lost",
}
