"""Nothing changed and people looked back: declared, prepared, found, rendered, and no success."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from looking_back_project import SHIFT, open_looking_back

from impact_eval.wording import text
from impact_eval.wording.ladder import forbidden_words

from .conftest import Whole, make_whole


@pytest.fixture(scope="module")
def whole(new_root: Callable[[str], Path]) -> Whole:
    return make_whole(open_looking_back(new_root("looking_back"), people=12))


def only(whole: Whole, quantity: str, **address: str) -> dict[str, object]:
    found = whole.findings
    found = found[(found["quantity"] == quantity) & (found["outcome"] == "confidence")]
    for column, value in address.items():
        found = found[found[column] == value]
    (row,) = found.to_dict("records")
    return row


CHANGE = {
    "estimand": "schools_like_these",
    "estimator": "stacked",
    "level": "programme",
    "variant": "",
}


def test_a_shift_makes_no_success(whole: Whole) -> None:
    on_one_form = only(whole, "change_looking_back", estimand="schools_like_these")
    assert on_one_form["conf_low"] > 0.2  # by itself it would be called a rise that matters
    assert only(whole, "change", **CHANGE)["verdict"] in ("within", "cannot_tell")
    questions = whole.study.facts().items.values()
    for page in whole.reports:
        for line in whole.lines(page):
            assert list(forbidden_words(line, "one_group", ignore=questions)) == []
            assert text("verdicts.rise_beyond") not in line


def test_headlines_do_not_know_of_it(whole: Whole) -> None:
    on_one_form = only(whole, "change_looking_back", estimand="schools_like_these")
    assert f'data-finding="{on_one_form["finding_id"]}"' not in whole.html("findings")
    for line in whole.lines("findings"):
        if "looked back" in line:
            assert "people do that without a workshop as well" in line


def test_the_page_shows_the_shift_and_holds_one_form_against_the_surveys(whole: Whole) -> None:
    shift = only(whole, "response_shift", estimand="schools_like_these", estimator="stacked")
    assert shift["conf_low"] < SHIFT < shift["conf_high"] + 0.1
    page = whole.text("details")
    assert "rated themselves lower than they had at the time" in page
    assert "self-assessed" in page
    html = whole.html("details")
    heading = re.escape(text("looking_back.difference"))
    (table,) = re.findall(rf"<table(?:(?!</table>).)*{heading}.*?</table>", html, re.DOTALL)
    for quantity, address in (
        ("response_shift", {"estimator": "stacked"}),
        ("change", {"estimator": "stacked", "level": "programme", "variant": ""}),
        ("change_looking_back", {}),
    ):
        row = only(whole, quantity, estimand="schools_like_these", **address)
        assert f'data-finding="{row["finding_id"]}"' in table


def test_wherever_a_change_on_one_form_stands_the_page_says_that_it_is_inflated(
    whole: Whole,
) -> None:
    found = whole.findings
    own = found.loc[found["quantity"] == "change_looking_back", "finding_id"]
    kept = set(found.loc[found["quantity"] == "change", "finding_id"])
    said = " ".join(escape(text("looking_back.inflated")).split())
    shown = 0
    for page in whole.reports:
        html = " ".join(whole.html(page).split())
        tables = re.findall(r"<table\b.*?</table>", html)
        inside = [one for one in tables if any(f'"{name}"' in one for name in own)]
        for table in inside:
            assert kept & set(re.findall(r'data-finding="(\w+)"', table)), page
            below = html[html.index(table) :]
            assert said in below.partition("<table")[2].partition("<table")[0], page
        marks = [name for name in own if f'data-finding="{name}"' in html]
        assert all(any(f'"{name}"' in one for one in inside) for name in marks), page
        shown += len(inside)
    assert shown


def test_who_looked_back_is_counted_once(whole: Whole) -> None:
    found = whole.findings.query("quantity == 'surveyed' and level == 'programme'")
    assert dict(zip(found["wave_to"], found["estimate"], strict=True)) == {"pre": 192, "post": 192}
    assert set(whole.findings.query("quantity == 'attrition'")["variant"]) == {""}
    assert "then" not in set(whole.findings["wave_from"]) | set(whole.findings["wave_to"])
