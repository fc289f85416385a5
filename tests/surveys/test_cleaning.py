"""Cleaning logs: what was agreed on is done when the file is read, and every entry has a fate."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from export_files import put, source, text
from real_studies import open_real_study
from survey_project import Project, fates

from impact_eval.errors import SurveyFileError
from impact_eval.findings import compute_findings
from impact_eval.surveys import is_stale, prepare
from impact_eval.surveys.cleaned_parts import cleaning_accounts
from impact_eval.surveys.cleaning import FATES_OF_ENTRIES
from impact_eval.surveys.cleaning_log import read_cleaning_log

UUID = "00000000-0000-4000-8000-00000000000"
HEADER = "uuid,question,old_value,new_value,change_type\n"
ENTRIES = [
    (f"{UUID}1", "k1", "b", "a", "change_response"),  # 2: done
    (f"{UUID}1", "quiz/k2", "NA", "c", "change_response"),  # 3: done, no old value is stated
    (f"{UUID}1", "c1", "3", "5", "change_response"),  # 4: the data hold 4
    (f"{UUID}2", "k2", "a", "c", "change_response"),  # 5: the data hold c already
    (f"{UUID}2", "n1", "3.0", "", "blank_response"),  # 6: done
    (f"{UUID}3", "", "", "", "remove_survey"),  # 7: done
    (f"{UUID}9", "k1", "a", "b", "change_response"),  # 8: no such form
    (f"{UUID}1", "k9", "a", "b", "change_response"),  # 9: no such question
    (f"{UUID}1", "c2", "2", "", "no_action"),  # 10
]
PLACE = "[sources.columns]"


@pytest.fixture
def cleaned(project: Project) -> Project:
    declared = source().replace(PLACE, f'cleaning_log = "log.csv"\n{PLACE}')
    put(project, text("kobo/groups.csv"), suffix=".csv", declared=declared)
    write_log(project, ENTRIES)
    return project


def write_log(project: Project, entries: list[tuple[str, ...]], *, header: str = HEADER) -> None:
    lines = [",".join(entry) + "\n" for entry in entries]
    project.write_bytes((header + "".join(lines)).encode(), name="log.csv")


def account(project: Project) -> dict[str, list[int]]:
    prepared = project.root / "data" / "processed" / "small" / "prepared.json"
    (one,) = json.loads(prepared.read_text())["cleaning"]
    return {fate: rows for fate, rows in one.items() if fate in FATES_OF_ENTRIES and rows}


def test_log_counts_for_a_file_that_is_not_read_again(cleaned: Project) -> None:
    before, counted = cleaned.prepare(), account(cleaned)
    again = cleaned.prepare()
    prepared = cleaned.root / "data" / "processed" / "small" / "prepared.json"
    assert json.loads(prepared.read_text())["files_read"] == []
    assert account(cleaned) == counted
    pd.testing.assert_frame_equal(again.submissions, before.submissions)
    pd.testing.assert_frame_equal(again.quarantine, before.quarantine)


def test_every_entry_has_one_fate(cleaned: Project) -> None:
    tables = cleaned.prepare()
    assert account(cleaned) == {
        "changed": [2, 3],
        "blanked": [6],
        "removed": [7],
        "no_action": [10],
        "changed_before": [5],
        "conflict": [4],
        "unknown_uuid": [8],
        "unknown_question": [9],
    }
    assert fates(tables) == {("used", ""): 2, ("quarantined", "removed"): 1}
    forms = tables.submissions
    assert forms.loc[0, ["k1", "k2", "c1"]].tolist() == [0, 1, 4]
    assert forms["n1"].isna().all()


def test_what_is_said_holds_no_answer(cleaned: Project) -> None:
    study = cleaned.study()
    assert cleaning_accounts(study) == []
    prepare(study)
    assert cleaning_accounts(study) == [
        (
            "log.csv on export.csv: 2 changed, 1 blanked, 1 removed, 1 no action, "
            "1 changed before, 1 conflict (row 4 of the log), 1 unknown uuid (row 8 of the log), "
            "1 unknown question (row 9 of the log)"
        )
    ]


@pytest.mark.parametrize("change", ["remove_survey", "change_response", "blank_response"])
def test_an_entry_without_a_uuid_is_about_no_form(cleaned: Project, change: str) -> None:
    """Least of all about those that have none either."""
    data = text("kobo/groups.csv").replace(f"{UUID}2".encode(), b"")
    cleaned.write_bytes(data, name="export.csv")
    write_log(cleaned, [("", "k1", "", "c", change)])
    tables = cleaned.prepare()
    assert account(cleaned) == {"unknown_uuid": [2]}
    assert fates(tables) == {("used", ""): 3}
    assert tables.submissions.loc[1, "k1"] == 0


def test_log_is_an_input(cleaned: Project) -> None:
    study = cleaned.study()
    prepare(study)
    assert not is_stale(study)
    write_log(cleaned, ENTRIES[:1])
    assert is_stale(study)


def test_declared_columns_and_kinds_of_change(cleaned: Project) -> None:
    write_log(
        cleaned,
        [("a", "k1", "b", f"{UUID}1", "fix")],
        header="new,what,old,id,kind\n",
    )
    cleaned.source = cleaned.source.replace(
        PLACE,
        'cleaning_columns = { uuid = "id", question = "what", old_value = "old", '
        'new_value = "new", change_type = "kind", form = "_uuid" }\n'
        f'cleaning_changes = {{ fix = "change" }}\n{PLACE}',
    )
    cleaned.prepare()
    assert account(cleaned) == {"changed": [2]}


@pytest.mark.parametrize(
    ("entries", "header", "message"),
    [
        (
            [(f"{UUID}1", "k1", "b", "a", "corrected")],
            HEADER,
            (
                "log.csv, column change_type: a kind of change is declared or one of "
                "change_response, blank_response, remove_survey, no_action; found another in row 2"
            ),
        ),
        (ENTRIES, HEADER.replace("question", "q"), "log.csv, column question: a declared column"),
        (None, HEADER, "log.csv: the declared cleaning log must exist; found no such file."),
    ],
)
def test_log_that_cannot_be_relied_on(
    cleaned: Project, entries: list[tuple[str, ...]] | None, header: str, message: str
) -> None:
    if entries is None:
        (cleaned.raw / "log.csv").unlink()
    else:
        write_log(cleaned, entries, header=header)
    with pytest.raises(SurveyFileError) as caught:
        cleaned.prepare()
    assert message in str(caught.value)


def test_data_without_uuids(cleaned: Project) -> None:
    data = text("kobo/groups.csv").replace(b'"_uuid"', b'"u"')
    cleaned.write_bytes(data, name="export.csv")
    with pytest.raises(SurveyFileError, match="has a column that tells its forms apart"):
        cleaned.prepare()


def test_real_survey_of_one_wave_with_its_log(tmp_path: Path) -> None:
    """632 forms and 726 entries, counted beforehand with other tools."""
    study = open_real_study("kobo", tmp_path)
    tables = prepare(study)
    prepared = json.loads((study.processed_folder / "prepared.json").read_text())
    (entries,) = prepared["cleaning"]
    counts = {fate: len(entries[fate]) for fate in FATES_OF_ENTRIES}
    assert counts == {
        "changed": 44,
        "blanked": 3,
        "removed": 55,
        "no_action": 620,
        "changed_before": 2,  # two entries stand in the log twice
        "conflict": 2,  # the log says 0, the data say False
        "unknown_uuid": 0,
        "unknown_question": 0,
    }
    assert entries["conflict"] == [9, 10]
    log = read_cleaning_log(study.sources[0], study)
    assert log is not None
    assert int(tables.counts["rows"].sum()) == 632
    removed = len(log.entries.loc[log.entries["action"] == "remove", "uuid"].unique())
    assert fates(tables)["quarantined", "removed"] == removed
    findings = compute_findings(study, tables)
    means = findings[(findings["quantity"] == "mean") & (findings["level"] == "programme")]
    assert set(means["outcome"]) == {"satisfaction", "pipes"}
    assert not (findings["quantity"] == "change").any()
