"""Flagged forms by school, wave, audience and day, and the schools where there are too many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.combinations import first_rows, numbered
from impact_eval.surveys.quality.flags import Mask
from impact_eval.surveys.quality.standing_out import chance_of_so_many
from impact_eval.vocabulary import QUALITY_SUMMARY

Numbers = np.ndarray[Any, np.dtype[np.integer[Any]]]

_PLACE: Final = ["school_id", "audience", "wave", "day"]
_TYPES: Final = {
    **dict.fromkeys((*_PLACE, "flag"), "str"),
    "n": "int64",
    "flagged": "int64",
    "expected_share": "float64",
    "p_value": "float64",
    "stands_out": "bool",
}


def quality_summary(
    about: pd.DataFrame, flags: dict[str, Mask], *, false_alarms: float = 0.01
) -> pd.DataFrame:
    """Count forms and flagged forms at each place, against the share of all other schools.

    Parameters
    ----------
    about : DataFrame
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
    places = about[_PLACE[:-1]].assign(day=about["answered_on"].dt.normalize())
    dated = np.flatnonzero(places["day"].notna())
    schools = _Places.of(places, _PLACE[:-1], np.arange(len(places)))
    days = _Places.of(places, _PLACE, dated)
    rows = _Rows.of(schools, days)
    parts = [rows.judged(flag, where, false_alarms) for flag, where in flags.items() if where.any()]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=list(_TYPES)).astype(_TYPES)
    table = table.sort_values(["audience", "wave", "flag", "school_id", "day"], ignore_index=True)
    return table[list(QUALITY_SUMMARY)]


@dataclass(frozen=True)
class _Places:
    """Different places, the forms at each, and each one's first form."""

    table: pd.DataFrame
    forms: Numbers
    number: Numbers
    first: Numbers

    @classmethod
    def of(cls, places: pd.DataFrame, columns: list[str], forms: Numbers) -> _Places:
        """Take the different places of these forms; without a day it is empty."""
        here = places.iloc[forms]
        number = numbered(*(here[column] for column in columns))
        first = first_rows(number)
        table = here.iloc[first].reset_index(drop=True)
        day = table["day"].dt.strftime("%Y-%m-%d") if "day" in columns else ""
        return cls(table.assign(day=day), forms, number, forms[first])

    def count(self, where: Mask | None = None) -> Numbers:
        number = self.number if where is None else self.number[where[self.forms]]
        return np.bincount(number, minlength=len(self.first))


@dataclass(frozen=True)
class _Rows:
    """Rows of the table: schools, then their days; `school` is each row's place among schools.

    `group` is the audience and wave of each school, as a number.
    """

    schools: _Places
    days: _Places
    school: Numbers
    group: Numbers

    @classmethod
    def of(cls, schools: _Places, days: _Places) -> _Rows:
        own = np.arange(len(schools.table))
        group = numbered(schools.table["audience"], schools.table["wave"])
        return cls(schools, days, np.concatenate([own, schools.number[days.first]]), group)

    def judged(self, flag: str, where: Mask, false_alarms: float) -> pd.DataFrame:
        """Rows of one flag, in the audiences and waves in which it occurs."""
        own_n, own_flagged = self.schools.count(), self.schools.count(where)
        all_n, all_flagged = (np.bincount(self.group, one) for one in (own_n, own_flagged))
        n = np.concatenate([own_n, self.days.count()])
        flagged = np.concatenate([own_flagged, self.days.count(where)])
        group = self.group[self.school]
        others = (all_flagged[group] - own_flagged[self.school], all_n[group] - own_n[self.school])
        chance = chance_of_so_many(flagged, n, *others)
        tested = np.bincount(group)[group]
        table = pd.concat([self.schools.table, self.days.table], ignore_index=True)
        table = table.assign(
            flag=flag,
            n=n,
            flagged=flagged,
            expected_share=all_flagged[group] / all_n[group],
            p_value=chance,
            stands_out=chance < false_alarms / tested,
        )
        return table[all_flagged[group] > 0]
