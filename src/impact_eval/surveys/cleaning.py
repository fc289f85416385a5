"""A cleaning log applied to a table, and an account of every entry of it: never an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from impact_eval.study.source import Source
from impact_eval.surveys.cleaning_log import CleaningLog
from impact_eval.surveys.group_paths import GroupPaths, likely_separator
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.raw_table import RawTable, file_refusal, named_rows
from impact_eval.surveys.text import plain

# Where the tools write what tells one form from all others.
_FORM_KEYS: Final = ("_uuid", "X_uuid", "KEY", "instanceID")
FATES_OF_ENTRIES: Final = (
    "changed",
    "blanked",
    "removed",
    "no_action",
    "changed_before",
    "conflict",
    "unknown_uuid",
    "unknown_question",
)


@dataclass(frozen=True)
class Cleaned:
    """A table after its cleaning log.

    Attributes
    ----------
    raw : RawTable
        With the corrections.
    removed : frozenset of int
        Row numbers of forms that the log removes.
    account : dict
        `file`, `log`, and for each of FATES_OF_ENTRIES the rows of the log.
    """

    raw: RawTable
    removed: frozenset[int]
    account: dict[str, Any]


def apply_cleaning_log(raw: RawTable, log: CleaningLog, source: Source) -> Cleaned:
    """Correct the cells that a log names.

    Parameters
    ----------
    raw : RawTable
        Forms as received.
    log : CleaningLog
        What was agreed on.
    source : Source
        Says in which column the log's uuids stand, if it is none that the tools write.

    Returns
    -------
    Cleaned
        The account lists each entry under one fate. `conflict`: the data hold another answer than
        the log's old value, and the new one was not written. `changed_before`: they hold the new
        one already. An entry that states no old value is applied.

    Raises
    ------
    SurveyFileError
        If the table has no column with uuids.
    """
    rows_of = _rows_by_uuid(raw, source)
    questions = log.entries["question"]
    paths = GroupPaths(raw, likely_separator(raw.header, questions))
    columns: dict[int, np.ndarray[Any, Any]] = {}
    removed: set[int] = set()
    account: dict[str, Any] = {"file": raw.file, "log": log.file}
    account |= {fate: [] for fate in FATES_OF_ENTRIES}
    for entry in log.entries.itertuples(index=False):
        at = rows_of.get(str(entry.uuid), [])
        positions = paths.positions(plain(str(entry.question)))
        action = str(entry.action)
        fate = _fate_before(action, at, positions)
        if fate == "removed":
            removed.update(int(raw.rows[row]) for row in at)
        elif not fate:
            if positions[0] not in columns:
                columns[positions[0]] = raw.cells[positions[0]].to_numpy(dtype=object, copy=True)
            column = columns[positions[0]]
            old, new = str(entry.old_value), "" if action == "blank" else str(entry.new_value)
            fate = _fate_of_change([str(column[row]) for row in at], old, new)
            if fate in ("changed", "blanked"):
                column[at] = new
        account[fate].append(int(str(entry.row)))
    cells = raw.cells
    for position, column in columns.items():
        cells = cells.with_column(position, pd.Series(column, dtype="str"))
    return Cleaned(replace(raw, cells=cells), frozenset(removed), account)


def _rows_by_uuid(raw: RawTable, source: Source) -> dict[str, list[int]]:
    declared = source.cleaning_columns.get("form")
    wanted = (declared,) if declared else _FORM_KEYS
    found = [raw.header.index(name) for name in wanted if name in raw.header]
    if not found:
        rule = "a file with a cleaning log has a column that tells its forms apart"
        remedy = 'Name it: cleaning_columns = { form = "..." }.'
        raise file_refusal(raw.file, rule, "none", remedy)
    rows: dict[str, list[int]] = {}
    for row, uuid in enumerate(map(plain, raw.cells[found[0]])):
        if uuid:  # an entry without one is about no form, and not about all that have none
            rows.setdefault(uuid, []).append(row)
    return rows


def _fate_before(action: str, rows: list[int], positions: list[int]) -> str:
    """Fate of an entry that changes no cell; empty for the others."""
    if not rows:
        return "unknown_uuid"
    if action == "remove":
        return "removed"
    if action == "none":
        return "no_action"
    return "" if len(positions) == 1 else "unknown_question"


def _fate_of_change(now: list[str], old: str, new: str) -> str:
    if all(_same(answer, new) for answer in now):
        return "changed_before"
    if old and not all(_same(answer, old) for answer in now):
        return "conflict"
    return "changed" if new else "blanked"


def _same(one: str, other: str) -> bool:
    return answer_key(one) == answer_key(other)


def counted(account: dict[str, Any]) -> str:
    """Say what became of a log's entries, with the rows of those to be looked at.

    >>> account = {fate: [] for fate in FATES_OF_ENTRIES} | {"log": "log.csv", "file": "a.csv"}
    >>> counted(account | {"changed": [2, 3], "conflict": [4]})
    'log.csv on a.csv: 2 changed, 1 conflict (row 4 of the log)'
    """
    parts = []
    for fate in FATES_OF_ENTRIES:
        if rows := account[fate]:
            text = f"{len(rows)} {fate.replace('_', ' ')}"
            if fate in ("conflict", "unknown_uuid", "unknown_question"):
                text += f" ({named_rows(rows, most=10)} of the log)"
            parts.append(text)
    return f"{account['log']} on {account['file']}: {', '.join(parts) or 'no entries'}"
