"""People who withdrew: nothing of their forms is kept, in any wave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Source, Study
from impact_eval.surveys.codes import JOIN
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.encoded import Encoded, as_series, constant, distinct, map_unique
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
CHILD: Final = "child_elements"
_PERSON: Final = ("audience", "school_id", "code")


@dataclass(frozen=True)
class Withdrawals:
    """Identities of those who withdrew, with the row of the file that says so."""

    rows: dict[str, int] = field(default_factory=dict)

    def number_of(self, forms: Columns) -> Numbers:
        """Which withdrawal takes out each form, counted from 1; 0 for none."""
        if not self.rows:
            return np.full(len(forms), _NONE, dtype=np.int64)
        numbers = {identity: number for number, identity in enumerate(self.rows, start=1)}
        found = identities(forms).map(numbers).fillna(_NONE).to_numpy(dtype=np.int64)
        return np.where(forms.text["code"].among([""]), _NONE, found)

    def without_form(self, forms: Columns) -> list[int]:
        """Rows of the file that fit no form: a mistyped code leaves a person's data in use."""
        if not self.rows:
            return []
        found = set(np.unique(forms.arrays["withdrawal"]).tolist())
        return sorted(
            row for number, row in enumerate(self.rows.values(), start=1) if number not in found
        )

    def children_on(self, forms: Columns, study: Study) -> Mask:
        """Which forms of parents name a child who withdrew, by the child's code."""
        named = np.zeros(len(forms), dtype=bool)
        for audience in study.audiences:
            if self.rows and audience.child_audience is not None:
                school, code = (as_series(forms.text[one]) for one in ("school_id", CHILD))
                child = audience.child_audience + JOIN + school + JOIN + code
                named |= forms.text["audience"].among([audience.id]) & child.isin(self.rows)
        return named


def mark_withdrawn(
    forms: Columns, refuses: Mask, withdrawals: Withdrawals, *, tokens: Tokens
) -> Columns:
    """Add to the forms of one file what says later who withdrew, when nothing else of them is left.

    Returns
    -------
    Columns
        With `withdrawal`, as `Withdrawals.number_of` gives it; `refusal`, a token of the person
        where the form withdraws their consent; `refused`, empty, for the token of such a refusal
        when it has taken out this form.
    """
    refusing = refuses & ~forms.text["code"].among([""])
    nobody = constant("", len(forms))
    refusal = nobody
    if refusing.any():
        refusal = nobody.replaced(refusing, _tokens(identities(forms), tokens))
    return forms.with_(
        text={"refusal": refusal, "refused": nobody},
        arrays={"withdrawal": withdrawals.number_of(forms)},
    )


def refused_on_a_form(forms: Columns, *, tokens: Tokens) -> Encoded:
    """Token of the refusal that takes out each form, whichever form of the person it stands on."""
    before = forms.text["refused"]
    refusals = forms.text["refusal"].taken(slice(None)).texts
    if set(refusals) <= {""}:
        return before
    person = _tokens(identities(forms), tokens)
    taken_out = person.among(refusals) & ~forms.text["code"].among([""]) & before.among([""])
    return before.replaced(taken_out, person)


def _tokens(people: pd.Series, tokens: Tokens) -> Encoded:
    return tokens.of_names(distinct(people), _REFUSAL)


def identities(forms: Columns) -> pd.Series:
    """Join what tells a person: audience, school and code."""
    audience, school, code = (as_series(forms.text[name]) for name in _PERSON)
    return audience + JOIN + school + JOIN + code


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
    school = distinct(map_unique(labels, schools.find))
    audience = distinct(map_unique(audiences, lambda text: declared.get(folded(text), "")))
    placed = ~school.among(["", UNKNOWN, AMBIGUOUS])
    rows: dict[str, int] = {}
    understood = np.zeros(len(raw.cells), dtype=bool)
    for source in study.sources:
        mine = placed & _belongs(audience, source)
        if not mine.any() or not (source.columns.code or source.columns.respondent):
            continue
        code = tokens.of_codes(person_code(headings, raw, source))
        headings.refuse_if_faulty()
        mine &= ~code.among([""])
        understood |= mine
        text = {"audience": audience, "school_id": school, "code": code}
        people = identities(Columns(text, {}, len(raw.cells)))
        rows |= dict(zip(people[mine], raw.rows[mine].tolist(), strict=True))
    _refuse_unclear(raw, understood)
    return rows


def _belongs(audience: Encoded, source: Source) -> Mask:
    if isinstance(source.audience, str):
        return audience.among([source.audience])
    return ~audience.among([""])


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
