"""Forms without consent and of people who withdrew, with nothing left on them but their fate."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.rows import Fates, Mask
from impact_eval.surveys.values import NOT_ASKED

ERASED: Final = ("no_consent", "withdrawn")
# Where the row stands, what holds for all rows of its source, and why it is not used.
_KEPT: Final = (
    "source_file",
    "source_row",
    "audience_declared",
    "keep",
    "wide",
    "fits",
    "consent",
    "consents_missing",
    "withdrawal",
    "refusal",
    "refused",
)


def erase(read: ReadForms, fates: Fates) -> ReadForms:
    """Blank all that people said on forms that must not be used.

    Parameters
    ----------
    read : ReadForms
        All forms, with the fates of those in ERASED decided.
    fates : Fates
        Of the same forms.

    Returns
    -------
    ReadForms
        The same rows. On those forms all columns but _KEPT are blank, and of people who withdrew
        the audience stays too: `erasures.csv` counts by it.
    """
    gone = fates.because(*ERASED)
    if not gone.any():
        return read
    forms = _blanked(read.forms, gone, except_for=_KEPT)
    withdrawn = fates.because("withdrawn")
    forms["audience"] = forms["audience"].where(~withdrawn, read.forms["audience"])
    blank: dict[str, Any] = {"numbers": np.nan, "written": 0, "kinds": NOT_ASKED, "subgroups": ""}
    tables = {name: _filled(getattr(read, name), gone, value) for name, value in blank.items()}
    lists = {name: _without(getattr(read, name), gone) for name in ("rejected", "texts")}
    tables |= {"forms": forms} | lists
    return ReadForms(**{one.name: tables[one.name] for one in fields(ReadForms)})


def _blanked(forms: pd.DataFrame, gone: Mask, *, except_for: tuple[str, ...]) -> pd.DataFrame:
    """Forms with empty text, no dates, False and zeros in the rows that are gone."""
    blanks = {"M": pd.NaT, "f": np.nan, "b": False, "i": 0, "u": 0}
    columns = {
        name: column if name in except_for else column.mask(gone, blanks.get(column.dtype.kind, ""))
        for name, column in forms.items()
    }
    return pd.DataFrame(columns)


def _without(rows: pd.DataFrame, gone: Mask) -> pd.DataFrame:
    stays = ~gone[rows["form"].to_numpy(dtype=np.int64)]
    left: pd.DataFrame = rows[stays]
    return left.reset_index(drop=True)


def _filled(table: pd.DataFrame, gone: Mask, value: float | str) -> pd.DataFrame:
    copy = table.copy()
    copy.iloc[np.flatnonzero(gone)] = value
    return copy
