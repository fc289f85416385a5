"""Sections on gaps, on parents and children, and on what a few schools can say."""

from __future__ import annotations

import pytest

from impact_eval.pages import gaps, pairs, phases
from impact_eval.wording.lint import lint_page


def html_of(pieces):
    return "".join(
        piece.html if hasattr(piece, "html") else piece._repr_mimebundle_()["text/html"]
        for piece in pieces.pieces
    )


def page_of(pieces):
    return f"<html><body><main>{html_of(pieces)}</main></body></html>"


@pytest.mark.parametrize("section", [gaps, pairs, phases])
def test_no_number_stands_without_its_finding(released, section):
    assert lint_page(page_of(section(released)), released) == []


@pytest.mark.parametrize("section", [gaps, pairs, phases])
def test_nothing_to_show_is_one_sentence(nothing, section):
    (piece,) = section(nothing).pieces
    assert "ie-none" in piece.html


def test_gaps_say_what_became_of_them(released):
    html = html_of(gaps(released))
    assert "Girls and women against boys and men" in html
    assert "two tests, one in each group, do not" in html


def test_few_schools_are_said_before_the_table(released):
    html = html_of(phases(released))
    assert "What Phase 1 can and cannot say" in html
    assert html.index("can and cannot say") < html.index("<table")
    assert "scale-up" not in html


def test_large_phases_have_no_such_words(many):
    frame = many.frame[many.frame["variant"] != "half_width"]
    large = type(many)(frame.reset_index(drop=True), many.facts)
    assert "can and cannot say" not in html_of(phases(large))
