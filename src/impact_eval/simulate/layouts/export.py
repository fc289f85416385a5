"""One survey export with the names of its form, from which every layout is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import pandas as pd

from impact_eval.errors import UnknownNameError
from impact_eval.instruments import Instrument, Question

SimulatedLayout = Literal[
    "kobo",
    "kobo_without_groups",
    "kobo_labels",
    "kobo_xlsx",
    "odk",
    "odk_zip",
    "google_forms",
    "workbook",
    "spss",
    "stata",
    "long",
    "wide",
]

# in rows of a repeat group, the number of the row of the form that they stand in, from 1
PARENT: Final = "_form"
# the tool's id of a form in tables that people made of its export
FORM_ID: Final = "form_id"
# questions that a phone answers by itself, and that only its own tools export
OF_A_PHONE: Final = ("start", "end", "deviceid")


def known_layout(layout: str) -> None:
    """Raise UnknownNameError, listing the layouts, if there is none of this name."""
    if layout not in get_args(SimulatedLayout):
        known = ", ".join(get_args(SimulatedLayout))
        raise UnknownNameError(f"There is no layout of this name. Layouts: {known}.")


def known_language(form: Instrument, language: str) -> None:
    """Raise UnknownNameError, listing the form's languages, if it is not in this one."""
    if language not in form.languages:
        known = ", ".join(form.languages)
        raise UnknownNameError(f'{form.file} is not in "{language}". Languages: {known}.')


@dataclass(frozen=True)
class Export:
    """An export in KoboToolbox's layout with names, and the form that it is of.

    Attributes
    ----------
    frame : DataFrame
        Text; headings are names behind their groups (`knowledge/k01`), and KoboToolbox's own
        columns, which begin with `_`.
    form : Instrument
        Questions and choices with their labels.
    repeats : mapping of str to DataFrame
        Rows of each repeat group, with PARENT as the last column: the number of the form's row.
    """

    frame: pd.DataFrame
    form: Instrument
    repeats: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def answers(self) -> pd.DataFrame:
        """Columns of the form only, without groups in their headings.

        A question that stood in another group in an earlier version has one column.
        """
        columns: dict[str, pd.Series] = {}
        for heading in self.frame.columns:
            if not heading.startswith("_"):
                name, cells = heading.rpartition("/")[2], self.frame[heading].astype("str")
                columns[name] = cells.where(cells != "", columns.get(name, cells))
        return pd.DataFrame(columns, index=self.frame.index)

    @property
    def several(self) -> dict[str, Question]:
        """Questions that allow several answers, by name."""
        return {name: one for name, one in self.questions.items() if one.type == "select_multiple"}

    @property
    def with_ids(self) -> pd.DataFrame:
        """The form's columns, and the id that the tool gave each form, as people keep it."""
        return self.answers.assign(**{FORM_ID: self.frame["_uuid"].astype("str")})

    @property
    def wave(self) -> str:
        """Name of the column that says the wave."""
        return "round" if "round" in self.frame.columns else "wave"

    def without_wave(self, waves: Iterable[str]) -> Export:
        """Forms whose wave is none of these."""
        return Export(self.frame[~self.frame[self.wave].isin(list(waves))], self.form)

    @property
    def questions(self) -> dict[str, Question]:
        """Questions of the form by name."""
        return {question.name: question for question in self.form.questions}

    @property
    def items(self) -> list[str]:
        """Names of the columns that are items of the form."""
        scored = {item.cells["item_id"] for item in self.form.items}
        return [name for name in self.answers.columns if name in scored]
