"""KoboToolbox's export: XML names or labels, perhaps behind their groups, and its own columns.

Sources of the layout's facts: what KoboToolbox's exporter (formpack 3.0.0) wrote from its own test
forms, for semicolons and quoted cells in CSV, groups in the heading or not, several answers in one
column, in a column for each option or both, repeat groups missing in CSV and on sheets of their own
in XLSX with `_parent_table_name` and `_parent_index`; the exporter's source
(formpack/reporting/export.py) for `_index` and for columns of all versions of a form side by side.
A real export that had gone through R (dots for slashes, `X_uuid` for `_uuid`) for the other
spelling of its own columns. Unverified: see `unverified` below.
"""

from __future__ import annotations

from typing import Final

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.encoded import as_series, distinct
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.group_paths import likely_separator
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.layout import Forms, expected_names
from impact_eval.surveys.raw_table import RawTable, file_refusal
from impact_eval.surveys.readers.long import forms_of_rows
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Part, Reader
from impact_eval.surveys.readers.repeats import REPEAT_NUMBER, join_parents

_OWN: Final = (
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_submitted_by",
    "__version__",
    "_index",
)
_LONGEST_SHEET_NAME: Final = 31


def read_kobo(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of a KoboToolbox export (CSV or XLSX, with or without groups in the header).

    All columns that nobody declared are dropped. Of KoboToolbox's own columns `_uuid` tells a form
    that was uploaded twice, and `_submission_time` which of two forms came later.

    Raises
    ------
    SurveyFileError
        With every declared column that the file lacks, or that holds two answers to one question.
    """
    separator = source.group_separator or likely_separator(
        raw.header, expected_names(source, study)
    )
    headings = Headings(raw, separator=separator, labels=form_labels(source, study))
    forms = forms_of_rows(headings, raw, source, study)
    for name, column in (("uuid", "_uuid"), ("submitted_on", "_submission_time")):
        for spelling in (column, f"X{column}"):
            cells = headings.encoded(spelling, required=False)
            if cells is not None:
                forms.about[name] = cells
    number = headings.column(REPEAT_NUMBER, required=False)
    if number is not None:
        uuid = as_series(forms.about["uuid"])
        forms.about["uuid"] = distinct((uuid + "#" + number).where(uuid != "", ""))
    headings.refuse_if_faulty()
    return forms


def _parts(opened: Opened, source: Source, study: Study) -> list[Part]:
    del study
    if source.repeat is None:
        return [Part(opened.main, source)]
    if opened.kind == "text":
        rule = "repeat groups need a workbook"
        remedy = "Export as XLSX: a CSV from KoboToolbox leaves repeat groups out."
        raise file_refusal(opened.file, rule, "a text file", remedy)
    child = _sheet_of(opened, source.repeat)
    if child is None:
        rule, found = "the declared repeat group has a sheet", f"no sheet for {source.repeat!r}"
        raise file_refusal(opened.file, rule, found, "Correct `repeat` in study.toml.")
    return [Part(_with_parents(opened, child), source)]


def _with_parents(opened: Opened, table: RawTable) -> RawTable:
    if "_parent_index" not in table.header:
        return table
    parent = _with_parents(opened, _parent(opened, table))
    return join_parents(table, parent, child_key="_parent_index", parent_key="_index")


def _sheet_of(opened: Opened, name: str) -> RawTable | None:
    """Find a sheet by the group's name, which is cut to what a workbook allows."""
    for sheet, table in opened.tables.items():
        cut = sheet.removesuffix("...")
        was_cut = len(sheet) == _LONGEST_SHEET_NAME and sheet.endswith("...")
        if sheet == name or (was_cut and name.startswith(cut)):
            return table
    return None


def _parent(opened: Opened, child: RawTable) -> RawTable:
    if "_parent_table_name" in child.header and len(child.cells):
        name = child.cells[child.header.index("_parent_table_name")].iloc[0]
        if (table := _sheet_of(opened, name)) is not None and table is not child:
            return table
    return opened.main


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del study
    if source.is_wide:
        return NO_FIT
    header = set(opened.main.header)
    own = [name for name in _OWN if name in header or f"X{name}" in header]
    if len(own) > 1 or any("_parent_index" in table.header for table in opened.tables.values()):
        return Fit(3, f"it holds KoboToolbox's own columns ({', '.join(own)})")
    if own:
        return Fit(2, f"it holds KoboToolbox's column {own[0]}")
    why = _dressed_like_kobo(opened, header)
    return Fit(2, why) if why else NO_FIT


def _dressed_like_kobo(opened: Opened, header: set[str]) -> str:
    """Say by what a file without any column of KoboToolbox's own is told."""
    semicolons = opened.main.delimiter == ";"
    if semicolons and any("/" in heading for heading in header):
        return "semicolons, and headings with groups or options"
    if semicolons and opened.main.is_quoted:
        return "semicolons, and every heading in quotation marks"
    paths = (heading.rpartition("/")[0] for heading in header if "/" in heading)
    if opened.kind == "workbook" and any(path in header for path in paths):
        return "a question's heading, and those of its options behind it"
    return ""


KOBO = Reader(
    "KoboToolbox",
    ("text", "workbook"),
    _fit,
    _parts,
    read_kobo,
    unverified=(
        "group separators other than / and the dots of R",
        "that labels of several answers in one cell have spaces between them",
        "how a sheet is called if two groups have names that are cut to the same",
    ),
)
