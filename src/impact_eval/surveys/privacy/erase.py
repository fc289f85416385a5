"""Forms without consent and of people who withdrew, with nothing left on them but their fate."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.rows import Fates, Mask

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
    """Blank all that people said on forms that must not be used; of answers in place.

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
    rows = np.flatnonzero(gone)
    nobodys = np.flatnonzero(gone & ~fates.because("withdrawn"))
    forms = read.forms
    said = [name for name in (*forms.text, *forms.arrays) if name not in (*_KEPT, "audience")]
    read.answers.erase(rows)
    return replace(
        read,
        forms=forms.blanked(rows, said).blanked(nobodys, ["audience"]),
        subgroups=read.subgroups.blanked(rows, list(read.subgroups.text)),
        rejected=_without(read.rejected, gone),
        texts=_without(read.texts, gone),
    )


def _without(rows: pd.DataFrame, gone: Mask) -> pd.DataFrame:
    stays = ~gone[rows["form"].to_numpy(dtype=np.int64)]
    left: pd.DataFrame = rows[stays]
    return left.reset_index(drop=True)
