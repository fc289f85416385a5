"""Duplicates, links, pseudonyms and withdrawals: who is the same person."""

import hashlib
import hmac
import stat
from pathlib import Path

import pytest
from survey_project import Project, fates, form

from impact_eval.errors import SurveyFileError
from impact_eval.surveys.linking.pseudonyms import pseudonym, study_key
from impact_eval.surveys.tables import SurveyTables


def respondents(tables: SurveyTables) -> list[str]:
    return tables.links["respondent_id"].tolist()


def kept_rows(tables: SurveyTables) -> list[int]:
    return tables.submissions["source_row"].tolist()


@pytest.mark.parametrize(("rule", "kept"), [("first", [2]), ("last", [4])])
def test_declared_rule_says_which_duplicate_counts(
    project: Project, rule: str, kept: list[int]
) -> None:
    project.source = project.source.replace('duplicates = "last"', f'duplicates = "{rule}"')
    tables = project.prepare_forms(form(), form(k1="a"), form(code_1=" 07", code_2="A B"))
    assert kept_rows(tables) == kept
    assert fates(tables) == {("used", ""): 1, ("duplicate", "same_code"): 2}
    named = f"It repeats row {kept[0]} of students.csv. "
    assert tables.quarantine["remedy"].str.startswith(named).all()


def test_later_submission_counts_whatever_its_row(project: Project) -> None:
    later, earlier = "2024-03-01T12:00:00", "2024-03-01T09:00:00"
    tables = project.prepare_forms(form(_submission_time=later), form(_submission_time=earlier))
    assert kept_rows(tables) == [2]


@pytest.mark.parametrize(
    "change", [{"wave": "after"}, {"school": "south"}, {"code_1": "8"}, {"sex": "boy"}]
)
def test_what_is_no_duplicate(project: Project, change: dict[str, str]) -> None:
    assert fates(project.prepare_forms(form(), form(**change))) == {("used", ""): 2}


def test_unknown_sex_does_not_make_another_person(project: Project) -> None:
    tables = project.prepare_forms(form(sex=""), form(), form())
    assert fates(tables) == {("used", ""): 1, ("duplicate", "same_code"): 2}


def test_same_upload_is_a_duplicate_whatever_else_differs(project: Project) -> None:
    project.write([form(_uuid="u1"), form(_uuid="u2", code_1="8")], name="1_students.csv")
    project.write([form(_uuid="u1", code_1="9", wave="after")], name="2_students.csv")
    tables = project.prepare()
    assert fates(tables) == {("used", ""): 2, ("duplicate", "same_upload"): 1}
    assert tables.quarantine["remedy"][0].startswith("It repeats row 2 of 2_students.csv.")


def test_duplicate_of_a_duplicate_names_the_form_that_counts(project: Project) -> None:
    tables = project.prepare_forms(form(_uuid="u1"), form(_uuid="u1"), form(_uuid="u2"))
    assert kept_rows(tables) == [4]
    assert tables.quarantine["remedy"].str.startswith("It repeats row 4 of").all()


def test_without_a_code_only_the_same_answers_at_the_same_time(project: Project) -> None:
    time = {"code_1": "", "_submission_time": "2024-03-01T12:00:00"}
    tables = project.prepare_forms(
        form(**time),
        form(**time),
        form(**time, c1="3"),
        form(**time, k1="d"),
        form(**time, k1="c"),
        form(**time | {"_submission_time": "2024-03-01T12:00:01"}),
        form(**time | {"_submission_time": ""}),
        form(**time | {"_submission_time": ""}),
    )
    assert fates(tables) == {("used", ""): 7, ("duplicate", "same_answers"): 1}


def test_one_person_has_one_pseudonym_in_all_waves(project: Project) -> None:
    tables = project.prepare_forms(
        form(), form(wave="after", code_1="۷", code_2="AB "), form(wave="later", code_1="07.0")
    )
    assert len(set(respondents(tables))) == 1
    assert tables.links["method"].tolist() == ["exact"] * 3


def test_codes_are_compared_within_the_school(project: Project) -> None:
    tables = project.prepare_forms(form(), form(wave="after", school="south"))
    assert len(set(respondents(tables))) == 2


def test_elements_of_a_code_do_not_run_together(project: Project) -> None:
    tables = project.prepare_forms(
        form(code_1="1", code_2="11"), form(wave="after", code_1="11", code_2="1")
    )
    assert len(set(respondents(tables))) == 2


def test_incomplete_code_is_not_linked(project: Project) -> None:
    tables = project.prepare_forms(form(code_2=""), form(wave="after", code_2=" - "))
    assert respondents(tables) == ["", ""]
    assert tables.links["method"].tolist() == ["none", "none"]


