"""Withdrawals leave nothing behind but a line that counts them."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from typing import Final

import pandas as pd

from impact_eval.study import Study

LOG: Final = "erasures.csv"
COLUMNS: Final = ("erased_at", "audience", "rows")
STALE: Final = "STALE.txt"
# Lists of single rows, and counts by school, that commands write beside the tables.
_LISTS: Final = (
    "rows_not_used.csv",
    "answers_not_used.csv",
    "callbacks.csv",
    "schools_to_revisit.csv",
    "links_by_school.csv",
    "pairs_by_school.csv",
    "texts.csv",
)
_BODY: Final = re.compile(r"<body[^>]*>")
_WORDS: Final = (
    "People have withdrawn since this report was made: it is out of date. "
    "Make a new one, and delete this one wherever it was copied to."
)


def log_erasures(withdrawn: pd.DataFrame, study: Study, *, now: dt.datetime) -> int:
    """Write down how many more rows than before were erased, and mark what is now out of date.

    Parameters
    ----------
    withdrawn : DataFrame
        Forms of people who withdrew, with `source_file`, `source_row` and `audience`.
    study : Study
        Whose `erasures.csv` grows by a line for each audience with more such rows than it counts.
    now : datetime
        When.

    Returns
    -------
    int
        Rows that were not erased before.

    Notes
    -----
    The log holds neither code nor school nor row: it says that a withdrawal was carried out, and
    of how many rows, not whose.
    """
    path = study.processed_folder / LOG
    log = (
        pd.read_csv(path, dtype={"audience": "str"}, keep_default_na=False)
        if (path.is_file())
        else pd.DataFrame({name: [] for name in COLUMNS})
    )
    rows = withdrawn.drop_duplicates(["source_file", "source_row"])
    counted = rows["audience"].where(rows["audience"] != "?", "").value_counts().sort_index()
    before = log.groupby("audience")["rows"].sum().to_dict()
    new = {
        str(audience): int(number) - int(before.get(audience, 0))
        for audience, number in counted.items()
        if number > before.get(audience, 0)
    }
    if not new:
        return 0
    moment = now.isoformat(timespec="seconds")
    lines = pd.DataFrame(
        [(moment, audience, number) for audience, number in new.items()], columns=list(COLUMNS)
    )
    whole = pd.concat([log, lines], ignore_index=True) if len(log) else lines
    whole.to_csv(path, index=False, encoding="utf-8")
    _remove_lists(study)
    _mark_reports(study)
    return sum(new.values())


def _remove_lists(study: Study) -> None:
    """Remove lists of rows and the tracebacks of failed pages."""
    for name in _LISTS:
        (study.processed_folder / name).unlink(missing_ok=True)
    failures = study.processed_folder / "failures"
    if failures.is_dir():
        shutil.rmtree(failures)


def _mark_reports(study: Study) -> None:
    """Put a note into every run, and above its index."""
    for folder in sorted((study.reports_folder / "runs").glob("*/")):
        (folder / STALE).write_text(_WORDS + "\n", encoding="utf-8")
        index = folder / "index.html"
        if not index.is_file():
            continue
        html = index.read_text(encoding="utf-8")
        if _WORDS not in html:
            note = rf'\g<0><p role="alert"><strong>{_WORDS}</strong></p>'
            index.write_text(_BODY.sub(note, html, count=1), encoding="utf-8")
