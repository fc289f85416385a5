"""ODK Central's export: a CSV, or an archive with a CSV for the forms and one for each repeat.

Sources of the layout's facts: the expected output of central-backend's own tests, for commas,
`SubmissionDate` first, the columns behind `KEY`, several answers in one column and, if asked for,
in a column for each option that was seen so far (`q1/a`), and for repeats (`PARENT_KEY`, `KEY`);
central-backend's source (lib/data/briefcase.js) for `-` between groups, for the names of the files
in the archive (`form-repeat.csv`, `form-repeat~1.csv` if two repeats have one name), and for keys
of nested repeats. Unverified: see `unverified` below.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.form_labels import form_labels
from impact_eval.surveys.group_paths import likely_separator
from impact_eval.surveys.headings import Headings
from impact_eval.surveys.layout import Forms, expected_names
from impact_eval.surveys.raw_table import RawTable, file_refusal
from impact_eval.surveys.readers.long import forms_of_rows
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import NO_FIT, Fit, Part, Reader
from impact_eval.surveys.readers.repeats import join_parents


def read_odk(raw: RawTable, source: Source, study: Study) -> Forms:
    """Forms of an ODK Central export, with or without the names of groups in the header.

    `KEY` (the form's instanceID, or a repeat's place in it) tells a form that came twice, and
    `SubmissionDate` which of two forms came later.

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
    for name, spellings in (
        ("uuid", ("KEY", "instanceID")),
        ("submitted_on", ("SubmissionDate",)),
    ):
        for spelling in spellings:
            cells = headings.encoded(spelling, required=False)
            if cells is not None:
                forms.about[name] = cells
                break
    headings.refuse_if_faulty()
    return forms


def _parts(opened: Opened, source: Source, study: Study) -> list[Part]:
    del study
    if source.repeat is None:
        return [Part(opened.main, source)]
    if opened.kind != "archive":
        rule, remedy = "repeat groups need the archive", "Download all data as a .zip."
        raise file_refusal(opened.file, rule, "a single file", remedy)
    of_repeat = re.compile(rf".*-{re.escape(source.repeat)}(~\d+)?")
    found = [
        table
        for name, table in opened.tables.items()
        if of_repeat.fullmatch(PurePosixPath(name).stem)
    ]
    if len(found) != 1:
        rule = "the declared repeat group has one file in the archive"
        remedy = "Correct `repeat` in study.toml; of two of one name write `name~1`."
        raise file_refusal(opened.file, rule, f"{len(found)} for {source.repeat!r}", remedy)
    return [Part(_with_parents(opened, found[0]), source)]


def _with_parents(opened: Opened, table: RawTable) -> RawTable:
    if "PARENT_KEY" not in table.header:
        return table
    parent = _with_parents(opened, _parent(opened, table))
    return join_parents(table, parent, child_key="PARENT_KEY", parent_key="KEY")


def _parent(opened: Opened, child: RawTable) -> RawTable:
    """Find the table whose keys the child names; the forms if none does, which then says so."""
    wanted = set(child.cells[child.header.index("PARENT_KEY")])
    for table in opened.tables.values():
        if table is child or "KEY" not in table.header:
            continue
        if wanted & set(table.cells[table.header.index("KEY")]):
            return table
    return opened.main


def _fit(opened: Opened, source: Source, study: Study) -> Fit:
    del study
    header = set(opened.main.header)
    if source.is_wide or not {"KEY", "SubmissionDate"} <= header:
        return NO_FIT
    return Fit(3, "it holds ODK's columns SubmissionDate and KEY")


ODK = Reader(
    "ODK Central",
    ("text", "archive"),
    _fit,
    _parts,
    read_odk,
    unverified=("headings without groups where two groups hold a question of one name",),
)
