"""Rules of the scoring columns, each broken once in the small form."""

import pytest
from form_sheets import CHOICES, SCORING, SURVEY, sheets

from impact_eval.errors import StudyError
from impact_eval.instruments import read_instrument


def with_cell(rows, row, column, value):
    """Rows with one cell changed; `column` is a heading."""
    changed = [list(one) for one in rows]
    changed[row][changed[0].index(column)] = value
    return changed


SEVERAL = [*SURVEY[:3], ["select_multiple abc", *SURVEY[3][1:]], *SURVEY[4:]]
BROKEN = {
    "a right answer that is no choice": (
        sheets(scoring=with_cell(SCORING, 1, "correct", "c")),
        "sheet scoring, row 2, column correct",
        "must be a choice of the list abc",
    ),
    "a question that is not there": (
        sheets(scoring=with_cell(SCORING, 1, "name", "k2")),
        "sheet scoring, row 2, column name",
        "must be a question of the form",
    ),
    "a question twice": (
        sheets(scoring=[*SCORING, SCORING[1]]),
        "sheet scoring, row 5, column name",
        "k1 as in row 2",
    ),
    "a range that the choices say": (
        sheets(scoring=with_cell(SCORING, 2, "minimum", 1)),
        "sheet scoring, row 3, column minimum",
        "the range follows from the choices",
    ),
    "a rating in words": (
        sheets(scoring=with_cell(with_cell(SCORING, 1, "correct", ""), 1, "item_type", "rating")),
        "sheet scoring, row 2, column item_type",
        'found "a", "b"',
    ),
    "an unknown column": (
        sheets(scoring=[[*SCORING[0], "wieght"], *SCORING[1:]]),
        "sheet scoring, column wieght",
        "no such column",
    ),
    "an audience twice": (
        sheets(scoring=[[*SCORING[0], "audience"], [*SCORING[1], "student"]]),
        "sheet scoring, row 2, column audience",
        "an audience is stated once",
    ),
    "an item that takes several answers": (
        sheets(
            survey=SEVERAL,
            scoring=with_cell(with_cell(SCORING, 1, "correct", ""), 1, "item_type", "choice"),
        ),
        "sheet scoring, row 2, column name",
        "an item has one answer",
    ),
    "an item that is asked several times": (
        sheets(
            survey=[
                *SURVEY[:2],
                ["begin_repeat", *SURVEY[2][1:]],
                *SURVEY[3:5],
                ["end_repeat"],
                *SURVEY[6:],
            ]
        ),
        "sheet scoring, row 2, column name",
        "an item is asked once",
    ),
    "a key among the choices": (
        sheets(choices=[[*CHOICES[0], "Correct"], *CHOICES[1:]]),
        "sheet choices, column Correct",
        "no key may stand among the choices",
    ),
    "a mark of the right answers among the choices": (
        sheets(choices=[[*CHOICES[0], "is_right"], *CHOICES[1:]]),
        "sheet choices, column is_right",
        "no key may stand among the choices",
    ),
    "points among the choices": (
        sheets(choices=[[*CHOICES[0], "Points::English (en)"], *CHOICES[1:]]),
        "sheet choices, column Points::English (en)",
        "no key may stand among the choices",
    ),
    "a topic among the choices": (
        sheets(choices=[[*CHOICES[0], "topic"], *CHOICES[1:]]),
        "sheet choices, column topic",
        "no key may stand among the choices",
    ),
    "a key in a column that is written into the form": (
        sheets(survey=[[*SURVEY[0], "bind::correct"], *SURVEY[1:]]),
        "sheet survey, column bind::correct",
        "bind columns are written into the form",
    ),
    "scoring on two sheets": (
        sheets(survey=[[*SURVEY[0], "outcome"], *SURVEY[1:]]),
        "sheet survey, column outcome",
        "scoring stands on one sheet",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_rule_is_one_fault_with_its_place(write_form, broken):
    content, place, words = BROKEN[broken]
    with pytest.raises(StudyError) as caught:
        read_instrument(write_form(content), file="a.xlsx", audience="student")
    (fault,) = caught.value.faults
    assert (fault.file, fault.place) == ("a.xlsx", place)
    assert words in str(fault)
    assert fault.remedy


def test_every_fault_is_reported_at_once(write_form):
    scoring = with_cell(with_cell(SCORING, 1, "correct", "c"), 2, "minimum", 1)
    with pytest.raises(StudyError) as caught:
        read_instrument(write_form(sheets(scoring=scoring)))
    columns = [fault.place.rpartition(" ")[2] for fault in caught.value.faults]
    assert columns == ["correct", "minimum"]


def test_the_type_follows_from_what_is_said(write_form):
    scoring = [
        ["name", "outcome", "correct"],
        ["k1", "knowledge", "a"],
        ["r1", "confidence", ""],
        ["hours", "", ""],
    ]
    # an outcome's rating of steps 1, 2, 5 and 98: without missing codes, 98 is a step
    content = sheets(scoring=[[*scoring[0], "short_label"], *([*row, "x"] for row in scoring[1:])])
    form = read_instrument(write_form(content), audience="student")
    assert [one.cells["type"] for one in form.items] == ["choice", "rating", "note"]
    assert form.items[1].cells["maximum"] == "98"


def test_several_right_answers_are_judged_over_all_options(write_form):
    scoring = [[*SCORING[0], "scoring", "weight", "dont_know_codes"]]
    scoring += [[*SCORING[1], "share", 2, "98"], *SCORING[2:]]
    item = read_instrument(write_form(sheets(survey=SEVERAL, scoring=scoring))).items[0].cells
    assert (item["type"], item["options"], item["correct"]) == ("multiple", "a|b", "b")
    assert (item["scoring"], item["weight"], item["dont_know_codes"]) == ("share", "2", "98")


def test_without_a_short_label_pages_show_the_english_text(write_form):
    survey = [["type", "name", "label::Urdu (ur)", "label::English (en)"]]
    survey += [["select_one abc", "k1", "کیا درست ہے؟", "What is right?"]]
    settings = [["form_title", "form_id", "default_language"], ["A", "a", "Urdu (ur)"]]
    scoring = [["name", "correct"], ["k1", "a"]]
    content = sheets(survey=survey, settings=settings, scoring=scoring)
    form = read_instrument(write_form(content), audience="student")
    assert form.languages == ("Urdu (ur)", "English (en)")
    assert form.items[0].cells["label"] == "What is right?"
