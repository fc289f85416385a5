"""Each reader on a file in exactly its tool's layout: chosen by looking, and read as it is."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from export_files import (
    GOOGLE,
    RUSSIAN,
    WIDE,
    archive,
    kobo_repeats,
    labelled,
    put,
    records,
    sheets_by_wave,
    source,
    text,
    workbook,
)
from survey_project import CODEBOOK, Project, fates

from impact_eval.surveys.readers.describe import describe_readers, taken_for_granted

PLAIN = source()
NO_TOPIC = source(further="")

# name: (file's ending, its content, the source, the layout that is found out)
SAME_FORMS: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "kobo with groups": (".csv", lambda: text("kobo/groups.csv"), PLAIN, "kobo"),
    "kobo without groups": (".csv", lambda: text("kobo/no_groups.csv"), PLAIN, "kobo"),
    "kobo through R": (".csv", lambda: text("kobo/through_r.csv"), PLAIN, "kobo"),
    "kobo, answers in one column": (".csv", lambda: text("kobo/one_column.csv"), PLAIN, "kobo"),
    "kobo, answers split": (".csv", lambda: text("kobo/split.csv"), PLAIN, "kobo"),
    "kobo, two versions": (".csv", lambda: text("kobo/versions.csv"), PLAIN, "kobo"),
    "kobo with labels": (".csv", lambda: text("kobo/labels.csv"), RUSSIAN, "kobo"),
    "kobo workbook": (
        ".xlsx",
        lambda: workbook({"Form": records("kobo/groups.csv", delimiter=";")}),
        PLAIN,
        "kobo",
    ),
    "odk with groups": (".csv", lambda: text("odk/groups.csv"), PLAIN, "odk"),
    "odk without groups": (".csv", lambda: text("odk/no_groups.csv"), PLAIN, "odk"),
    "odk archive": (".zip", lambda: archive({"f.csv": text("odk/groups.csv")}), PLAIN, "odk"),
    "google forms": (
        ".csv",
        lambda: text("google_forms/download.csv"),
        GOOGLE,
        "google_forms",
    ),
}


@pytest.mark.parametrize("name", SAME_FORMS)
def test_the_three_forms(project: Project, name: str) -> None:
    suffix, content, declared, layout = SAME_FORMS[name]
    put(project, content(), suffix=suffix, declared=declared)
    (reading,) = describe_readers(project.study())
    assert (reading.layout, reading.faults) == (layout, ())
    tables = project.prepare()
    forms = tables.submissions
    assert fates(tables) == {("used", ""): 3}
    assert forms["wave"].tolist() == ["pre", "post", "pre"]
    assert forms["school_id"].tolist() == ["north"] * 3
    assert forms["sex"].tolist() == ["female", "female", "male"]
    assert forms["answered_on"].dt.strftime("%m-%d").tolist() == ["03-01", "03-02", "03-03"]
    assert forms["k1"].tolist() == pytest.approx([1, 0, nan], nan_ok=True)
    assert forms["c2"].tolist()[:2] == [4, 5]  # reversed
    assert forms["c3"].isna().tolist() == [False, False, True]
    assert forms["t1"].isna().tolist() == [False, False, True]
    assert forms["t1"].tolist()[:2] == [1, 1]
    assert tables.rejected_answers.empty
    people = tables.links["respondent_id"]
    assert people[0] == people[1] != people[2]


def test_option_that_nobody_has_chosen_yet(project: Project) -> None:
    """ODK writes a column for options that were seen only; the question's own column has them."""
    put(project, text("odk/groups.csv"), suffix=".csv", declared=PLAIN)
    project.source = source(further='item_columns = { t1 = "topics/films" }')
    assert project.prepare().submissions["t1"].tolist()[:2] == [1.0, 0.0]


def test_two_uploads_of_one_odk_form_count_once(project: Project) -> None:
    data = text("odk/groups.csv")
    lines = data.splitlines(keepends=True)
    put(project, data + lines[1].replace(b"07,ab", b"11,zz"), suffix=".csv", declared=PLAIN)
    assert fates(project.prepare())["duplicate", "same_upload"] == 1


PUPILS = {
    "kobo": (".xlsx", kobo_repeats, "pupils_of_the_class_who_were_present"),
    "odk": (
        ".zip",
        lambda: archive(
            {
                "visits.csv": text("odk/visits.csv"),
                "visits-pupil.csv": text("odk/visits-pupil.csv"),
                "media/photo.jpg": b"x",
            }
        ),
        "pupil",
    ),
}


