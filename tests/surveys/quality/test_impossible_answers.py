"""Answers that a study declares to exclude each other: flagged, counted by rule, and checked."""

from __future__ import annotations

import pytest
from export_files import GOOGLE, put, text
from form_sheets import SCORING, sheets, write_sheets
from survey_project import CODEBOOK, Project, form

from impact_eval.errors import StudyError
from impact_eval.surveys.quality.impossible import tell_impossible

RULE = """
[[quality.impossible]]
id = "{id}"
audience = "student"
answers = {answers}
"""
ITEMS = "p1,student,,A telephone of your own,note,,,,,98,\np2,student,,How often,note,,,,,98,\n"


def declare(project: Project, answers: str, *, id: str = "no_telephone") -> None:  # noqa: A002
    project.codebook = CODEBOOK + ITEMS
    rule = RULE.format(id=id, answers=answers)
    project.edits = [("[plan]", f"{rule}\n[plan]")]


def answered(p1: str, p2: str, **named: str) -> dict[str, str]:
    return form(p1=p1, p2=p2, **named)


def test_forms_with_both_answers_are_flagged_and_counted(project: Project) -> None:
    declare(project, '{ p1 = ["no"], p2 = ["daily", "weekly"] }')
    tables = project.prepare_forms(
        answered("no", "daily", code_1="1"),
        answered(" No ", "WEEKLY", code_1="2"),
        answered("yes", "daily", code_1="3"),
        answered("no", "never", code_1="4"),
        answered("no", "", code_1="5"),
        answered("98", "daily", code_1="6"),
    )
    assert tables.quality["submission_id"].tolist() == [0, 1]
    assert tables.quality["flag"].unique().tolist() == ["impossible"]
    assert list(tell_impossible(project.study())) == ["answers:no_telephone: 2 forms"]


def test_ratings_are_named_as_they_are_written(project: Project) -> None:
    declare(project, '{ c1 = ["5"], c2 = ["5"], k1 = ["b"] }')
    tables = project.prepare_forms(
        answered("", "", c1="5", c2="5.0", code_1="1"),  # c2 is reversed: 5 is scored 1
        answered("", "", c1="5", c2="1", code_1="2"),
        answered("", "", c1="5", c2="5", k1="a", code_1="3"),
    )
    assert tables.quality["submission_id"].tolist() == [0]


def test_other_audiences_are_not_meant(project: Project) -> None:
    declare(project, '{ p1 = ["no"], p2 = ["daily"] }')
    audience = '[[audiences]]\nid = "student"'
    more = audience.replace("student", "parent")
    more += '\nlabel = "parents"\nlink = "none"\nreport_level = "school"\n\n'
    project.edits += [(audience, more + audience)]
    project.source = project.source.replace(
        'audience = "student"',
        'audience = { column = "who", values = { s = "student", p = "parent" } }',
    )
    project.codebook += ITEMS.replace("student", "parent")
    tables = project.prepare_forms(
        answered("no", "daily", who="s"), answered("no", "daily", who="p")
    )
    assert tables.quality["submission_id"].tolist() == [0]


def test_labels_of_answers_mean_their_codes(project: Project) -> None:
    put(project, text("google_forms/download.csv"), suffix=".csv", declared=GOOGLE)
    plain = project.prepare().submissions
    first = plain.iloc[0]
    reversed_c2 = f"{6 - first['c2']:g}"
    rule = RULE.format(id="both", answers=f'{{ c1 = ["{first["c1"]:g}"], c2 = ["{reversed_c2}"] }}')
    project.edits = [("[plan]", f"{rule}\n[plan]")]
    tables = project.prepare()
    same = (plain["c1"] == first["c1"]) & (plain["c2"] == first["c2"])
    assert tables.quality["submission_id"].tolist() == plain.loc[same, "submission_id"].tolist()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ('{ p1 = ["no"], p9 = ["daily"] }', "answers.p9: must be an item of student"),
        ('{ p1 = ["no"] }', "answers: must have at least 2 entries"),
        ('{ p1 = ["no"], p2 = [] }', "answers.p2: must have at least 1 entries"),
        ('{ p1 = ["98"], p2 = ["daily"] }', "answers.p1: must be an answer, and no code for"),
        ('{ c1 = ["6"], p2 = ["daily"] }', "answers.c1: must be a number from 1 to 5"),
        ('{ c1 = ["many"], p2 = ["daily"] }', "answers.c1: must be a number from 1 to 5"),
    ],
)
def test_what_nobody_can_answer_is_a_fault(project: Project, answers: str, words: str) -> None:
    declare(project, answers)
    with pytest.raises(StudyError) as caught:
        project.study()
    assert f"quality.impossible[1].{words}" in str(caught.value)


def test_an_id_stands_once_and_the_audience_is_declared(project: Project) -> None:
    declare(project, '{ p1 = ["no"], p2 = ["daily"] }')
    ((place, rule),) = project.edits
    twice = rule.replace("[plan]", rule.replace('"student"', '"pupil"'))
    project.edits = [(place, twice)]
    with pytest.raises(StudyError) as caught:
        project.study()
    text_of_all = str(caught.value)
    assert 'quality.impossible[2].id: must be unique; found "no_telephone" again' in text_of_all
    assert "quality.impossible[2].audience: must be a declared audience" in text_of_all


@pytest.mark.parametrize(("item", "value"), [("k1", "d"), ("r1", "3")])
def test_choices_of_a_survey_form_are_known(project: Project, item: str, value: str) -> None:
    folder = project.root / "studies" / "small"
    write_sheets(sheets(scoring=SCORING[:3]), folder / "form.xlsx")
    project.source += '\n[[instruments]]\nfile = "form.xlsx"\naudience = "student"\n'
    declare(project, f'{{ {item} = ["{value}"], p1 = ["no"] }}')
    project.codebook = CODEBOOK.replace("k1,", "k9,") + ITEMS
    with pytest.raises(StudyError) as caught:
        project.study()
    words = f"quality.impossible[1].answers.{item}: must be a choice of this question"
    assert f'{words}; found "{value}"' in str(caught.value)
    declare(project, f'{{ {item} = ["{"a" if item == "k1" else "2"}"], p1 = ["no"] }}')
    project.codebook = CODEBOOK.replace("k1,", "k9,") + ITEMS
    with pytest.raises(StudyError) as caught:
        project.study()
    assert "quality.impossible" not in str(caught.value)
