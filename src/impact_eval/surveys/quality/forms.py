"""The used forms of one audience and wave, as the flags look at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.vocabulary import ANSWER_KINDS

_ANSWERED = ANSWER_KINDS.index("answered")
_REJECTED = ANSWER_KINDS.index("rejected")


@dataclass(frozen=True)
class FormAnswers:
    """Forms with their answers; all tables are of one length and in one order.

    Attributes
    ----------
    about : DataFrame
        `audience, wave, school_id, workshop_id, phase, answered_on, started_at, ended_at, seconds,
        device, interviewer, n_answered, respondent_id, flags`.
    numbers, written, kinds : DataFrame
        A column for each item: its number, a number for the answer as written, the kind of answer.
    """

    about: pd.DataFrame
    numbers: pd.DataFrame
    written: pd.DataFrame
    kinds: pd.DataFrame

    def groups(self, study: Study) -> Iterator[FormGroup]:
        """Yield the forms of each audience and wave that has any."""
        for audience in study.audience_ids:
            items = study.items_of(audience)
            for wave in study.wave_ids:
                mine = (self.about["audience"] == audience) & (self.about["wave"] == wave)
                rows = np.flatnonzero(mine)
                if rows.size:
                    yield FormGroup(self, items, rows, audience, wave)


@dataclass(frozen=True)
class FormGroup:
    """The forms of one audience and wave; `items` are those of the audience's forms, in order."""

    forms: FormAnswers
    items: pd.DataFrame
    rows: np.ndarray[Any, np.dtype[np.intp]]
    audience: str
    wave: str

    @cached_property
    def about(self) -> pd.DataFrame:
        """What stands on the forms beside the answers."""
        return self.forms.about.iloc[self.rows]

    def numbers(self, items: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Answers as numbers, shape (n, items)."""
        return self._taken(self.forms.numbers, items).astype(np.float64, copy=False)

    def written(self, items: list[str]) -> np.ndarray[Any, np.dtype[np.uint32]]:
        """Answers as written, shape (n, items); 0 for all that is no sound answer."""
        sound = self._taken(self.forms.kinds, items) == _ANSWERED
        return np.asarray(self._taken(self.forms.written, items) * sound)

    def n_rejected(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many answers of each form broke their rule, shape (n,)."""
        kinds = self._taken(self.forms.kinds, self.items["item_id"].tolist())
        return np.asarray((kinds == _REJECTED).sum(axis=1))

    def of_types(self, *types: str) -> list[str]:
        """Items of these types that were asked of these forms, in the order of the form."""
        chosen = self.items["type"].isin(types).to_numpy()
        return self.items.loc[chosen & self._asked, "item_id"].tolist()

    def blocks(self, *types: str) -> Iterator[pd.DataFrame]:
        """Yield lists of items of one type and range that stand one after the other on the form."""
        for block in self._blocks:
            if block["type"].iloc[0] in types:
                yield block

    @cached_property
    def _blocks(self) -> list[pd.DataFrame]:
        asked = self.items[self._asked]
        alike = asked[["type", "minimum", "maximum"]].fillna(-1.0)
        start = (alike != alike.shift()).any(axis=1).cumsum()
        return [block for _, block in asked.groupby(start, sort=True)]

    @cached_property
    def _asked(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        kinds = self._taken(self.forms.kinds, self.items["item_id"].tolist())
        return np.asarray((kinds >= 0).any(axis=0))

    def _taken(self, table: pd.DataFrame, items: list[str]) -> np.ndarray[Any, Any]:
        """Cells of these forms and items, shape (n, items), laid out item by item."""
        chosen = table.to_numpy().T[table.columns.get_indexer(pd.Index(items, dtype="str"))]
        return chosen.T if len(self.rows) == len(table) else chosen[:, self.rows].T
