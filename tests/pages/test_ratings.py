"""The section on single ratings: tables of pairs, one row of each read out."""

from __future__ import annotations

import re

import pytest

from impact_eval.disclosure import Released
from impact_eval.pages import ratings
from impact_eval.wording.lint import lint_page

OF_RATINGS = ["item_superiority", "item_odds_ratio"]


def html_of(pieces):
    return "".join(piece._repr_mimebundle_()["text/html"] for piece in pieces.pieces)


def changed(released, **columns):
    """The same findings with other numbers or words in those of ratings."""
    frame = released.frame.copy()
    mine = frame["quantity"].isin(OF_RATINGS)
    for name, value in columns.items():
        frame.loc[mine, name] = value
    return Released(frame, released.facts)


@pytest.mark.parametrize("study", ["released", "rounds"])
def test_no_number_stands_without_its_finding(study, request):
    released = request.getfixturevalue(study)
    page = f"<html><body><main>{html_of(ratings(released))}</main></body></html>"
    assert lint_page(page, released) == []


def test_the_first_row_is_read_out_under_each_table(released):
    html = html_of(ratings(released))
    assert html.count("How to read this") == html.count("<table")
    assert "Of 100 pairs, the later answer was higher in" in html
    assert "two people of the same" in html
    assert "about the people of these places alone" in html


def test_rounds_are_not_said_to_be_of_one_place(rounds):
    html = html_of(ratings(rounds))
    assert "one of the earlier round" in html
    assert "of the same place" not in html


def test_what_cannot_be_estimated_says_why(released):
    refused = changed(
        released, estimate=float("nan"), conf_low=float("nan"), conf_high=float("nan"),
        p_value=float("nan"), reason="there is a single workshop",
    )  # fmt: skip
    html = html_of(ratings(refused))
    assert "there is a single workshop" in html
    assert "How to read this" not in html
    assert "proportional odds" not in html


def test_hidden_numbers_are_nowhere(released):
    hidden = changed(released, suppressed="small")
    ids = released.frame.loc[released.frame["quantity"].isin(OF_RATINGS), "finding_id"]
    shown = set(re.findall(r'data-finding="(\w+)"', html_of(ratings(hidden))))
    assert not shown & set(ids)


def test_nothing_to_show_is_one_sentence(nothing):
    (piece,) = ratings(nothing).pieces
    assert "No single rating is compared here" in piece.html
