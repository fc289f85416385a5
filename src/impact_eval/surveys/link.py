"""Which forms are the same person's in different waves."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.pseudonyms import pseudonyms
from impact_eval.vocabulary import LINKS

_METHODS: Final = {"roster_id": "roster", "code": "exact", "none": "none"}


def link(forms: pd.DataFrame, study: Study, *, key: bytes) -> pd.DataFrame:
    """Respondent of each used form, as a keyed hash.

    Parameters
    ----------
    forms : DataFrame
        Used forms with `submission_id, audience, school_id, wave, code` (normalised; empty if
        incomplete).
    study : Study
        Which says how each audience is linked.
    key : bytes
        Key of the pseudonyms.

    Returns
    -------
    DataFrame
        Columns LINKS, a row for each form. Forms of one person share a `respondent_id`; it is empty
        and the method `none` where a person cannot be told.

    Notes
    -----
    Codes are compared exactly, within school and audience. A code that two forms of one wave still
    share after duplicates were resolved belongs to two people: all forms with it stay unlinked.
    """
    declared = {audience.id: _METHODS[audience.link] for audience in study.audiences}
    method = forms["audience"].map(declared).astype("str")
    usable = (method != "none") & (forms["code"] != "")
    identity = forms["audience"] + "\x1f" + forms["school_id"] + "\x1f" + forms["code"]
    shared = pd.DataFrame({"identity": identity, "wave": forms["wave"]})[usable]
    ambiguous = shared.loc[shared.duplicated(keep=False), "identity"].unique()
    usable &= ~identity.isin(ambiguous)
    codes, unique = pd.factorize(identity[usable])
    hashes = pseudonyms(pd.Series(unique, dtype="str"), key=key).to_numpy(dtype=object)
    respondent = np.full(len(forms), "", dtype=object)
    respondent[usable.to_numpy()] = hashes[codes]
    links = {
        "submission_id": forms["submission_id"].to_numpy(),
        "respondent_id": pd.Series(respondent, dtype="str"),
        "method": method.where(usable, "none").reset_index(drop=True),
    }
    return pd.DataFrame(links, columns=list(LINKS))
