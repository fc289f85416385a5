"""The closed lists of words that stand in the tables.

Levels that belong to a study (its waves, phases, ...) are declared in study.toml and not here.
Every word is defined in GLOSSARY.md; the columns are in `table_columns`.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Layout = Literal["auto", "kobo", "odk", "google_forms", "workbook", "spss", "stata", "long", "wide"]
Design = Literal[
    "one_group",
    "cross_sections",
    "comparison",
    "randomised",
    "waiting_list",
    "staggered",
    "no_programme",
]
Estimand = Literal["participants", "schools_like_these"]
# Units of what is no score: a score's own unit is none of these words alone.
OtherUnit = Literal[
    "percent",
    "points",
    "people",
    "forms",
    "rows",
    "schools",
    "answers",
    "columns",
    "days",
    "minutes",
    "sessions",
    "workshops",
    "ways",
    "SD",
]
Weights = Literal["respondent", "school", "beneficiary"]
OutcomeKind = Literal["index", "scale", "ready_made"]
Direction = Literal["higher", "lower", "neutral"]
Role = Literal["primary", "secondary", "exploratory"]
Fate = Literal["used", "quarantined", "duplicate", "no_consent", "withdrawn", "excluded"]
# what may be wrong with a single form, so that a plan may leave it out
FormFlag = Literal[
    "straightlining",
    "repeated_pattern",
    "speeding",
    "instructed_item_missed",
    "identical_answers",
    "batch",
    "out_of_range",
    "impossible",
]
# what is counted beside them and is no carelessness: answers at one end of a list
EndFlag = Literal["all_at_top", "all_at_bottom"]
# what is said of an interviewer, a device or a school as a whole
GroupFlag = Literal[
    "interviewer_cluster",
    "number_digit_preference",
    "time_digit_preference",
    "day_digit_preference",
]
LinkMethod = Literal["roster", "exact", "tolerant", "none"]
Level = Literal["programme", "province", "school"]
Verdict = Literal[
    "rise_beyond",
    "fall_beyond",
    "within",
    "rise_size_open",
    "fall_size_open",
    "cannot_tell",
    "",
]
Quantity = Literal[
    # what people scored
    "mean",
    "mastery_share",
    "item_share",
    "topic_mean",
    # what changed
    "change",
    "mastery_change",
    "item_change",
    "item_superiority",
    "item_odds_ratio",
    "share_odds_ratio",
    "cox_index",
    "topic_change",
    "topic_effect",
    "topic_difference",
    "gap",
    "subgroup_difference",
    "effect_size",
    "risen_share",
    # what was said afterwards of the time before
    "mean_looking_back",
    "response_shift",
    "change_looking_back",
    # parents and their children
    "pair_mean",
    "pair_agreement",
    "pair_kappa",
    "pair_difference",
    "schools_without_pairs",
    # what was delivered, and what went with it
    "workshops",
    "sessions_planned",
    "sessions_held",
    "sessions_share",
    "people_per_workshop",
    "workshop_minutes",
    "dose_slope",
    "exposure_share",
    "exposed_mean",
    "exposure_gap",
    "exposure_slope",
    "exposure_change",
    # against other schools
    "effect",
    "effect_since",
    "effect_of_group",
    "equal_trends",
    "baseline_difference",
    "retention",
    # between schools
    "schools_mean_change",
    "between_school_sd",
    "spread_by_moments",
    "prediction_interval",
    "shrunken_change",
    "placement",
    "phase_difference",
    # what would change it
    "tipping_point",
    "without_one_school",
    "specification",
    "specifications",
    "modelled_change",
    "modelled_effect",
    "effect_odds_ratio",
    # how well it was measured
    "alpha",
    "omega",
    "item_total",
    "difficulty",
    "discrimination",
    "floor_share",
    "ceiling_share",
    "dif_wave",
    "dont_know_share",
    "refused_share",
    "unanswered_share",
    "icc_score",
    "icc_gain",
    "score_sd",
    "correlation",
    # who is in it
    "attrition",
    "attrition_difference",
    "linked_unlinked_difference",
    # if those who were not seen again had answered
    "change_with_lost",
    "effect_with_lost",
    "lost",
    "weight_balance",
    "effective_sample",
    "missing_information",
    "linked_share",
    "false_link_share",
    "surveyed",
    "attended",
    "claimed",
    "enrolled",
    "invited",
    "analysed",
    "schools",
    "schools_one_wave",
    "schools_listed",
    "schools_attended",
    "schools_surveyed",
    "schools_analysed",
    "days_after_workshop",
    "rows",
    "rejected_answers",
    "flagged",
    # what was protected on the way in
    "identifying_columns",
    "disclosures",
    "consents_missing",
    "consents_limited",
    "withdrawals_not_found",
]

QUANTITIES: Final = get_args(Quantity)
FATES: Final = get_args(Fate)
FORM_FLAGS: Final = get_args(FormFlag)
END_FLAGS: Final = get_args(EndFlag)
VERDICTS: Final = get_args(Verdict)
