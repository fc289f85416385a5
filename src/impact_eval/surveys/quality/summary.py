"""Flagged forms by school, wave, audience and day, and the schools where there are too many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.columns import Columns
from impact_eval.surveys.combinations import Integers, first_rows, numbered
from impact_eval.surveys.encoded import Encoded
from impact_eval.surveys.quality.flags import Mask
from impact_eval.surveys.quality.standing_out import chance_of_so_many
from impact_eval.surveys.typed import typed_table
from impact_eval.table_columns import QUALITY_SUMMARY

Numbers = np.ndarray[Any, np.dtype[np.integer[Any]]]
Days = np.ndarray[Any, np.dtype[np.datetime64]]

_NO_DAY: Final = np.datetime64("NaT", "D")
_PLACE: Final = ("school_id", "audience", "wave")
_SORTED: Final = ("audience", "wave", "school_id")
_MEASURES: Final = {
    "n": "int64",
    "flagged": "int64",
    "expected_share": "float64",
    "p_value": "float64",
    "stands_out": "bool",
}
_TYPES: Final = {name: _MEASURES.get(name, "str") for name in QUALITY_SUMMARY}


def quality_summary(
    about: Columns, flags: dict[str, Mask], *, false_alarms: float = 0.01
) -> pd.DataFrame:
    """Count forms and flagged forms at each place, against the share of all other schools.

    Parameters
    ----------
    about : Columns
        `audience, wave, school_id, answered_on` of n used forms.
    flags : dict of str to array of bool, shape (n,)
        As `form_flags` gives them.
    false_alarms : float, from 0 to 0.5
        The probability that any row of a flag, audience and wave stands out if all schools have
        the same share.

    Returns
    -------
    DataFrame
        Columns QUALITY_SUMMARY. For each flag that occurs in an audience and wave: a row for each
        school with an empty `day`, and a row for each of its days. `expected_share`: the share
        flagged in all schools together, from 0 to 1. `p_value`: the exact probability of so many
        or more at the others' share. `stands_out`: under ``false_alarms`` divided by the rows
        tested (Bonferroni). Rows are in the order of ids and say nothing of who is better.
    """
    day = about.arrays["answered_on"].astype("datetime64[D]")
    schools = _Places.of(numbered(*(about.text[name] for name in _PLACE)), np.arange(len(about)))
    dated = np.flatnonzero(~np.isnat(day))
    days = _Places.of(numbered(schools.number[dated], day[dated]), dated)
    rows = _Rows.of(about, day, schools, days)
    parts = [
        {"flag": flag, **rows.judged(where, false_alarms)}
        for flag, where in sorted(flags.items())
        if where.any()
    ]
    return _table(rows, parts)


@dataclass(frozen=True)
class _Places:
    """Different places, the forms at each, and each one's first form."""

    forms: Numbers
    number: Numbers
    first: Numbers

    @classmethod
    def of(cls, number: Integers, forms: Numbers) -> _Places:
        """Take the places that have these numbers for these forms."""
        return cls(forms, number, forms[first_rows(number)])

    def count(self, where: Mask | None = None) -> Numbers:
        number = self.number if where is None else self.number[where[self.forms]]
        return np.bincount(number, minlength=len(self.first))


@dataclass(frozen=True)
class _Rows:
    """Schools, then their days; `school` is each row's place among schools.

    `group` is the audience and wave of each school, as a number; `text` and `date` are what the
    rows say of their places, and `order` puts them into the table's.
    """

    schools: _Places
    days: _Places
    school: Numbers
    group: Numbers
    text: dict[str, Encoded]
    date: Encoded
    order: Numbers

    @classmethod
    def of(cls, about: Columns, day: Days, schools: _Places, days: _Places) -> _Rows:
        """Take the rows of schools and days, with what stands on their first forms."""
        school = np.concatenate([np.arange(len(schools.first)), schools.number[days.first]])
        first = np.concatenate([schools.first, days.first])
        text = {name: about.text[name].ranked(first) for name in _PLACE}
        date = _in_order(np.concatenate([np.full(len(schools.first), _NO_DAY), day[days.first]]))
        group = numbered(text["audience"], text["wave"])[: len(schools.first)]
        ranks = [text[name].codes for name in reversed(_SORTED)]
        return cls(schools, days, school, group, text, date, np.lexsort((date.codes, *ranks)))

    def judged(self, where: Mask, false_alarms: float) -> dict[str, Any]:
        """Say of one flag which rows to show: those of audiences and waves that have it."""
        own_n, own_flagged = self.schools.count(), self.schools.count(where)
        all_n, all_flagged = (np.bincount(self.group, one) for one in (own_n, own_flagged))
        n = np.concatenate([own_n, self.days.count()])
        flagged = np.concatenate([own_flagged, self.days.count(where)])
        group = self.group[self.school]
        others = (all_flagged[group] - own_flagged[self.school], all_n[group] - own_n[self.school])
        chance = chance_of_so_many(flagged, n, *others)
        tested = np.bincount(group)[group]
        return {
            "rows": self.order[all_flagged[group[self.order]] > 0],
            "n": n,
            "flagged": flagged,
            "expected_share": all_flagged[group] / all_n[group],
            "p_value": chance,
            "stands_out": chance < false_alarms / tested,
        }


def _in_order(days: Days) -> Encoded:
    """Days as text, with nothing for none, which comes first."""
    different, place = np.unique(days.astype("datetime64[D]").astype(np.int64), return_inverse=True)
    texts = different.view("datetime64[D]").astype(str).tolist()
    return Encoded(place, ["" if text == "NaT" else text for text in texts])


def _table(rows: _Rows, parts: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of all flags, by audience and wave, then by flag, school and day."""
    if not parts:
        return typed_table(_TYPES, {})
    shown = [part["rows"] for part in parts]
    place = np.concatenate(shown)
    order = np.lexsort([rows.text[name].codes[place] for name in ("wave", "audience")])
    place = place[order]
    cells: dict[str, Any] = {name: one.strings(place) for name, one in rows.text.items()}
    cells["day"] = rows.date.strings(place)
    number = np.repeat(np.arange(len(parts)), [len(one) for one in shown])
    cells["flag"] = Encoded(number[order], [part["flag"] for part in parts]).strings()
    for name in _MEASURES:
        cells[name] = np.concatenate([part[name][part["rows"]] for part in parts])[order]
    return typed_table(_TYPES, cells)
