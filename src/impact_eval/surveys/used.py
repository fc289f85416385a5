"""The forms that are used, from all forms that were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.answers import Answers, ItemAnswers
from impact_eval.surveys.columns import Columns
from impact_eval.surveys.dates import date_flags
from impact_eval.surveys.encoded import Encoded
from impact_eval.surveys.privacy.consents import not_covered
from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.roll_out import first_after
from impact_eval.surveys.rows import Fates, Mask
from impact_eval.table_columns import ANSWER_KINDS, SUBMISSIONS

# What decides whether a form is used, and is the same or of no use on all that are.
_NOT_NEEDED: Final = (
    "answers_hash",
    "audience_declared",
    "consent",
    "consents_missing",
    "fits",
    "keep",
    "limited",
    "one_of_equal",
    "refusal",
    "refused",
    "removed",
    "row_hash",
    "school_label",
    "uuid",
    "wide",
    "withdrawal",
)
_CODES: Final = ("code", "elements", "child_elements")


@dataclass(frozen=True)
class UsedForms:
    """The forms without a reason against them, by file and row; all of one length and order.

    Attributes
    ----------
    about : Columns
        As `ReadForms.forms` without what decided on them, with `submission_id` and `form`, their
        place among all forms.
    levels : Columns
        Their subgroups.
    answers : Answers
        As in `ReadForms`.
    """

    about: Columns
    levels: Columns
    answers: Answers

    @classmethod
    def of(cls, read: ReadForms, fates: Fates, *, looking_back: Mask) -> UsedForms:
        """Take the open forms and number them; what looks back is beside them and is none.

        Where a consent to be recognised is wanting, the codes end here: nobody is linked by them.
        """
        file = read.forms.text["source_file"].codes
        chosen = np.flatnonzero(fates.open & ~looking_back)
        order = np.lexsort((read.forms.arrays["source_row"][chosen], file[chosen]))
        chosen = chosen[order]
        about = read.forms.without(_NOT_NEEDED).taken(chosen)
        alone = not_covered(read.forms.text["limited"].taken(chosen), "linking")
        about = about.blanked(np.flatnonzero(alone), _CODES) if alone.any() else about
        about = about.with_(arrays={"form": chosen, "submission_id": np.arange(len(about))})
        return cls(about, read.subgroups.taken(chosen), read.answers.taken(chosen))

    @property
    def forms(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Place of each among all forms that were read."""
        return self.about.arrays["form"]

    @property
    def places(self) -> pd.Series:
        """Place of each among all forms that were read, by its number."""
        return pd.Series(self.forms, index=self.about.arrays["submission_id"])

    def flags(self, links: pd.DataFrame, study: Study, further: dict[str, Mask]) -> dict[str, Mask]:
        """Say what stands against their dates and people.

        Parameters
        ----------
        links : DataFrame
            Their links, in the same order.
        study : Study
            Which holds workshops and waves.
        further : dict of str to array of bool
            Flags that were found elsewhere; they come last.
        """
        masks = {"unreadable_date": self.about.arrays["date_flag"]}
        masks |= date_flags(
            self.about,
            links,
            study.attendance_table,
            study.wave_ids,
            first_after=first_after(study),
        )
        masks |= further
        masks["wave_contradicts_date"] &= ~masks["before_workshop"]
        return masks

    def submissions(self, study: Study, flags: dict[str, Mask]) -> pd.DataFrame:
        """Columns SUBMISSIONS, then subgroups, then exposures, then items."""
        about = self.about.with_(text={"flags": _named(flags)}).frame(SUBMISSIONS)
        items = list(self.answers.items)
        numbers = pd.DataFrame(self.answers.numbers(items).T, columns=items, copy=False)
        said = {one.id: _said(self.answers.items[one.item]) for one in study.exposures}
        tables = [about[list(SUBMISSIONS)], self.levels.frame()]
        return pd.concat([*tables, pd.DataFrame(said, about.index), numbers], axis=1)


def _said(answers: ItemAnswers) -> pd.Series[str]:
    """Yes, no or don't know to a question about exposure; empty for anything else.

    A choice that nobody knows is scored as a wrong one, so its number does not tell it from a no.
    """
    kinds = {ANSWER_KINDS.index("answered"): "", ANSWER_KINDS.index("dont_know"): "dont_know"}
    words = [
        kinds.get(answer.kind, "") or ("yes" if answer.number == 1 else "no")
        if answer.kind in kinds
        else ""
        for answer in answers.different
    ]
    return pd.Series(np.array(words, dtype=object)[answers.places], dtype="str")


def _named(masks: dict[str, Mask]) -> Encoded:
    """Names of each form's flags, with spaces between them."""
    sets = sum(where.astype(np.int64) << place for place, where in enumerate(masks.values()))
    codes, different = pd.factorize(np.asarray(sets))
    texts = [
        " ".join(name for place, name in enumerate(masks) if number >> place & 1)
        for number in different.tolist()
    ]
    return Encoded(codes, texts)


def partly_used(used: UsedForms, read: ReadForms, fates: Fates, *, looking_back: Mask) -> Mask:
    """Forms of wide rows of which another wave was not used."""
    wide = ~fates.open & ~looking_back & read.forms.arrays["wide"]
    if not wide.any():
        return np.zeros(len(used.about), dtype=bool)
    keys = ["source_file", "source_row"]
    unused = pd.MultiIndex.from_frame(read.forms.taken(wide).frame(keys))
    return np.asarray(pd.MultiIndex.from_frame(used.about.frame(keys)).isin(unused))
