"""Names of the tables' columns, in their order. Each is defined in GLOSSARY.md."""

from __future__ import annotations

from typing import Final

SCHOOLS: Final = ("school_id", "name", "province", "phase", "kind", "trainer_team")
WORKSHOPS: Final = (
    *("workshop_id", "school_id", "audience", "held_on", "facilitator_id"),
    *("enrolled", "invited", "attended", "sessions_planned", "sessions_held", "minutes"),
)
SUBMISSIONS: Final = (
    *("submission_id", "source_file", "source_row", "school_id", "workshop_id"),
    *("audience", "phase", "wave", "answered_on", "flags"),
)
LINKS: Final = ("submission_id", "respondent_id", "method")
LINKS_SUMMARY: Final = (
    *("audience", "school_id", "wave_from", "wave_to", "n_from", "n_to"),
    *("linked_roster", "linked_exact", "linked_tolerant", "ambiguous", "refused", "refused_exact"),
    *("expected_false", "expected_false_refused"),
)
DYADS: Final = ("parent_respondent_id", "child_respondent_id", "school_id", "method")
DYADS_SUMMARY: Final = (
    *("audience", "school_id", "n_parents", "n_children", "linked_exact", "linked_tolerant"),
    *("refused", "refused_exact", "expected_false", "expected_false_refused"),
)
LOOKING_BACK: Final = ("submission_id", "wave", "outcome", "score", "n_answered")
SCORES: Final = ("submission_id", "outcome", "score", "n_answered")
COUNTS: Final = ("source_file", "school_id", "audience", "phase", "wave", "fate", "reason", "rows")
QUARANTINE: Final = ("source_file", "source_row", "fate", "reason", "remedy")
ANSWER_KINDS: Final = ("answered", "dont_know", "refused", "missing_code", "blank", "rejected")
ITEM_COUNTS: Final = ("audience", "phase", "wave", "item_id", *ANSWER_KINDS)
QUALITY: Final = ("submission_id", "flag")
QUALITY_SUMMARY: Final = (
    "school_id",
    "audience",
    "wave",
    "day",
    "flag",
    "n",
    "flagged",
    "expected_share",
    "p_value",
    "stands_out",
)
QUALITY_GROUP_FORMS: Final = ("kind", "unit_id", "submission_id")
QUALITY_GROUPS: Final = (
    "flag",
    "group",
    "unit_id",
    "audience",
    "wave",
    "n",
    "measure",
    "cutoff",
    "flagged",
)
PRIVACY: Final = ("measure", "detail", "number")
TEXTS: Final = ("submission_id", "item_id", "text")
REJECTED_ANSWERS: Final = ("source_file", "source_row", "column", "rule")

ADDRESS: Final = (
    "study_id",
    "quantity",
    "outcome",
    "item_id",
    "audience",
    "phase",
    "level",
    "unit_id",
    "subgroup",
    "wave_from",
    "wave_to",
    "contrast",
    "estimand",
    "estimator",
    "variant",
)
ESTIMATE: Final = (
    "estimate",
    "std_error",
    "df",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
    "conf_level",
    "n",
    "n_clusters",
    "method",
    "reason",
)
FINDINGS: Final = (
    "finding_id",
    *ADDRESS,
    *ESTIMATE,
    "unit",
    "n_pre",
    "n_post",
    "n_linked",
    "simultaneous_low",
    "simultaneous_high",
    "role",
    "family",
    "plan_status",
    "verdict",
    "headline_ok",
    "cautions",
    "parent_id",
)
RELEASED: Final = (*FINDINGS, "suppressed")
WITHOUT_EXCLUSIONS: Final = (*FINDINGS, "beside_id")
