"""People who withdrew: nothing of their forms is kept, in any wave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Source, Study
from impact_eval.surveys.encoded import as_series, distinct, is_text, map_unique, repeated
from impact_eval.surveys.files import read_raw
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.layout import person_code
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.rows import Mask
from impact_eval.surveys.schools import AMBIGUOUS, UNKNOWN, SchoolIndex
from impact_eval.surveys.text import folded

Numbers = np.ndarray[Any, np.dtype[np.int64]]
_NONE: Final = 0
_REFUSAL: Final = "refusal"


@dataclass(frozen=True)
class Withdrawals:
    """Identities of those who withdrew, with the row of the file that says so."""

    rows: dict[str, int] = field(default_factory=dict)

    def number_of(self, forms: pd.DataFrame) -> Numbers:
        """Which withdrawal takes out each form, counted from 1; 0 for none."""
        if not self.rows:
            return np.full(len(forms), _NONE, dtype=np.int64)
        numbers = {identity: number for number, identity in enumerate(self.rows, start=1)}
        found = identities(forms).map(numbers).fillna(_NONE).to_numpy(dtype=np.int64)
        return np.where(forms["code"].to_numpy() != "", found, _NONE)

    def without_form(self, forms: pd.DataFrame) -> list[int]:
        """Rows of the file that fit no form: a mistyped code leaves a person's data in use."""
        found = set(forms["withdrawal"].unique())
        return sorted(
            row for number, row in enumerate(self.rows.values(), start=1) if number not in found
        )


def mark_withdrawn(
    forms: pd.DataFrame, refuses: Mask, withdrawals: Withdrawals, *, tokens: Tokens
) -> pd.DataFrame:
    """Add to the forms of one file what says later who withdrew, when nothing else of them is left.

    Returns
    -------
    DataFrame
        With `withdrawal`, as `Withdrawals.number_of` gives it; `refusal`, a token of the person
        where the form withdraws their consent; `refused`, empty, for the token of such a refusal
        when it has taken out this form.
    """
    refusing = refuses & ~is_text(forms["code"], "")
    refusal = repeated("", len(forms))
    if refusing.any():
        refusal[refusing] = _tokens(identities(forms[refusing]), tokens)
    forms["withdrawal"] = withdrawals.number_of(forms)
    forms["refusal"] = refusal
    forms["refused"] = repeated("", len(forms))
    return forms


def refused_on_a_form(forms: pd.DataFrame, *, tokens: Tokens) -> pd.Series:
    """Token of the refusal that takes out each form, whichever form of the person it stands on."""
    refusals = [token for token in forms["refusal"].unique() if token]
    if not refusals:
        return forms["refused"]
    coded = forms[forms["code"] != ""]
    person = _tokens(identities(coded), tokens)
    person = person.where(person.isin(refusals), "").reindex(forms.index, fill_value="")
    return forms["refused"].where(forms["refused"] != "", person)


def _tokens(people: pd.Series, tokens: Tokens) -> pd.Series:
    hidden = as_series(tokens.of_names(distinct(people), _REFUSAL))
    return hidden.set_axis(people.index)


def identities(forms: pd.DataFrame) -> pd.Series:
    """Join what tells a person: audience, school and code."""
    return forms["audience"] + "\x1f" + forms["school_id"] + "\x1f" + forms["code"]


def read_withdrawals(study: Study, schools: SchoolIndex, *, tokens: Tokens) -> Withdrawals:
    """Read the list of withdrawals, if the study declares one; codes become tokens at once.

    Raises
    ------
    SurveyFileError
        If the file is missing or a row of it cannot be understood: without the whole list, forms of
        people who withdrew would be used.
    """
    if study.withdrawals is None:
        return Withdrawals()
    path = study.raw_folder / study.withdrawals
    if not path.is_file():
        rule, remedy = "the declared list of withdrawals must exist", "Add it to the raw folder."
        raise SurveyFileError([Fault(study.withdrawals, "", rule, "no such file", remedy)])
    raw = read_raw(path, expected=("school_id", "audience"), may_hold_no_rows=True)
    return Withdrawals(_rows_by_identity(raw, study, schools, tokens))


def _rows_by_identity(
    raw: RawTable, study: Study, schools: SchoolIndex, tokens: Tokens
) -> dict[str, int]:
    headings = Headings(raw, separator="/")
    labels, audiences = headings.require("school_id", "audience")
    declared = {folded(one): one for one in study.audience_ids}
    people = pd.DataFrame({"school_id": map_unique(labels, schools.find)})
    people["audience"] = map_unique(audiences, lambda text: declared.get(folded(text), ""))
    placed = ~people["school_id"].isin(["", UNKNOWN, AMBIGUOUS]).to_numpy()
    rows: dict[str, int] = {}
    understood = np.zeros(len(people), dtype=bool)
    for source in study.sources:
        mine = placed & _belongs(people["audience"], source)
        if not mine.any() or not (source.columns.code or source.columns.respondent):
            continue
        people["code"] = tokens.of_codes(person_code(headings, raw, source))
        headings.refuse_if_faulty()
        mine &= (people["code"] != "").to_numpy()
        understood |= mine
        rows |= dict(zip(identities(people[mine]), raw.rows[mine].tolist(), strict=True))
    _refuse_unclear(raw, understood)
    return rows


def _belongs(audience: pd.Series, source: Source) -> Mask:
    if isinstance(source.audience, str):
        return np.asarray(audience.to_numpy() == source.audience, dtype=bool)
    return np.asarray(audience.to_numpy() != "", dtype=bool)


def _refuse_unclear(raw: RawTable, understood: Mask) -> None:
    unclear = sorted([*raw.rows[~understood].tolist(), *raw.misfits.tolist()])
    if unclear:
        fault = Fault(
            raw.file,
            f"rows {', '.join(map(str, unclear[:20]))}{' and more' if len(unclear) > 20 else ''}",
            "a withdrawal names a school of the roster, a declared audience and a whole code",
            "a row that does not",
            "Correct them: the forms of these people would be used otherwise.",
        )
        raise SurveyFileError([fault])
