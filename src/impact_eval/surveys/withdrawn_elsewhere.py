"""Forms in other waves that may be of people who withdrew: their code differs in one element."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.mistyped_withdrawals import (
    NearRows,
    from_records,
    in_order,
    is_near,
    name_rows,
    typed_codes,
)
from impact_eval.surveys.rows import Mask

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys.columns import Columns
    from impact_eval.surveys.withdrawals import Withdrawals

_PLACE: Final = ["audience", "school_id"]
_COMPARED: Final = (*_PLACE, "wave", "code", "elements", "source_file", "source_row")


def other_forms(
    withdrawals: Withdrawals,
    forms: Columns,
    kept: Mask,
    links: pd.DataFrame,
    used: np.ndarray[Any, np.dtype[np.int64]],
) -> list[NearRows]:
    """Find forms whose code is nearly that of somebody who withdrew, and whose forms were found.

    Parameters
    ----------
    withdrawals : Withdrawals
        Who withdrew.
    forms : Columns
        All forms, with `audience, school_id, wave, code, elements, source_file, source_row`.
    kept : ndarray of bool, shape (forms,)
        Forms of which anything is kept.
    links : DataFrame
        Columns LINKS of the used forms.
    used : ndarray of int
        The places of the used forms among all of them.

    Returns
    -------
    list of NearRows
        For each withdrawal and file: same audience and school, a code that differs in exactly one
        element, and a person who did not answer in every wave of that school. Who did answer in all
        of them has a form beside one that was erased, and is somebody else.

    Notes
    -----
    Linking would take such a form, where no other could be meant, for the same person's. It goes by
    the forms that are left, and of those that were erased nothing is known but the withdrawal.
    """
    found_rows = set(withdrawals.rows.values()) - set(withdrawals.without_form(forms))
    if not found_rows:
        return []
    table = forms.frame(_COMPARED)
    typed = typed_codes(table)
    person = pd.Series(links["respondent_id"].array, index=used).reindex(table.index, fill_value="")
    person = person.where(person != "", typed)
    table = table.assign(typed=typed, person=person)[kept & (typed != "").to_numpy()]
    places = dict(list(_answered_in_some(table).groupby(_PLACE)))
    found: dict[tuple[int, str], set[int]] = {}
    for identity, row in withdrawals.rows.items():
        audience, school, code = identity.split(JOIN, maxsplit=2)
        here = places.get((audience, school))
        if row not in found_rows or here is None:
            continue
        near = here[np.array([is_near(code, other) for other in here["typed"]], dtype=bool)]
        for file, number in zip(near["source_file"], near["source_row"], strict=True):
            found.setdefault((row, str(file)), set()).add(int(number))
    return in_order(found)


def _answered_in_some(table: pd.DataFrame) -> pd.DataFrame:
    """Forms of people who did not answer in every wave of their school."""
    by_person = table.groupby([*_PLACE, "person"])["wave"].transform("nunique")
    return table[by_person < table.groupby(_PLACE)["wave"].transform("nunique")]


def possibly_withdrawn(study: Study) -> dict[int, tuple[NearRows, ...]]:
    """By row of the list: what `other_forms` found when the study was last prepared."""
    path = study.processed_folder / "prepared.json"
    prepared = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    by_row: dict[int, tuple[NearRows, ...]] = {}
    for near in from_records(prepared.get("withdrawals_other_forms", [])):
        by_row[near.row] = (*by_row.get(near.row, ()), near)
    return by_row


def tell_possibly_withdrawn(study: Study) -> Iterator[str]:
    """Say of each such row of the list which rows of the survey files may be the person's too."""
    for row, near in possibly_withdrawn(study).items():
        yield (
            f"{study.withdrawals}, row {row}: its forms are erased. In use are forms of other "
            f"surveys whose code differs in one element: {name_rows(near)}. If one is the same "
            "person's, write its code into the list too."
        )
