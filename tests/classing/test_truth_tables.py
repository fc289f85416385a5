"""Every input of every label has a row that alters it alone; inputs are listed from the code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, replace

import pytest
from findings_factory import make_facts

from impact_eval.classing import DesignFacts, Label, design_facts
from impact_eval.classing.checklist import Item, ReportFacts, fill
from impact_eval.classing.choose import checklist_of
from impact_eval.classing.eef import eef
from impact_eval.classing.maryland import maryland
from impact_eval.classing.nesta import nesta
from impact_eval.classing.wwc import wwc
from impact_eval.errors import ImpactEvalError
from impact_eval.estimators.designs.attrition_standard import attrition_level, cluster_attrition

SCALES: dict[str, Callable[[DesignFacts], Label]] = {
    "maryland": maryland,
    "nesta": nesta,
    "wwc": wwc,
    "eef": eef,
}
OF_DESIGN = [one.name for one in fields(DesignFacts)]
OPTIONS: dict[str, tuple[object, ...]] = {
    "design": (
        *("no_programme", "one_group", "cross_sections", "comparison", "randomised"),
        *("waiting_list", "staggered"),
    ),
    "asked_before": (False, True),
    "assignment": ("none", "chosen", "randomised"),
    "adjusted": (False, True),
    "attrition": ("low", "high", "unknown"),
    "likeness": ("alike", "alike_if_adjusted", "not_alike", "unknown"),
    "spillover": ("none", "some", "unknown"),
    "fewest_clusters": (0, 1, 2),
    "over_aligned": ("none", "some", "all"),
}
LONE = DesignFacts(design="one_group", asked_before=True)
CHOSEN = DesignFacts(
    design="waiting_list",
    assignment="chosen",
    asked_before=True,
    likeness="alike",
    adjusted=True,
)
DRAWN = replace(CHOSEN, assignment="randomised", attrition="low", spillover="none")
LOST = replace(DRAWN, attrition="high", likeness="unknown")
# By scale and input: where the input is altered, to what, and the class and the steps before and
# after. An input that a scale does not ask for stands in `NOT_ASKED`.
Row = tuple[DesignFacts, object, str, tuple[str, ...], str, tuple[str, ...]]
ROWS: dict[tuple[str, str], Row] = {
    ("maryland", "design"): (
        LONE, "no_programme", "level_1", ("adjust_for_the_time", "comparison", "randomise"),
        "not_classed", ("a_programme",)),
    ("maryland", "asked_before"): (
        LONE, False, "level_1", ("adjust_for_the_time", "comparison", "randomise"),
        "below", ("ask_before", "comparison", "randomise")),
    ("maryland", "assignment"): (
        DRAWN, "chosen", "level_5", (), "level_3", ("randomise",)),
    ("maryland", "adjusted"): (
        LONE, True, "level_1", ("adjust_for_the_time", "comparison", "randomise"),
        "level_2", ("comparison", "randomise")),
    ("maryland", "attrition"): (DRAWN, "high", "level_5", (), "level_3", ("low_attrition",)),
    ("maryland", "likeness"): (
        DRAWN, "not_alike", "level_5", (), "level_2", ("comparable_groups",)),
    ("maryland", "spillover"): (DRAWN, "some", "level_5", (), "level_3", ("no_spillover",)),
    ("nesta", "design"): (
        LONE, "no_programme", "at_most_2", ("comparison",), "not_classed", ("a_programme",)),
    ("nesta", "asked_before"): (
        LONE, False, "at_most_2", ("comparison",),
        "at_most_1", ("ask_before_and_after", "comparison")),
    ("nesta", "assignment"): (
        replace(DRAWN, likeness="unknown"), "chosen", "at_most_3", ("replicate",),
        "at_most_2", ("show_alike", "randomise")),
    ("nesta", "attrition"): (
        LOST, "low", "at_most_2", ("show_alike", "low_attrition"), "at_most_3", ("replicate",)),
    ("nesta", "likeness"): (
        CHOSEN, "not_alike", "at_most_3", ("replicate",),
        "at_most_2", ("comparable_groups", "randomise")),
    ("wwc", "design"): (
        LONE, "no_programme", "not_eligible", ("comparison", "randomise"),
        "not_classed", ("a_programme",)),
    ("wwc", "assignment"): (
        DRAWN, "chosen", "without_reservations", (), "with_reservations", ("randomise",)),
    ("wwc", "adjusted"): (
        replace(CHOSEN, likeness="alike_if_adjusted"), False, "with_reservations", ("randomise",),
        "does_not_meet", ("adjust", "randomise")),
    ("wwc", "attrition"): (
        DRAWN, "high", "without_reservations", (), "with_reservations", ("low_attrition",)),
    ("wwc", "likeness"): (
        CHOSEN, "not_alike", "with_reservations", ("randomise",),
        "does_not_meet", ("comparable_groups", "randomise")),
    ("wwc", "fewest_clusters"): (
        DRAWN, 1, "without_reservations", (), "does_not_meet", ("more_clusters",)),
    ("wwc", "over_aligned"): (
        DRAWN, "all", "without_reservations", (), "no_outcome", ("broader_questions",)),
    ("eef", "design"): (
        LONE, "no_programme", "not_rated", ("comparison", "randomise"),
        "not_classed", ("a_programme",)),
}  # fmt: skip
NOT_ASKED = {
    *(("maryland", one) for one in ("fewest_clusters", "over_aligned")),
    *(("nesta", one) for one in ("adjusted", "spillover", "fewest_clusters", "over_aligned")),
    *(("wwc", one) for one in ("asked_before", "spillover")),
    *(
        ("eef", one)
        for one in OF_DESIGN
        if one != "design"  # a lone group has no assignment to alter, the others are all one class
    ),
}


def designs() -> Iterator[DesignFacts]:
    """Designs around which each input is altered."""
    for base in (LONE, CHOSEN, DRAWN, LOST):
        for one, options in OPTIONS.items():
            for option in options:
                try:
                    yield replace(base, **{one: option})  # type: ignore[arg-type]
                except ImpactEvalError:  # the assignment does not go with the design
                    continue


def test_each_input_of_each_scale_has_a_row_or_is_not_asked() -> None:
    every = {(scale, name) for scale in SCALES for name in OF_DESIGN}
    assert set(OPTIONS) == set(OF_DESIGN)
    assert every == set(ROWS) | NOT_ASKED
    assert not set(ROWS) & NOT_ASKED


@pytest.mark.parametrize(("scale", "name"), sorted(ROWS))
def test_one_input_altered_alters_the_class_and_what_would_raise_it(scale: str, name: str) -> None:
    base, to, grade, raised_by, other_grade, other_raised_by = ROWS[scale, name]
    before = SCALES[scale](base)
    after = SCALES[scale](replace(base, **{name: to}))  # type: ignore[arg-type]
    assert (before.grade, before.raised_by) == (grade, raised_by)
    assert (after.grade, after.raised_by) == (other_grade, other_raised_by)
    assert before.grade != after.grade
    assert before.raised_by != after.raised_by


@pytest.mark.parametrize(("scale", "name"), sorted(NOT_ASKED))
def test_what_a_scale_does_not_ask_for_alters_nothing(scale: str, name: str) -> None:
    for design in designs():
        for option in OPTIONS[name]:
            try:
                altered = replace(design, **{name: option})  # type: ignore[arg-type]
            except ImpactEvalError:
                continue
            assert SCALES[scale](altered) == SCALES[scale](design)


# What the estimators know of a design, each input altered alone: attrition by the standard.
ATTRITION = {
    "schools_assigned": ((40, 40), (60, 40)),
    "schools_analysed": ((39, 39), (39, 20)),
    "people_assigned": ((900, 900), (1400, 900)),
    "people_analysed": ((880, 880), (880, 500)),
}


def test_each_number_of_the_attrition_standard_alters_its_class() -> None:
    taken = list(inspect.signature(cluster_attrition).parameters)
    assert [one for one in taken if one in ATTRITION] == list(ATTRITION)
    assert set(taken) - set(ATTRITION) <= {"assumption"}
    usual = {name: numbers[0] for name, numbers in ATTRITION.items()}
    assert cluster_attrition(**usual).level == "low"
    for name, (_, altered) in ATTRITION.items():
        assert cluster_attrition(**usual | {name: altered}).level == "high", name


def test_the_assumption_alters_the_class_between_its_two_boundaries() -> None:
    numbers = (200, 200), (170, 152)
    assert attrition_level(*numbers, "cautious").level == "high"
    assert attrition_level(*numbers, "optimistic").level == "low"


# A checklist's rule: each input of an item and of a report, altered alone.
ITEM = Item("1", "dates", "results", ("who",), ("days",), complete=True)
REPORT = ReportFacts(
    pages=frozenset({"programme"}),
    parts=frozenset({"days"}),
    compared=False,
    by_group=frozenset({"days"}),
)
OF_REPORT = {
    "pages": (ITEM, REPORT, frozenset(), "not_reported"),
    "parts": (ITEM, REPORT, frozenset(), "not_reported"),
    "compared": (replace(ITEM, groups="only"), replace(REPORT, compared=True), False,
                 "not_applicable"),
    "by_group": (replace(ITEM, groups="split"), replace(REPORT, compared=True), frozenset(),
                 "not_reported"),
}  # fmt: skip
OF_ITEM = {
    "places": (ITEM, REPORT, (), "not_reported"),
    "needs": (ITEM, REPORT, ("days", "means"), "not_reported"),
    "complete": (ITEM, REPORT, False, "in_part"),
    "groups": (ITEM, REPORT, "only", "not_applicable"),
    "split": (replace(ITEM, groups="split"), replace(REPORT, compared=True), ("means",),
              "not_reported"),
}  # fmt: skip


def test_each_input_of_a_checklist_item_alters_its_status() -> None:
    names = {"number", "topic", "section"}  # what it is called
    assert {one.name for one in fields(Item)} - names == set(OF_ITEM)
    assert {one.name for one in fields(ReportFacts)} == set(OF_REPORT)
    one_group = replace(ITEM, complete="one_group")
    found = [
        fill(one_group, replace(REPORT, compared=compared)).status for compared in (False, True)
    ]
    assert found == ["reported", "in_part"]
    for name, (item, report, to, status) in OF_REPORT.items():
        assert fill(item, report).status == "reported", name
        altered = replace(report, **{name: to})  # type: ignore[arg-type]
        assert fill(item, altered).status == status, name
    for name, (item, report, to, status) in OF_ITEM.items():
        assert fill(item, report).status == "reported", name
        assert fill(replace(item, **{name: to}), report).status == status, name  # type: ignore[arg-type]


def test_the_assignment_alone_alters_which_checklist_is_filled() -> None:
    assert checklist_of(CHOSEN, REPORT).name == "trend"
    assert checklist_of(replace(CHOSEN, assignment="randomised"), REPORT).name == "consort_cluster"


def test_each_declared_outcome_alters_what_counts_as_over_aligned() -> None:
    facts = make_facts()
    judged = [key for key, one in facts.outcomes.items() if one.direction != "neutral"]
    none = {key: replace(one, over_aligned=False) for key, one in facts.outcomes.items()}
    assert design_facts(make_facts(outcomes=none)).over_aligned == "none"
    for key in judged:
        one = none | {key: replace(none[key], over_aligned=True)}
        expected = "all" if len(judged) == 1 else "some"
        assert design_facts(make_facts(outcomes=one)).over_aligned == expected
