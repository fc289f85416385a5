"""A cleaning log: the corrections that were agreed on after the survey, one a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.study.source import CLEANING_COLUMNS, Source
from impact_eval.surveys.files import read_raw
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.raw_table import file_refusal, named_rows
from impact_eval.surveys.text import folded, plain

# The words of a published cleaning log of a KoboToolbox survey; study.toml may name others.
CHANGES: Final[Mapping[str, str]] = {
    "change_response": "change",
    "blank_response": "blank",
    "remove_survey": "remove",
    "no_action": "none",
}
_NOT_GIVEN: Final = ("", "na", "n/a")


@dataclass(frozen=True)
class CleaningLog:
    """Entries of a log.

    Attributes
    ----------
    file : str
        Name of the log's file.
    entries : DataFrame
        Columns `row, uuid, question, old_value, new_value, action`; the action is `change`,
        `blank`, `remove` or `none`, and values that are not given are empty.
    """

    file: str
    entries: pd.DataFrame


def read_cleaning_log(source: Source, study: Study) -> CleaningLog | None:
    """Read the cleaning log of a source, if it declares one.

    Raises
    ------
    SurveyFileError
        If the log is missing, lacks a column or holds changes of an unknown kind: the data would be
        used as if they were cleaned.
    """
    if source.cleaning_log is None:
        return None
    path = study.raw_folder / source.cleaning_log
    if not path.is_file():
        rule, remedy = "the declared cleaning log must exist", "Add it to the raw folder."
        raise file_refusal(source.cleaning_log, rule, "no such file", remedy)
    names = CLEANING_COLUMNS | source.cleaning_columns
    raw = read_raw(path, file=source.cleaning_log, expected=names.values(), may_hold_no_rows=True)
    keys = [key for key in CLEANING_COLUMNS if key != "form"]
    columns = Headings(raw).require(*(names[key] for key in keys))
    entries = pd.DataFrame(
        {key: column.map(plain) for key, column in zip(keys, columns, strict=True)}, dtype="str"
    )
    entries.insert(0, "row", raw.rows)
    for key in ("old_value", "new_value"):
        given = ~entries[key].str.casefold().isin(_NOT_GIVEN)
        entries[key] = entries[key].where(given, "")
    entries["action"] = _actions(entries["change_type"], source, raw.file, raw.rows)
    return CleaningLog(raw.file, entries.drop(columns="change_type"))


def _actions(words: pd.Series, source: Source, file: str, rows: np.ndarray) -> pd.Series:
    meaning = {folded(word): action for word, action in CHANGES.items()}
    meaning |= {folded(word): action for word, action in source.cleaning_changes.items()}
    actions = words.map(lambda word: meaning.get(folded(word), "")).astype("str")
    unknown = (actions == "").to_numpy(dtype=bool)
    if unknown.any():
        place = f"column {(CLEANING_COLUMNS | source.cleaning_columns)['change_type']}"
        found = f"another in {named_rows(rows[unknown], most=10)}"
        remedy = 'Declare it, such as cleaning_changes = { corrected = "change" }.'
        rule = f"a kind of change is declared or one of {', '.join(CHANGES)}"
        raise SurveyFileError([Fault(file, place, rule, found, remedy)])
    return actions
