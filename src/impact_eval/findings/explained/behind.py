"""What a recomputation starts from: one finding, its study and tables, and its forms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from impact_eval.findings.explained.forms import forms_behind

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables


@dataclass(frozen=True)
class Behind:
    """A row of the findings table with what lies behind it.

    Attributes
    ----------
    study, tables
        The study and its processed tables.
    row
        A row of the findings table.
    """

    study: Study
    tables: SurveyTables
    row: pd.Series[Any]

    @cached_property
    def forms(self) -> pd.DataFrame:
        """The forms that the number is computed from, as `forms_behind` gives them."""
        return forms_behind(self.study, self.tables, self.row)

    @property
    def rounds_differ(self) -> bool:
        """Whether each wave drew schools of its own, so that there are no school effects."""
        return self.study.design == "cross_sections"

    def wave(self, which: str) -> pd.DataFrame:
        """Forms of the earlier (`wave_from`) or the later (`wave_to`) wave."""
        forms: pd.DataFrame = self.forms[self.forms["wave"] == self.row[which]]
        return forms

    def linked(self) -> pd.DataFrame:
        """People with a value in both waves: place, `pre` and `post`, a person a row."""
        pre, post = (
            self.wave(which)[self.wave(which)["person"] != ""] for which in ("wave_from", "wave_to")
        )
        later = post[["person", "value"]].rename(columns={"value": "post"})
        return pre.rename(columns={"value": "pre"}).merge(later, on="person")