@pytest.mark.parametrize("tool", PUPILS)
def test_rows_of_a_repeat_group_are_the_forms(project: Project, tool: str) -> None:
    suffix, content, repeat = PUPILS[tool]
    declared = source(further=f'repeat = "{repeat}"')
    project.write_bytes(content(), name=f"export{suffix}")
    project.source = declared
    (reading,) = describe_readers(project.study())
    assert (reading.layout, reading.not_read) == (tool, ())
    tables = project.prepare()
    assert fates(tables) == {("used", ""): 3}
    assert tables.submissions["wave"].tolist() == ["pre", "pre", "post"]
    assert tables.submissions["k1"].tolist() == [1, 0, 1]
    people = tables.links["respondent_id"]
    assert people[0] == people[2] != people[1]


SIBLINGS = [["name", "_parent_index", "PARENT_KEY", "KEY"], ["x", "1", "k", "k/s[1]"]]


@pytest.mark.parametrize("tool", ["kobo", "odk"])
def test_repeat_groups_that_are_not_read_are_named(project: Project, tool: str) -> None:
    forms = records("kobo/groups.csv", delimiter=";")
    lines = "\n".join(",".join(row) for row in SIBLINGS).encode()
    suffix, data, left_out = {
        "kobo": (".xlsx", workbook({"Form": forms, "siblings": SIBLINGS}), "sheet 2"),
        "odk": (
            ".zip",
            archive({"f.csv": text("odk/groups.csv"), "f-siblings.csv": lines}),
            "file f-siblings.csv",
        ),
    }[tool]
    put(project, data, suffix=suffix, declared=PLAIN)
    (reading,) = describe_readers(project.study())
    assert (reading.layout, reading.not_read) == (tool, (left_out,))
    assert f"left out: {left_out}" in str(reading)


def test_google_sheet_tells_the_order_of_day_and_month(project: Project) -> None:
    put(project, text("google_forms/sheet.csv"), suffix=".csv", declared=GOOGLE)
    dates = project.prepare().submissions["answered_on"]
    assert dates.tolist() == list(
        pd.to_datetime(["2024-03-01T18:31:58", "2024-03-14T09:05:00", "2024-03-03T12:00:01"])
    )


def test_google_dates_by_a_declared_format(project: Project) -> None:
    data = text("google_forms/sheet.csv").replace(b"3/14/2024", b"3/4/2024")
    declared = GOOGLE.replace(
        "[sources.columns]", 'date_format = "%d/%m/%Y %H:%M:%S"\n[sources.columns]'
    )
    put(project, data, suffix=".csv", declared=declared)
    assert project.prepare().submissions["answered_on"].dt.month.tolist() == [1, 4, 3]


SHEETS = NO_TOPIC.replace("wave = {", "sheets = {").replace(
    'column = "wave", values = { "before" = "pre", "after" = "post" }',
    'before = { wave = "pre" }, After = { wave = "post" }',
)


def test_sheet_for_each_wave(project: Project) -> None:
    project.write_bytes(sheets_by_wave(), name="export.xlsx")
    project.source = SHEETS
    (reading,) = describe_readers(project.study())
    assert (reading.layout, reading.not_read) == ("workbook", ("sheet 3",))
    tables = project.prepare()
    assert tables.submissions["wave"].tolist() == ["pre", "pre", "post"]
    assert tables.submissions["source_file"].unique().tolist() == [
        "export.xlsx, sheet before",
        "export.xlsx, sheet After",
    ]
    assert tables.submissions["answered_on"].tolist()[0] == pd.Timestamp("2024-03-01")
    assert tables.links["respondent_id"].nunique() == 2


def test_sheet_for_each_school(project: Project) -> None:
    header, *rows = records("long/forms.csv")
    book = workbook({"N. Lane": [header, *rows], "South Gate": [header, rows[0]]})
    project.write_bytes(book, name="export.xlsx")
    declared = 'sheets = { "N. Lane" = { school = "north" }, "South Gate" = { school = "south" } }'
    project.source = source(further=declared).replace('school = "school"\n', "")
    assert project.prepare().submissions["school_id"].tolist() == ["north"] * 3 + ["south"]


