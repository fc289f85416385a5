"""What is still to be done: every source of it, in order, and nothing that tells of a person."""

import pytest
from survey_project import SOURCE, Project, form

from impact_eval.surveys.quality.callback_lines import CALLBACKS
from impact_eval.surveys.quality.callbacks import find_callbacks, in_words
from impact_eval.surveys.quality.form_callbacks import FLAG_WORDS
from impact_eval.vocabulary import FORM_FLAGS

ATTENDANCE = """workshop_id,school_id,audience,held_on,facilitator_id,enrolled,invited,attended
w1,north,student,2024-03-01,f1,30,30,25
w2,south,student,2024-03-01,f1,30,30,20
"""
COLUMNS = (
    'sex = "sex"',
    (
        'sex = "sex"\nworkshop = "workshop"\nstarted_at = "start"\nended_at = "end"\n'
        'device = "phone"\ninterviewer = "asked_by"'
    ),
)
WHOLE = form(
    workshop="w1", start="2024-03-01T10:00", end="2024-03-01T10:09", phone="p-one", asked_by="noor"
)


@pytest.fixture
def field(project: Project) -> Project:
    project.source = SOURCE.replace(*COLUMNS)
    project.further = 'attendance = "attendance.csv"\nwithdrawals = "withdrawals.csv"'
    project.write_bytes(ATTENDANCE.encode(), name="attendance.csv")
    lost = b"school_id,audience,code_1,code_2\nnorth,student,91,zz\n"
    project.write_bytes(lost, name="withdrawals.csv")
    return project


def test_every_kind_of_work_is_named_in_order(field: Project) -> None:
    tables = field.prepare_forms(
        WHOLE,
        WHOLE | {"code_1": "8", "end": "2024-03-01T10:00"},
        WHOLE | {"code_1": "9", "today": "the first"},
        WHOLE | {"code_1": "10", "school": "Nowhere"},
    )
    found = find_callbacks(tables, field.study())
    assert tuple(found.columns) == CALLBACKS
    assert found["what"].tolist() == [
        "a workshop took place and no form of this wave names it",
        "people who withdrew and whose form was not found, so that it is still in use",
        "set aside: the school is not in the roster",
        "the date cannot be read",
        "filled in too fast to be read, in schools that do not stand out (1)",
    ]
    assert found["forms"].tolist() == [20, 1, 1, 1, 1]
    assert found["rows"].tolist() == [
        "",
        "withdrawals.csv 2",
        "students.csv 5",
        "students.csv 4",
        "students.csv 3",
    ]
    assert found["workshop_id"][0] == "w2"
    assert found["todo"].ne("").all()
    text = found.to_csv() + "".join(in_words(found))
    assert not any(secret in text for secret in ("noor", "p-one", "Nowhere", "the first", "91"))


def test_nothing_to_do_is_an_empty_list(project: Project) -> None:
    tables = project.prepare_forms(form(), form(code_1="8"))
    found = find_callbacks(tables, project.study())
    assert found.empty
    assert tuple(found.columns) == CALLBACKS


def test_a_school_where_few_are_linked_is_named(project: Project) -> None:
    forms = [
        form(school=school, wave=wave, today=day, code_1=str(code + shift * (school == "north")))
        for school in ("north", "south", "east")
        for wave, day, shift in (("before", "2024-03-01", 0), ("after", "2024-04-01", 500))
        for code in range(20, 120, 5)
    ]
    found = find_callbacks(project.prepare_forms(*forms), project.study())
    unlinked = found[found["what"].str.contains("could be linked")]
    assert unlinked[["school_id", "wave", "forms"]].to_numpy().tolist() == [["north", "post", 20]]


def test_every_flag_of_a_form_has_something_to_do() -> None:
    assert tuple(FLAG_WORDS) == FORM_FLAGS
