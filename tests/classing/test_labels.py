"""Each scale's rules as a truth table: one input altered, the class, and what would raise it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import get_args

import pytest
from findings_factory import make_facts

from impact_eval.classing import DesignFacts, Label, class_design, design_facts
from impact_eval.classing.checklist import ReportFacts
from impact_eval.classing.choose import checklist_of
from impact_eval.classing.design import ASSIGNMENTS, KnownDesign
from impact_eval.classing.eef import eef
from impact_eval.classing.label import Raise
from impact_eval.classing.maryland import maryland
from impact_eval.classing.nesta import nesta
from impact_eval.classing.wwc import wwc
from impact_eval.errors import ImpactEvalError, UnknownNameError
from impact_eval.vocabulary import Design
from impact_eval.wording.strings import has_text

ONE_GROUP = DesignFacts(design="one_group", asked_before=True)
CHOSEN = DesignFacts(
    design="comparison", assignment="chosen", asked_before=True, likeness="alike", adjusted=True
)
RANDOMISED = DesignFacts(
    design="randomised",
    assignment="randomised",
    asked_before=True,
    attrition="low",
    likeness="alike",
    spillover="none",
    adjusted=True,
)
KEPT = {"attrition": "low", "likeness": "alike", "spillover": "none"}
ORDER = {
    "maryland": ("not_classed", "below", "level_1", "level_2", "level_3", "level_5"),
    "nesta": ("not_classed", "at_most_1", "at_most_2", "at_most_3"),
    "wwc": (
        *("not_classed", "not_eligible", "no_outcome", "does_not_meet"),
        *("with_reservations", "without_reservations"),
    ),
    "eef": ("not_classed", "not_rated", "by_reviewers"),
}
Rule = Callable[[DesignFacts], Label]
Row = tuple[Rule, DesignFacts, dict[str, object], str, str, tuple[str, ...]]

TABLE: list[Row] = [
    # Maryland: one group
    (maryland, ONE_GROUP, {}, "level_1", "before_after",
     ("adjust_for_the_time", "comparison", "randomise")),
    (maryland, ONE_GROUP, {"design": "cross_sections"}, "level_1", "before_after",
     ("adjust_for_the_time", "comparison", "randomise")),
    (maryland, ONE_GROUP, {"adjusted": True}, "level_2", "before_after_adjusted",
     ("comparison", "randomise")),
    (maryland, ONE_GROUP, {"asked_before": False}, "below", "asked_once",
     ("ask_before", "comparison", "randomise")),
    (maryland, ONE_GROUP, {"design": "no_programme"}, "not_classed", "no_programme",
     ("a_programme",)),
    # chosen groups
    (maryland, CHOSEN, {}, "level_3", "difference_in_differences", ("randomise",)),
    (maryland, CHOSEN, {"likeness": "alike_if_adjusted"}, "level_3", "difference_in_differences",
     ("randomise",)),
    (maryland, CHOSEN, {"likeness": "not_alike"}, "level_2", "compared_adjusted",
     ("comparable_groups", "randomise")),
    (maryland, CHOSEN, {"likeness": "unknown"}, "level_2", "compared_adjusted",
     ("show_alike", "randomise")),
    (maryland, CHOSEN, {"asked_before": False}, "level_2", "compared_adjusted",
     ("ask_before", "randomise")),
    (maryland, CHOSEN, {"asked_before": False, "adjusted": False}, "level_1", "compared",
     ("adjust", "ask_before", "randomise")),
    (maryland, CHOSEN, {"design": "staggered"}, "level_3", "difference_in_differences",
     ("randomise",)),
    # randomised groups
    (maryland, RANDOMISED, {}, "level_5", "randomised_kept", ()),
    (maryland, RANDOMISED, {"design": "waiting_list"}, "level_5", "randomised_kept", ()),
    (maryland, RANDOMISED, {"attrition": "high"}, "level_3",
     "difference_in_differences_not_kept", ("low_attrition",)),
    (maryland, RANDOMISED, {"attrition": "unknown"}, "level_3",
     "difference_in_differences_not_kept", ("low_attrition",)),
    (maryland, RANDOMISED, {"spillover": "some"}, "level_3",
     "difference_in_differences_not_kept", ("no_spillover",)),
    (maryland, RANDOMISED, {"likeness": "not_alike"}, "level_2", "compared_adjusted_not_kept",
     ("comparable_groups",)),
    (maryland, RANDOMISED, {"likeness": "unknown"}, "level_2", "compared_adjusted_not_kept",
     ("show_alike",)),
    (maryland, RANDOMISED, {"likeness": "unknown", "adjusted": False}, "level_1",
     "compared_not_kept", ("adjust", "show_alike")),
    # Nesta
    (nesta, ONE_GROUP, {}, "at_most_2", "before_after", ("comparison",)),
    (nesta, ONE_GROUP, {"asked_before": False}, "at_most_1", "asked_once",
     ("ask_before_and_after", "comparison")),
    (nesta, ONE_GROUP, {"design": "no_programme"}, "not_classed", "no_programme",
     ("a_programme",)),
    (nesta, CHOSEN, {}, "at_most_3", "comparable", ("replicate",)),
    (nesta, CHOSEN, {"likeness": "not_alike"}, "at_most_2", "not_comparable",
     ("comparable_groups", "randomise")),
    (nesta, CHOSEN, {"likeness": "unknown"}, "at_most_2", "not_comparable",
     ("show_alike", "randomise")),
    (nesta, CHOSEN, {"likeness": "unknown", "asked_before": False}, "at_most_1",
     "not_comparable", ("show_alike", "randomise")),
    (nesta, RANDOMISED, {"likeness": "unknown"}, "at_most_3", "comparable", ("replicate",)),
    (nesta, RANDOMISED, {"likeness": "unknown", "attrition": "high"}, "at_most_2",
     "not_comparable", ("show_alike", "low_attrition")),
    # What Works Clearinghouse
    (wwc, ONE_GROUP, {}, "not_eligible", "no_comparison", ("comparison", "randomise")),
    (wwc, ONE_GROUP, {"design": "no_programme"}, "not_classed", "no_programme",
     ("a_programme",)),
    (wwc, RANDOMISED, {}, "without_reservations", "randomised_low", ()),
    (wwc, RANDOMISED, {"likeness": "not_alike"}, "without_reservations", "randomised_low", ()),
    (wwc, RANDOMISED, {"attrition": "high"}, "with_reservations", "alike", ("low_attrition",)),
    (wwc, RANDOMISED, {"attrition": "unknown"}, "with_reservations", "alike",
     ("low_attrition",)),
    (wwc, RANDOMISED, {"attrition": "high", "likeness": "not_alike"}, "does_not_meet",
     "not_alike", ("comparable_groups", "low_attrition")),
    (wwc, RANDOMISED, {"fewest_clusters": 1}, "does_not_meet", "one_cluster",
     ("more_clusters",)),
    (wwc, RANDOMISED, {"fewest_clusters": 2}, "without_reservations", "randomised_low", ()),
    (wwc, RANDOMISED, {"over_aligned": "all"}, "no_outcome", "over_aligned",
     ("broader_questions",)),
    (wwc, RANDOMISED, {"over_aligned": "some"}, "without_reservations", "randomised_low", ()),
    (wwc, CHOSEN, {}, "with_reservations", "alike", ("randomise",)),
    (wwc, CHOSEN, {"adjusted": False}, "with_reservations", "alike", ("randomise",)),
    (wwc, CHOSEN, {"likeness": "alike_if_adjusted"}, "with_reservations", "alike_adjusted",
     ("randomise",)),
    (wwc, CHOSEN, {"likeness": "alike_if_adjusted", "adjusted": False}, "does_not_meet",
     "to_be_adjusted", ("adjust", "randomise")),
    (wwc, CHOSEN, {"likeness": "not_alike"}, "does_not_meet", "not_alike",
     ("comparable_groups", "randomise")),
    (wwc, CHOSEN, {"likeness": "unknown"}, "does_not_meet", "not_shown_alike",
     ("show_alike", "randomise")),
    (wwc, CHOSEN, {"likeness": "unknown", "fewest_clusters": 1}, "does_not_meet", "one_cluster",
     ("more_clusters", "show_alike", "randomise")),
    # padlocks
    (eef, ONE_GROUP, {}, "not_rated", "no_comparison", ("comparison", "randomise")),
    (eef, ONE_GROUP, {"design": "no_programme"}, "not_classed", "no_programme",
     ("a_programme",)),
    (eef, CHOSEN, {}, "by_reviewers", "padlocks", ()),
    (eef, RANDOMISED, {}, "by_reviewers", "padlocks", ()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "base", "altered", "grade", "why", "raised_by"), TABLE)
def test_the_truth_table(rule: Rule, base, altered, grade, why, raised_by) -> None:
    label = rule(replace(base, **altered))
    assert (label.grade, label.rule, label.raised_by) == (grade, why, raised_by)


def every_design() -> Iterator[DesignFacts]:
    for design, ways in ASSIGNMENTS.items():
        for way, before, adjusted, attrition, likeness, spillover, few, aligned in product(
            ways,
            (False, True),
            (False, True),
            ("low", "high", "unknown"),
            ("alike", "alike_if_adjusted", "not_alike", "unknown"),
            ("none", "some", "unknown"),
            (0, 1, 2),
            ("none", "some", "all"),
        ):
            yield DesignFacts(
                design=design,
                assignment=way,
                asked_before=before,
                adjusted=adjusted,
                attrition=attrition,
                likeness=likeness,
                spillover=spillover,
                fewest_clusters=few,
                over_aligned=aligned,
            )


def rank(label: Label) -> int:
    return ORDER[label.scale].index(label.grade)


def with_step(design: DesignFacts, step: Raise) -> DesignFacts:
    """Take one step of `raised_by`, and all that it says."""
    if step == "comparison" and not design.compared:
        design = replace(design, design="comparison", assignment="chosen")
    if step == "randomise":
        waits = design.design in {"waiting_list", "staggered"}
        to = design.design if waits else "randomised"
        design = replace(design, design=to, assignment="randomised")
    changes: dict[str, dict[str, object]] = {
        "adjust": {"adjusted": True},
        "adjust_for_the_time": {"adjusted": True},
        "ask_before": {"asked_before": True},
        "ask_before_and_after": {"asked_before": True},
        "broader_questions": {"over_aligned": "none"},
        "comparable_groups": {"likeness": "alike"},
        "comparison": {"asked_before": True, "likeness": "alike", "over_aligned": "none",
                       "fewest_clusters": 4},
        "low_attrition": {"attrition": "low"},
        "more_clusters": {"fewest_clusters": 2},
        "no_spillover": {"spillover": "none"},
        "randomise": {"attrition": "low", "likeness": "alike", "spillover": "none"},
        "show_alike": {"likeness": "alike"},
    }  # fmt: skip
    return replace(design, **changes[step])  # type: ignore[arg-type]


def test_what_would_raise_a_class_raises_it_and_only_the_highest_has_nothing() -> None:
    for design in every_design():
        for label in class_design(design):
            steps = label.raised_by
            if not steps:
                assert rank(label) == len(ORDER[label.scale]) - 1
            if not steps or {"replicate", "a_programme"} & set(steps):
                continue
            better = design
            for step in steps:
                better = with_step(better, step)
            after = {one.scale: one for one in class_design(better)}[label.scale]
            assert rank(after) > rank(label), (design, label)


BETTER = [
    {"asked_before": True},
    {"adjusted": True},
    {"attrition": "low"},
    {"likeness": "alike"},
    {"spillover": "none"},
    {"fewest_clusters": 2},
    {"over_aligned": "none"},
]


def test_nothing_better_lowers_a_class() -> None:
    for design in every_design():
        for change in BETTER:
            better = class_design(replace(design, **change))
            for before, after in zip(class_design(design), better, strict=True):
                assert rank(after) >= rank(before), (design, change)


def test_one_group_is_never_classed_as_a_comparison() -> None:
    for design in every_design():
        if design.assignment == "none" and design.design != "no_programme":
            grades = [label.grade for label in class_design(design)]
            assert grades[0] in {"below", "level_1", "level_2"}
            assert grades[1] in {"at_most_1", "at_most_2"}
            assert grades[2:] == ["not_eligible", "not_rated"]


def test_every_class_rule_and_step_has_its_words() -> None:
    labels = {label for design in every_design() for label in class_design(design)}
    keys = {f"classing.{one.scale}.{one.grade}" for one in labels}
    keys |= {f"classing.scales.{one.scale}" for one in labels}
    keys |= {f"classing.rules.{one.rule}" for one in labels}
    keys |= {f"classing.raises.{step}" for step in get_args(Raise)}
    assert [key for key in sorted(keys) if not has_text(key)] == []
    assert {step for one in labels for step in one.raised_by} == set(get_args(Raise))
    assert {one.grade for one in labels if one.scale == "wwc"} == set(ORDER["wwc"])


def test_every_design_of_a_study_can_be_classed() -> None:
    assert set(get_args(Design)) <= set(get_args(KnownDesign))


@pytest.mark.parametrize(
    ("declared", "field", "expected"),
    [
        ({}, "design", "one_group"),
        ({}, "asked_before", True),
        ({"waves": {"post": "after"}}, "asked_before", False),
        ({}, "over_aligned", "some"),
        ({}, "assignment", "none"),
        ({"design": "cross_sections"}, "design", "cross_sections"),
        ({"design": "randomised"}, "spillover", "unknown"),
        ({"design": "randomised", "not_reached": "attendance lists"}, "spillover", "none"),
    ],
)
def test_what_a_study_declares_becomes_the_facts_of_its_design(declared, field, expected) -> None:
    assert getattr(design_facts(make_facts(**declared)), field) == expected


@pytest.mark.parametrize(
    ("aligned", "expected"),
    [((), "none"), (("knowledge",), "some"), (("knowledge", "confidence"), "all")],
)
def test_outcomes_without_a_direction_are_not_counted(aligned, expected) -> None:
    outcomes = {
        key: replace(one, over_aligned=one.outcome in aligned)
        for key, one in make_facts().outcomes.items()
    }
    assert design_facts(make_facts(outcomes=outcomes)).over_aligned == expected


def test_a_design_that_leaves_the_assignment_open_counts_as_chosen() -> None:
    facts = make_facts(design="waiting_list")
    assert design_facts(facts).assignment == "chosen"
    assert design_facts(facts, assignment="randomised").assignment == "randomised"


@pytest.mark.parametrize("design", ["waiting_list", "staggered"])
@pytest.mark.parametrize(
    ("by", "shown", "maryland_grade", "checklist"),
    [
        ("", {"likeness": "alike_if_adjusted"}, "level_3", "trend"),
        ("", {"likeness": "not_alike"}, "level_2", "trend"),
        ("", {"likeness": "unknown"}, "level_2", "trend"),
        ("a draw", KEPT, "level_5", "consort_cluster"),
        ("a draw", KEPT | {"attrition": "high"}, "level_3", "consort_cluster"),
        ("a draw", KEPT | {"spillover": "unknown"}, "level_3", "consort_cluster"),
        ("a draw", KEPT | {"likeness": "not_alike"}, "level_2", "consort_cluster"),
    ],
)
def test_schools_that_wait_are_classed_by_how_they_were_assigned(
    design, by, shown, maryland_grade, checklist
) -> None:
    facts = make_facts(design=design, randomised_by=by)
    declared = design_facts(facts, adjusted=True, **shown)
    assert maryland(declared).grade == maryland_grade
    report = ReportFacts(pages=frozenset(), parts=frozenset())
    assert checklist_of(declared, report).name == checklist


def test_a_word_that_is_none_is_an_error_that_lists_the_good_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"`likeness` must be one of alike, .*'equal'"):
        DesignFacts(design="comparison", assignment="chosen", asked_before=True, likeness="equal")
    with pytest.raises(ImpactEvalError, match="must be none; found 'randomised'"):
        DesignFacts(design="one_group", assignment="randomised", asked_before=True)