@pytest.mark.parametrize(
    ("suffix", "layout", "tool"),
    [(".sav", "spss", "SPSS"), (".zsav", "spss", "SPSS"), (".dta", "stata", "Stata")],
)
def test_file_with_labels_of_values(
    project: Project, tmp_path: Path, suffix: str, layout: str, tool: str
) -> None:
    project.write_bytes(labelled(tmp_path, suffix=suffix), name=f"export{suffix}")
    project.source = NO_TOPIC
    project.codebook = CODEBOOK.replace("One,choice,,,b,,98|99,", "One,choice,,,2,,98|99,")
    (reading,) = describe_readers(project.study())
    assert (reading.layout, reading.why) == (layout, f"it is a file of {tool}")
    tables = project.prepare()
    forms = tables.submissions
    assert forms["wave"].tolist() == ["pre", "post", "pre"]
    assert forms["sex"].tolist() == ["female", "female", "male"]
    # 98 is a missing code of the codebook, which does not say that it means don't know
    assert forms["k1"].tolist() == pytest.approx([1, 0, nan], nan_ok=True)
    assert forms["c3"].isna().tolist() == [False, False, True]  # 77 is no answer, and no mistake
    assert tables.rejected_answers.empty
    assert forms["answered_on"].tolist()[0] == pd.Timestamp("2024-03-01")
    assert forms["source_row"].tolist() == [1, 2, 3]
    assert tables.links["respondent_id"].nunique() == 2


def test_codes_in_place_of_labels(project: Project, tmp_path: Path) -> None:
    """What study.toml declares by codes is read by codes."""
    project.write_bytes(labelled(tmp_path, suffix=".sav"), name="export.sav")
    project.source = source(further="", girl='"1"', boy='"2"', before="1", after="2")
    assert project.prepare().submissions["sex"].tolist() == ["female", "female", "male"]


def test_long_table(project: Project) -> None:
    project.write_bytes(text("long/forms.csv"), name="export.csv")
    project.source = NO_TOPIC
    (reading,) = describe_readers(project.study())
    assert reading.layout == "long"
    assert "of the declared headings" in reading.why
    found = project.prepare().submissions["k1"].tolist()
    assert found == pytest.approx([1, 0, nan], nan_ok=True)


def test_tabs_decimal_commas_and_windows_letters(project: Project) -> None:
    project.write_bytes(text("long/tabs_cp1251.txt"), name="export.txt")
    project.source = source(further="", girl='"девочка"', boy='"мальчик"')
    forms = project.prepare().submissions
    assert forms["sex"].tolist() == ["female", "female", "male"]
    assert forms["c3"].tolist()[:2] == [5.0, 5.0]


def test_wide_table(project: Project) -> None:
    project.write_bytes(text("wide/people.csv"), name="export.csv")
    project.source = WIDE
    (reading,) = describe_readers(project.study())
    assert (reading.layout, reading.why) == ("wide", "the source declares wave_columns")
    forms = project.prepare().submissions
    assert forms["wave"].tolist() == ["pre", "post", "pre"]


def test_answers_as_labels_that_nothing_declares_are_rejected(project: Project) -> None:
    data = text("google_forms/download.csv").replace(b'"Rarely"', b'"Seldom"')
    put(project, data, suffix=".csv", declared=GOOGLE)
    rejected = project.prepare().rejected_answers
    assert rejected[["source_row", "column"]].to_numpy().tolist() == [[2, "How often? [Five]"]]
    assert rejected["rule"].tolist() == ["a declared label, or its code (a number from 1 to 5)"]


def test_codebooks_missing_codes_need_no_label(project: Project) -> None:
    data = text("google_forms/download.csv").replace(b'"Rarely"', b'"98"')
    put(project, data, suffix=".csv", declared=GOOGLE)
    assert project.prepare().rejected_answers.empty


def test_what_has_no_source_is_said(project: Project) -> None:
    put(project, text("google_forms/download.csv"), suffix=".csv", declared=GOOGLE)
    (said,) = taken_for_granted(describe_readers(project.study()))
    start = "google_forms (1 file), taken for granted without a source: the first heading in other"
    assert said.startswith(start)


def test_people_of_a_labelled_file_and_of_sheets(project: Project, tmp_path: Path) -> None:
    """One row for each person goes with any kind of file."""
    header, *rows = records("wide/people.csv")
    frame = pd.DataFrame(rows, columns=header)
    pyreadstat.write_sav(frame, str(tmp_path / "people.sav"))
    project.write_bytes((tmp_path / "people.sav").read_bytes(), name="export.sav")
    project.source = WIDE
    assert project.prepare().submissions["wave"].tolist() == ["pre", "post", "pre"]
    (project.raw / "export.sav").unlink()
    book = workbook({"one": [header, rows[0]], "two": [header, rows[1]]})
    project.write_bytes(book, name="export.xlsx")
    sheets = 'sheets = { one = { school = "north" }, two = { school = "south" } }'
    project.source = WIDE.replace("wave_columns", f"{sheets}\nwave_columns").replace(
        'school = "school"\n', ""
    )
    forms = project.prepare().submissions
    assert forms["wave"].tolist() == ["pre", "post", "pre"]
    assert forms["school_id"].tolist() == ["north", "north", "south"]
