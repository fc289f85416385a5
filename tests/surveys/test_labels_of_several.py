"""Labels in answers that may hold several: in one cell, and at the end of headings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from several_answers import LANGUAGES, TEXTS, TWINS, declare, exported, write_form
from survey_project import FORM, Project, fates

from impact_eval.errors import SurveyFileError
from impact_eval.surveys.encoded import Encoded
from impact_eval.surveys.joined_labels import JoinedLabels
from impact_eval.surveys.tables import SurveyTables


@pytest.fixture
def project(project: Project) -> Project:
    return declare(project)


def of_both(tables: SurveyTables) -> tuple[list[float], list[float]]:
    submissions = tables.submissions
    return submissions["k2"].tolist(), submissions["t1"].fillna(-1).tolist()


@pytest.mark.parametrize("language", [None, 0, 1], ids=["names", *LANGUAGES])
@pytest.mark.parametrize("columns", ["joined", "split", "both"])
def test_every_export_gives_the_answers_of_names(
    project: Project, columns: str, language: int | None
) -> None:
    project.write(exported(columns, language=language))
    tables = project.prepare()
    assert fates(tables) == {("used", ""): 3}
    assert of_both(tables) == ([1.0, 0.0, pytest.approx(2 / 3)], [1.0, 0.0, -1.0])
    assert len(tables.rejected_answers) == 0


def test_labels_of_two_languages_side_by_side(project: Project) -> None:
    """Two versions of a form, each with its language: every row has columns of its own."""
    english, urdu = exported("split", language=0), exported("split", language=1)
    blank = [dict.fromkeys(form, "") for form in urdu]
    project.write([{**blank[0], **english[0]}, {**dict.fromkeys(english[1], ""), **urdu[1]}])
    assert of_both(project.prepare()) == ([1.0, 0.0], [1.0, 0.0])


def test_labels_with_a_step_in_them(project: Project) -> None:
    said = (("a", "Long/short", "ا"), ("b", "Signs", "ب"), ("c", "My name", "ج"))
    form = {**FORM, "Which are safe?/Long/short": "1", "Which are safe?/Signs": "0"}
    form |= {"Which are safe?/My name": "1", "topics": ""}
    del form["k2"]
    write_form(project, safe=said)
    project.write([form])
    # a is right, b is missing and c is wrong
    assert project.prepare().submissions["k2"].tolist() == [pytest.approx(1 / 3)]


def test_labels_that_may_be_read_in_two_ways_name_their_rows(project: Project) -> None:
    write_form(project, safe=TWINS)
    forms = exported("joined", language=0)
    texts = ("on line", "Games on line", "on line Games")
    for form, text in zip(forms, texts, strict=True):
        form["quiz/Which are safe?"] = text
    project.write(forms)
    with pytest.raises(SurveyFileError) as caught:
        project.prepare()
    (fault,) = caught.value.faults
    assert (fault.file, fault.place) == ("students.csv", "column k2")
    assert fault.rule == "labels in one cell must be those of the list safe in one way only"
    assert fault.found == "labels that may mean several in row 3"
    assert "a column for each choice" in fault.remedy
    assert "line" not in str(fault)


def test_columns_of_options_tell_what_one_cell_does_not(project: Project) -> None:
    write_form(project, safe=TWINS)
    forms = exported("joined", language=0)
    said = (("a b", "Games on line"), ("c", "Games on line"), ("a", "Games"))
    for form, (ticked, text) in zip(forms, said, strict=True):
        form["quiz/Which are safe?"] = text
        for name, label, _ in TWINS:
            form[f"quiz/Which are safe?/{label}"] = str(int(name in ticked.split()))
    project.write(forms)
    assert project.prepare().submissions["k2"].tolist() == pytest.approx([1, 0, 2 / 3])


def test_a_heading_with_a_label_of_two_choices_is_refused(project: Project) -> None:
    same = (("a", "The same", "ایک"), ("b", "The same", "دو"), ("c", "My name", "تین"))
    form = {**FORM, "topics": "", "Which are safe?/The same": "1", "Which are safe?/My name": "0"}
    del form["k2"]
    write_form(project, safe=same)
    project.write([form])
    with pytest.raises(SurveyFileError) as caught:
        project.prepare()
    (fault,) = caught.value.faults
    assert fault.rule == "a label must mean one choice of the list safe"
    assert fault.found == "a label of several choices as the heading of O"
    assert "same" not in str(fault)


@pytest.mark.parametrize("text", ["A long one and more", "My name My name", "A long", "d"])
def test_an_answer_that_is_no_label_is_rejected(project: Project, text: str) -> None:
    forms = exported("joined", language=0)
    forms[1]["quiz/Which are safe?"] = text
    project.write(forms)
    tables = project.prepare()
    assert tables.submissions["k2"].isna().tolist() == [False, True, False]
    (rejected,) = tables.rejected_answers.itertuples()
    assert rejected.column == "k2"
    assert rejected.rule.startswith("options of this question")


def test_an_option_is_not_told_from_what_is_no_label(project: Project) -> None:
    forms = exported("joined", language=1)
    forms[1][f"quiz/{TEXTS['topics'][1]}"] = "کھیل qqother"
    project.write(forms)
    with pytest.raises(SurveyFileError) as caught:
        project.prepare()
    (fault,) = caught.value.faults
    assert fault.place == "column topics"
    assert fault.found == "something else in row 3"
    assert "qq" not in str(fault)


def test_an_option_of_an_older_form_is_rejected_where_it_was_ticked(project: Project) -> None:
    forms = exported("split", language=0)
    for form, ticked in zip(forms, ("0", "1", "0"), strict=True):
        form["quiz/Which are safe?/An old one"] = ticked
    project.write(forms)
    tables = project.prepare()
    assert tables.submissions["k2"].isna().tolist() == [False, True, False]
    assert tables.rejected_answers["column"].tolist() == ["k2"]


def test_a_column_of_names_stays_one(project: Project) -> None:
    """Labels that are names of other choices mean nothing where every answer is names."""
    crossed = (("a", "b", "ایک"), ("b", "a", "دو"), ("c", "My name", "تین"))
    project.write(exported("joined", language=None))
    names = project.prepare().submissions["k2"].tolist()
    write_form(project, safe=crossed)
    project.write(exported("joined", language=None))
    assert project.prepare().submissions["k2"].tolist() == names


WORDS = st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, max_size=3).map(" ".join)


@given(
    st.lists(WORDS, min_size=1, max_size=6, unique=True),
    st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True),
)
def test_what_was_ticked_is_among_the_readings(labels: list[str], ticked: list[int]) -> None:
    """The true answer is the reading, or there are two: it is never another one alone."""
    list_of = JoinedLabels.of({}, {label: [str(at)] for at, label in enumerate(labels)})
    true = [at for at in ticked if at < len(labels)]
    found = list_of.readings(" ".join(labels[at] for at in true))
    if true:
        assert found
        assert len(found) == 2 or set(found[0]) == {str(at) for at in true}


def test_many_words_are_read_at_once() -> None:
    labels = {"x " * n + "x": [str(n)] for n in range(12)}
    assert JoinedLabels.of({}, labels).readings("x " * 200) == [(), ()]
    assert JoinedLabels.of({}, labels).readings("x " * 200 + "y") == []
    cells = Encoded(np.array([0]), ["x x x"])
    assert JoinedLabels.of({}, labels).in_names(cells).unclear.tolist() == [True]
