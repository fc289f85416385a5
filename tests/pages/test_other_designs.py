"""Sections of studies that ask once, put nothing first, or have scores and no answers."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pandas as pd
import pytest
from findings_factory import make_change, make_facts, make_finding, make_findings

import impact_eval as ie
from impact_eval.disclosure import Released
from impact_eval.figures import ReportFigure
from impact_eval.pages import Html, Pieces
from impact_eval.pages.display import Folded, Piece
from impact_eval.tables import (
    ReportTable,
    attrition_table,
    days_table,
    measurement_table,
    protection_table,
    school_table,
)
from impact_eval.wording import text
from impact_eval.wording.lint import lint_page


def frame_of(rows) -> pd.DataFrame:
    withheld = [row.get("suppressed", "") for row in rows]
    return make_findings(rows).assign(suppressed=pd.Series(withheld, dtype="str"))


def of(rows) -> Released:
    return Released(frame_of(rows), make_facts())


def only(pieces: Pieces) -> Piece:
    (piece,) = pieces.pieces
    return piece


@pytest.fixture
def once() -> Released:
    """A study of one wave with two means."""
    rows = [
        make_finding(quantity="mean", outcome=outcome, phase="phase_2", wave_from="pre",
                     wave_to="pre", estimate=2.5, conf_low=low, conf_high=2.7, n=80)
        for outcome, low in (("knowledge", 2.3), ("confidence", nan))
    ]  # fmt: skip
    facts = make_facts(design="no_programme")
    facts = replace(facts, waves={"pre": "in July"}, phases={"phase_2": "The survey"})
    return Released(frame_of(rows), facts)


@pytest.mark.parametrize("name", ["changes", "planned_changes"])
def test_a_study_of_one_wave_shows_its_means(once: Released, name: str) -> None:
    table = only(getattr(ie, name)(once))
    assert isinstance(table, ReportTable)
    labels = ["Knowledge of online safety", "Confidence to act"]
    assert [row.label for row in table.rows] == labels
    assert all(row.detail for row in table.rows)
    assert [column.spanner for column in table.columns] == ["In July", "In July"]
    assert text("tables.level_note") in table.notes
    assert lint_page(f"<main>{table.html}</main>", once) == []


def test_a_study_of_one_wave_speaks_of_no_change(once: Released) -> None:
    assert "asked once" in ie.how_sure(once).html
    assert "over time" not in ie.how_sure(once).html
    assert only(ie.attrition(once)) == only(ie.linked_differences(once))
    assert "asked once" in repr(only(ie.attrition(once)))


def test_other_people_in_each_round_are_why_nobody_is_lost(rounds: Released) -> None:
    without = Released(rounds.frame[rounds.frame["quantity"] != "attrition"], rounds.facts)
    assert "Other people" in repr(only(ie.attrition(without)))


def test_where_nothing_is_primary_the_picture_shows_what_the_page_opens_with() -> None:
    change = make_change(role="secondary")
    shown = only(ie.change_figures(of([change]), roles=["primary"]))
    assert isinstance(shown, ReportFigure)


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([], "changes"),
        ([make_change(role="exploratory")], "planned"),
        ([make_change(role="primary", estimate=nan, reason="the scales differ")], "refused"),
    ],
)
def test_an_empty_picture_says_which_reason_it_has(rows, key: str) -> None:
    shown = only(ie.change_figures(of(rows), roles=["primary"]))
    assert isinstance(shown, Html)
    assert shown.name == text(f"pages.empty.{key}")


def test_scores_without_answers_are_not_called_careful_forms(nothing: Released) -> None:
    scores = Released(nothing.frame, replace(nothing.facts, items={}))
    assert "careless" in repr(only(ie.quality(nothing)))
    assert "careless" not in repr(only(ie.quality(scores)))


def test_a_picture_of_numbers_that_are_all_too_small_is_not_drawn() -> None:
    small = make_finding(quantity="rows", audience="", subgroup="fate:duplicate", estimate=nan,
                         suppressed="small")  # fmt: skip
    shown = only(ie.fate_figure(of([small])))
    assert isinstance(shown, Html)
    assert shown.name == text("pages.empty.fate_figure_hidden")


def test_a_bar_alone_is_not_drawn() -> None:
    count = make_finding(quantity="surveyed", phase="phase_2", wave_from="pre", wave_to="pre",
                         estimate=80, unit="people")  # fmt: skip
    assert only(ie.flow_figures(of([count]))) == Html(
        text("pages.empty.one_count"), f'<p class="ie-none">{text("pages.empty.one_count")}</p>'
    )


@pytest.mark.parametrize(("low", "said"), [(3.0, True), (nan, False)])
def test_a_loss_is_called_a_range_only_where_it_is_one(low: float, said: bool) -> None:
    loss = make_finding(quantity="attrition", phase="phase_2", wave_from="pre", wave_to="post",
                        unit="percent", estimate=nan if said else 3.0, conf_low=low,
                        conf_high=9.0 if said else nan)  # fmt: skip
    table = attrition_table(of([loss]))
    assert table is not None
    assert (text("tables.attrition_note") in table.notes) == said
    assert text("tables.lost_note") in table.notes


def test_a_table_of_kinds_alone_is_no_table_of_measurement() -> None:
    icc = make_finding(quantity="icc_score", wave_from="pre", wave_to="pre", estimate=0.1)
    alpha = make_finding(quantity="alpha", wave_from="pre", wave_to="pre", estimate=0.8)
    assert measurement_table(of([icc])) is None
    table = measurement_table(of([icc, alpha]))
    assert table is not None
    assert not any("brackets" in note for note in table.notes)
    assert text("tables.no_interval_note") in table.notes


def test_days_have_decimals_only_where_they_are_no_whole_number() -> None:
    days = make_finding(quantity="days_after_workshop", outcome="", phase="phase_2", unit="days",
                        wave_from="post", wave_to="post", estimate=45.5, conf_low=36.0,
                        conf_high=56.0)  # fmt: skip
    table = days_table(of([days]))
    assert table is not None
    shown = table.rows[0].cells["post"]
    assert ">45.5<" in shown
    assert ">36<" in shown
    assert ">56<" in shown


def test_protection_explains_only_what_was_counted() -> None:
    consent = make_finding(quantity="consents_missing", audience="", outcome="", unit="rows",
                           subgroup="consents_missing:consent", estimate=40)  # fmt: skip
    column = make_finding(quantity="identifying_columns", audience="", outcome="", unit="columns",
                          subgroup="identifying_columns:name", estimate=1)  # fmt: skip
    table = protection_table(of([consent]))
    assert table is not None
    assert [row.label for row in table.rows] == [text("tables.consent_missing")]
    assert table.notes == ()
    both = protection_table(of([consent, column]))
    assert both is not None
    assert both.notes == (text("tables.identifying_columns_note"),)


def test_protection_says_of_what_a_consent_was_wanting() -> None:
    quoting = make_finding(
        quantity="consents_limited", audience="", outcome="", unit="rows", estimate=40,
        subgroup="consents_limited:respondent_quoting_before_without_texts",
    )  # fmt: skip
    table = protection_table(of([quoting]))
    assert table is not None
    (row,) = table.rows
    assert row.label.endswith("(respondent quoting before without texts)")
    assert ">40<" in row.cells["number"]
    assert table.notes == (text("tables.consents_limited_note"),)


def test_a_column_in_which_no_school_has_a_number_is_left_out(released: Released) -> None:
    full = school_table(released, school_id="s005")
    frame = released.frame[released.frame["quantity"] != "shrunken_change"]
    without = school_table(Released(frame, released.facts), school_id="s005")
    assert full is not None
    assert without is not None
    assert "drawn" in [column.key for column in full.columns]
    assert "drawn" not in [column.key for column in without.columns]
    assert text("tables.drawn_note") not in without.notes


def test_sides_with_marks_are_not_said_to_have_none() -> None:
    facts = make_facts(design="comparison")
    sides = replace(facts, arms={"programme": "schools with it", "comparison": "others"})
    said = {
        name: only(ie.mastery(Released(frame_of([]), one))).name
        for name, one in (("one", facts), ("two", sides))
    }
    assert said["two"] == text("pages.empty.mastery_sides") != said["one"]


def test_a_table_under_a_line_that_says_its_caption_does_not_say_it_again(
    released: Released,
) -> None:
    folded = [piece for piece in ie.item_quality(released).pieces if isinstance(piece, Folded)]
    assert folded
    assert all('class="ie-fold ie-named"' in piece.html for piece in folded)
    pairs = [piece for piece in ie.technical(released).pieces if isinstance(piece, Folded)]
    assert pairs
    assert all('class="ie-fold"' in piece.html for piece in pairs)


def test_many_items_are_drawn_in_parts_that_fit_a_sheet(released: Released) -> None:
    frame = released.frame
    asked = frame["quantity"].isin(["item_share", "item_change"])
    first, then = list(released.facts.items)[:2]
    one = frame[asked & (frame["audience"] == first[0]) & (frame["item_id"] == first[1])]
    assert then[0] == first[0]
    names = [f"more_{number:02d}" for number in range(36)]
    copies = [one.assign(item_id=name, finding_id=one["finding_id"] + name) for name in names]
    facts = replace(released.facts, items={(first[0], name): f"Item {name}" for name in names})
    many = Released(pd.concat([frame[~asked], *copies], ignore_index=True), facts)
    figures = ie.items(many).pieces
    assert len(figures) == 2 * one["phase"].nunique()
    drawn = [piece.data_html for piece in figures if isinstance(piece, ReportFigure)]
    assert [html.count("Item more_") for html in drawn] == [18] * len(figures)
