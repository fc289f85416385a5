"""School labels on forms to ids of the roster: equal after case and spaces, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.text import folded, plain
from impact_eval.table_columns import SCHOOLS

UNKNOWN: Final = "?"
AMBIGUOUS: Final = "??"


class SchoolIndex:
    """Finds a school by its id, its name or one of its aliases (column `aliases`, split by `|`).

    A number is found without its leading zeros too, which workbooks lose, if it is one school's.
    Labels that the evaluator decided on are found too. Without a roster every label is the id of a
    school.
    """

    def __init__(self, roster: pd.DataFrame, decided: Mapping[str, str] | None = None) -> None:
        self._open = roster.empty
        self._ids: dict[str, str] = {}
        self._ids_by_number: dict[str, str] = {}
        self._decided = dict(decided or {})
        if roster.empty:
            return
        for column in ("aliases", "name"):
            if column in roster:
                self._add(roster[column], roster["school_id"])
        for school_id in roster["school_id"]:
            self._ids[folded(school_id)] = school_id
        for spelling, school_id in self._ids.items():
            if spelling.isdecimal():
                number = spelling.lstrip("0")
                same = self._ids_by_number.setdefault(number, school_id) == school_id
                self._ids_by_number[number] = school_id if same else AMBIGUOUS

    def _add(self, names: pd.Series, school_ids: pd.Series) -> None:
        for cell, school_id in zip(names, school_ids, strict=True):
            for name in filter(None, map(folded, str(cell).split("|"))):
                same = self._ids.setdefault(name, school_id) == school_id
                if not same:
                    self._ids[name] = AMBIGUOUS

    def find(self, label: str) -> str:
        """Id of a school; empty for no label, UNKNOWN or AMBIGUOUS if none or several fit."""
        if self._open:
            return plain(label)
        if not label:
            return ""
        spelling = folded(label)
        by_number = self._ids_by_number if spelling.isdecimal() else {}
        found = self._ids.get(spelling) or by_number.get(spelling.lstrip("0"), UNKNOWN)
        return self._decided.get(spelling, found) if found in (UNKNOWN, AMBIGUOUS) else found

    def is_decided(self, label: str) -> bool:
        """Whether the evaluator's decision gave a label its school."""
        spelling = folded(label)
        return spelling in self._decided and self._ids.get(spelling, AMBIGUOUS) == AMBIGUOUS


def schools_table(study: Study, submissions: pd.DataFrame) -> pd.DataFrame:
    """Roster without its aliases, or one row for each school in the data if there is none."""
    roster = study.roster_table
    if not roster.empty:
        return roster[[name for name in roster.columns if name != "aliases"]]
    phases = submissions.groupby("school_id", sort=True)["phase"].agg(["first", "nunique"])
    school_ids = phases.index.astype("str")
    table = pd.DataFrame(dict.fromkeys(SCHOOLS, ""), index=school_ids, dtype="str")
    table["school_id"] = table["name"] = school_ids
    table["phase"] = phases["first"].where(phases["nunique"] == 1, "").astype("str")
    return table.reset_index(drop=True)
