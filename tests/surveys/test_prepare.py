"""The whole way: layouts, files that are refused while the rest goes on, tables on disk."""

import json

import openpyxl
import pandas as pd
import pytest
from form_sheets import sheets, write_sheets
from survey_project import SOURCE, Project, fates, form

from impact_eval.errors import NotPreparedError, SurveyFileError
from impact_eval.surveys import is_stale, load_tables, prepare, staleness
from impact_eval.surveys.tables import TABLES
from impact_eval.table_columns import (
    COUNTS,
    LINKS,
    QUARANTINE,
    REJECTED_ANSWERS,
    SCORES,
    SUBMISSIONS,
)

WIDE = """
[[sources]]
file = "*students*"
layout = "wide"
audience = "student"
consent_values = ["yes"]
values = { sex = { girl = "female", boy = "male" } }
wave_columns = { pre = "pre_{item}", post = "post_{item}" }

[sources.columns]
school = "school"
code = ["code_1"]
sex = "sex"
consent = { post = "post_consent" }
answered_on = { post = "post_day" }
"""
ITEMS = ("k1", "k2", "k3", "c1", "c2", "c3")


def wide_row(pre: str = "1", post: str = "1", **change: str) -> dict[str, str]:
    row = {"school": "north", "code_1": "7", "sex": "girl", "post_day": "2024-03-01"}
    row |= {"post_consent": "yes"} | {f"pre_{item}": pre for item in ITEMS}
    return row | {f"post_{item}": post for item in ITEMS} | {"post_n1": ""} | change


@pytest.fixture
def wide(project: Project) -> Project:
    project.source = WIDE
    return project


def test_wide_row_gives_a_submission_for_each_wave_with_an_answer(wide: Project) -> None:
    tables = wide.prepare_forms(
        wide_row(), wide_row(post="", code_1="8"), wide_row(pre="", code_1="9")
    )
    found = tables.submissions[["source_row", "wave"]].to_numpy().tolist()
    assert found == [[2, "pre"], [2, "post"], [3, "pre"], [4, "post"]]
    assert fates(tables) == {("used", ""): 3}
    assert tables.counts["wave"].tolist() == [""]
    linked = tables.links["respondent_id"]
    assert linked[0] == linked[1]
    assert linked.nunique() == 3
    assert tables.submissions["answered_on"].isna().tolist() == [True, False, True, False]


def test_wide_row_without_any_answer_is_an_empty_form(wide: Project) -> None:
    tables = wide.prepare_forms(wide_row(), wide_row(pre="", post=" "))
    assert fates(tables) == {("used", ""): 1, ("quarantined", "empty_form"): 1}


def test_wide_row_of_which_one_wave_cannot_be_used_says_so(wide: Project) -> None:
    tables = wide.prepare_forms(
        wide_row(post_consent="no"), wide_row(post="", code_1="8"), wide_row(pre="", code_1="8")
    )
    assert tables.submissions["flags"].tolist() == ["other_wave_not_used", "", ""]
    assert fates(tables) == {("used", ""): 3}


def test_two_wide_rows_of_one_person(wide: Project) -> None:
    tables = wide.prepare_forms(wide_row(), wide_row(pre=""))
    found = tables.submissions[["source_row", "wave", "flags"]].to_numpy().tolist()
    assert found == [[2, "pre", "other_wave_not_used"], [3, "post", ""]]


def test_missing_column_of_one_wave(wide: Project) -> None:
    row = wide_row()
    del row["post_c2"]
    wide.write([row])
    with pytest.raises(SurveyFileError, match="column post_c2: a declared column must be in"):
        wide.prepare()


def test_rejected_answer_names_the_column_of_its_wave(wide: Project) -> None:
    tables = wide.prepare_forms(wide_row(post_c1="9", post_day="soon"))
    assert tables.rejected_answers["column"].tolist() == ["post_c1", "post_day"]


def test_workbook_from_the_field(project: Project) -> None:
    workbook = openpyxl.Workbook()
    rows = [form(), form(wave="after", code_1="7", c1="5")]
    workbook.active.append(list(rows[0]))
    for row in rows:
        cells = [int(cell) if cell.isdigit() else cell or None for cell in row.values()]
        workbook.active.append(cells)
    workbook.save(project.raw / "students.xlsx")
    tables = project.prepare()
    assert tables.submissions["source_row"].tolist() == [2, 3]
    assert tables.submissions["c1"].tolist() == [4, 5]
    assert len(set(tables.links["respondent_id"])) == 1


def test_one_refused_file_does_not_stop_the_others(project: Project) -> None:
    project.write([form()], name="1_students.csv")
    project.write_bytes(b"", name="2_students.csv")
    project.write_bytes(b"a;b\n1;2\n", name="3_students.csv")
    tables = project.prepare()
    assert len(tables.submissions) == 1
    assert [fault.file for fault in tables.faults] == ["2_students.csv", "3_students.csv"]
    assert load_tables(project.study()).faults == tables.faults


