"""Two forms by one person in one wave: which of them counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from impact_eval.surveys.rows import Fates, Mask

Positions = np.ndarray[Any, np.dtype[np.int64]]


def decide_duplicates(
    fates: Fates, forms: pd.DataFrame, subgroups: pd.DataFrame, *, by_number: Mask
) -> None:
    """Find duplicates among the open forms and name the form that each of them repeats.

    Parameters
    ----------
    fates : Fates
        Changed in place: reasons `same_upload`, `same_code`, `same_answers`, `equal_row`.
    forms : DataFrame
        With `uuid, code, audience, school_id, wave, submitted_on, answers_hash, row_hash,
        one_of_equal, keep, n_answered, contradicts` (whether the date speaks against the wave)
        and, in `row`, a number for each raw row.
    subgroups : DataFrame
        Declared levels, empty if unknown.
    by_number : ndarray of bool
        Forms whose code is the school's own number for a person, which two people cannot share.

    Notes
    -----
    Two forms with one self-generated code that differ in a declared subgroup (a girl and a boy) are
    two people: both count, and `link` leaves them unlinked. Of a person's forms of one wave, those
    whose date contradicts the wave count only if all do: a form with a mistaken wave would
    otherwise replace the true one. `most_complete` is the form with the most items filled in; of
    several such, the last.
    """
    fates.decide_duplicates("same_upload", _kept(forms, ["uuid"], fates.open & _has(forms, "uuid")))
    person = ["audience", "school_id", "wave", "code"]
    with_code = fates.open & _has(forms, "code")
    several = ~by_number & _differ(forms, person, subgroups, with_code)
    fates.decide_duplicates("same_code", _kept(forms, person, with_code & ~several))
    same = ["audience", "school_id", "wave", "answers_hash", "submitted_on"]
    without_code = fates.open & ~_has(forms, "code") & forms["submitted_on"].notna().to_numpy()
    fates.decide_duplicates("same_answers", _kept(forms, same, without_code))
    equal = ["audience", "school_id", "wave", "row_hash"]
    without_id = fates.open & forms["one_of_equal"].to_numpy() & forms["row_hash"].ne(0).to_numpy()
    fates.decide_duplicates("equal_row", _kept(forms, equal, without_id))


def _has(forms: pd.DataFrame, column: str) -> Mask:
    return np.asarray(forms[column].to_numpy() != "", dtype=bool)


def _kept(forms: pd.DataFrame, keys: list[str], where: Mask) -> Positions:
    """For each form the position of the one that counts in its group; -1 outside `where`."""
    kept = np.full(len(forms), -1, dtype=np.int64)
    about = ["submitted_on", "keep", "n_answered", "contradicts"]
    chosen = forms.loc[where, list(dict.fromkeys([*keys, *about]))]
    if chosen.empty:
        return kept
    chosen["position"] = np.flatnonzero(where)
    repeated = chosen.duplicated(keys, keep=False)
    chosen = chosen[repeated].sort_values("submitted_on", kind="stable", na_position="first")
    chosen["time"] = np.arange(len(chosen))
    rule = chosen.groupby(keys, sort=False)["keep"].transform("first")
    chosen["rank"] = chosen["time"].where(rule != "first", -chosen["time"])
    chosen["filled"] = chosen["n_answered"].where(rule == "most_complete", 0)
    ranked = chosen.sort_values(["contradicts", "filled", "rank"], ascending=[False, True, True])
    winner = ranked.groupby(keys, sort=False)["position"].transform("last")
    kept[chosen.loc[winner.index, "position"].to_numpy()] = winner.to_numpy()
    return kept


def _differ(forms: pd.DataFrame, keys: list[str], subgroups: pd.DataFrame, where: Mask) -> Mask:
    """Forms in groups in which some declared subgroup has two levels."""
    differ = np.zeros(len(forms), dtype=bool)
    for name in subgroups.columns:
        known = where & (subgroups[name].to_numpy() != "")
        levels = forms.loc[known, keys].assign(level=subgroups.loc[known, name].to_numpy())
        if levels.empty:
            continue
        several = levels.groupby(keys, sort=False)["level"].nunique()
        several = several[several > 1]
        if len(several):
            mine = pd.MultiIndex.from_frame(forms.loc[where, keys])
            differ[np.flatnonzero(where)] |= mine.isin(several.index)
    return differ
