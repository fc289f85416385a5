"""Every real export that lies beside the repository: the reader that it gets, and all its rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from export_files import archive
from real_studies import DATA
from survey_project import CODEBOOK, Project, fates

from impact_eval.errors import SurveyFileError
from impact_eval.surveys import prepare
from impact_eval.surveys.readers.describe import describe_readers

FOLDER = DATA / "exports"
ITEMS = "\n".join(CODEBOOK.splitlines()[:1]) + (
    "\nk1,student,knowledge,One,choice,,,b,,,\nk2,student,knowledge,Two,choice,,,b,,,"
    "\nc1,student,confidence,Four,rating,1,50,,,,\nc2,student,confidence,Five,rating,1,50,,,,\n"
)
EMPEROR = "Who is your favourite emperor?"
WORD = "Word at flash"
READING = "Reading test 1 (flash at 10)"
VISIT = "household_visit/household_location"
VISIT_LABEL = "Household visit/household location"

# file: the layout that is declared, the column of the item, rows
FILES = {
    "kobo/grouped_repeatable__xml.csv": ("auto", VISIT, 6),
    "kobo/grouped_repeatable__xml_nogroup.csv": ("auto", "household_location", 6),
    "kobo/grouped_repeatable__labels.csv": ("auto", VISIT_LABEL, 6),
    "kobo/grouped_repeatable.xlsx": ("auto", "household_location", 6),
    "kobo/literacy_test__xml.csv": ("auto", f"russian_passage_1/{WORD}", 3),
    "kobo/literacy_test__xml_nogroup.csv": ("auto", f"russian_passage_1/{WORD}", 3),
    "kobo/literacy_test__labels.csv": ("auto", f"{READING}/{WORD}", 3),
    "kobo/literacy_test.xlsx": ("auto", f"russian_passage_1/{WORD}", 3),
    "kobo/or_other__xml.csv": ("auto", "fav_emperor", 3),
    "kobo/or_other__xml_nogroup.csv": ("auto", "fav_emperor", 3),
    "kobo/or_other__labels.csv": ("auto", EMPEROR, 3),
    "kobo/or_other.xlsx": ("auto", "fav_emperor", 3),
    "odk/selectMultiple_split.csv": ("auto", "g1-q2", 2),
    "odk/singlerepeat.csv": ("auto", "age", 3),
}
EMPTY = {
    "kobo/field_position_with_multiple_versions__xml.csv": "a header only",
    "kobo/field_position_with_multiple_versions__xml_nogroup.csv": "a header only",
    "kobo/field_position_with_multiple_versions__labels.csv": "a header only",
    "kobo/field_position_with_multiple_versions.xlsx": "an empty sheet",
}


def bytes_of(name: str) -> bytes:
    if not FOLDER.is_dir():
        pytest.skip("the real exports do not lie beside this checkout")
    return (FOLDER / name).read_bytes()


def put(
    project: Project, data: bytes, *, suffix: str, layout: str, item: str, repeat: str = ""
) -> Project:
    """A study of one wave in one school, whose items all stand in one column."""
    columns = ", ".join(f'{name} = "{item}"' for name in ("k1", "k2", "c1", "c2"))
    project.write_bytes(data, name=f"export{suffix}")
    project.codebook = ITEMS
    project.edits = [('link = "code"', 'link = "none"')]
    project.source = f"""
[[sources]]
file = "export.*"
layout = "{layout}"
audience = "student"
school = "north"
wave = "pre"
item_columns = {{ {columns} }}
{f'repeat = "{repeat}"' if repeat else ""}
"""
    return project


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_read(project: Project, name: str) -> None:
    layout, item, rows = FILES[name]
    put(project, bytes_of(name), suffix=Path(name).suffix, layout=layout, item=item)
    (reading,) = describe_readers(project.study())
    assert reading.faults == ()
    assert reading.layout == name.partition("/")[0]
    assert fates(project.prepare()) == {("used", ""): rows}


@pytest.mark.parametrize("name", EMPTY)
def test_exports_without_a_single_form_are_refused(project: Project, name: str) -> None:
    put(project, bytes_of(name), suffix=Path(name).suffix, layout="kobo", item="City")
    with pytest.raises(SurveyFileError, match=EMPTY[name]):
        prepare(project.study())


def test_export_with_three_rows_of_headings_is_refused_and_not_read_as_people(
    project: Project,
) -> None:
    data = bytes_of("qualtrics/qualtrics_default.csv")
    put(project, data, suffix=".csv", layout="auto", item="num_tabs_1")
    with pytest.raises(SurveyFileError, match="three, as Qualtrics writes them"):
        prepare(project.study())


def test_every_file_is_in_one_of_the_tables() -> None:
    bytes_of("kobo/or_other.xlsx")
    there = {
        path.relative_to(FOLDER).as_posix()
        for tool in ("kobo", "odk")
        for path in (FOLDER / tool).iterdir()
        if path.name != "README.txt"
    }
    assert there == {*FILES, *EMPTY, "odk/singlerepeat-child.csv"}


def test_repeat_group_of_a_real_workbook(project: Project) -> None:
    put(
        project,
        bytes_of("kobo/grouped_repeatable.xlsx"),
        suffix=".xlsx",
        layout="auto",
        item="household_member_name",
        repeat="houshold_member_repeat",
    )
    (reading,) = describe_readers(project.study())
    assert reading.layout == "kobo"
    assert fates(project.prepare()) == {("used", ""): 13}


def test_repeat_group_of_a_real_archive(project: Project) -> None:
    names = ("singlerepeat.csv", "singlerepeat-child.csv")
    data = archive({name: bytes_of(f"odk/{name}") for name in names})
    put(project, data, suffix=".zip", layout="auto", item="age", repeat="child")
    tables = project.prepare()
    assert fates(tables) == {("used", ""): 3}
    assert sorted(tables.submissions["c1"].dropna()) == [2, 4, 6]


def test_several_answers_of_a_real_export(project: Project) -> None:
    """Whether an emperor was chosen is the same in all three ways of exporting it."""
    chosen = []
    for name in ("or_other__xml.csv", "or_other__xml_nogroup.csv", "or_other__labels.csv"):
        item = "fav_emperors/augustus"
        if "labels" in name:
            item = "Who are your favourite emperors?/Augustus"
        put(project, bytes_of(f"kobo/{name}"), suffix=".csv", layout="kobo", item=item)
        project.codebook = ITEMS.replace("1,50", "0,1")
        chosen.append(project.prepare().submissions["c1"].tolist())
    assert chosen == [[0, 0, 1]] * 3
