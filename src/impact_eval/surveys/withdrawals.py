"""People who withdrew: nothing of their forms is kept, in any wave."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Source, Study
from impact_eval.surveys.files import read_raw
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.layout import person_code
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.rows import Mask
from impact_eval.surveys.schools import AMBIGUOUS, UNKNOWN, SchoolIndex
from impact_eval.surveys.text import folded, map_unique


@dataclass(frozen=True)
class Withdrawals:
    """Identities of those who withdrew, with the row of the file that says so."""

    rows: dict[str, int] = field(default_factory=dict)

    def of(self, forms: pd.DataFrame) -> Mask:
        """Forms of people who withdrew."""
        if not self.rows:
            return np.zeros(len(forms), dtype=bool)
        identity = identities(forms)
        coded = forms["code"].to_numpy() != ""
        return np.asarray(coded & identity.isin(list(self.rows)).to_numpy(), dtype=bool)

    def without_form(self, forms: pd.DataFrame) -> list[int]:
        """Rows of the file that fit no form: a mistyped code leaves a person's data in use."""
        found = set(identities(forms[self.of(forms)]))
        return sorted(row for identity, row in self.rows.items() if identity not in found)


def withdrawn_on_a_form(forms: pd.DataFrame) -> Mask:
    """Forms of people one of whose forms withdraws consent, by the rules of their source."""
    refuses = (forms["refuses"] == "yes").to_numpy()
    if not refuses.any():
        return np.zeros(len(forms), dtype=bool)
    identity, coded = identities(forms), (forms["code"] != "").to_numpy()
    refusing = set(identity[coded & refuses])
    return np.asarray(coded & identity.isin(sorted(refusing)).to_numpy(), dtype=bool)


def identities(forms: pd.DataFrame) -> pd.Series:
    """Join what tells a person: audience, school and code."""
    return forms["audience"] + "\x1f" + forms["school_id"] + "\x1f" + forms["code"]


def read_withdrawals(study: Study, schools: SchoolIndex) -> Withdrawals:
    """Read the list of withdrawals, if the study declares one.

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
    return Withdrawals(_rows_by_identity(raw, study, schools))


def _rows_by_identity(raw: RawTable, study: Study, schools: SchoolIndex) -> dict[str, int]:
    headings = Headings(raw, separator="/")
    labels, audiences = headings.require("school_id", "audience")
    declared = {folded(one): one for one in study.audience_ids}
    people = pd.DataFrame({"school_id": schools.place(labels)})
    people["audience"] = map_unique(audiences, lambda text: declared.get(folded(text), ""))
    placed = ~people["school_id"].isin(["", UNKNOWN, AMBIGUOUS]).to_numpy()
    rows: dict[str, int] = {}
    understood = np.zeros(len(people), dtype=bool)
    for source in study.sources:
        mine = placed & _belongs(people["audience"], source)
        if not mine.any() or not (source.columns.code or source.columns.respondent):
            continue
        people["code"] = person_code(headings, raw, source)
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
