"""Groups by what people said of their exposure: shown together or not at all, sizes in tens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import Final

from impact_eval.disclosure.finding import Finding
from impact_eval.disclosure.groups import share_counts
from impact_eval.disclosure.kinds import AND, CONTRAST, OF_EXPOSURE, SIDES
from impact_eval.facts import StudyFacts

TEN: Final = 10
YES, NO, DONT_KNOW = "yes", "no", "dont_know"
MORE: Final = "more"  # of a number: who said more than the least
IN_TENS: Final = ("exposed_mean", "exposure_gap", "exposure_slope")
_Key = tuple[str, str, str, str, str]


def few_said(rows: Sequence[Finding], facts: StudyFacts) -> dict[str, str]:
    """Find what is said of groups by exposure that are too small, or would give one back.

    Parameters
    ----------
    rows
        All findings that may be printed.
    facts
        The threshold.

    Returns
    -------
    dict of str to str
        Why, by the id of the finding: everything of an exposure and wave where fewer than the
        threshold said yes or fewer said no; of an outcome where fewer of them have a score; and the
        row of those who do not know where these are few.

    Notes
    -----
    All who were asked, less one group, is the other. Those who do not know are told apart from them
    by sizes that are shown in tens only, so that few of them cannot be counted.
    """
    counts = _counts(rows)
    few: dict[str, str] = {}
    thin = {
        (key, row.outcome)
        for row in rows
        if row.quantity == "exposed_mean" and row.n < facts.threshold
        for key in _keys(row)
        if _word(row) != DONT_KNOW
    }
    for row in rows:
        if row.quantity not in OF_EXPOSURE:
            continue
        for key in _keys(row):
            said = counts.get(key, {})
            small = min(said.get(YES, 0.0), said.get(NO, 0.0)) < facts.threshold
            own = _word(row) == DONT_KNOW and said.get(DONT_KNOW, 0.0) < facts.threshold
            if small or own or (key, row.outcome) in thin:
                few[row.finding_id] = "small"
    return few


def in_tens(rows: Sequence[Finding]) -> list[Finding]:
    """Show the sizes of groups by exposure to the nearest ten, in the same order."""
    return [
        replace(row, n=float(TEN * round(row.n / TEN)) if isfinite(row.n) else nan)
        if row.quantity in IN_TENS or (row.quantity == "exposure_share" and row.contrast)
        else row
        for row in rows
    ]


def _counts(rows: Sequence[Finding]) -> Mapping[_Key, Mapping[str, float]]:
    """How many said each word, by audience, phase, wave, exposure and side; the rest said no.

    Of a number the two words are whether it was more than the least.
    """
    counts: dict[_Key, dict[str, float]] = {}
    for row in rows:
        if row.quantity == "exposure_share" and not row.contrast:
            word = YES if _word(row) == MORE else _word(row)
            said = counts.setdefault(_keys(row)[0], {NO: row.n})
            said[word] = share_counts(row)[0]
            said[NO] -= said[word]
    return counts


def _keys(row: Finding) -> tuple[_Key, ...]:
    """Name whose answers a row is about in its later wave; of two sides those of both."""
    words, _, side = row.subgroup.partition(AND)
    place = row.audience, row.phase, row.wave_to, words.partition(":")[0]
    sides = SIDES if row.contrast == CONTRAST else (side,)
    return tuple((*place, one) for one in sides)


def _word(row: Finding) -> str:
    return row.subgroup.partition(AND)[0].partition(":")[2]
