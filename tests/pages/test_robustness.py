"""What would change a finding, as a page says, tabulates and draws it."""

from __future__ import annotations

import re

import pytest
from demo_study import demo_facts, demo_findings

import impact_eval as ie
from impact_eval.disclosure import Released, release
from impact_eval.figures import in_order
from impact_eval.pages.display import Folded
from impact_eval.tables import robustness_table, ways_table
from impact_eval.wording import main_changes, robustness_sentences

PAIR = {"wave_from": "pre", "wave_to": "post"}


def said(released: Released, **address: str) -> str:
    """The sentences on one planned change, without marks."""
    for change in main_changes(released):
        if all(getattr(change, name) == value for name, value in address.items()):
            return " ".join(one.striptags() for one in robustness_sentences(released, change))
    raise AssertionError(address)


def of_phase_2(released: Released, audience: str) -> str:
    return said(released, audience=audience, phase="phase_2", wave_to="post",
                estimand="schools_like_these")  # fmt: skip


def test_a_funder_reads_what_it_would_take_and_what_others_saw(many: Released) -> None:
    words = of_phase_2(many, "student")
    assert "scores had moved by more than +1.13 questions right" in words
    assert "The plan allows for +0.25 to +0.65." in words
    assert "rose by 0.10 to 0.25 standard deviations" in words
    assert "It would take more than was seen there." in words
    assert "below the others in the later survey" in words
    assert re.search(r"If only the fewest possible had left, it would take 3\.72\.", words)


def test_a_published_range_that_reaches_the_point_is_said_to(many: Released) -> None:
    frame = many.frame.copy()
    in_sd = frame["quantity"].eq("tipping_point") & frame["variant"].eq("secular")
    frame.loc[in_sd & frame["estimator"].eq("in_sd"), "estimate"] = 0.2
    words = of_phase_2(Released(frame, many.facts), "student")
    assert "It would take no more than was seen there." in words


def test_one_school_is_counted_and_never_named(many: Released) -> None:
    words = of_phase_2(many, "teacher")
    assert "without any one of the 100 schools the change would have been between" in words
    assert "its interval would read the same" in words
    shown = " ".join(repr(piece) + getattr(piece, "html", "") for piece in pieces(many))
    assert not any(school["name"] in shown for school in many.facts.schools.values())


def test_few_schools_have_no_range(released: Released) -> None:
    words = of_phase_2(released, "student")
    assert "is not shown, because the number could tell something of a single one" in words


def test_ways_that_the_plan_does_not_name_are_exploratory(many: Released) -> None:
    assert "the plan names them beforehand, and with its own there are 5" in of_phase_2(
        many, "teacher"
    )
    assert "count as exploratory; with the plan's own there are 5" in of_phase_2(many, "parent")
    assert "Of these, 4 gave a number." in of_phase_2(many, "parent")
    assert "Of 4, 4 point the same way and 3 have an interval beyond zero." in of_phase_2(
        many, "parent"
    )


def test_what_nobody_can_tell_cannot_be_undone(many: Released) -> None:
    frame = many.frame.copy()
    frame["verdict"] = frame["verdict"].where(frame["verdict"] == "", "cannot_tell")
    words = of_phase_2(Released(frame, many.facts), "student")
    assert "no bias could undo" in words
    assert "standard deviations" not in words


def test_a_hidden_change_says_nothing(many: Released) -> None:
    facts = demo_facts(n_schools=102)
    findings = demo_findings(facts)
    planned = findings["family"].eq("main")
    findings.loc[planned, ["n", "n_pre", "n_post"]] = 9
    hidden = release(findings, facts)
    assert all(robustness_sentences(hidden, one) == () for one in main_changes(hidden))
    assert robustness_table(hidden, **PAIR) is None


def pieces(released: Released) -> tuple:
    every = (ie.what_would_change, ie.robustness, ie.specification_curves)
    return tuple(piece for section in every for piece in section(released).pieces)


def test_the_table_has_a_row_for_each_planned_result(many: Released) -> None:
    table = robustness_table(many.where(audience="student"), **PAIR)
    assert table is not None
    planned = many.where(quantity="change", audience="student", variant="", **PAIR,
                         level="programme", subgroup="", estimator="stacked")  # fmt: skip
    rows = [row for row in planned.findings() if row.family and row.known]
    assert len(table.rows) == len(rows)
    assert "SD)" in table.html
    assert "2</data> of" in table.html
    assert "right or wrong" in table.html


def test_lists_open_one_at_a_time(many: Released) -> None:
    shown = ie.what_would_change(many).pieces
    assert all(isinstance(piece, Folded) for piece in shown)
    assert [piece.opened for piece in shown] == [True] + [False] * (len(shown) - 1)
    assert "<strong>Other ways of computing it.</strong> The plan names" in shown[0].html


def test_a_curve_is_sorted_and_its_words_say_what_is_drawn(many: Released) -> None:
    figure = ie.specification_curves(many).pieces[0]
    assert (
        "Several ways of computing the change of knowledge of online safety of students"
        in figure.alt
    )
    assert "point the same way" in figure.alt
    assert figure.data_html.count("<tr") >= 5
    assert "met twice, alone" in figure.data_html
    assert figure.width == pytest.approx(499, abs=2)
    ways = many.where(quantity="specification", audience="student", outcome="knowledge").findings()
    ordered = in_order(ways)
    assert [way.estimate for way in ordered] == sorted(way.estimate for way in ways if way.known)


def test_a_curve_of_undeclared_ways_says_so(many: Released) -> None:
    captions = [figure.caption for figure in ie.specification_curves(many).pieces]
    exploratory = [caption for caption in captions if caption.startswith("Parents")]
    assert exploratory
    assert all("are exploratory" in caption for caption in exploratory)
    assert not any("are exploratory" in one for one in captions if one.startswith("Students"))


def test_the_same_findings_give_the_same_bytes(many: Released) -> None:
    first, again = (ie.specification_curves(many).pieces[0].png for _ in range(2))
    assert first == again


def test_no_ways_give_no_table(many: Released) -> None:
    assert ways_table(many, []) is None
