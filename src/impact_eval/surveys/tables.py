"""The processed tables: what they are called, and their way to disk and back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from impact_eval.errors import Fault, NotPreparedError
from impact_eval.study import Study
from impact_eval.table_columns import (
    DYADS,
    DYADS_SUMMARY,
    ITEM_COUNTS,
    LINKS,
    LINKS_SUMMARY,
    LOOKING_BACK,
    PRIVACY,
    QUALITY,
    QUALITY_GROUP_FORMS,
    QUALITY_GROUPS,
    QUALITY_SUMMARY,
    SUBMISSIONS,
)

TABLES: Final = (
    "schools",
    "workshops",
    "submissions",
    "links",
    "scores",
    "counts",
    "quarantine",
    "rejected_answers",
    "item_counts",
    "links_summary",
    "dyads",
    "dyads_summary",
    "quality",
    "quality_summary",
    "quality_groups",
    "quality_group_forms",
    "excluded",
    "privacy",
    "looking_back",
)


def empty_table(columns: Sequence[str]) -> pd.DataFrame:
    """Columns without rows: text, counts as whole numbers, expectations as numbers."""
    kinds = {
        "n": "int64",
        "linked": "int64",
        "ambiguous": "int64",
        "refused": "int64",
        "number": "int64",
    }
    kinds["expected"] = "float64"
    return pd.DataFrame(
        {name: pd.Series([], dtype=kinds.get(name.split("_")[0], "str")) for name in columns}
    )


@dataclass(frozen=True)
class SurveyTables:
    """One DataFrame for each file in data/processed/<id>; columns in `table_columns.py`.

    Attributes
    ----------
    schools, workshops, submissions, links, scores, counts, quarantine, rejected_answers : DataFrame
    item_counts : DataFrame
        Empty where nobody counted, as for tables that no files stand behind.
    links_summary, dyads, dyads_summary : DataFrame
        Empty where nobody was linked, and where no audience has its children in the study.
    quality, quality_summary, quality_groups : DataFrame
        Flags of forms, their counts, and what is said of interviewers, devices and schools; empty
        where nobody looked.
    quality_group_forms : DataFrame
        The forms of interviewers and devices that are flagged.
    excluded : DataFrame
        Forms that the plan leaves out: the columns of `submissions`, then those of `links`.
    privacy : DataFrame
        Empty where nothing was left out, handed on or not consented to.
    looking_back : DataFrame
        What people said afterwards of the time before, by the form beside which they said it; empty
        where nobody was asked.
    faults : tuple of Fault
        What was wrong with files as a whole; those files are not in the tables.
    """

    schools: pd.DataFrame
    workshops: pd.DataFrame
    submissions: pd.DataFrame
    links: pd.DataFrame
    scores: pd.DataFrame
    counts: pd.DataFrame
    quarantine: pd.DataFrame
    rejected_answers: pd.DataFrame
    item_counts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*ITEM_COUNTS]))
    links_summary: pd.DataFrame = field(default_factory=lambda: empty_table(LINKS_SUMMARY))
    dyads: pd.DataFrame = field(default_factory=lambda: empty_table(DYADS))
    dyads_summary: pd.DataFrame = field(default_factory=lambda: empty_table(DYADS_SUMMARY))
    quality: pd.DataFrame = field(default_factory=lambda: empty_table(QUALITY))
    quality_summary: pd.DataFrame = field(default_factory=lambda: empty_table(QUALITY_SUMMARY))
    quality_groups: pd.DataFrame = field(default_factory=lambda: empty_table(QUALITY_GROUPS))
    quality_group_forms: pd.DataFrame = field(
        default_factory=lambda: empty_table(QUALITY_GROUP_FORMS)
    )
    excluded: pd.DataFrame = field(default_factory=lambda: empty_table((*SUBMISSIONS, *LINKS[1:])))
    privacy: pd.DataFrame = field(default_factory=lambda: empty_table(PRIVACY))
    looking_back: pd.DataFrame = field(default_factory=lambda: empty_table(LOOKING_BACK))
    faults: tuple[Fault, ...] = ()


def save_tables(tables: SurveyTables, folder: Path, *, prepared: dict[str, Any]) -> None:
    """Write all tables; `prepared.json` comes last and says that they are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prepared.json").unlink(missing_ok=True)
    for name in TABLES:
        table = pa.Table.from_pandas(getattr(tables, name), preserve_index=False, nthreads=1)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    faults = [dataclasses.asdict(fault) for fault in tables.faults]
    whole = {"version": version("impact-eval"), **prepared, "faults": faults}
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    (folder / "prepared.json").write_text(text + "\n", encoding="utf-8")


def load_tables(study: Study) -> SurveyTables:
    """Tables of a study as `prepare` wrote them.

    Raises
    ------
    NotPreparedError
        If there are none; the message names the command.
    """
    folder = study.processed_folder
    needed = ("prepared.json", *(f"{name}.parquet" for name in TABLES))
    if not all((folder / name).is_file() for name in needed):
        raise NotPreparedError(
            f"{study.id} is not prepared yet. Run: impact-eval prepare {study.id}"
        )
    frames = {name: _read(folder / f"{name}.parquet") for name in TABLES}
    prepared = json.loads((folder / "prepared.json").read_text(encoding="utf-8"))
    return SurveyTables(**frames, faults=tuple(Fault(**one) for one in prepared["faults"]))


def _read(path: Path) -> pd.DataFrame:
    table = pq.read_table(path, use_threads=False, memory_map=False)
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame
