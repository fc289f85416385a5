"""A workbook with a sheet for each wave, each school or both, as study.toml says of each sheet.

Sources of the layout's facts: none are needed, the study's files declare them. Unverified: see
`unverified` below.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.raw_table import RawTable
from impact_eval.surveys.readers.long import read_long
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Part, Reader
from impact_eval.surveys.readers.wide import read_wide
from impact_eval.surveys.text import folded


def read_workbook(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of one sheet, in the long layout or, if the source has `wave_columns`, the wide one.

    Raises
    ------
    SurveyFileError
        With every declared column that the sheet lacks or holds twice.
    """
    read = read_wide if source.is_wide else read_long
    return read(raw, source, study)


def _parts(opened: Opened, source: Source, study: Study) -> list[Part]:
    del study
    tables = {folded(name): table for name, table in opened.tables.items()}
    missing = [name for name in source.sheets if folded(name) not in tables]
    if missing:
        rule, remedy = "a declared sheet must be in the workbook", "Correct `sheets` in study.toml."
        faults = [Fault(opened.file, f"sheet {name}", rule, "none", remedy) for name in missing]
        raise SurveyFileError(faults)
    return [
        _part(opened, tables[folded(name)], source, name)
        for name in source.sheets
        if tables[folded(name)].n_rows
    ]


def _part(opened: Opened, table: RawTable, source: Source, name: str) -> Part:
    """Make a part that is called by the sheet's declared name."""
    called = replace(table, file=f"{opened.file}, sheet {name}")
    return Part(called, source.model_copy(update=_stated(source, name)), table.file)


def _stated(source: Source, name: str) -> dict[str, Any]:
    sheet = source.sheets[name]
    return {"wave": sheet.wave or source.wave, "school": sheet.school or source.school}


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del opened, study
    return Fit(5, "the source declares what each of its sheets holds") if source.sheets else NO_FIT


WORKBOOK = Reader(
    "a workbook with several sheets",
    ("workbook",),
    _fit,
    _parts,
    read_workbook,
    unverified=("that a date kept as a bare number counts days from 1900, and not from 1904",),
)
