"""Rows equal in every cell, without an id: flagged, counted, and deleted by a rule only."""

from __future__ import annotations

import pandas as pd
import pytest
from survey_project import SOURCE, Project, fates, form

from impact_eval.surveys.quality.form_callbacks import noted_on_forms

WITHOUT_CODES = "".join(
    line for line in SOURCE.splitlines(keepends=True) if not line.startswith("code =")
)
ONE = ('duplicates = "last"', 'duplicates = "last"\nequal_rows = "one"')


@pytest.fixture(params=["kobo", "long", "google_forms"])
def nobodys(project: Project, request: pytest.FixtureRequest) -> Project:
    """A study whose people have no codes, in several layouts."""
    project.edits = [('link = "code"', 'link = "none"')]
    project.source = WITHOUT_CODES.replace('layout = "kobo"', f'layout = "{request.param}"')
    return project


def flags(project: Project, *forms: dict[str, str]) -> list[str]:
    return project.prepare_forms(*forms).submissions["flags"].tolist()


def test_equal_rows_count_and_are_flagged(nobodys: Project) -> None:
    forms = [form(), form(k1="c"), form(), form(wave="after")]
    tables = nobodys.prepare_forms(*forms)
    assert tables.submissions["flags"].tolist() == ["equal_row", "", "equal_row", ""]
    assert fates(tables) == {("used", ""): 4}
    (line,) = [line for line in noted_on_forms(tables) if "every cell" in line["what"]]
    assert (line["forms"], line["school_id"]) == (2, "north")
    assert line["rows"] == "students.csv 2, 4"


def test_one_of_them_counts_only_if_the_source_says_so(nobodys: Project) -> None:
    nobodys.source = nobodys.source.replace(*ONE)
    tables = nobodys.prepare_forms(form(), form(k1="c"), form())
    assert fates(tables) == {("used", ""): 2, ("duplicate", "equal_row"): 1}
    assert tables.submissions["flags"].tolist() == ["", ""]
    assert "It repeats row 4 of students.csv." in tables.quarantine["remedy"].iloc[0]


def test_a_file_that_lies_there_twice(nobodys: Project) -> None:
    forms = [form(today=f"2024-03-0{day}") for day in (1, 2)]
    nobodys.write(forms, name="students.csv")
    nobodys.write(forms, name="students_again.csv")
    assert nobodys.prepare().submissions["flags"].tolist() == ["equal_row"] * 4


@pytest.mark.parametrize("name", ["school", "sex", "c3", "today"])
def test_any_cell_that_is_read_tells_them_apart(nobodys: Project, name: str) -> None:
    other = {"school": "south", "sex": "boy", "c3": "4", "today": "2024-03-02"}[name]
    assert flags(nobodys, form(), form(**{name: other})) == ["", ""]


def test_an_id_or_a_whole_code_tells_them_apart(project: Project) -> None:
    coded = [form(), form(), form(code_1=""), form(code_1="")]
    tables = project.prepare_forms(*coded)
    assert fates(tables) == {("used", ""): 3, ("duplicate", "same_code"): 1}
    assert tables.submissions["flags"].tolist() == ["", "equal_row", "equal_row"]
    told = [form(code_1="", _uuid=f"u{number}") for number in (1, 2)]
    assert flags(project, *told) == ["", ""]


def test_people_of_wide_rows_without_a_code(project: Project) -> None:
    project.edits = [('link = "code"', 'link = "none"')]
    wave = [line for line in WITHOUT_CODES.splitlines() if line.startswith("wave =")]
    columns = 'wave_columns = { pre = "{item}", post = "post_{item}" }'
    project.source = WITHOUT_CODES.replace(wave[0], columns).replace('"kobo"', '"wide"')
    items = ("k1", "k2", "k3", "c1", "c2", "c3")
    later = {f"post_{item}": "1" for item in items} | {"post_n1": ""}
    rows = [form(**later), form(**later), form(**(later | {"post_c1": "2"}))]
    tables = project.prepare_forms(*rows)
    found = tables.submissions[["source_row", "wave", "flags"]].to_numpy().tolist()
    assert [row for row in found if row[2]] == [
        [2, "pre", "equal_row"],
        [2, "post", "equal_row"],
        [3, "pre", "equal_row"],
        [3, "post", "equal_row"],
        [4, "pre", "equal_row"],
    ]


def test_what_is_kept_of_a_file_flags_them_again(nobodys: Project) -> None:
    first = nobodys.prepare_forms(form(), form())
    pd.testing.assert_frame_equal(nobodys.prepare().submissions, first.submissions)
    folder = nobodys.study().processed_folder
    assert not any(b"row_hash" in path.read_bytes() for path in folder.glob("*.parquet"))
