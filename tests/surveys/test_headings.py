"""Declared columns in a file: found, missing, twice, and nothing shown of what nobody declared."""

import pytest
from survey_project import Project, form

from impact_eval.errors import SurveyFileError
from impact_eval.surveys import prepare


def refusals(project: Project) -> list[str]:
    with pytest.raises(SurveyFileError) as caught:
        prepare(project.study())
    return [str(fault) for fault in caught.value.faults]


def test_groups_in_the_heading(project: Project) -> None:
    one = {
        f"quiz/{name}" if name[0] in "kc" and name[1:].isdigit() else name: answer
        for name, answer in form().items()
    }
    project.write([one | {"topics": "games films", "topics/games": "1", "topics/films": "1"}])
    assert project.prepare().submissions["k1"].tolist() == [1.0]


def test_option_of_a_select_multiple_is_not_the_item(project: Project) -> None:
    plain = {f"quiz/{n}" if n == "k1" else n: answer for n, answer in form(k1="a").items()}
    project.write([plain | {"topics": "k1", "topics/k1": "b"}])
    assert project.prepare().submissions["k1"].tolist() == [0.0]


def test_missing_columns_are_named_all_at_once(project: Project) -> None:
    one = form()
    one["consnt"] = one.pop("consent")
    del one["k2"], one["sex"]
    project.write([one])
    rule = "a declared column must be in the file; found no such heading"
    export = (
        "Export the file with this column, or correct its name in study.toml. "
        "If the headings are labels, export names, or give the label as its name."
    )
    near = "The heading of column L is nearly the same: correct one of the two."
    assert refusals(project) == [
        f"students.csv, column consent: {rule}. {near}",
        f"students.csv, column sex: {rule}. {export}",
        f"students.csv, column k2: {rule}. {export}",
    ]


def test_column_that_stands_twice(project: Project) -> None:
    one = {f"a/{n}" if n == "k1" else n: answer for n, answer in form().items()}
    project.write([one | {"b/k1": "c"}])
    (text,) = refusals(project)
    rule = "a question in several columns must be answered in one of them at most"
    assert f"column k1: {rule}; found different answers in row 2, in H and O" in text


def test_question_that_was_moved_between_versions_is_put_together(project: Project) -> None:
    one = {f"a/{n}" if n == "k1" else n: answer for n, answer in form().items()}
    old, new = one | {"k1": ""}, one | {"a/k1": "", "k1": "c", "code_1": "8"}
    project.write([old, new, one | {"k1": "b", "code_1": "9"}])
    assert project.prepare().submissions["k1"].tolist() == [1.0, 0.0, 1.0]


def test_column_that_stands_twice_without_groups(project: Project) -> None:
    project.source = project.source.replace('layout = "kobo"', 'layout = "long"')
    names, cells = ";".join([*form(), "k1"]), ";".join([*form().values(), "c"])
    project.write_bytes(f"{names}\n{cells}\n".encode())
    (text,) = refusals(project)
    assert "column k1: a declared column must stand in the file once; found it in H and O" in text


def test_file_without_a_header_shows_nobodys_answers(project: Project) -> None:
    data = ";".join(f"canary{number}" for number in range(14)).encode()
    project.write_bytes(data + b"\n" + data + b"\n")
    (text,) = refusals(project)
    assert "none of the 13 declared columns" in text or "declared columns among 14" in text
    assert "canary" not in text


def test_answers_in_place_of_the_header_that_look_like_a_declared_name(project: Project) -> None:
    one = form()
    one["schoool"] = one.pop("school")
    project.write([one])
    (text,) = refusals(project)
    assert "schoool" not in text
    assert "column N" in text


def test_wrong_delimiter_is_refused(project: Project) -> None:
    project.source = project.source.replace('layout = "kobo"', 'layout = "kobo"\ndelimiter = ","')
    project.write([form()])
    (text,) = refusals(project)
    assert "among 1. Row 1 must hold the headings" in text
    assert "`delimiter`" in text


def test_item_asked_later_may_be_absent_before(project: Project) -> None:
    one = form()
    del one["n1"]
    project.write([one])
    assert len(project.prepare().submissions) == 1
    project.write([one, one | {"wave": "after"}])
    (text,) = refusals(project)
    assert "column n1" in text
