"""Canaries in the files beside the survey: attendance, withdrawals, cleaning log, value labels."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence

import pandas as pd
import pyreadstat
from canaries import ITEMS, SUFFIXES, TOKEN, declared, table_of
from survey_project import CODEBOOK, Project

from impact_eval.surveys.readers.registry import READERS
from impact_eval.table_columns import WORKSHOPS
from impact_eval.vocabulary import Layout

WITHDRAWN = ("school_id", "audience", "code_1", "code_2")
LOGGED = ("uuid", "question", "old_value", "new_value", "change_type")


def plant_attendance(project: Project, *, cells: Sequence[str], headings: Sequence[str]) -> None:
    """Write an attendance file with a canary in these columns or in place of their headings.

    Each stands in a row of its own, here and below. Ids of workshops are kept as typed; twice the
    same one is a fault that must not quote it.
    """
    row = dict.fromkeys(WORKSHOPS, "7") | {
        "workshop_id": "w1",
        "school_id": "north",
        "audience": "student",
        "held_on": "2024-02-01",
        "facilitator_id": f"{TOKEN} facilitator",
    }
    twice = ["workshop_id"] if "workshop_id" in cells else []
    project.further = 'attendance = "attendance.csv"'
    _write(project, "attendance.csv", row, cells=[*cells, *twice], headings=headings)


def plant_withdrawals(project: Project, *, cells: Sequence[str], headings: Sequence[str]) -> None:
    """Write a list of withdrawals with canaries, and a column of remarks that nobody reads."""
    row = dict(zip(WITHDRAWN, ("north", "student", "7", "ab"), strict=True))
    project.further = 'withdrawals = "withdrawn.csv"'
    row |= {"remarks": f"{TOKEN} told"}
    _write(project, "withdrawn.csv", row, cells=cells, headings=headings)


def plant_cleaning_log(project: Project, *, cells: Sequence[str], headings: Sequence[str]) -> None:
    """Write a cleaning log with canaries, and a column of remarks that nobody reads."""
    entry = (f"{TOKEN}-tool-0", "k2", "", "c", "change_response")
    row = dict(zip(LOGGED, entry, strict=True)) | {"remarks": f"{TOKEN} told"}
    place = "[sources.columns]"
    project.source = project.source.replace(place, f'cleaning_log = "log.csv"\n\n{place}')
    _write(project, "log.csv", row, cells=cells, headings=headings)


def _write(
    project: Project,
    name: str,
    row: Mapping[str, str],
    *,
    cells: Sequence[str],
    headings: Sequence[str],
) -> None:
    planted = [{**row, column: f"{TOKEN} in {column}"} for column in cells]
    frame = pd.DataFrame(planted or [row]).rename(
        columns={column: f"{TOKEN} {column}" for column in headings}
    )
    frame.to_csv(project.raw / name, index=False, quoting=csv.QUOTE_ALL)


def plant_value_labels(project: Project, layout: Layout) -> None:
    """Write a file of SPSS or Stata whose items are numbers with canaries as their labels."""
    project.source, project.codebook = declared(layout), CODEBOOK
    header, cells = table_of(layout)
    frame = pd.DataFrame(cells, columns=header)
    for at, item in enumerate(ITEMS):
        frame[item] = [float((at + row) % 7) for row in range(len(frame))]
    labels = {
        item: {float(code): f"{TOKEN} label {code} of {item}" for code in range(9)}
        for item in ITEMS
    }
    write = pyreadstat.write_sav if layout == "spss" else pyreadstat.write_dta
    path = project.raw / f"export{SUFFIXES[READERS[layout].kinds[0]]}"
    write(frame, str(path), variable_value_labels=labels)
