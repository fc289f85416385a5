"""What looks wrong about people and dates: shown with the form, and nothing is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.dates import held_on
from impact_eval.surveys.rows import Fates, Mask
from impact_eval.surveys.values import NOT_ASKED

if TYPE_CHECKING:
    from impact_eval.surveys.tables import SurveyTables

Days = np.ndarray[Any, np.dtype[np.datetime64]]
_FORMS_OF_A_DAY: Final = 10
_OTHER_WAVE: Final = 0.9


def wave_contradicts_date(forms: pd.DataFrame, study: Study) -> Mask:
    """Whether a form's date speaks against its wave.

    Parameters
    ----------
    forms : DataFrame
        Forms with `audience, school_id, workshop_id, wave, answered_on`.
    study : Study
        Which holds the waves and the attendance file.

    Returns
    -------
    ndarray of bool, shape (forms,)

    Notes
    -----
    Where the day of the form's workshop is known: a form of the first wave after it; a form of a
    `same_day` wave on another day; a form of another later wave before it, or on it if some wave is
    `same_day`. Where it is not known: of at least ten forms of the school and audience on that day,
    nine in ten belong to another wave.
    """
    day = forms["answered_on"].dt.normalize().to_numpy()
    places = Columns.of(forms[["workshop_id", "audience"]])
    held = held_on(places, study.attendance_table)
    first = (forms["wave"] == study.wave_ids[0]).to_numpy()
    same_day = forms["wave"].isin([wave.id for wave in study.waves if wave.same_day]).to_numpy()
    later = forms["wave"].isin(study.wave_ids).to_numpy() & ~first & ~same_day
    any_same_day = any(wave.same_day for wave in study.waves)
    early = day <= held if any_same_day else day < held
    known = ~np.isnat(held) & ~np.isnat(day)
    by_workshop = (first & (day > held)) | (same_day & (day != held)) | (later & early)
    return np.where(known, by_workshop, _others_of_the_day(forms, day))


def _others_of_the_day(forms: pd.DataFrame, day: Days) -> Mask:
    table = forms[["audience", "school_id", "wave"]].assign(day=day)
    keys = ["audience", "school_id", "day"]
    total = table.groupby(keys, dropna=True)["wave"].transform("size")
    own = table.groupby([*keys, "wave"], dropna=True)["wave"].transform("size")
    size = table.groupby([*keys, "wave"], dropna=True).size()
    most = size.groupby(level=keys).max()
    largest = table[keys].merge(most.rename("most").reset_index(), on=keys, how="left")["most"]
    largest = largest.set_axis(table.index)
    crowded = (total >= _FORMS_OF_A_DAY) & (own < largest) & (largest >= _OTHER_WAVE * total)
    return np.asarray(crowded.fillna(False).to_numpy(dtype=bool))


def answers_of_other_wave(rejected: pd.DataFrame, n: int) -> Mask:
    """Whether each of n forms answers what its wave does not ask: it may be of another wave.

    Parameters
    ----------
    rejected : DataFrame
        Columns `form` (position) and `rule`, as `read_answers` gives them.
    n : int
        How many forms there are.
    """
    found = np.zeros(n, dtype=bool)
    found[rejected.loc[(rejected["rule"] == NOT_ASKED).to_numpy(), "form"]] = True
    return found


def people_flags(
    used: pd.DataFrame,
    links: pd.DataFrame,
    dyads: pd.DataFrame,
    all_forms: pd.DataFrame,
    fates: Fates,
) -> dict[str, Mask]:
    """Flag people who were in two workshops, and parents of two children.

    Parameters
    ----------
    used : DataFrame
        Used forms with `workshop_id` and `form`, their place among all forms.
    links : DataFrame
        Their links, in the same order.
    dyads : DataFrame
        Columns DYADS.
    all_forms : DataFrame
        All forms, with `workshop_id`.
    fates : Fates
        Fates of all forms; a form that was repeated in another workshop is flagged too.
    """
    person = links["respondent_id"]
    workshops = used["workshop_id"].where(used["workshop_id"] != "")
    several = workshops.groupby(person.to_numpy()).transform("nunique") > 1
    children = dyads.groupby("parent_respondent_id").size()
    parents = children.index[children > 1]
    return {
        "other_workshop": np.asarray(
            (several & (person != "").to_numpy()) | _repeated_elsewhere(used, all_forms, fates)
        ),
        "two_children": person.isin(parents).to_numpy(dtype=bool),
    }


def _repeated_elsewhere(used: pd.DataFrame, all_forms: pd.DataFrame, fates: Fates) -> Mask:
    extra = np.flatnonzero((fates.duplicate_of >= 0) & fates.because("same_code"))
    kept = fates.duplicate_of[extra]
    workshop = all_forms["workshop_id"].to_numpy()
    differ = (workshop[extra] != workshop[kept]) & (workshop[extra] != "") & (workshop[kept] != "")
    return np.isin(used["form"].to_numpy(), kept[differ])


def flag_counts(tables: SurveyTables) -> pd.DataFrame:
    """How many used forms of each school and audience carry each flag.

    Returns
    -------
    DataFrame
        `audience, school_id, flag, forms`, sorted; a row for each flag that stands somewhere.
    """
    forms = tables.submissions[["audience", "school_id", "flags"]]
    flags = forms.assign(flag=forms["flags"].str.split()).explode("flag")
    flags = flags[flags["flag"].notna()]
    counts = flags.groupby(["audience", "school_id", "flag"], sort=True).size()
    return counts.rename("forms").reset_index()
