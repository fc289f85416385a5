"""What pyxform understands of a form is in the instrument."""

import pytest
from form_sheets import CHOICES, SCORING, SURVEY, sheets

from impact_eval.errors import StudyError, UnknownNameError
from impact_eval.instruments import read_instrument


def test_questions_stand_in_order_with_groups_lists_and_labels(write_form):
    form = read_instrument(write_form(sheets()))
    assert [(one.name, one.type, one.group, one.list_name) for one in form.questions] == [
        ("start", "start", (), ""),
        ("k1", "select_one", ("quiz",), "abc"),
        ("r1", "select_one", ("views",), "five"),
        ("hours", "integer", ("views",), ""),
    ]
    assert form.languages == ("English (en)", "Urdu (ur)")
    assert form.question("k1").labels["Urdu (ur)"] == "کیا درست ہے؟"
    assert [one.name for one in form.choices_of(form.question("r1"))] == ["1", "2", "5", "98"]
    assert [group.path for group in form.groups] == [("quiz",), ("views",)]
    assert (form.form_id, form.title, form.warnings) == ("a_form", "A form", ())


def test_rows_are_those_of_the_spreadsheet(write_form):
    form = read_instrument(write_form(sheets()))
    assert [one.row for one in form.questions] == [2, 4, 8, 9]
    assert [(one.sheet, one.row) for one in form.items] == [
        ("scoring", 2),
        ("scoring", 3),
        ("scoring", 4),
    ]


def test_items_are_rows_of_the_codebook(write_form):
    form = read_instrument(write_form(sheets()), audience="student")
    choice, rating, frequency = (dict(one.cells) for one in form.items)
    assert choice == {
        "item_id": "k1",
        "audience": "student",
        "outcome": "knowledge",
        "label": "Right thing",
        "type": "choice",
        "minimum": "",
        "maximum": "",
        "correct": "b",
        "reverse": "",
        "missing_codes": "98|99",
        "waves": "",
        "dont_know_codes": "",
        "refused_codes": "",
        "options": "",
        "scoring": "",
        "weight": "",
        "keep": "",
        "topic": "",
    }
    assert (rating["minimum"], rating["maximum"], rating["reverse"]) == ("1", "5", "yes")
    assert (frequency["type"], frequency["minimum"], frequency["maximum"]) == (
        "frequency",
        "0",
        "24",
    )


def test_scoring_may_stand_beside_the_questions(write_form):
    survey = [list(row) + [""] * (4 - len(row)) for row in SURVEY]
    by_name = {row[0]: row[1:] for row in SCORING[1:]}
    empty = [""] * (len(SCORING[0]) - 1)
    beside = [survey[0] + [name.title().replace("_", " ") for name in SCORING[0][1:]]]
    beside += [row + by_name.get(row[1], empty) for row in survey[1:]]
    content = sheets(survey=beside)
    del content["scoring"]
    there = read_instrument(write_form(content, "there.xlsx"), audience="student")
    own = read_instrument(write_form(sheets()), audience="student")
    assert [one.cells for one in there.items] == [one.cells for one in own.items]
    assert [(one.sheet, one.row) for one in there.items] == [
        ("survey", 4),
        ("survey", 8),
        ("survey", 9),
    ]


def test_a_form_without_scoring_loads(write_form):
    content = sheets()
    del content["scoring"]
    form = read_instrument(write_form(content))
    assert form.items == ()
    assert len(form.questions) == 4


def test_headings_may_have_spaces_and_capitals(write_form):
    survey = [["Type", "Name", "Label::English (en)", "label :: Urdu (ur)"], *SURVEY[1:]]
    choices = [["List Name", "Name", *CHOICES[0][2:]], *CHOICES[1:]]
    form = read_instrument(write_form(sheets(survey=survey, choices=choices)))
    assert form.question("k1").labels["English (en)"] == "What is right?"
    assert len(form.choices_of(form.question("k1"))) == 3


def test_an_other_answer_brings_its_choice_and_its_text(write_form):
    survey = [["type", "name", "label"], ["select_one pets or_other", "pet", "Which pet?"]]
    choices = [["list_name", "name", "label"], ["pets", "cat", "Cat"]]
    form = read_instrument(write_form({"survey": survey, "choices": choices}))
    assert [(one.name, one.type, one.row) for one in form.questions] == [
        ("pet", "select_one", 2),
        ("pet_other", "text", None),
    ]
    assert [one.name for one in form.choices_of(form.question("pet"))] == ["cat", "other"]
    assert form.languages == ("default",)


def test_relevance_constraint_and_hints_are_kept(write_form):
    survey = [
        ["type", "name", "label", "hint", "relevant", "required", "constraint"],
        ["begin repeat", "visits", "Visits"],
        ["text", "who", "Who?", "A word", "1 = 1", "yes", "string-length(.) <= 3"],
        ["calculate", "sum", "", "", "", "", ""],
        ["end repeat"],
    ]
    survey[3] += ["1 + 1"]
    survey[0] += ["calculation"]
    form = read_instrument(write_form({"survey": survey}))
    who = form.question("who")
    assert (who.relevant, who.required, who.constraint) == ("1 = 1", True, "string-length(.) <= 3")
    assert who.hints == {"default": "A word"}
    assert [(one.path, one.repeats) for one in form.groups] == [(("visits",), True)]
    assert form.question("sum").type == "calculate"


def test_an_unknown_question_is_named(write_form):
    with pytest.raises(UnknownNameError, match='no question "k9"'):
        read_instrument(write_form(sheets())).question("k9")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.xlsx", None, "the file must exist"),
        ("form.csv", b"type,name", "a form is an XLSX file"),
        ("form.xlsx", b"PK no workbook", "must be an XLSX file"),
    ],
)
def test_what_is_no_form_is_a_fault(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StudyError, match=words):
        read_instrument(tmp_path / name)


def test_what_pyxform_refuses_is_a_fault_with_its_row(write_form):
    survey = [*SURVEY[:3], ["select_one nowhere", "k1", "What?", "کیا؟"], *SURVEY[4:]]
    with pytest.raises(StudyError) as caught:
        read_instrument(write_form(sheets(survey=survey)), file="instruments/a.xlsx")
    fault = caught.value.faults[0]
    assert (fault.file, fault.place) == ("instruments/a.xlsx", "row 4")
    assert "nowhere" in fault.found


def test_a_number_as_a_heading_is_a_fault(write_form):
    survey = [[*SURVEY[0], 5], *SURVEY[1:]]
    with pytest.raises(StudyError, match="sheet survey, row 1: headings are text"):
        read_instrument(write_form(sheets(survey=survey)))


def test_spoilt_cells_are_faults_and_nothing_else(write_form):
    """Whatever stands in one cell, the form is read or its faults are said."""
    spoilt = (None, 0, 1.5, True, "a|b", "${k1}", "end group", "begin_repeat", "select_one five")
    outcomes = []
    for title in sheets():
        for row in range(len(sheets()[title])):
            content = {name: [list(one) for one in rows] for name, rows in sheets().items()}
            if not content[title][row]:
                continue
            content[title][row][0] = spoilt[row % len(spoilt)]
            try:
                outcomes.append(bool(read_instrument(write_form(content)).questions))
            except StudyError as error:
                outcomes.append(all(fault.remedy for fault in error.faults))
    assert len(outcomes) > 20
    assert all(outcomes)
