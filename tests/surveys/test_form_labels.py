"""Files that hold questions' texts and choices' labels, read by the survey form of the study."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest
from form_sheets import write_sheets
from survey_project import _CODEBOOK_HEADER, FORM, SOURCE, Project, fates

from impact_eval.errors import SurveyFileError

LANGUAGES = ("English (en)", "Urdu (ur)")
LISTS: dict[str, list[tuple[str, str, str]]] = {
    "wave": [
        ("before", "Before it", "پہلے"),
        ("after", "After it", "بعد"),
        ("later", "Later", "دیر"),
    ],
    "consent": [("yes", "Yes, I do", "ہاں"), ("no", "No", "نہیں")],
    "sex": [("girl", "A girl", "لڑکی"), ("boy", "A boy", "لڑکا")],
    "abc": [("a", "First", "پہلا"), ("b", "Second", "دوسرا"), ("c", "Third", "تیسرا")],
    "numbers": [("1", "2 things", "ایک"), ("2", "3 things", "دو"), ("3", "4 things", "تین")],
    "five": [
        ("1", "Never", "کبھی نہیں"),
        ("2", "Once", "ایک بار"),
        ("4", "Often", "اکثر"),
        ("5", "Always", "ہمیشہ"),
    ],
}
CROSSED = {
    **LISTS,
    "five": [("1", "5", "پانچ"), ("2", "4", "چار"), ("4", "2", "دوم"), ("5", "Always", "ہمیشہ")],
}
QUESTIONS = {
    "wave": ("select_one wave", "When is this?", "کب؟"),
    "school": ("text", "Which school?", "سکول؟"),
    "consent": ("select_one consent", "Do you agree?", "متفق؟"),
    "code_1": ("text", "Day of birth", "دن"),
    "code_2": ("text", "Two letters", "دو حرف"),
    "sex": ("select_one sex", "Who are you?", "کون؟"),
    "k1": ("select_one abc", "What is right?", "کیا درست ہے؟"),
    "k2": ("select_one abc", "And what is right here?", "اور یہاں؟"),
    "k3": ("select_one numbers", "How many?", "کتنے؟"),
    "c1": ("select_one five", "How often this?", "یہ؟"),
    "c2": ("select_one five", "How often that?", "وہ؟"),
    "c3": ("select_one five", "How often something?", "کچھ؟"),
}
SCORING = [
    ["name", "outcome", "short_label", "item_type", "correct", "reverse"],
    ["k1", "knowledge", "One", "choice", "b", ""],
    ["k2", "knowledge", "Two", "choice", "a|c", ""],
    ["k3", "knowledge", "Three", "choice", "2", ""],
    ["c1", "confidence", "Four", "rating", "", ""],
    ["c2", "confidence", "Five", "rating", "", "yes"],
    ["c3", "confidence", "Six", "rating", "", ""],
]
INSTRUMENT = '\n[[instruments]]\nfile = "form.xlsx"\naudience = "student"\n'
NOTE = _CODEBOOK_HEADER + "\nn1,student,,Seven,note,,,,,,post\n"
FORMS = [FORM, {**FORM, "code_1": "8", "sex": "boy", "k1": "a", "c1": "1", "c3": "2"}]


def with_form(
    project: Project,
    *,
    lists: Mapping[str, list[tuple[str, str, str]]] = LISTS,
    questions: Mapping[str, tuple[str, str, str]] = QUESTIONS,
) -> Project:
    """The project with a survey form in two languages."""
    labels = [f"label::{language}" for language in LANGUAGES]
    content = {
        "survey": [
            ["type", "name", *labels],
            ["today", "today"],
            *([kind, name, *texts] for name, (kind, *texts) in questions.items()),
        ],
        "choices": [
            ["list_name", "name", *labels],
            *([name, *choice] for name, choices in lists.items() for choice in choices),
        ],
        "settings": [["form_id", "default_language"], ["f", "English (en)"]],
        "scoring": SCORING,
    }
    write_sheets(content, project.root / "studies" / "small" / "form.xlsx")
    project.further += INSTRUMENT
    project.codebook = NOTE
    return project


def in_labels(forms: list[dict[str, str]], *, language: int) -> list[dict[str, str]]:
    """Forms with the texts of questions and choices in the place of names."""
    written = []
    for form in forms:
        said = {}
        for name, cell in form.items():
            kind, *texts = QUESTIONS.get(name, ("", name, name))
            choices = LISTS.get(kind.removeprefix("select_one "), [])
            label = {choice: texts[language] for choice, *texts in choices}
            said[texts[language]] = label.get(cell, cell)
        written.append(said)
    return written


def scores_of(project: Project) -> pd.DataFrame:
    return project.prepare().scores


@pytest.mark.parametrize("layout", ["kobo", "long"])
@pytest.mark.parametrize("language", [0, 1], ids=LANGUAGES)
def test_labels_in_each_language_give_the_scores_of_names(
    project: Project, layout: str, language: int
) -> None:
    with_form(project)
    project.source = SOURCE.replace('"kobo"', f'"{layout}"')
    project.write(FORMS)
    names = project.prepare()
    project.write(in_labels(FORMS, language=language))
    labels = project.prepare()
    assert fates(labels) == {("used", ""): 2}
    pd.testing.assert_frame_equal(labels.scores, names.scores)
    assert names.scores["score"].notna().all()
    assert labels.submissions["sex"].tolist() == ["female", "male"]
    pd.testing.assert_frame_equal(labels.links, names.links)


def test_in_a_column_of_names_a_name_is_no_label(project: Project) -> None:
    """The list `five` calls 4 "2" and 2 "4": only a column with a label is one of labels."""
    with_form(project, lists=CROSSED).write(
        [{**FORM, "c1": "2"}, {**FORM, "code_1": "9", "c1": "4"}]
    )
    tables = project.prepare()
    assert tables.submissions["c1"].tolist() == [2.0, 4.0]


def test_a_text_that_is_label_and_name_is_refused_in_a_column_of_labels(project: Project) -> None:
    with_form(project, lists=CROSSED).write(
        [{**FORM, "c1": "2"}, {**FORM, "code_1": "9", "c1": "Always"}]
    )
    with pytest.raises(SurveyFileError) as caught:
        project.prepare()
    (fault,) = caught.value.faults
    assert fault.place == "column c1"
    assert fault.rule == "a label must mean one choice of the list five"
    assert fault.found == "a label of several choices in row 2"


def test_labels_that_are_all_names_are_refused_below_a_question_s_text(project: Project) -> None:
    """A rating from 1 to 5 that the form stores from 0 to 4 would be read one step too high."""
    steps = {**LISTS, "five": [(str(k), str(k + 1), f"درجہ {k}") for k in range(5)]}
    with_form(project, lists=steps)
    forms = [{**FORM, "c1": "1", "c2": "2", "c3": "3"}, {**FORM, "code_1": "9", "c1": "3"}]
    texts = {name: text for name, (_, text, _) in QUESTIONS.items()}
    project.write([{texts.get(name, name): one[name] for name in one} for one in forms])
    with pytest.raises(SurveyFileError) as caught:
        project.prepare()
    assert {fault.place for fault in caught.value.faults} == {"column c1", "column c2", "column c3"}
    said = 'answer_labels = { "c*" = { 1 = "0", 2 = "1", 3 = "2", 4 = "3", 5 = "4" } }\n'
    project.source = SOURCE.replace("[sources.columns]", f"{said}\n[sources.columns]")
    assert project.prepare().submissions["c1"].tolist() == [0.0, 2.0]


def test_two_choices_with_one_label_are_refused_by_the_name_of_their_list(project: Project) -> None:
    lists = {**LISTS, "abc": [("a", "The same", "ایک"), ("b", "the  same", "دو"), ("c", "x", "y")]}
    with_form(project, lists=lists).write([{**FORM, "k1": "The same"}])
    with pytest.raises(SurveyFileError) as caught:
        project.prepare()
    (fault,) = caught.value.faults
    assert "the list abc" in fault.rule
    assert "same" not in str(fault).lower().replace("sample", "")


def test_what_study_toml_says_of_a_label_counts(project: Project) -> None:
    lists = {**LISTS, "abc": [("a", "The same", "ایک"), ("b", "the  same", "دو"), ("c", "x", "y")]}
    with_form(project, lists=lists)
    project.source = SOURCE.replace(
        'duplicates = "last"', 'duplicates = "last"\nanswer_labels = { k1 = { "The same" = "b" } }'
    )
    project.write([{**FORM, "k1": "The same"}])
    assert project.prepare().submissions["k1"].tolist() == [1.0]


def test_two_questions_with_one_text_are_not_guessed(project: Project) -> None:
    questions = {**QUESTIONS, "k2": ("select_one abc", "What is right?", "اور یہاں؟")}
    with_form(project, questions=questions)
    project.write([{("What is right?" if k == "k1" else k): v for k, v in FORM.items()}])
    with pytest.raises(SurveyFileError) as caught:
        project.prepare()
    (fault,) = caught.value.faults
    assert fault.place == "column k1"
    assert fault.rule == "a question that is found by its text must have a text of its own"


def test_an_answer_that_is_no_choice_is_rejected_and_not_wrong(project: Project) -> None:
    with_form(project).write([{**FORM, "k1": "d"}])
    tables = project.prepare()
    assert tables.submissions["k1"].isna().all()
    (rejected,) = tables.rejected_answers.itertuples()
    assert (rejected.column, rejected.rule) == ("k1", "one of the choices of this question")
