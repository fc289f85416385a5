"""What is still to be done: every source of it, in order, and nothing that tells of a person."""

from dataclasses import replace

import pandas as pd
import pytest
from survey_project import SOURCE, Project, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.pages import follow_up
from impact_eval.surveys.linking.summary import MORE_ELEMENTS
from impact_eval.surveys.quality.by_school import TO_REVISIT, schools_to_revisit
from impact_eval.surveys.quality.callback_lines import CALLBACKS
from impact_eval.surveys.quality.callbacks import find_callbacks, in_words
from impact_eval.surveys.quality.form_callbacks import FLAG_WORDS
from impact_eval.table_columns import DYADS_SUMMARY
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
    assert "school_names.csv beside study.toml" in found.loc[2, "todo"]
    assert not found["todo"].str.contains("STUDY").any()
    assert found["rows"].tolist() == [
        "",
        "withdrawals.csv 2",
        "students.csv 5",
        "students.csv 4",
        "students.csv 3",
    ]
    assert found["workshop_id"][0] == "w2"
    revisit = schools_to_revisit(found, tables)
    assert tuple(revisit.columns) == TO_REVISIT
    assert revisit[["school_id", "things_to_do", "forms"]].to_numpy().tolist() == [
        ["south", 1, 20],
        ["north", 1, 1],
    ]
    assert "unreadable_date 1" in revisit["noted"][1]
    assert follow_up(field.study()) is None
    view = follow_up(field.study(), evaluator_view=True)
    assert view is not None
    assert "students.csv 4" in view._repr_mimebundle_()["text/html"]
    assert found["todo"].ne("").all()
    text = found.to_csv() + "".join(in_words(found))
    assert not any(secret in text for secret in ("noor", "p-one", "Nowhere", "the first", "91"))


def test_a_day_that_stands_out_is_named_where_its_school_does_not(field: Project) -> None:
    field.further = 'attendance = "attendance.csv"'
    forms = []
    for school in ("north", "south", "east"):
        for number in range(40):
            day = f"2024-03-{1 + number // 8:02}"
            fast = number < 5 if school == "north" else number % 20 == 9
            times = {"start": f"{day}T10:00", "end": f"{day}T10:{'00' if fast else '09'}"}
            forms.append(WHOLE | times | {"school": school, "today": day, "code_1": f"{number}0"})
    found = find_callbacks(field.prepare_forms(*forms), field.study())
    fast = found[found["what"].str.contains("too fast")]
    assert fast["what"].tolist() == [
        "filled in too fast to be read, far more often than elsewhere, on 2024-03-01",
        "filled in too fast to be read, in schools that do not stand out (2)",
    ]
    assert fast["rows"].tolist()[0] == "students.csv 2, 3, 4, 5, 6"
    assert fast["school_id"].tolist() == ["north", ""]


def test_people_of_two_workshops_and_wrong_waves_are_named(field: Project) -> None:
    field.further = 'attendance = "attendance.csv"'
    more = "w3,north,student,2024-03-02,f1,30,30,0\n"
    field.write_bytes((ATTENDANCE + more).encode(), name="attendance.csv")
    tables = field.prepare_forms(
        WHOLE,
        WHOLE | {"wave": "after", "today": "2024-03-02", "workshop": "w3"},
        WHOLE | {"code_1": "9", "today": "2024-03-05"},
    )
    found = find_callbacks(tables, field.study()).set_index("what")
    for what, rows in (
        ("forms of people who have forms of two workshops", ["students.csv 2", "students.csv 3"]),
        ("the date speaks against the wave", ["students.csv 4"]),
    ):
        places = found.loc[[what]]
        assert places["school_id"].unique().tolist() == ["north"]
        assert sorted(places["rows"]) == rows


def test_codes_too_common_to_link_anybody_are_named(project: Project) -> None:
    forms = [
        form(school=school, wave=wave, today=day, code_1=f"{one % 3}", code_2=f"{one // 3}")
        for school in ("north", "south")
        for wave, day, codes in (
            ("before", "2024-03-01", range(9)),
            ("after", "2024-04-01", range(4, 12)),
        )
        for one in codes
    ]
    tables = project.prepare_forms(*forms)
    assert set(tables.links["method"]) == {"none"}
    found = find_callbacks(tables, project.study())
    common = found[found["what"] == "codes are so common that nobody is linked with pre"]
    assert common["school_id"].tolist() == ["north", "south"]
    assert common["forms"].tolist() == [5, 5]
    assert not found["what"].str.contains("could be linked").any()
    assert not found["what"].str.contains("parent").any()


def test_pairs_given_up_are_named_with_what_helps(project: Project) -> None:
    tables = project.prepare_forms(form())
    row = dict.fromkeys(DYADS_SUMMARY, 0) | {"audience": "parent", "school_id": "north"}
    rows = [row | {"refused_exact": 9}, row | {"school_id": "south", "refused": 9}]
    given_up = replace(tables, dyads_summary=pd.DataFrame(rows)[list(DYADS_SUMMARY)])
    found = find_callbacks(given_up, project.study())
    (line,) = found[found["what"].str.contains("no parent is joined")].to_dict("records")
    assert (line["school_id"], line["audience"], line["forms"]) == ("north", "parent", 9)
    assert line["todo"] == MORE_ELEMENTS


def test_nothing_to_do_is_an_empty_list(project: Project) -> None:
    tables = project.prepare_forms(form(), form(code_1="8"))
    found = find_callbacks(tables, project.study())
    assert found.empty
    assert tuple(found.columns) == CALLBACKS


def test_a_school_where_few_are_linked_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = [
        form(school=school, wave=wave, today=day, code_1=str(code + shift * (school == "north")))
        for school in ("north", "south", "east")
        for wave, day, shift in (("before", "2024-03-01", 0), ("after", "2024-04-01", 500))
        for code in range(20, 120, 5)
    ]
    found = find_callbacks(project.prepare_forms(*forms), project.study())
    unlinked = found[found["what"].str.contains("could be linked")]
    assert unlinked[["school_id", "wave", "forms"]].to_numpy().tolist() == [["north", "post", 20]]
    monkeypatch.chdir(project.root)
    said = CliRunner().invoke(app, ["callbacks", "small"]).output
    assert "Schools to revisit or to call: 1, in" in said
    path = project.study().processed_folder / "schools_to_revisit.csv"
    (school,) = pd.read_csv(path, encoding="utf-8-sig").to_dict("records")
    assert (school["school_id"], school["name"]) == ("north", "North Lane School")
    withdrawn = "school_id,audience,code_1,code_2\nsouth,student,20,ab\n"
    (project.raw / "withdrawn.csv").write_text(withdrawn)
    project.further = 'withdrawals = "withdrawn.csv"'
    project.prepare()
    assert not path.exists(), "lists go when somebody withdraws"


def test_every_flag_of_a_form_has_something_to_do() -> None:
    assert tuple(FLAG_WORDS) == FORM_FLAGS
