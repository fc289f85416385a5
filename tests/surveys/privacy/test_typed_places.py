"""What people typed to say where they were, and what files were called, gets onto no page."""

from __future__ import annotations

import pytest
from canaries import TOKEN, everything_written, found_in
from survey_project import Project, form

from impact_eval.errors import StudyError
from impact_eval.runs.inputs import input_hashes

FOR_EACH = '\n[[reports]]\nid = "school"\nnotebook = "school"\ntitle = "S"\nfor_each = "school"\n'
NO_ROSTER = [
    ('roster = "roster.csv"\n', ""),
    ('layout = "kobo"', 'layout = "kobo"\nphase = "first"'),
]
FORMS = [
    form(code_1=str(number), ws=f"{TOKEN} {number % 2}", wave=wave)
    for number in range(4)
    for wave in ("before", "after")
]


def test_workshops_that_no_attendance_file_names_are_tokens(project: Project) -> None:
    project.source += 'workshop = "ws"\n'
    workshops = project.prepare_forms(*FORMS).submissions["workshop_id"]
    assert workshops.nunique() == 2
    assert (workshops.str.len() > 0).all()
    assert workshops[:2].nunique() == 1, "the same workshop in both waves"
    assert found_in(everything_written(project.root)) == []


def test_workshops_of_the_attendance_file_keep_their_ids(project: Project) -> None:
    project.source += 'workshop = "ws"\n'
    project.further = 'attendance = "attendance.csv"'
    attendance = "workshop_id,school_id,audience\nw1,north,student\n"
    project.write_bytes(attendance.encode(), name="attendance.csv")
    tables = project.prepare_forms(form(ws="W1"), form(code_1="8", ws=TOKEN))
    assert tables.submissions["workshop_id"].tolist() == ["w1", ""]
    assert found_in(everything_written(project.root)) == []


def test_pages_of_schools_need_a_roster(project: Project) -> None:
    project.edits = [*NO_ROSTER, ("[plan]", f"{FOR_EACH}\n[plan]")]
    with pytest.raises(StudyError, match=r"reports\[1\].for_each: without a roster"):
        project.study()
    project.edits = project.edits[2:]
    assert project.study().reports[0].for_each == "school"


def test_pages_call_files_as_the_study_does(project: Project) -> None:
    for name in (f"students {TOKEN}.csv", f"students {TOKEN} 2.csv"):
        project.write(FORMS[: 1 if "2" in name else 8], name=name)
    project.prepare()
    declared = ["study.toml", "roster.csv", "codebook.csv"]
    assert list(input_hashes(project.study())) == ["*students*, 1", "*students*, 2", *declared]
