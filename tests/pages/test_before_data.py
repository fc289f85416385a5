"""The page of a next phase: before there are data, and for studies of every design."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import pytest
from demo_study import demo_facts

import impact_eval as ie
from impact_eval.disclosure import Released
from impact_eval.figures import ReportFigure
from impact_eval.planning import (
    BeforeData,
    before_data,
    designs_of,
    plan_points,
    planned_number,
    published_sources,
)
from impact_eval.wording import text
from impact_eval.wording.lint import lint_page

NAMES = ("planning_answers", "planning_figures", "planning_claims", "planning_designs",
         "planning_inputs", "not_shown")  # fmt: skip
KINDS = {
    "one_group": {},
    "cross_sections": {},
    "no_programme": {},
    "comparison": {},
    "randomised": {"randomised_by": "a public draw"},
    "waiting_list": {"randomised_by": "a public draw"},
    "staggered": {"randomised_by": "a public draw"},
    "staggered by choice": {},
    "waiting_list by choice": {},
}


def early(kind: str = "one_group") -> BeforeData:
    design = kind.partition(" ")[0]
    facts = demo_facts(n_schools=14, design="one_group" if design == "one_group" else design)
    facts = replace(facts, design=design, **KINDS[kind])
    return before_data(facts, primary=(("student", "confidence"),))


def one_outcome(released: BeforeData) -> BeforeData:
    return BeforeData(released.frame, released.facts, released.leading[:1])


def pieces_of(shown):
    return getattr(shown, "pieces", (shown,))


def page_of(released: Released, names=NAMES) -> str:
    html = ""
    for name in names:
        for piece in pieces_of(getattr(ie, name)(released)):
            if isinstance(piece, ReportFigure):
                html += f"<figcaption>{piece.caption}</figcaption>{piece.data_html}"
            else:
                html += piece.html
    return f"<main>{html}</main>"


@pytest.mark.parametrize("kind", KINDS)
def test_every_design_can_be_planned_before_data_and_says_nothing_without_an_address(kind) -> None:
    released = one_outcome(early(kind))
    drawn = kind in {"one_group", "cross_sections", "staggered"}
    page = page_of(released, NAMES if drawn else ("planning_answers", "planning_claims"))
    planned = partial(planned_number, plan_points(released))
    assert lint_page(page, released, planned=planned, own=published_sources()) == []
    assert text("planning.no_data") in page
    assert "Simulated" not in page
    assert ("roster names none" in page) is (kind == "cross_sections")
    own = text(f"planning.designs.{designs_of(released.facts.design)[0]}")
    assert page.count(own) >= 2 or not drawn  # a curve's column and a row


def test_the_numbers_before_data_are_those_of_the_command() -> None:
    released = early()
    page = page_of(released, ("planning_answers",))
    marks = dict(re.findall(r'data-planned="([^"]+)" value="([^"]+)"', page))
    assert {address.split("/")[1] for address in marks if address.startswith("student")} == {
        "confidence"
    }
    address = "student/confidence/waiting_list/cautious/12/50/0.8/detectable"
    assert float(marks[address]) == pytest.approx(planned_number(plan_points(released), address))


def test_an_audience_without_a_primary_outcome_leads_with_one_that_has_a_smallest_change() -> None:
    assert early().leading == (
        ("student", "confidence"),
        ("teacher", "knowledge"),
        ("parent", "knowledge"),
    )


@pytest.mark.parametrize(
    ("kind", "group", "waiting"),
    [("one_group", True, True), ("staggered", False, True), ("randomised", False, False),
     ("comparison", False, True), ("waiting_list", False, False)],
)  # fmt: skip
def test_what_one_group_must_add_is_said_of_one_group_alone(kind, group, waiting) -> None:
    page = page_of(early(kind), ("planning_answers",))
    assert ("With one group, the programme must add" in page) is group
    assert ("If half of them wait" in page) is waiting


def test_only_before_data_are_designs_drawn(released: Released) -> None:
    shown = ie.planning_designs(one_outcome(early())).pieces
    assert [isinstance(piece, ReportFigure) for piece in shown] == [True, False]
    with_data = ie.planning_designs(released).pieces
    assert not any(isinstance(piece, ReportFigure) for piece in with_data)
    assert text("planning.no_data") not in page_of(released, ("planning_answers",))


def test_a_study_that_found_nothing_is_not_one_without_data(nothing: Released) -> None:
    assert plan_points(nothing) == ()
