"""What the planning page says of each design that a study may declare."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from findings_factory import KNOWLEDGE, make_facts, make_findings

import impact_eval as ie
from impact_eval.disclosure import Released
from impact_eval.planning import PlanQuestion, designs_of, published_points
from impact_eval.study.arms import WITH_ARMS
from impact_eval.vocabulary import Design

PUBLISHED_POINT = published_points(make_facts())[0]


def claims(design: str, *, lot: str = "") -> str:
    facts = replace(make_facts(), design=design, randomised_by=lot)
    return ie.planning_claims(Released(make_findings([]), facts)).html


@pytest.mark.parametrize("design", get_args(Design))
def test_every_design_is_told_what_it_may_say(design: str) -> None:
    assert "a page " in claims(design)


@pytest.mark.parametrize("design", ["waiting_list", "staggered"])
def test_only_a_lot_lets_a_page_credit_the_programme(design: str) -> None:
    by_lot, chosen = (claims(design, lot=lot) for lot in ("a draw of lots", ""))
    assert "A lot decides" in by_lot.partition("</li>")[0]
    assert "a page may credit the difference" in by_lot.partition("</li>")[0]
    own = chosen.partition("</li>")[0]
    assert "no lot has drawn" in own
    assert "credit" not in own


@pytest.mark.parametrize("design", WITH_ARMS)
def test_a_study_of_two_sides_plans_first_for_two_sides(design: Design) -> None:
    point = replace(PUBLISHED_POINT, outcome=KNOWLEDGE)
    first = designs_of(design)[0]
    asked = PlanQuestion(
        audience="student", outcome="knowledge", design=first, case="usual", schools=20, people=30
    )
    assert asked.number(point, "addition") == asked.number(point, "detectable")