def test_no_file_at_all(project: Project) -> None:
    assert project.raw.is_dir()
    with pytest.raises(SurveyFileError, match=r"sources\[1\].file: a source must match a file"):
        project.prepare()


def test_file_of_two_sources_is_read_once_and_named(project: Project) -> None:
    project.source = SOURCE + SOURCE.replace("*students*", "students*")
    tables = project.prepare_forms(form())
    assert len(tables.submissions) == 1
    assert [str(fault.rule) for fault in tables.faults] == ["a file belongs to one source"]


def test_tables_have_their_columns_even_without_rows(project: Project) -> None:
    for tables in (project.prepare_forms(form()), project.prepare_forms(form(consent="no"))):
        items = ["k1", "k2", "k3", "c1", "c2", "c3", "n1"]
        assert tables.submissions.columns.tolist() == [*SUBMISSIONS, "sex", *items]
        assert tables.links.columns.tolist() == list(LINKS)
        assert tables.scores.columns.tolist() == list(SCORES)
        assert tables.counts.columns.tolist() == list(COUNTS)
        assert tables.quarantine.columns.tolist() == list(QUARANTINE)
        assert tables.rejected_answers.columns.tolist() == list(REJECTED_ANSWERS)
        assert tables.schools["school_id"].tolist() == ["north", "south", "east"]
        assert "aliases" not in tables.schools


def test_what_is_loaded_is_what_was_prepared(project: Project) -> None:
    prepared = project.prepare_forms(form(), form(school="west"), form(c1="77", code_1="8"))
    loaded = load_tables(project.study())
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(loaded, name), getattr(prepared, name))


def test_nothing_to_load_before_prepare(project: Project) -> None:
    with pytest.raises(NotPreparedError, match="Run: impact-eval prepare small"):
        load_tables(project.study())


def test_inputs_are_listed_with_their_digests(project: Project) -> None:
    path = project.write([form()])
    project.write_bytes(b"x", name="notes.txt")
    study = project.study()
    prepare(study)
    prepared = json.loads((study.processed_folder / "prepared.json").read_text())
    assert set(prepared["inputs"]) == {"students.csv", "study.toml", "roster.csv", "codebook.csv"}
    assert prepared["inputs"]["students.csv"]["bytes"] == path.stat().st_size
    assert prepared["inputs"]["students.csv"]["rows"] == 1
    assert prepared["files_not_read"] == ["notes.txt"]


def test_stale_after_a_change(project: Project) -> None:
    project.write([form()])
    study = project.study()
    assert is_stale(study)
    prepare(study)
    assert not is_stale(study)
    project.write([form(), form(code_1="8")], name="more_students.csv")
    assert is_stale(study)
    prepare(study)
    assert not is_stale(study)
    (study.folder / "roster.csv").write_text(project.roster + "west,West,B,second,,,\n")
    assert is_stale(study)


def test_stale_after_a_change_of_the_code(project: Project, monkeypatch) -> None:
    project.write([form()])
    study = project.study()
    prepare(study)
    assert not is_stale(study)
    monkeypatch.setattr(staleness, "code_digest", lambda: "newer")
    assert is_stale(study)


def test_stale_after_a_change_of_a_form(project: Project) -> None:
    scoring = [["name", "item_type", "short_label"], ["r1", "note", "I can"]]
    path = project.root / "studies" / "small" / "instruments" / "form.xlsx"
    write_sheets(sheets(scoring=scoring), path)
    entry = '[[instruments]]\nfile = "instruments/form.xlsx"\naudience = "student"\n\n[plan]'
    project.edits.append(("[plan]", entry))
    project.write([form(r1="3")])
    study = project.study()
    prepare(study)
    assert "r1" in list(study.items["item_id"])
    assert not is_stale(study)
    scoring[1][2] = "Another label"
    write_sheets(sheets(scoring=scoring), path)
    assert is_stale(study)


def test_interrupted_run_leaves_no_tables_that_look_whole(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.prepare_forms(form())
    study = project.study()

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("impact_eval.surveys.tables.pq.write_table", full)
    with pytest.raises(OSError, match="no space"):
        prepare(study)
    with pytest.raises(NotPreparedError):
        load_tables(study)


def test_progress_is_told_of_each_file(project: Project) -> None:
    for number in range(3):
        project.write([form()], name=f"{number}_students.csv")
    seen: list[tuple[str, int, int]] = []
    prepare(project.study(), progress=lambda what, done, total: seen.append((what, done, total)))
    assert [(done, total) for _, done, total in seen] == [(0, 3), (1, 3), (2, 3)]


def test_raw_files_are_left_alone(project: Project) -> None:
    path = project.write([form()])
    before = {one: one.read_bytes() for one in path.parent.iterdir()}
    project.prepare()
    assert {one: one.read_bytes() for one in path.parent.iterdir()} == before


def test_same_input_gives_the_same_tables(project: Project) -> None:
    first = project.prepare_forms(form(), form(wave="after"), form(code_1="8"))
    again = prepare(project.study())
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
