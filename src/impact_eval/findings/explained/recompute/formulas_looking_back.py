"""What was said looking back a second time, form by form, with the formulas in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute import scores
from impact_eval.findings.explained.recompute.formulas_beside import Recompute
from impact_eval.vocabulary import Quantity


def change_looking_back(behind: Behind) -> float:
    """Subtract the two answers of each form, and average within and over schools."""
    then = behind.wave("wave_to")
    as_scored = behind.row.copy()
    as_scored["quantity"] = "mean"
    now = replace(behind, row=as_scored).wave("wave_to").set_index("submission_id")["value"]
    gains = then.assign(gain=now.loc[then["submission_id"]].to_numpy() - then["value"])
    by_school = gains.groupby("school")["gain"].agg(["mean", "size"])
    weight = scores.school_weight(behind, by_school["size"].astype(float))
    weight = by_school["size"] if weight is None else weight
    return float((by_school["mean"] * weight).sum() / weight.sum())


LOOKING_BACK_FORMULAS: Final[Mapping[Quantity, tuple[str, Recompute]]] = {
    "mean_looking_back": (
        "sum of the scores of what was said looking back / people who said both",
        scores.mean,
    ),
    "response_shift": (
        (
            "mean over schools of (mean of what was said looking back - mean of what was said at"
            " the time), schools weighted as those of a change"
        ),
        scores.stacked,
    ),
    "change_looking_back": (
        (
            "mean over schools of (what was said after - what was said looking back, on one form),"
            " schools weighted as the method says; with respondents, by their number"
        ),
        change_looking_back,
    ),
}
