"""What is said of interviewers, devices and schools as a whole, not of single forms."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom, hypergeom

from impact_eval.study import Study
from impact_eval.surveys.quality.digits import EXPECTED, digit_preference
from impact_eval.surveys.quality.forms import FormAnswers, FormGroup
from impact_eval.surveys.quality.interviewers import (
    LEAST_WITHIN,
    MOST_BETWEEN,
    interviewer_clusters,
)
from impact_eval.surveys.quality.rounded_times import (
    FEWEST_DAYS,
    FEWEST_TIMES,
    ROUND_MINUTES,
    round_days,
    round_times,
)
from impact_eval.surveys.typed import table_of_rows

FEWEST_NUMBERS: Final = 20
_TYPES: Final = {
    **dict.fromkeys(("flag", "group", "unit_id", "audience", "wave"), "str"),
    "n": "int64",
    "measure": "float64",
    "cutoff": "float64",
    "flagged": "bool",
}
_UNITS: Final = {"interviewer": "interviewer", "device": "device", "school": "school_id"}
_TIMES: Final = ("started_at", "ended_at", "answered_on")
_NO_UNIT: Final = -1

Row = tuple[Any, ...]


class _Round(NamedTuple):
    """How many of a unit's n different times or days are round, and the share expected of them."""

    group: str
    unit: str
    n: int
    rounded: int
    share: float


def quality_groups(forms: FormAnswers) -> pd.DataFrame:
    """Measure interviewers and devices against the others, and numbers, times and days by chance.

    Parameters
    ----------
    forms : FormAnswers
        The used forms of a study, which declares the numbers whose last digits are looked at;
        devices and interviewers as pseudonyms.

    Returns
    -------
    DataFrame
        Columns QUALITY_GROUPS, sorted by the first five. `group` says what `unit_id` is and what
        `measure` measures:
        `interviewer:within`, `device:within` (variance as a ratio to the median; flagged below the
        cut-off), `interviewer:between`, `device:between` (share of variance; flagged above). All
        others are 100 times what is round, divided by what is expected of it: 100 without a
        preference, flagged above the cut-off. `number_digit_preference`: `school:` and an item
        (Whipple's index). `time_digit_preference`: interviewer, device or school, then
        `started_at`, `ended_at` or `answered_on`, then `quarter_hours` or `last_digits` (minutes).
        `day_digit_preference`: interviewer, device or school, then `answered_on` (days of a month
        that end in 0 or 5, against all days on which anybody was asked). `n` counts forms,
        numbers, different times or different days.

    Notes
    -----
    The cut-offs are exact: binomial for numbers and times, hypergeometric for days, at
    `false_alarms` divided by the rows of a flag, audience and wave (of numbers: of the item).
    """
    rows = [
        row
        for group in forms.groups
        for row in (
            *_interviewers(group),
            *_digits(group, forms.study),
            *_times(group, forms.study.quality.false_alarms),
            *_days(group, forms.study.quality.false_alarms),
        )
    ]
    return table_of_rows(_TYPES, sorted(rows, key=itemgetter(0, 1, 2, 3, 4)))


def _interviewers(group: FormGroup) -> Iterator[Row]:
    for kind in ("interviewer", "device"):
        if group.text(kind).among([""]).all():
            continue
        names = group.words(kind)
        numbers = group.numbers(group.of_types("choice", "multiple", "rating", "frequency"))
        found = interviewer_clusters(numbers, names, group.words("school_id"))
        for row in found.to_dict("records"):
            for what, cutoff in (("within", LEAST_WITHIN), ("between", MOST_BETWEEN)):
                value = float(row[what])
                flagged = value < cutoff if what == "within" else value > cutoff
                place = (row["unit_id"], group.audience, group.wave, row["n"])
                if np.isfinite(value):
                    name = f"{kind}:{what}"
                    yield ("interviewer_cluster", name, *place, value, cutoff, flagged)


def _digits(group: FormGroup, study: Study) -> Iterator[Row]:
    of_audience = (one for one in study.quality.numbers if one.audience == group.audience)
    for rule in (one for one in of_audience if one.last_digits):
        school = group.words("school_id")
        numbers = group.numbers([rule.item])[:, 0]
        counts = {name: digit_preference(numbers[school == name]) for name in np.unique(school)}
        counts = {name: one for name, one in counts.items() if one[1] >= FEWEST_NUMBERS}
        for name, (rounded, n) in counts.items():
            rate = study.quality.false_alarms / len(counts)
            most = 500.0 * float(binom.isf(rate, n, EXPECTED)) / n
            index = 500.0 * rounded / n
            place = (name, group.audience, group.wave, n)
            flagged = index > most
            yield ("number_digit_preference", f"school:{rule.item}", *place, index, most, flagged)


def _times(group: FormGroup, false_alarms: float) -> Iterator[Row]:
    found = [
        _Round(f"{kind}:{name}:{what}", names[at], n, int(own.rounded[what][at]), share)
        for kind, codes, names in _units(group)
        for name in _TIMES
        for own in (round_times(group.about(name), codes, units=len(names)),)
        for what, (_, share) in ROUND_MINUTES.items()
        for at, n in _enough(own.n, FEWEST_TIMES)
    ]
    n, share = np.array([one.n for one in found]), np.array([one.share for one in found])
    most = binom.isf(false_alarms / max(len(found), 1), n, share)
    yield from _rows("time_digit_preference", group, found, np.atleast_1d(most))


def _days(group: FormGroup, false_alarms: float) -> Iterator[Row]:
    """Compare with all days of the fieldwork; who was there on each of them chose none."""
    days = group.about("answered_on")
    of_all = round_days(days, np.zeros(len(days), dtype=np.int64), units=1)
    in_field, rounded = int(of_all.n[0]), int(of_all.rounded[0])
    if not rounded:
        return
    found = [
        _Round(f"{kind}:answered_on", names[at], n, int(own.rounded[at]), rounded / in_field)
        for kind, codes, names in _units(group)
        for own in (round_days(days, codes, units=len(names)),)
        for at, n in _enough(own.n, FEWEST_DAYS)
        if n < in_field
    ]
    n = np.array([one.n for one in found], dtype=np.int64)
    most = hypergeom.isf(false_alarms / max(len(found), 1), in_field, rounded, n)
    yield from _rows("day_digit_preference", group, found, np.atleast_1d(most))


def _units(
    group: FormGroup,
) -> Iterator[tuple[str, np.ndarray[Any, np.dtype[np.int64]], list[str]]]:
    for kind, column in _UNITS.items():
        units = group.text(column)
        unknown = units.among([""])
        if not unknown.all():
            codes = np.where(unknown, _NO_UNIT, units.codes.astype(np.int64))
            yield kind, codes, units.texts


def _enough(n: np.ndarray[Any, np.dtype[np.int64]], fewest: int) -> list[tuple[int, int]]:
    return [(int(at), int(n[at])) for at in np.flatnonzero(n >= fewest)]


def _rows(
    flag: str, group: FormGroup, found: list[_Round], most: np.ndarray[Any, Any]
) -> Iterator[Row]:
    for one, limit in zip(found, most.tolist(), strict=True):
        expected = one.n * one.share
        index, cutoff = 100.0 * one.rounded / expected, 100.0 * limit / expected
        place = (one.unit, group.audience, group.wave, one.n)
        yield (flag, one.group, *place, index, cutoff, one.rounded > limit)
