"""Rules of a source's keys that belong to some kinds of files only."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from impact_eval.study.csv_table import CsvTable, suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables
from impact_eval.study.source import Source

_LAYOUTS_OF = {
    "sheets": ("auto", "workbook"),
    "repeat": ("auto", "kobo", "odk"),
    "group_separator": ("auto", "kobo", "odk"),
}


def check_source_files(
    draft: Draft, place: str, source: Source, roster: CsvTable | None, items: ItemTables | None
) -> None:
    """Note keys of another kind of file, and names in them that nothing declares."""
    for key, layouts in _LAYOUTS_OF.items():
        if getattr(source, key) and source.layout not in layouts:
            rule = f"belongs to the layouts {', '.join(layouts)}"
            draft.fault(f"{place}.{key}", rule, f'"{source.layout}"', "Remove one of the two.")
    if source.layout == "workbook" and not source.sheets:
        rule = "says what each sheet holds"
        remedy = 'Such as sheets = { "Before" = { wave = "pre" }, "After" = { wave = "post" } }.'
        draft.fault(f"{place}.sheets", rule, "", remedy)
    if source.sheet is not None and source.sheets:
        draft.fault(f"{place}.sheet", "either sheet or sheets", "both", "Remove one of the two.")
    _check_cleaning(draft, place, source)
    _check_sheets(draft, place, source, roster)
    _check_answer_labels(draft, place, source, items)
    _check_allowed(draft, place, source, items)


def _check_cleaning(draft: Draft, place: str, source: Source) -> None:
    for key in ("cleaning_columns", "cleaning_changes"):
        if getattr(source, key) and source.cleaning_log is None:
            draft.fault(f"{place}.{key}", "needs a cleaning_log", "none", "Add it, or remove this.")
    if source.cleaning_log is not None and source.repeat is not None:
        rule = "a log names forms, and not the rows of a repeat group"
        remedy = "Remove it, or read the forms in a source of their own."
        draft.fault(f"{place}.cleaning_log", rule, "repeat", remedy)


def _check_sheets(draft: Draft, place: str, source: Source, roster: CsvTable | None) -> None:
    schools = tuple(roster.column("school_id")) if roster is not None else ()
    for name, sheet in source.sheets.items():
        where = f"{place}.sheets.{name}"
        if sheet.wave is None and sheet.school is None:
            draft.fault(where, "a sheet gives the wave, the school or both", "neither", "Add one.")
        if sheet.wave is not None:
            _known(draft, f"{where}.wave", sheet.wave, draft.ids("waves"), "wave")
            if source.wave is not None:
                rule = "a wave is stated once"
                draft.fault(f"{where}.wave", rule, "here and in wave", "Remove one of the two.")
        if sheet.school is not None and schools:
            _known(draft, f"{where}.school", sheet.school, schools, "school")
    for key in ("wave", "school"):
        given = [getattr(sheet, key) is not None for sheet in source.sheets.values()]
        if any(given) and not all(given):
            rule = f"either every sheet gives the {key} or none does"
            draft.fault(f"{place}.sheets", rule, "some that do not", f"Add the {key} to the rest.")


def _known(draft: Draft, place: str, name: str, known: Iterable[str], noun: str) -> None:
    if name not in (valid := tuple(known)):
        draft.fault(place, f"must be a declared {noun}", f'"{name}"', suggestion(name, valid))


def _check_allowed(draft: Draft, place: str, source: Source, items: ItemTables | None) -> None:
    """Note headings in `allow_identifying` that are no item's, so that they would allow nothing."""
    if items is None or not items.sound:
        return
    waves = draft.ids("waves")
    known = {
        heading
        for item in items.column("item_id")
        for wave in waves
        if (heading := source.item_column(item, wave))
    }
    for heading in source.allow_identifying:
        if heading not in known:
            rule = "must be the heading of a question that is read"
            remedy = suggestion(heading, sorted(known))
            draft.fault(f"{place}.allow_identifying", rule, f'"{heading}"', remedy)


def _check_answer_labels(
    draft: Draft, place: str, source: Source, items: ItemTables | None
) -> None:
    known = set(items.column("item_id")) if items else set()
    if items is None or not items.sound:
        return
    for key in source.answer_labels:
        if not any(fnmatchcase(item, key) for item in known):
            rule = "must be an item of the codebook or of a form, or fit some with *"
            remedy = suggestion(key, sorted(known))
            draft.fault(f"{place}.answer_labels.{key}", rule, "", remedy)
