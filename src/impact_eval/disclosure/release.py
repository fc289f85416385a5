"""The only door: findings in, released findings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import Any

import pandas as pd

from impact_eval.disclosure.coarse import coarsened
from impact_eval.disclosure.coding import Bound, bound_of
from impact_eval.disclosure.exposures import few_said, in_tens
from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import (
    groups_of,
    unlinked_group,
)
from impact_eval.disclosure.hide import Hidden, decide_hidden
from impact_eval.disclosure.kinds import BETWEEN_SCHOOLS, WITHOUT_PEOPLE
from impact_eval.disclosure.left_out import telling_counts
from impact_eval.disclosure.primary import few_hidden_of_side
from impact_eval.disclosure.released import Released
from impact_eval.disclosure.rests_on import is_of_linked, is_share
from impact_eval.disclosure.scope import in_scope
from impact_eval.disclosure.teams import few_of_teams
from impact_eval.facts import StudyFacts
from impact_eval.table_columns import FINDINGS, RELEASED

ESTIMATED = (
    *("estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"),
    *("simultaneous_low", "simultaneous_high"),
)
LIMITS_OF_FEW = "limits_of_few"  # of a test that rearranges clusters: they may be one cluster's
SIZES = ("n", "n_clusters", "n_pre", "n_post", "n_linked")
SAID_OF_NUMBERS = ("reason", "verdict", "cautions")
COUNTS_OF_SCHOOLS = frozenset({*BETWEEN_SCHOOLS, *WITHOUT_PEOPLE, "placement"})
RESTS_ON_SCHOOLS = frozenset(
    {*BETWEEN_SCHOOLS, "placement", "shrunken_change", "without_one_school"}
)


def release(findings: pd.DataFrame, facts: StudyFacts) -> Released:
    """Let through what may be shown to readers, over the whole set of reports at once.

    Parameters
    ----------
    findings
        Columns `FINDINGS`, all findings of a study: what one page hides, another must not give
        back, so a part of the findings cannot be released by itself.
    facts
        The threshold, the audiences' report levels and the schools' provinces.

    Returns
    -------
    Released
        Rows out of scope (`in_scope`) are gone. Groups of people under `facts.threshold` keep their
        addresses and lose every number, and so do the partners without which subtraction would give
        them back. A share with fewer than that on one side is coded to its true bound.

    Notes
    -----
    Groups are hidden whole: a school that is too small for one outcome is hidden for all of that
    wave. A change needs both its waves, a change of a share both its shares, a linked gain its
    linked respondents; what has a `parent_id` needs its parent. How many people are linked is said
    for the programme only: below it, set against the numbers surveyed, it narrows down hidden ones.

    References
    ----------
    Hundepool et al. (2012), *Statistical Disclosure Control*, ch. 4: primary and secondary
    suppression of tables that add up.
    """
    scoped = findings.loc[in_scope(findings, facts), list(FINDINGS)].assign(suppressed="")
    numbers = dict.fromkeys((*ESTIMATED, *SIZES), "float64")
    scoped = scoped.astype(numbers).reset_index(drop=True)
    scoped["n_linked"] = scoped["n_linked"].where(scoped["level"] == "programme")
    before = Released(scoped, facts)
    rows = before.findings()
    hidden = decide_hidden(rows, facts)
    telling = telling_counts(rows, hidden.groups, threshold=facts.threshold)
    few = few_said(rows, facts) | few_of_teams(rows, threshold=facts.threshold)
    own = [
        _reason(row, hidden, facts)
        or few.get(row.finding_id, "complementary" if row.finding_id in telling else "")
        for row in rows
    ]
    reasons = _with_derived(rows, own)
    after = [_wiped(row, why, hidden, facts) for row, why in zip(rows, reasons, strict=True)]
    after = in_tens(coarsened(after, facts, hidden.groups))
    records = [{column: getattr(row, column) for column in RELEASED} for row in after]
    frame = pd.DataFrame(records, columns=list(RELEASED))
    return Released(frame.astype(before.frame.dtypes.to_dict()), facts)


def _reason(row: Finding, hidden: Hidden, facts: StudyFacts) -> str:
    """Why a row is suppressed; empty if it is not."""
    groups = groups_of(row, facts)
    few_of_side = row.quantity in BETWEEN_SCHOOLS and few_hidden_of_side(row, hidden.groups, facts)
    own_size = 0 < row.n < facts.threshold and row.quantity not in COUNTS_OF_SCHOOLS
    if own_size or any(group in hidden.small for group in groups):
        return "small"
    if any(group in hidden.groups for group in groups) or few_of_side or _rests_on_few(row, hidden):
        return "complementary"
    return ""


def _rests_on_few(row: Finding, hidden: Hidden) -> bool:
    """Whether a result between schools would give a hidden school back."""
    if row.quantity not in RESTS_ON_SCHOOLS:
        return False
    return any(
        row.audience == audience
        and (row.phase == phase or row.quantity == "placement")
        and wave in {row.wave_from, row.wave_to}
        for audience, phase, wave in hidden.between_schools
    )


def _with_derived(rows: Sequence[Finding], reasons: Sequence[str]) -> list[str]:
    """Suppress what was derived from suppressed rows, through any number of steps."""
    result = list(reasons)
    place = {row.finding_id: i for i, row in enumerate(rows)}
    changed = True
    while changed:
        changed = False
        for i, row in enumerate(rows):
            parent = place.get(row.parent_id)
            if parent is not None and result[parent] and not result[i]:
                result[i] = result[parent]
                changed = True
    return result


def _wiped(row: Finding, why: str, hidden: Hidden, facts: StudyFacts) -> Finding:
    """Return the row without the numbers that it must not show."""
    if not why and LIMITS_OF_FEW in row.caution_ids:
        row = replace(row, conf_low=nan, conf_high=nan)
    if why:
        bound = _bound(row, why, hidden, facts)
    elif unlinked_group(row) not in hidden.groups or not _shows_linked_count(row):
        return row
    elif row.quantity in {"linked_share", "attrition"}:
        bound = _bound_of_linking(row, facts.threshold)
    else:
        return replace(row, n_linked=nan, n=nan if is_of_linked(row) else row.n)
    gone = ESTIMATED if bound.suppressed.startswith("coded") else (*ESTIMATED, *SIZES)
    changes: dict[str, Any] = dict.fromkeys((*gone, "n_linked"), nan)
    changes |= dict.fromkeys(SAID_OF_NUMBERS, "")
    changes |= {"conf_low": bound.conf_low, "conf_high": bound.conf_high}
    return replace(row, **changes, headline_ok=False, suppressed=bound.suppressed)


def _shows_linked_count(row: Finding) -> bool:
    """Whether a row says how many people are linked."""
    return isfinite(row.n_linked) or row.quantity in {"linked_share", "attrition"}


def _bound(row: Finding, why: str, hidden: Hidden, facts: StudyFacts) -> Bound:
    """Find what is said instead: for a share whose people may be shown, its true bound."""
    shares = [group for group in groups_of(row, facts) if group.kind == "share"]
    if is_share(row) and row.known and all(group in hidden.codable for group in shares):
        return bound_of(row, threshold=facts.threshold)
    return Bound("small" if why == "small" else "complementary")


def _bound_of_linking(row: Finding, threshold: int) -> Bound:
    """Find the true bound of a linked share or of attrition, where few are on one side."""
    if row.quantity == "linked_share":
        return bound_of(row, threshold=threshold) if row.known else Bound("complementary")
    most = row.estimate if row.known else row.conf_high
    if not most * row.n / 100 < threshold:
        return Bound("complementary")
    return Bound("coded_low", conf_high=100 * (threshold - 1) / row.n)
