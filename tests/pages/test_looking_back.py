"""The section on what people said looking back: beside the true change, or a reason alone."""

from __future__ import annotations

import pytest
from findings_factory import make_change, make_facts, make_finding, make_findings

from impact_eval.disclosure import Released, release
from impact_eval.facts import LookingBackFacts
from impact_eval.findings.beside.looking_back import NO_EARLIER_SURVEY
from impact_eval.pages import looking_back
from impact_eval.wording import measured_shift, text
from impact_eval.wording.lint import lint_page

AT = {
    "outcome": "confidence",
    "wave_from": "pre",
    "wave_to": "post",
    "estimand": "schools_like_these",
    "estimator": "stacked",
    "unit": "points from 1 to 5",
    "n_post": 300,
    "n_pre": 320,
}
INTERVALS = {"lower": (-0.5, -0.3), "higher": (0.3, 0.5), "cannot_tell": (-0.1, 0.1)}


def released_with(word: str, *, n: int = 300, change_known: bool = True) -> Released:
    """A true change of nothing, and a shift the interval of which gives this word."""
    low, high = INTERVALS[word]
    change = make_change(**AT, estimate=0.0, conf_low=-0.1, conf_high=0.1)
    own = {"variant": "then", "parent_id": change["finding_id"], "plan_status": "not_planned"}
    middle = (low + high) / 2
    shift = AT | own | {"quantity": "response_shift", "n": n + 320, "n_post": n}
    on_one_form = AT | own | {"quantity": "change_looking_back", "n": n, "n_post": n}
    rows = [
        make_finding(**shift, estimate=middle, conf_low=low, conf_high=high),
        make_finding(**on_one_form, estimate=-middle, conf_low=-high, conf_high=-low),
    ]
    rows += [change] if change_known else []
    facts = make_facts(looking_back={"then": LookingBackFacts("looking back", "post")})
    return release(make_findings(rows), facts)


def html_of(released: Released) -> str:
    pieces = looking_back(released).pieces
    return "".join(piece._repr_mimebundle_()["text/html"] for piece in pieces)


@pytest.mark.parametrize("word", INTERVALS)
def test_it_says_which_way_and_never_why(word):
    released = released_with(word)
    html = html_of(released)
    start = text(f"looking_back.said_{word}", **dict.fromkeys(
        ("who", "outcome", "number", "unit", "interval"), "@"))  # fmt: skip
    for part in start.split("@"):
        assert part.strip(" ,.:") in html
    assert text("looking_back.inflated") in html
    assert text("looking_back.self_assessed") in html
    assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []


def test_few_people_have_no_number_and_no_words():
    html = html_of(released_with("lower", n=8))
    assert "rated themselves lower than they had" not in html
    assert text("tables.hidden") in html


@pytest.mark.parametrize("word", INTERVALS)
def test_beside_a_tipping_point_it_says_what_was_measured(word):
    released = released_with(word)
    (shift,) = released.findings(quantity="response_shift")
    said = str(measured_shift(released, shift))
    assert ("cannot tell" in said) == (word == "cannot_tell")
    assert ("without a workshop as well" in said) == (word != "cannot_tell")


def test_without_an_earlier_survey_there_is_a_reason_and_no_number():
    at = AT | {"wave_from": "post", "variant": "then", "reason": NO_EARLIER_SURVEY, "estimand": ""}
    rows = [
        make_finding(**at, quantity=quantity)
        for quantity in ("response_shift", "change_looking_back")
    ]
    html = html_of(release(make_findings(rows), make_facts()))
    assert "also without any workshop" in html
    assert "<table" not in html
    assert "<data" not in html


def test_where_nobody_was_asked_it_says_so(released):
    assert text("pages.empty.looking_back") in html_of(released)
