"""The tables of a file after the cleaning log of its source."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.cleaning import apply_cleaning_log, counted
from impact_eval.surveys.cleaning_log import read_cleaning_log
from impact_eval.surveys.readers.reader import Part


@dataclass(frozen=True)
class CleanedPart:
    """A table with its corrections, the rows that were removed, and the account of the log."""

    part: Part
    removed: frozenset[int] = frozenset()
    account: dict[str, Any] = field(default_factory=dict)


def cleaned_parts(parts: list[Part], source: Source, study: Study) -> list[CleanedPart]:
    """Apply the source's cleaning log, if it has one, to each table.

    Raises
    ------
    SurveyFileError
        If the log cannot be relied on, or a table has no column with uuids.
    """
    log = read_cleaning_log(source, study)
    if log is None:
        return [CleanedPart(part) for part in parts]
    cleaned = [(part, apply_cleaning_log(part.raw, log, source)) for part in parts]
    return [
        CleanedPart(Part(one.raw, part.source), one.removed, one.account) for part, one in cleaned
    ]


def cleaning_accounts(study: Study) -> list[str]:
    """Say what became of the entries of the cleaning logs when the study was last prepared."""
    path = study.processed_folder / "prepared.json"
    prepared = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return [counted(account) for account in prepared.get("cleaning", [])]
