"""Paper forms and code cards."""

import re

import pytest
from form_sheets import CHOICES, SURVEY, sheets

from impact_eval.errors import UnknownNameError
from impact_eval.instruments import (
    code_card,
    has_paper_words,
    paper_form,
    read_instrument,
    write_paper,
)
from impact_eval.instruments.layout import lay_out
from impact_eval.instruments.paper import _all_words


def small_form(write_form, extra=()):
    return read_instrument(write_form(sheets(survey=[*SURVEY, *extra])), audience="student")


def test_questions_are_numbered_over_the_groups(write_form):
    paper = lay_out(small_form(write_form), "English (en)")
    entries = [one for part in paper.sections for block in part.blocks for one in block.entries]
    assert [(one.name, one.number, one.kind) for one in entries] == [
        ("k1", 1, "select"),
        ("r1", 2, "select"),
        ("hours", 3, "line"),
    ]
    assert [part.heading for part in paper.sections] == ["Quiz", "Views"]


def test_ratings_of_one_list_become_a_grid(write_form):
    more = [["select_one five", f"m{number}", f"More {number}", "اور"] for number in range(3)]
    paper = lay_out(small_form(write_form, more), "English (en)")
    last = paper.sections[-1].blocks[-1]
    assert last.is_grid
    assert [one.name for one in last.entries] == ["m0", "m1", "m2"]


@pytest.mark.parametrize(("limit", "boxes"), [("<= 3", 3), ("< 3", 2), ("= 4", 4), ("<= 99", 0)])
def test_a_bounded_text_has_boxes(write_form, limit, boxes):
    survey = [
        ["type", "name", "label", "constraint"],
        ["text", "t", "T", f"string-length(.) {limit}"],
    ]
    form = read_instrument(write_form({"survey": survey}))
    html = paper_form(form, language="default")
    assert html.count("<b></b>") == boxes
    assert ('<p class="line">' in html) == (boxes == 0)


@pytest.mark.parametrize(
    ("language", "code", "direction"), [("English (en)", "en", "ltr"), ("Urdu (ur)", "ur", "rtl")]
)
def test_the_page_says_its_language_and_direction(write_form, language, code, direction):
    html = paper_form(small_form(write_form), language=language)
    assert f'<html lang="{code}" dir="{direction}">' in html


def test_the_page_needs_nothing_else(write_form):
    html = paper_form(small_form(write_form), language="English (en)")
    assert "<script" not in html
    assert not re.search(r"(src|href)=|url\(|@import|https?:", html)


def test_texts_of_the_form_are_escaped(write_form):
    title = '<b>"Form"</b>'
    settings = [["form_title", "form_id"], [title, "a"]]
    survey = [
        ["type", "name", "label"],
        ["text", "t", "Is 1 < 2 & ${u}?"],
        ["text", "u", "<i>U</i>"],
    ]
    form = read_instrument(write_form({"survey": survey, "settings": settings}))
    html = paper_form(form, language="default")
    assert "1 &lt; 2 &amp; _____?" in html
    assert "<b>" not in html.replace("<b></b>", "")
    assert "<i>U" not in html
    assert "\\3c b\\3e \\22 Form" in html


def test_a_form_says_its_own_title_in_each_language(write_form):
    form = small_form(write_form, [["note", "form_title", "My form", "میرا فارم"]])
    assert "<h1>میرا فارم</h1>" in paper_form(form, language="Urdu (ur)")
    assert "<h1>A form</h1>" in paper_form(small_form(write_form), language="Urdu (ur)")


def test_the_card_asks_for_the_code_four_times(write_form):
    html = code_card(small_form(write_form), code=["hours", "k1"], language="English (en)")
    assert html.count("How many hours?") == 4
    assert html.index("How many hours?") < html.index("What is right?")


def test_unknown_names_are_refused(write_form):
    form = small_form(write_form)
    with pytest.raises(UnknownNameError, match=r"Languages: English \(en\), Urdu \(ur\)"):
        paper_form(form, language="Urdu")
    with pytest.raises(UnknownNameError, match='no question "c9"'):
        code_card(form, code=["c9"], language="Urdu (ur)")


def test_pages_are_written_for_every_language(write_form, tmp_path):
    form = small_form(write_form)
    paths = write_paper({"a": (form, ["hours"]), "b": (form, [])}, tmp_path / "paper")
    assert [path.name for path in paths] == [
        "a.en.html",
        "a_code_card.en.html",
        "a.ur.html",
        "a_code_card.ur.html",
        "b.en.html",
        "b.ur.html",
    ]
    before = [path.read_bytes() for path in paths]
    write_paper({"a": (form, ["hours"]), "b": (form, [])}, tmp_path / "paper")
    assert [path.read_bytes() for path in paths] == before


def test_a_form_without_translations_has_one_page(write_form, tmp_path):
    survey = [["type", "name", "label"], ["text", "t", "T"]]
    form = read_instrument(write_form({"survey": survey}))
    assert [path.name for path in write_paper({"a": (form, [])}, tmp_path)] == ["a.html"]


def test_our_own_words_are_whole_in_every_language():
    words = _all_words()
    assert set(words) == {"en", "ur", "kk", "ru"}
    for language in words.values():
        assert set(language) == set(words["en"])
        assert all(language.values())
    assert has_paper_words("Kazakh (kk)")
    assert not has_paper_words("Arabic (ar)")


def test_choices_stand_in_their_order(write_form):
    html = paper_form(small_form(write_form), language="English (en)")
    places = [html.index(f"<bdi>{row[2]}</bdi>") for row in CHOICES[1:4]]
    assert places == sorted(places)
