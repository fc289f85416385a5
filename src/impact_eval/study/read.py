"""From a study's folder to its checked files, or to all the mistakes in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from impact_eval.errors import Fault
from impact_eval.instruments import Instrument
from impact_eval.study.attendance import attendance_frame, read_attendance
from impact_eval.study.check_arms import check_arms
from impact_eval.study.check_dose import check_dose
from impact_eval.study.check_impossible import check_impossible
from impact_eval.study.check_outcomes import check_outcomes
from impact_eval.study.check_pairs import check_pairs
from impact_eval.study.check_plan import check_plan
from impact_eval.study.check_quality import check_quality
from impact_eval.study.check_retrospective import check_retrospective
from impact_eval.study.check_safeguarding import check_safeguarding
from impact_eval.study.check_sources import check_sources
from impact_eval.study.check_structure import check_structure
from impact_eval.study.check_topics import check_topics
from impact_eval.study.codebook import items_frame, read_codebook
from impact_eval.study.csv_table import CsvTable
from impact_eval.study.declaration import Declaration
from impact_eval.study.draft import Draft, read_draft
from impact_eval.study.forms import read_forms
from impact_eval.study.item_tables import ItemTables
from impact_eval.study.locking.content import Content, content_hash, planned_content
from impact_eval.study.locking.lock import LOCK_FILE, PlanLock, read_locks
from impact_eval.study.roster import read_roster, roster_frame
from impact_eval.study.school_names import read_school_names, school_names_frame


@dataclass(frozen=True)
class StudyFiles:
    """The files of a study, read and checked."""

    declaration: Declaration
    roster: pd.DataFrame
    items: pd.DataFrame
    forms: tuple[Instrument, ...]
    attendance: pd.DataFrame
    school_names: pd.DataFrame
    plan_content: Content
    plan_locks: tuple[PlanLock, ...]

    @property
    def plan_hash(self) -> str:
        """First 12 digits of the digest of the plan as it is, which a lock has in full."""
        return content_hash(self.plan_content)[:12]


def read_study(
    folder: Path, raw_folder: Path, processed_folder: Path
) -> tuple[StudyFiles | None, tuple[Fault, ...]]:
    """Read all files of a study; either the files or their faults."""
    draft = read_draft(folder / "study.toml")
    if not draft.raw:
        return None, tuple(draft.faults)
    roster = _roster(draft, folder)
    codebook = _codebook(draft, folder)
    forms, form_tables = read_forms(draft, folder, processed_folder)
    stated = [codebook, *form_tables] if codebook else form_tables
    items = ItemTables(tuple(stated)) if stated else None
    if items is not None:
        items.check_unique()
    attendance = _attendance(draft, raw_folder, roster)
    names = read_school_names(folder, schools=roster.column("school_id") if roster else ())
    if draft.text("id") and draft.text("id") != folder.name:
        remedy = f'Write id = "{folder.name}", or rename the folder.'
        draft.fault("id", "must be the folder's name", f'"{draft.text("id")}"', remedy)
    check_structure(draft, roster)
    check_arms(draft, roster)
    check_sources(draft, roster, items)
    check_safeguarding(draft, items)
    check_outcomes(draft, items)
    check_topics(draft, items)
    check_pairs(draft, items)
    check_dose(draft, items)
    check_plan(draft)
    check_retrospective(draft, items)
    check_quality(draft, items)
    check_impossible(draft, items, forms)
    tables = [table for table in (roster, *stated, attendance, names) if table is not None]
    locks, lock_faults = read_locks(folder / LOCK_FILE)
    faults = (*draft.faults, *(fault for table in tables for fault in table.faults), *lock_faults)
    if faults:
        return None, faults
    declaration = Declaration.model_validate(draft.raw)
    frame = items_frame(items, declaration.outcomes)
    schools = roster_frame(roster)
    files = StudyFiles(
        declaration=declaration,
        roster=schools,
        items=frame,
        forms=tuple(forms),
        attendance=attendance_frame(attendance),
        school_names=school_names_frame(names),
        plan_content=planned_content(declaration, frame, schools),
        plan_locks=locks,
    )
    return files, ()


def _roster(draft: Draft, folder: Path) -> CsvTable | None:
    file = draft.text("roster")
    return read_roster(folder / file, file=file, phases=draft.ids("phases")) if file else None


def _codebook(draft: Draft, folder: Path) -> CsvTable | None:
    file = draft.text("codebook")
    if not file:
        return None
    audiences, waves = draft.ids("audiences"), draft.ids("waves")
    return read_codebook(folder / file, file=file, audiences=audiences, waves=waves)


def _attendance(draft: Draft, raw_folder: Path, roster: CsvTable | None) -> CsvTable | None:
    """Read the attendance file, if it is declared and has arrived."""
    file = draft.text("attendance")
    if not file or not (raw_folder / file).is_file():
        return None
    schools = roster.column("school_id") if roster else []
    return read_attendance(
        raw_folder / file, file=file, audiences=draft.ids("audiences"), schools=schools
    )
