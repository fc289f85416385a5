"""The appendix: the design's class, the checklist, and the way through the study, as shown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from demo_study import demo_facts

import impact_eval as ie
from impact_eval.classing import DesignFacts
from impact_eval.disclosure import Released
from impact_eval.figures import PathFigure
from impact_eval.pages import Html
from impact_eval.pages.display import Folded
from impact_eval.tables import ReportTable, effect_size_table, flows
from impact_eval.wording.lint import lint_page

RANDOMISED = DesignFacts(
    design="randomised",
    assignment="randomised",
    asked_before=True,
    attrition="low",
    likeness="alike",
    spillover="none",
)
SECTIONS = ("classed", "checklist", "flow")


def cells_of(table: ReportTable) -> dict[str, tuple[str, ...]]:
    return {row.label: tuple(row.cells.values()) for row in table.rows}


@pytest.mark.parametrize("kind", ["released", "rounds"])
@pytest.mark.parametrize("name", SECTIONS)
def test_a_page_of_it_passes_the_lint(kind: str, name: str, request) -> None:
    released = request.getfixturevalue(kind)
    pieces = getattr(ie, name)(released).pieces
    page = "<main>" + "".join(piece.html for piece in pieces) + "</main>"
    assert lint_page(page, released) == []


@pytest.mark.parametrize("name", ["classed", "checklist"])
def test_words_for_other_designs_pass_the_lint(name: str, released: Released) -> None:
    for design in (
        RANDOMISED,
        replace(RANDOMISED, attrition="high", likeness="unknown", over_aligned="all"),
        replace(RANDOMISED, design="comparison", assignment="chosen", likeness="not_alike"),
    ):
        (table,) = getattr(ie, name)(released, design=design).pieces
        assert lint_page(f"<main>{table.html}</main>", released) == []


def test_one_group_is_classed_with_rule_and_what_would_bring_it_higher(released: Released) -> None:
    (table,) = ie.classed(released).pieces
    found = list(cells_of(table).values())
    assert [row[0] for row in found] == [
        "Level 1 of 5",
        "At most level 2 of 5",
        "Not an eligible group design",
        "Not rated",
    ]
    assert all("no comparison group" in row[1] for row in found)
    assert all("comparison group like this one" in row[2] for row in found)
    assert "not computed by us" in table.notes[0]


def test_the_class_of_a_design_that_is_given_is_shown(released: Released) -> None:
    (table,) = ie.classed(released, design=RANDOMISED).pieces
    assert [row[0] for row in cells_of(table).values()] == [
        "At most level 5 of 5",
        "At most level 3 of 5",
        "Meets the standards without reservations at most",
        "Awarded by reviewers, not computed",
    ]


def test_outcomes_that_ask_what_is_taught_are_named_and_marked_beside_the_result(
    released: Released,
) -> None:
    (table,) = ie.classed(released).pieces
    named = "students, knowledge of online safety; teachers, knowledge of online safety"
    assert named in table.notes[-1]
    assert "confidence" not in table.notes[-1]
    rows = [
        row
        for piece in ie.changes(released).pieces
        for row in re.findall(r"<tr>.*?</tr>", piece.html, re.DOTALL)
    ]
    asked = [row for row in rows if "asks exactly what the programme teaches" in row]
    assert asked
    assert all("nowledge of online safety" in row for row in asked)
    sizes = effect_size_table(released, wave_from="pre", wave_to="post")
    assert named in sizes.notes[-1]


def test_no_such_line_without_such_outcomes(released: Released) -> None:
    facts = released.facts
    plain = {key: replace(one, over_aligned=False) for key, one in facts.outcomes.items()}
    (table,) = ie.classed(Released(released.frame, replace(facts, outcomes=plain))).pieces
    assert len(table.notes) == 1


def test_the_checklist_says_where_and_what_is_to_be_written(released: Released) -> None:
    (table,) = ie.checklist(released).pieces
    rows = cells_of(table)
    assert len(rows) == 22
    assert "TREND" in table.caption
    days = next(cells for label, cells in rows.items() if label.startswith("13 "))
    assert days == (
        "in part",
        "Programme: Who was reached and who answered",
        "From when to when schools were recruited and each survey ran.",
    )
    unit = next(cells for label, cells in rows.items() if label.startswith("10 "))
    assert unit == ("yes", "Details: Every estimate", "")
    groups = next(cells for label, cells in rows.items() if label.startswith("15 "))
    assert groups == ("does not apply", "", "")
    theory = next(cells for label, cells in rows.items() if label.startswith("2 "))
    assert theory[:2] == ("no", "")
    assert theory[2]


def test_what_was_not_released_is_not_reported(released: Released) -> None:
    without = released.frame["quantity"].ne("days_after_workshop")
    (table,) = ie.checklist(Released(released.frame[without], released.facts)).pieces
    days = next(cells for label, cells in cells_of(table).items() if label.startswith("13 "))
    assert days[0] == "no"


def test_what_was_released_without_its_numbers_is_not_reported(released: Released) -> None:
    frame = released.frame.copy()
    days = frame["quantity"].eq("days_after_workshop")
    frame.loc[days, ["estimate", "conf_low", "conf_high"]] = float("nan")
    frame.loc[days, "suppressed"] = "small"
    (table,) = ie.checklist(Released(frame, released.facts)).pieces
    found = next(cells for label, cells in cells_of(table).items() if label.startswith("13 "))
    assert found[0] == "no"


def test_a_randomised_design_gets_the_other_list_and_numbers_by_group_are_missed(
    released: Released,
) -> None:
    (table,) = ie.checklist(released, design=RANDOMISED).pieces
    rows = cells_of(table)
    assert "CONSORT" in table.caption
    assert len(rows) == 39
    for number in ("13a", "15", "16", "17a"):
        found = next(cells for label, cells in rows.items() if label.startswith(f"{number} "))
        assert found[0] == "no"


def test_without_a_programme_a_sentence_says_that_no_list_applies(released: Released) -> None:
    facts = demo_facts(design="no_programme")
    (piece,) = ie.checklist(Released(released.frame, facts)).pieces
    assert isinstance(piece, Html)
    assert "No programme took place" in piece.html


def test_the_way_through_the_study_has_both_levels_in_order(released: Released) -> None:
    first = flows(released)[0]
    assert first.who == "Students, Phase 1"
    labels = [step.label for step in first.steps]
    assert labels == [
        "Stated by the programme",
        "In the roster",
        "On the lists for the workshops",
        "Asked to come",
        "Attended",
        "Surveyed before the workshop",
        "Surveyed right after the workshop",
        "Surveyed about six weeks later",
        "Known to be the same people (before the workshop, right after the workshop)",
        "In a comparison (before the workshop, right after the workshop)",
        "Known to be the same people (before the workshop, about six weeks later)",
        "In a comparison (before the workshop, about six weeks later)",
    ]
    by_label = {step.label: step for step in first.steps}
    attended = by_label["Attended"]
    assert (">2<" in attended.sites, ">200<" in attended.people) == (True, True)
    compared = by_label[labels[9]]
    assert ">120<" in compared.people
    assert ">80<" in compared.people


def test_it_is_drawn_for_each_audience_and_phase_and_stands_in_one_table(
    released: Released,
) -> None:
    *drawn, table = ie.flow(released).pieces
    assert len(drawn) == 6
    assert all(isinstance(piece, Folded) for piece in drawn)
    assert all("Simulated data" in piece.html for piece in drawn)
    assert drawn[0].html.count("<li>") == 12
    assert isinstance(table, ReportTable)
    assert len(table.rows) == 6 * 12


def test_rounds_of_other_people_show_surveys_and_comparison_only(rounds: Released) -> None:
    labels = [step.label for step in flows(rounds)[0].steps]
    assert not any(label.startswith(("Attended", "In the roster")) for label in labels)
    *_, table = ie.flow(rounds).pieces
    assert "one in both surveys" not in table.notes[0]


def test_a_hidden_count_is_shown_as_hidden_in_both(released: Released) -> None:
    frame = released.frame.copy()
    hidden = frame["quantity"].isin(["analysed", "attended"])
    frame.loc[hidden, ["estimate", "n", "n_pre", "n_post"]] = float("nan")
    frame.loc[hidden, "suppressed"] = "complementary"
    first = flows(Released(frame, released.facts))[0]
    by_label = {step.label: step for step in first.steps}
    assert "⋯" in by_label["Attended"].people
    assert "⋯" in first.steps[-1].people
    assert "<data" not in first.steps[-1].people


def test_a_drawing_shows_itself_with_its_style_and_names_itself() -> None:
    figure = PathFigure("the way <of> students", "From <top>.", (), mark="Simulated data")
    bundle = figure._repr_mimebundle_()
    assert bundle["text/plain"] == "Figure: the way <of> students"
    assert bundle["text/html"].startswith("<style>")
    assert "From &lt;top&gt;." in bundle["text/html"]
    assert "<style>" not in figure.body
