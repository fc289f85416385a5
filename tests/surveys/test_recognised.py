"""Files that have no column of the tool's own are told by how the tool writes a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

import pytest
from export_files import workbook
from survey_project import CODEBOOK, Project, fates

from impact_eval.errors import SurveyFileError
from impact_eval.surveys.readers.describe import describe_readers

SOURCE = """
[[sources]]
file = "export.*"
audience = "student"
school = "north"
wave = "pre"
item_columns = { k1 = "best", c1 = "liked/swimming" }
"""
LABELS = SOURCE.replace('"best"', '"Which one is best?"').replace("liked", "Which did you like?")
NAMES = [
    ["best", "best_other", "liked", "liked/swimming", "liked/chess"],
    ["b", "", "swimming chess", "1", "1"],
    ["a", "go", "chess", "0", "1"],
    ["b", "", "swimming", "1", "0"],
]
OPTIONS_ONLY = [row[:1] + row[2:] for row in NAMES]
WITH_LABELS = [
    ["Which one is best?", "best_other", "Which did you like?"],
    ["b", "", "swimming chess"],
    ["a", "go", "chess"],
    ["b", "", "swimming"],
]
ITEMS = CODEBOOK.splitlines()[0] + (
    "\nk1,student,knowledge,Best,choice,,,b,,,\nc1,student,confidence,Liked,rating,0,1,,,,\n"
)
QUOTED, AS_NEEDED = csv.QUOTE_ALL, csv.QUOTE_MINIMAL


def lines(rows: Sequence[Sequence[str]], *, delimiter: str = ";", quoting: int = QUOTED) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def put(project: Project, data: bytes, suffix: str, declared: str) -> Project:
    project.write_bytes(data, name=f"export{suffix}")
    project.codebook, project.source = ITEMS, declared
    project.edits = [('link = "code"', 'link = "none"')]
    minimum = 'unit = "questions right, out of 3"\ndirection = "higher"\nminimum_answered = '
    mean = 'unit = "mean rating, 1 to 5"\ndirection = "higher"\nminimum_answered = '
    project.edits += [(f"{minimum}2", f"{minimum}1"), (f"{mean}2", f"{mean}1")]
    return project


# name: ending, content, source, layout, why
FILES: dict[str, tuple[str, Callable[[], bytes], str, str, str]] = {
    "labels in one column": (
        ".csv",
        lambda: lines(WITH_LABELS),
        LABELS,
        "kobo",
        "semicolons, and every heading in quotation marks",
    ),
    "workbook with other-specify and options": (
        ".xlsx",
        lambda: workbook({"Liked": NAMES}),
        SOURCE,
        "kobo",
        "a question's heading, and those of its options behind it",
    ),
    "workbook with options": (
        ".xlsx",
        lambda: workbook({"Liked": OPTIONS_ONLY}),
        SOURCE,
        "kobo",
        "a question's heading, and those of its options behind it",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_an_export_without_columns_of_its_own(project: Project, name: str) -> None:
    suffix, content, declared, layout, why = FILES[name]
    put(project, content(), suffix, declared)
    (reading,) = describe_readers(project.study())
    assert (reading.faults, reading.layout, reading.why) == ((), layout, why)
    tables = project.prepare()
    assert fates(tables) == {("used", ""): 3}
    assert tables.submissions["k1"].tolist() == [1, 0, 1]
    assert tables.submissions["c1"].tolist() == [1, 0, 1]


NOT_KOBO = {
    "a spreadsheet's semicolons": lambda rows: (".csv", lines(rows, quoting=AS_NEEDED)),
    "commas in quotation marks": lambda rows: (".csv", lines(rows, delimiter=",")),
    "a workbook whose headings have strokes": lambda rows: (".xlsx", workbook({"s": rows})),
}


@pytest.mark.parametrize("name", NOT_KOBO)
def test_a_plain_table_stays_one(project: Project, name: str) -> None:
    rows = [["best", "boys/girls", "his/hers"], ["b", "1", "0"], ["a", "0", "0"]]
    suffix, data = NOT_KOBO[name](rows)
    declared = SOURCE.replace(', c1 = "liked/swimming"', ', c1 = "boys/girls"')
    if suffix == ".csv":
        rows = [[cell.replace("/", "_") for cell in row] for row in rows]
        suffix, data = NOT_KOBO[name](rows)
        declared = declared.replace("boys/girls", "boys_girls")
    put(project, data, suffix, declared)
    (reading,) = describe_readers(project.study())
    assert (reading.faults, reading.layout) == ((), "long")


@pytest.mark.parametrize("layout", ["auto", "long", "kobo"])
def test_three_rows_of_headings_are_no_people(project: Project, layout: str) -> None:
    rows = [
        ["StartDate", "ResponseId", "best", "swimming"],
        ["Start Date", "Response ID", "Which one is best?", "Did you like swimming?"],
        ['{"ImportId":"startDate"}', '{"ImportId":"_recordId"}', '{"ImportId":"QID1"}', "{}"],
        ["2024-03-01 10:00:00", "R_1", "b", "1"],
    ]
    declared = SOURCE.replace("liked/swimming", "swimming")
    declared = declared.replace(
        'audience = "student"', f'audience = "student"\nlayout = "{layout}"'
    )
    put(project, lines(rows, delimiter=",", quoting=AS_NEEDED), ".csv", declared)
    with pytest.raises(SurveyFileError, match="one row of headings; found three, as Qualtrics"):
        project.prepare()
    put(project, lines([rows[0], rows[3]], delimiter=","), ".csv", declared)
    assert fates(project.prepare()) == {("used", ""): 1}
