"""Forms that are equal in every cell and have no id: perhaps one file that was exported twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study.source import Source
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.combinations import numbered
from impact_eval.surveys.encoded import Encoded
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.rows import Mask

Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
# what a tool writes about the upload and not about the form
_OF_UPLOAD: Final = ("uuid", "submitted_on")
_PLACE: Final = ("audience", "school_id", "wave")


def row_hashes(read: Forms, source: Source, *, hash_key: str) -> Hashes:
    """Keyed hash of all that is read of each form that nothing tells from its equals.

    Parameters
    ----------
    read : Forms
        Of one table.
    source : Source
        Which says whether people have codes or numbers.
    hash_key : str
        Of the study.

    Returns
    -------
    array of uint64, shape (n,)
        0 for forms with an id of their own, and of people with a whole code: of theirs, one counts.

    Notes
    -----
    The moment at which a form was sent is left out: who sends a form a second time does so later.
    """
    hashes = np.zeros(len(read), dtype=np.uint64)
    coded = bool(source.columns.code or source.columns.respondent)
    where = read.about["uuid"].among([""])
    if coded:
        where &= read.codes["code"].missing
    if not where.any():
        return hashes
    for column in _read(read):
        if not column.is_blank():
            typed = np.array(column.texts, dtype=object)
            hashed = column.of_each(pd.util.hash_array(typed, hash_key=hash_key), np.uint64)
            hashes[where] = hashes[where] * _ODD + hashed[where]
    return hashes


def _read(read: Forms) -> Iterator[Encoded]:
    yield from (column for name, column in read.about.items() if name not in _OF_UPLOAD)
    for name in ("elements", "child_elements"):
        yield from read.codes[name].elements
    yield from read.subgroups.values()
    yield from read.answers.values()


def equal_rows(forms: Columns, open_forms: Mask) -> Mask:
    """Open forms of which another one is equal, at the same place in the same wave.

    Parameters
    ----------
    forms : Columns
        All forms, with `row_hash`.
    open_forms : array of bool, shape (forms,)
        Those without a reason against them.

    Returns
    -------
    array of bool, shape (forms,)
        All forms of each set of equal ones.
    """
    found = np.zeros(len(forms), dtype=bool)
    rows = np.flatnonzero(open_forms & (forms.arrays["row_hash"] != 0))
    if len(rows) < 2:
        return found
    chosen = forms.taken(rows)
    place = numbered(*(chosen.text[name] for name in _PLACE))
    table = pd.DataFrame({"place": place, "hash": chosen.arrays["row_hash"]})
    found[rows] = table.duplicated(keep=False).to_numpy()
    return found
