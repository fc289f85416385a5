"""The key reaches nobody who is asked: not by the XForm, and not on paper."""

import pytest
from form_sheets import CHOICES, SCORING, SURVEY, sheets
from pyxform.xls2xform import convert

from impact_eval.instruments import code_card, paper_form, read_instrument

MARK = "zzkeyzz"


def xform(path):
    """Make the XForm as KoboToolbox and ODK do; a warning fails the test."""
    warnings = []
    result = convert(str(path), warnings=warnings, form_name="data")
    assert warnings == []
    return result.xform


def with_scoring_beside(mark):
    """Put every scoring column on the sheet survey, the question's cells holding a mark."""
    names = [*SCORING[0][1:], "audience", "topic"]
    rows = [[*row, *[""] * (4 - len(row))] for row in SURVEY]
    beside = [[*rows[0], *names]]
    beside += [[*row, *([mark] * len(names) if row[1:2] == ["k1"] else [])] for row in rows[1:]]
    content = sheets(survey=beside)
    del content["scoring"]
    return content


def test_scoring_columns_are_not_in_the_xform(write_form):
    bare = sheets()
    del bare["scoring"]
    without = xform(write_form(bare, "form.xlsx"))
    beside = xform(write_form(with_scoring_beside(MARK), "form.xlsx"))
    own_sheet = xform(write_form(sheets(), "form.xlsx"))
    assert MARK not in beside
    assert without == beside == own_sheet


def test_a_key_among_the_choices_would_be_in_the_xform(write_form):
    """The reason for the rule: this is what pyxform does with such a column."""
    choices = [[*CHOICES[0], "correct"], [*CHOICES[1], MARK], *CHOICES[2:]]
    path = write_form(sheets(choices=choices))
    assert MARK in xform(path)
    with pytest.raises(Exception, match="no key may stand among the choices"):
        read_instrument(path)


@pytest.mark.parametrize("language", ["English (en)", "Urdu (ur)"])
def test_another_key_gives_the_same_paper(write_form, language):
    other = [list(row) for row in SCORING]
    other[1][SCORING[0].index("correct")] = "a"
    other[2][SCORING[0].index("reverse")] = ""
    other[1][SCORING[0].index("short_label")] = MARK
    forms = [
        read_instrument(write_form(content, f"{number}/form.xlsx"), audience="student")
        for number, content in enumerate((sheets(), sheets(scoring=other)))
    ]
    assert forms[0].items != forms[1].items
    first, second = (paper_form(form, language=language) for form in forms)
    assert first == second
    cards = [code_card(form, code=["hours"], language=language) for form in forms]
    assert cards[0] == cards[1]
    assert MARK not in second
