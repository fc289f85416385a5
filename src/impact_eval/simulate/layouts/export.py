"""One survey export with the names of its form, from which every layout is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

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
    """

    frame: pd.DataFrame
    form: Instrument

    @property
    def answers(self) -> pd.DataFrame:
        """Columns of the form only, without groups in their headings."""
        own = [name for name in self.frame.columns if not name.startswith("_")]
        frame = self.frame[own]
        return frame.set_axis([name.rpartition("/")[2] for name in own], axis=1)

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
