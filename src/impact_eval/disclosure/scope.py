"""What is not released at all, however many people stand behind it."""

from __future__ import annotations

import pandas as pd

from impact_eval.disclosure.kinds import LINKED_GAIN, OF_LINKED
from impact_eval.facts import StudyFacts

FINENESS = {"programme": 0, "province": 1, "school": 2}
COMPARED_WITH_MAIN = ("change", "mastery_change", "mean", "mastery_share")
LEAVE_ONE_OUT = "leave_one_out"
NO_EXCLUSIONS = "no_exclusions"


def in_scope(findings: pd.DataFrame, facts: StudyFacts) -> pd.Series:
    """Which rows may be released, whatever their size.

    Notes
    -----
    Kept back: units finer than the audience's report level; behaviour and exposure (neutral
    outcomes), items, subgroups, variants and what rests on linked people alone below the programme;
    everything that leaves one school
    out, since it gives that school back. What stands beside a finding without the exclusions of
    the plan is let through by `release_without_exclusions` alone.
    """
    fineness = findings["level"].map(FINENESS)
    allowed = findings["audience"].map(
        {audience: FINENESS[level] for audience, level in facts.report_level.items()}
    )
    below = fineness > 0
    return (
        (fineness <= allowed.fillna(2))
        & ~(below & _is_neutral(findings, facts))
        & ~(below & (findings["item_id"] != ""))
        & ~(below & (findings["subgroup"] != ""))
        & ~(below & (findings["variant"] != ""))
        & ~(below & (findings["quantity"].isin(OF_LINKED) | (findings["estimator"] == LINKED_GAIN)))
        & ~findings["variant"].str.startswith((LEAVE_ONE_OUT, NO_EXCLUSIONS))
        & ~_is_close_variant(findings, facts.threshold)
    )


def _is_neutral(findings: pd.DataFrame, facts: StudyFacts) -> pd.Series:
    """Rows of outcomes that are shown without a direction."""
    neutral = {key for key, outcome in facts.outcomes.items() if outcome.direction == "neutral"}
    keys = zip(findings["audience"], findings["outcome"], strict=True)
    return pd.Series([key in neutral for key in keys], index=findings.index, dtype=bool)


def _is_close_variant(findings: pd.DataFrame, threshold: int) -> pd.Series:
    """Variants computed without a few people: set against the main one they give these away."""
    sizes = ["n", "n_pre", "n_post"]
    address = [
        *("quantity", "outcome", "item_id", "audience", "phase", "level", "unit_id"),
        *("subgroup", "wave_from", "wave_to", "contrast", "estimand", "estimator"),
    ]
    compared = findings["quantity"].isin(COMPARED_WITH_MAIN) & (findings["variant"] != "")
    main = findings.loc[findings["variant"] == "", [*address, *sizes]]
    both = findings.loc[compared, [*address, *sizes]].merge(
        main.drop_duplicates(address), on=address, how="left", suffixes=("", "_main")
    )
    close = pd.Series(data=False, index=both.index)
    for size in sizes:
        apart = (both[size] - both[f"{size}_main"]).abs()
        close |= (apart > 0) & (apart < threshold)
    result = pd.Series(data=False, index=findings.index)
    result.loc[compared] = close.to_numpy()
    return result