def test_code_of_two_people_is_linked_in_no_wave(project: Project) -> None:
    tables = project.prepare_forms(
        form(),
        form(sex="boy"),
        form(wave="after"),
        form(code_1="8"),
        form(wave="after", code_1="8"),
        *(form(code_1=str(n), code_2=f"x{n}") for n in range(10, 40)),  # codes are seen to be rare
    )
    assert [bool(one) for one in respondents(tables)][:5] == [False, False, False, True, True]


def test_numbers_of_the_school_cannot_be_shared(project: Project) -> None:
    project.edits = [('link = "code"', 'link = "roster_id"')]
    project.source = project.source.replace('code = ["code_1", "code_2"]', 'respondent = "code_1"')
    tables = project.prepare_forms(form(), form(sex="boy"), form(wave="after", code_2="zz"))
    assert fates(tables) == {("used", ""): 2, ("duplicate", "same_code"): 1}
    assert tables.links["method"].tolist() == ["roster", "roster"]
    assert len(set(respondents(tables))) == 1


def test_pseudonym_is_hmac_sha256(tmp_path: Path) -> None:
    key = study_key(tmp_path / "secrets" / "small.key")
    expected = hmac.new(key, b"student\x1fnorth\x1f7", hashlib.sha256).hexdigest()
    assert expected.startswith(pseudonym("student\x1fnorth\x1f7", key=key))
    assert len(key) == 32


def test_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "small.key"
    assert study_key(path) == study_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert study_key(path) != study_key(tmp_path / "secrets" / "other.key")


@pytest.mark.parametrize("content", ["", "canary", "ab" * 31, "é" * 64])
def test_file_that_holds_no_key_is_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "small.key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SurveyFileError, match="must hold the key") as caught:
        study_key(path)
    assert "canary" not in str(caught.value)
    assert path.read_text(encoding="utf-8") == content


def test_pseudonyms_stay_the_same_between_runs(project: Project) -> None:
    first = respondents(project.prepare_forms(form()))
    assert respondents(project.prepare_forms(form(), form(code_1="8")))[:1] == first


@pytest.fixture
def withdrawing(project: Project) -> Project:
    project.further = 'withdrawals = "withdrawn.csv"'
    return project


def test_who_withdrew_is_left_out_of_every_wave(withdrawing: Project) -> None:
    (withdrawing.raw / "withdrawn.csv").write_text(
        "school_id;audience;code_1;code_2\nNorth lane school;student;07;AB\nsouth;student;1;zz\n"
    )
    tables = withdrawing.prepare_forms(
        form(), form(), form(wave="after"), form(school="south"), form(code_1="8")
    )
    assert fates(tables) == {("used", ""): 2, ("withdrawn", "withdrawn"): 3}
    withdrawn = tables.counts[tables.counts["fate"] == "withdrawn"]
    assert withdrawn[["school_id", "phase", "wave"]].to_numpy().tolist() == [["", "", ""]]
    prepared = (withdrawing.study().processed_folder / "prepared.json").read_text()
    assert '"withdrawals_without_form": [\n  3\n ]' in prepared


def test_nobody_withdrew(withdrawing: Project) -> None:
    (withdrawing.raw / "withdrawn.csv").write_text("school_id,audience,code_1,code_2\n")
    assert fates(withdrawing.prepare_forms(form())) == {("used", ""): 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "the declared list of withdrawals must exist"),
        ("school_id,audience,code_1,code_2\nwest,student,canary,a\n", "rows 2: a withdrawal names"),
        ("school_id,audience,code_1,code_2\nnorth,pupil,canary,a\n", "rows 2: a withdrawal names"),
        ("school_id,audience,code_1,code_2\nnorth,student,canary,\n", "rows 2: a withdrawal names"),
        ("school_id,audience,code_1,code_2\nnorth,student,canary\n", "rows 2: a withdrawal names"),
        ("school_id,audience,code_1\nnorth,student,canary\n", "column code_2: a declared column"),
        ("school,audience,code_1,code_2\nnorth,student,canary,a\n", "column school_id: a declared"),
    ],
)
def test_withdrawals_that_cannot_be_relied_on_stop_everything(
    withdrawing: Project, text: str | None, message: str
) -> None:
    if text is not None:
        (withdrawing.raw / "withdrawn.csv").write_text(text)
    withdrawing.write([form()])
    with pytest.raises(SurveyFileError) as caught:
        withdrawing.prepare()
    assert message in str(caught.value)
    assert "canary" not in str(caught.value)
