"""The formulas of who answered, the way through the study, and what was set aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from impact_eval.findings.explained.recompute import flow, pairs, people
from impact_eval.findings.explained.recompute.formulas_beside import Recompute
from impact_eval.vocabulary import Quantity

PEOPLE_FORMULAS: Final[Mapping[Quantity, tuple[str, Recompute]]] = {
    "surveyed": ("number of used forms", people.surveyed),
    "attended": ("sum of the attendance file", people.attended),
    "claimed": ("as stated in study.toml", people.claimed),
    "schools": ("number of places with a used form", people.schools_seen),
    "schools_one_wave": (
        "number of schools with forms of one of the two waves",
        people.schools_seen_once,
    ),
    "schools_without_pairs": (
        "number of schools where pairs by equal codes are given up",
        pairs.schools_given_up,
    ),
    "enrolled": ("sum of the attendance file", flow.of_attendance),
    "invited": ("sum of the attendance file", flow.of_attendance),
    "analysed": (
        "number of forms with a score of any outcome, in schools with one in both waves",
        flow.analysed,
    ),
    "schools_listed": ("number of schools of the roster", flow.schools_listed),
    "schools_attended": (
        "number of schools where the attendance file has anybody who came",
        flow.schools_attended,
    ),
    "schools_surveyed": (
        "number of places with a used form of the wave",
        flow.schools_surveyed,
    ),
    "schools_analysed": (
        "number of places whose forms stand in the comparison of any outcome",
        flow.schools_analysed,
    ),
    "days_after_workshop": (
        "median and 5 and 95 % quantiles of (day of the form - day of the workshop, or start)",
        people.days,
    ),
    "rows": ("number of rows of the files", people.rows_of_fate),
    "rejected_answers": ("number of answers", people.rejected),
    "flagged": ("100 x used forms with the flag / used forms", people.flagged),
    "identifying_columns": ("number of columns", people.protected),
    "disclosures": ("number of answers", people.protected),
    "consents_missing": ("number of rows", people.protected),
    "consents_limited": ("number of rows", people.protected),
    "withdrawals_not_found": (
        "number of rows of the list of withdrawals",
        people.protected,
    ),
}
