"""What people said afterwards of the time before: answers beside a form, never a form themselves.

The answers stand in columns of their own in the form's row, or in a row of their own with the same
person's code. Either way they belong to the form beside which they were given: its school, person
and subgroups are theirs, and whatever counts forms counts that form once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.linking.duplicates import Positions
from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.rows import Fates, Mask
from impact_eval.surveys.score import score
from impact_eval.surveys.typed import typed_table
from impact_eval.table_columns import LOOKING_BACK

_ROW: Final = ("source_file", "source_row", "wave")
_PERSON: Final = ("audience", "school_id", "code", "wave")
_TYPES: Final = dict(zip(LOOKING_BACK, ("int64", "str", "str", "float64", "int64"), strict=True))


def asked_looking_back(forms: Columns, study: Study) -> Mask:
    """Say which forms hold answers of a wave that looks back."""
    return forms.text["wave"].among([wave.id for wave in study.retrospective])


def forms_beside(columns: Columns, fates: Fates, study: Study) -> Positions:
    """Find for each row that looks back the form beside which its answers were given.

    Parameters
    ----------
    columns : Columns
        All forms that were read: `source_file, source_row, audience, school_id, wave, code`.
    fates : Fates
        Decided as far as duplicates.
    study : Study
        Which says of which survey's form each such wave is a part.

    Returns
    -------
    ndarray of int, shape (forms,)
        Position of a used form of that survey, -1 where there is none: that of the same row where
        the row holds one, else the only one of the same person.
    """
    beside = np.full(len(columns), -1, dtype=np.int64)
    if not study.retrospective:
        return beside
    forms = columns.frame({*_ROW, *_PERSON})
    for wave in study.retrospective:
        mine = np.flatnonzero((forms["wave"] == wave.id).to_numpy() & fates.open)
        asked = np.flatnonzero((forms["wave"] == wave.asked_in).to_numpy())
        if not mine.size or not asked.size:
            continue
        wanted = forms.iloc[mine].assign(wave=wave.asked_in)
        own_row = _only(forms, asked, _ROW)
        used = asked[fates.open[asked]]
        coded = used[(forms["code"].to_numpy() != "")[used]]
        found = _looked_up(wanted, own_row, _ROW)
        by_person = np.where(
            wanted["code"].to_numpy() != "",
            _looked_up(wanted, _only(forms, coded, _PERSON), _PERSON),
            -1,
        )
        chosen = np.where(found >= 0, found, by_person)
        beside[mine] = np.where((chosen >= 0) & fates.open[chosen], chosen, -1)
    return beside


def decide_looking_back(fates: Fates, beside: Positions, looks_back: Mask) -> None:
    """Do without answers about the time before that stand beside no used form."""
    fates.decide("no_form_beside", looks_back & (beside < 0))


def looking_back_scores(
    read: ReadForms, fates: Fates, places: pd.Series, study: Study, *, beside: Positions
) -> pd.DataFrame:
    """Score what was said of the time before on each scale, by the form beside which it was said.

    Parameters
    ----------
    read : ReadForms
        All forms.
    fates : Fates
        Decided.
    places : Series
        Place of each used form among all forms, by its number.
    study : Study
        Which declares scales and waves.
    beside : ndarray of int
        As `forms_beside` gives it.

    Returns
    -------
    DataFrame
        Columns LOOKING_BACK; with too few answers the score is NaN, as in `scores`, and with none
        there is no row.
    """
    mine = np.flatnonzero(fates.open & (beside >= 0))
    if not mine.size:
        return typed_table(_TYPES, {})
    number = pd.Series(places.index, index=places.to_numpy())
    submission = number.reindex(beside[mine])
    kept = submission.notna().to_numpy()
    mine, submission = mine[kept], submission[kept]
    answers = read.answers.taken(mine)
    items = list(answers.items)
    about = read.forms.taken(mine)
    rows = pd.DataFrame(answers.numbers(items).T, columns=items)
    rows["audience"] = about.text["audience"].strings()
    rows["submission_id"] = np.arange(len(rows))
    scored = score(rows, study)
    scales = {one.id for one in study.outcomes if one.kind == "scale"}
    scored = scored[scored["outcome"].isin(scales) & (scored["n_answered"] > 0)]
    at = scored["submission_id"].to_numpy()
    table = {
        "submission_id": submission.to_numpy(dtype=np.int64)[at],
        "wave": about.text["wave"].strings(at),
        "outcome": scored["outcome"].to_numpy(),
        "score": scored["score"].to_numpy(),
        "n_answered": scored["n_answered"].to_numpy(),
    }
    return typed_table(_TYPES, table).sort_values(
        ["wave", "outcome", "submission_id"], kind="stable", ignore_index=True
    )


def _only(forms: pd.DataFrame, positions: Positions, keys: tuple[str, ...]) -> pd.Series:
    """Positions of forms by some columns, without those that several forms share."""
    index = pd.MultiIndex.from_frame(forms.iloc[positions][list(keys)])
    found = pd.Series(positions, index=index)
    return found[~index.duplicated(keep=False)]


def _looked_up(forms: pd.DataFrame, found: pd.Series, keys: tuple[str, ...]) -> Positions:
    wanted = pd.MultiIndex.from_frame(forms[list(keys)])
    return np.asarray(found.reindex(wanted).fillna(-1).to_numpy(dtype=np.int64))
