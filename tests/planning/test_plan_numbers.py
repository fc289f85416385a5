"""Numbers of a plan: their addresses, and the lint that computes them again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import isfinite, isnan

import pytest

from impact_eval.errors import UnknownNameError
from impact_eval.planning import (
    MEASURES,
    PlanQuestion,
    designs_of,
    planned_number,
    starting_points,
)
from impact_eval.planning.plan_rows import plan_rows
from impact_eval.wording import numbers
from impact_eval.wording.lint import lint_page

ASKED = PlanQuestion(
    audience="student", outcome="knowledge", design="one_group", case="cautious", schools=40,
    people=25,
)  # fmt: skip


@pytest.fixture(scope="module")
def points(released):
    return starting_points(released)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("design", designs_of("one_group"))
def test_a_number_is_computed_again_from_its_address(points, design, measure):
    asked = replace(ASKED, design=design)
    value = asked.number(points[0], measure)
    again = planned_number(points, asked.address(measure))
    assert again == value or (isnan(again) and not isfinite(value))


def test_what_other_schools_show_need_not_be_allowed_for(points):
    low, high = points[0].outcome.secular
    alone = ASKED.number(points[0], "addition")
    assert alone == pytest.approx(ASKED.number(points[0], "detectable") + high - low)
    waiting = replace(ASKED, design="waiting_list")
    assert waiting.number(points[0], "addition") == waiting.number(points[0], "detectable")


def test_needed_numbers_find_the_smallest_change(points):
    needed = int(ASKED.number(points[0], "schools_needed"))
    assert replace(ASKED, schools=needed).number(points[0], "power_found") >= 80
    assert replace(ASKED, schools=needed - 1).number(points[0], "power_found") < 80


def test_without_a_smallest_change_nothing_is_needed(points):
    neutral = next(p for p in points if p.outcome.outcome == "exposure")
    asked = replace(ASKED, outcome="exposure")
    for measure in ("schools_needed", "people_needed", "power_found"):
        assert isnan(asked.number(neutral, measure))
    assert asked.number(neutral, "detectable") > 0


@pytest.mark.parametrize(
    "address",
    [
        "",
        "student/knowledge/one_group/cautious/40/25/0.8/wealth",
        "student/wealth/one_group/cautious/40/25/0.8/detectable",
        "student/knowledge/one_group/hopeful/40/25/0.8/detectable",
        "student/knowledge/one_group/cautious/many/25/0.8/detectable",
    ],
)
def test_what_is_no_address_is_an_error(points, address):
    with pytest.raises(UnknownNameError, match="address"):
        planned_number(points, address)


def test_a_page_may_say_only_what_the_plan_gives(released, points):
    value = ASKED.number(points[0], "detectable")
    good = numbers.planned(ASKED.address("detectable"), value, decimals=2)
    planned = partial(planned_number, points)

    def rules(mark, planned=planned):
        page = f"<main><p>{mark}</p></main>"
        return [fault.rule for fault in lint_page(page, released, planned=planned)]

    assert rules(good) == []
    assert len(rules(good, planned=None)) == 1
    assert "computed again" in rules(numbers.planned(ASKED.address("df"), value, decimals=2))[0]
    assert "rounded" in rules(str(good).replace(">0", ">1"))[0]
    assert "address" in rules(numbers.planned("student/knowledge", value))[0]


def test_rows_hold_every_combination(points):
    rows = list(plan_rows(points[:1], designs=["one_group", "waiting_list"], schools=[20, 3]))
    assert len(rows) == 2 * 2 * 2 * 4
    assert {row["case"] for row in rows} == {"usual", "cautious"}
    refused = [row for row in rows if row["reason"]]
    assert {(row["design"], row["schools"]) for row in refused} == {("waiting_list", 3)}
    assert all(isnan(row["detectable"]) for row in refused)
    better = {(r["design"], r["schools"], r["people_in_each"], r["case"]): r for r in rows}
    for (design, schools, people, case), row in better.items():
        if case == "cautious" and not row["reason"]:
            assert row["detectable"] > better[design, schools, people, "usual"]["detectable"]
