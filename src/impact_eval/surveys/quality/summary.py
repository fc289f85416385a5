"""Flagged forms by school, wave, audience and day, and the schools where there are too many."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.quality.flags import Mask
from impact_eval.surveys.quality.standing_out import chance_of_so_many
from impact_eval.vocabulary import QUALITY_SUMMARY

Places = np.ndarray[Any, np.dtype[np.intp]]

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
    places = pd.DataFrame({name: about[name].to_numpy() for name in _PLACE[:-1]})
    day = about["answered_on"].dt.normalize().to_numpy()
    dated = ~np.isnat(day)
    whole, by_day = _numbered(places), _numbered(places[dated].assign(day=day[dated]))
    parts = []
    for flag, where in flags.items():
        parts += [_counted(whole, where, flag), _counted(by_day, where[dated], flag)]
    table = _judged(pd.concat(parts, ignore_index=True), false_alarms)
    table = table.sort_values(["audience", "wave", "flag", "school_id", "day"], ignore_index=True)
    return table[list(QUALITY_SUMMARY)].astype(_TYPES)


def _numbered(places: pd.DataFrame) -> tuple[pd.DataFrame, Places]:
    """Different places, and the number of each form's among them."""
    groups = places.groupby(list(places.columns), sort=False)
    number = groups.ngroup().to_numpy()
    found = groups.head(1).reset_index(drop=True)
    day = found["day"].dt.strftime("%Y-%m-%d") if "day" in found else ""
    return found.assign(day=day).astype("str"), number


def _counted(numbered: tuple[pd.DataFrame, Places], where: Mask, flag: str) -> pd.DataFrame:
    found, number = numbered
    n = np.bincount(number, minlength=len(found))
    flagged = np.bincount(number[where], minlength=len(found))
    return found.assign(n=n, flagged=flagged, flag=flag)


def _judged(table: pd.DataFrame, false_alarms: float) -> pd.DataFrame:
    """Add the expected share, the probability and who stands out; drop flags that do not occur."""
    keys = ["audience", "wave", "flag"]
    schools = table[table["day"] == ""]
    totals = schools.groupby(keys)[["n", "flagged"]].sum().add_prefix("all_").reset_index()
    own = schools[[*keys, "school_id", "n", "flagged"]]
    own = own.rename(columns={"n": "own_n", "flagged": "own_flagged"})
    table = table.merge(totals, on=keys).merge(own, on=[*keys, "school_id"])
    table = table[table["all_flagged"] > 0].reset_index(drop=True)
    chance = chance_of_so_many(
        table["flagged"].to_numpy(),
        table["n"].to_numpy(),
        (table["all_flagged"] - table["own_flagged"]).to_numpy(),
        (table["all_n"] - table["own_n"]).to_numpy(),
    )
    tested = table.groupby(keys)["n"].transform("size")
    return table.assign(
        expected_share=table["all_flagged"] / table["all_n"],
        p_value=chance,
        stands_out=np.asarray(chance < false_alarms / tested),
    )
