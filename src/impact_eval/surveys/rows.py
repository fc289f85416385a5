"""The fate of every row: used, or why not. The first reason that applies is the one that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.columns import Columns
from impact_eval.surveys.encoded import Encoded, as_series
from impact_eval.vocabulary import FORM_FLAGS, Fate

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row was not used, in words for the evaluator, and what can be done."""

    fate: Fate
    text: str
    remedy: str


REASONS: Final = {
    "wrong_width": Reason(
        "quarantined",
        "the row has more or fewer cells than the header",
        "Correct the row's delimiters or quotation marks, or export the file again.",
    ),
    "no_consent": Reason("no_consent", "consent was not given", "Nothing to do."),
    "withdrawn": Reason("withdrawn", "the person withdrew", "Nothing to do."),
    "removed": Reason(
        "quarantined", "the cleaning log removes the form", "Nothing to do: it was agreed on."
    ),
    "no_audience": Reason(
        "quarantined", "the audience is not given", "Fill it in, or name it in study.toml."
    ),
    "unknown_audience": Reason(
        "quarantined",
        "the audience is none of the declared ones",
        "Add its value to the source in study.toml, or correct the row.",
    ),
    "no_wave": Reason("quarantined", "the wave is not given", "Fill it in."),
    "unknown_wave": Reason(
        "quarantined",
        "the wave is none of the declared ones",
        "Add its value to the source in study.toml, or correct the row.",
    ),
    "no_school": Reason("quarantined", "the school is not given", "Fill it in."),
    "unknown_school": Reason(
        "quarantined",
        "the school is not in the roster",
        "Look into school_names.csv in the study's folder of data/processed, which proposes "
        "schools, and copy what is right into school_names.csv beside study.toml; or add an alias "
        "in a column `aliases` of the roster, or correct the row.",
    ),
    "ambiguous_school": Reason(
        "quarantined",
        "the school's name belongs to several schools of the roster",
        "Write the school's id in the row.",
    ),
    "no_phase": Reason(
        "quarantined",
        "the phase is neither in the row nor in the roster",
        "Fill in the school's phase in the roster.",
    ),
    "unknown_phase": Reason(
        "quarantined",
        "the phase is none of the declared ones",
        "Add its value to the source in study.toml, or correct the row.",
    ),
    "empty_form": Reason(
        "quarantined", "no item is answered", "Nothing to do if the form was left empty."
    ),
    "same_upload": Reason(
        "duplicate", "the same form was uploaded twice", "Nothing to do: one of them counts."
    ),
    "same_code": Reason(
        "duplicate",
        "the same person's code in the same wave, school and audience",
        "Nothing to do if it is the same person: `duplicates` in study.toml says which counts.",
    ),
    "same_answers": Reason(
        "duplicate",
        "no code, and the same answers at the same time",
        "Nothing to do: one of them counts.",
    ),
    "equal_row": Reason(
        "duplicate",
        "equal in every cell to another row, and neither has an id",
        "Nothing to do if it is the same form: `equal_rows` in study.toml says that one counts.",
    ),
    "no_form_beside": Reason(
        "quarantined",
        "an answer about the time before, and no used form of the same person's beside it",
        "Look why the form of that survey is missing or not used.",
    ),
    **{
        f"excluded_{flag}": Reason(
            "excluded",
            f"the plan leaves out forms with the flag {flag}",
            "Nothing to do; the findings are also given with these forms.",
        )
        for flag in FORM_FLAGS
    },
}

# The place of each is the number that `Fates` holds; the first is of forms without a reason.
REASON_IDS: Final = ("", *REASONS)


class Fates:
    """Fate of each form, decided once."""

    def __init__(self, n_forms: int) -> None:
        self._place = np.zeros(n_forms, dtype=np.int8)
        self.duplicate_of = np.full(n_forms, -1, dtype=np.int64)

    def __len__(self) -> int:
        """Say how many forms there are."""
        return len(self._place)

    @property
    def reason(self) -> pd.Series:
        """Id of each form's reason; empty without one."""
        return as_series(Encoded(self._place, list(REASON_IDS)))

    @property
    def places(self) -> np.ndarray[Any, np.dtype[np.int8]]:
        """Place of each form's reason in REASON_IDS."""
        return self._place

    @property
    def open(self) -> Mask:
        """Forms without a reason against them so far."""
        return np.asarray(self._place == 0)

    def because(self, *reasons: str) -> Mask:
        """Forms with one of these reasons."""
        return np.isin(self._place, [REASON_IDS.index(reason) for reason in reasons])

    @property
    def kept(self) -> Mask:
        """Forms of which more is kept than that they were there."""
        return ~self.because("no_consent", "withdrawn", "wrong_width")

    def decide(self, reason: str, where: Mask) -> None:
        """Give a reason to those of the forms that have none yet."""
        if reason not in REASONS:
            raise KeyError(reason)
        self._place[where & self.open] = REASON_IDS.index(reason)

    def decide_duplicates(self, reason: str, kept: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        """Give a reason to open forms for which `kept` names another form than themselves."""
        extra = (kept != np.arange(len(kept))) & (kept >= 0) & self.open
        self.decide(reason, extra)
        self.duplicate_of[extra] = kept[extra]
        earlier = self.duplicate_of >= 0
        named = self.duplicate_of[earlier]
        again = self.duplicate_of[named] >= 0
        self.duplicate_of[earlier] = np.where(again, self.duplicate_of[named], named)


def decide_by_content(fates: Fates, forms: Columns) -> None:
    """Decide by what a form needs to have a place: audience, wave, school, phase."""
    fates.decide("removed", forms.arrays["removed"])
    for column in ("audience", "wave", "school_id", "phase"):
        name = column.removesuffix("_id")
        cells = forms.text[column]
        fates.decide(f"no_{name}", cells.among([""]))
        fates.decide(f"unknown_{name}", cells.among(["?"]))
        if column == "school_id":
            fates.decide("ambiguous_school", cells.among(["??"]))
    fates.decide("empty_form", forms.arrays["n_answered"] == 0)
