"""The survey forms that study.toml names."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from impact_eval.errors import StudyError
from impact_eval.instruments import Instrument, read_instrument
from impact_eval.study.codebook import check_items
from impact_eval.study.csv_table import CsvTable, suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import form_table
from impact_eval.study.known_forms import known_form
from impact_eval.study.structure import Form


def read_forms(
    draft: Draft, folder: Path, processed_folder: Path
) -> tuple[list[Instrument], list[CsvTable]]:
    """Read every declared form that is not known already; items or faults are in its table."""
    forms, tables = [], []
    audiences, waves = draft.ids("audiences"), draft.ids("waves")
    seen: dict[str, str] = {}
    for place, declared in draft.instruments:
        _check_declared(draft, place, declared, audiences)
        if not _is_inside(declared.file):
            continue
        if declared.file in seen:
            found = f'"{declared.file}" as in {seen[declared.file]}'
            draft.fault(f"{place}.file", "a form is named once", found, "Remove one of them.")
            continue
        seen[declared.file] = place
        try:
            form = _read(folder / declared.file, declared, processed_folder)
        except StudyError as error:
            tables.append(CsvTable(declared.file, faults=list(error.faults)))
            continue
        table = form_table(form)
        check_items(table, audiences, waves)
        forms.append(form)
        tables.append(table)
    return forms, tables


def _read(path: Path, declared: Form, processed_folder: Path) -> Instrument:
    audience = declared.audience or ""
    known = known_form(path, file=declared.file, audience=audience, folder=processed_folder)
    return known or read_instrument(path, file=declared.file, audience=audience)


def _check_declared(draft: Draft, place: str, declared: Form, audiences: tuple[str, ...]) -> None:
    audience = declared.audience
    if not _is_inside(declared.file):
        found, rule = f'"{declared.file}"', "must lie in the study's folder"
        draft.fault(f"{place}.file", rule, found, 'Such as "instruments/students.xlsx".')
    if audience is not None and audience not in audiences:
        found, remedy = f'"{audience}"', suggestion(audience, audiences)
        draft.fault(f"{place}.audience", "must be a declared audience", found, remedy)


def _is_inside(file: str) -> bool:
    path = PurePosixPath(file)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in file
