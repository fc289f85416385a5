"""The section on topics, and what of topics readers may see."""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "findings"))

import pytest
import topics_study
from markupsafe import Markup

import impact_eval as ie
from impact_eval.disclosure import Released, release
from impact_eval.figures import ReportFigure
from impact_eval.findings import compute_findings
from impact_eval.findings.outcomes.topic_scores import OF_TOPICS
from impact_eval.tables import ReportTable
from impact_eval.wording import numbers
from impact_eval.wording.lint import lint_page

WANTED = ("surveyed", "mean", "item_share", "item_change", *OF_TOPICS)


def released_of(root, *, threshold=10, **wanted):
    drawn = {name: wanted.pop(name) for name in ("easy", "changes") if name in wanted}
    study = topics_study.open_study(root, **wanted)
    tables = topics_study.draw_tables(1, study, **drawn)
    return release(compute_findings(study, tables, quantities=WANTED), study.facts())


@pytest.fixture(scope="module")
def one_group(tmp_path_factory) -> Released:
    return released_of(tmp_path_factory.mktemp("topics"))


@pytest.fixture(scope="module")
def sides(tmp_path_factory) -> Released:
    return released_of(tmp_path_factory.mktemp("topics"), design="randomised")


@pytest.fixture(scope="module")
def nearly_all_right(tmp_path_factory) -> Released:
    return released_of(tmp_path_factory.mktemp("topics"), easy=6.0)


def pieces(released):
    return ie.topics(released).pieces


def html_of(released):
    return "".join(
        f'<img alt="{escape(piece.alt)}"><figcaption>{piece.caption}</figcaption>'
        if isinstance(piece, ReportFigure)
        else piece.html
        for piece in pieces(released)
    )


@pytest.mark.parametrize("study", ["one_group", "sides", "nearly_all_right"])
def test_no_number_stands_without_its_finding(study, request):
    released = request.getfixturevalue(study)
    page = f"<html><body><main>{html_of(released)}</main></body></html>"
    assert lint_page(page, released) == []


def test_a_figure_of_the_quiz_and_a_table_of_all_outcomes(one_group):
    figure, table = pieces(one_group)
    assert isinstance(figure, ReportFigure)
    assert "knowledge of online safety" in figure.caption
    assert "before (open dot) and afterwards (filled dot)" in figure.caption
    assert isinstance(table, ReportTable)
    labels = [
        (row.group.partition(":")[0], row.label, Markup(row.detail).striptags())
        for row in table.rows
    ]
    assert labels[:4] == [
        ("Knowledge of online safety", "Privacy", "1 question"),
        ("Knowledge of online safety", "Passwords", "3 questions"),
        ("Knowledge of online safety", "Scams", "2 questions"),
        ("Knowledge of online safety", "Did all topics change alike?",
         "largest less smallest change, one test of all"),
    ]  # fmt: skip
    assert [label for of, label, _ in labels if of == "Confidence"] == [
        "Privacy", "Scams", "Did all topics change alike?",
    ]  # fmt: skip


def test_the_test_of_all_topics_stands_with_its_p_and_without_an_interval(one_group):
    table = pieces(one_group)[1]
    joint = one_group.where(quantity="topic_difference", outcome="knowledge").findings()[0]
    row = table.rows[3]
    assert set(row.cells) == {"change", "p"}
    assert joint.finding_id in row.cells["change"]
    assert row.cells["change"].endswith(" apart")
    assert row.cells["p"] == numbers.p_value(joint.finding_id, joint.p_value)
    own = table.rows[0].cells
    assert "(" in own["change"]
    adjusted = one_group.where(quantity="topic_change", outcome="knowledge", estimator="holm",
                               variant="privacy").findings()[0]  # fmt: skip
    assert own["p"] == numbers.p_value(adjusted.finding_id, adjusted.p_value)


def test_two_sides_have_differences_and_no_means(sides):
    (table,) = pieces(sides)
    assert [column.label for column in table.columns] == [
        "Difference", "p, with the other topics allowed for",
    ]  # fmt: skip
    assert table.rows[3].label == "Is the difference alike in all topics?"
    assert all("(" in row.cells["change"] for row in table.rows if "question" in row.detail)


def test_a_topic_whose_item_is_hidden_is_hidden_with_the_test_of_all(nearly_all_right):
    item = nearly_all_right.where(quantity="item_share").frame.set_index(["item_id", "wave_to"])
    assert item.loc[("k4", "post"), "suppressed"] == "coded_high"
    rows = nearly_all_right.frame
    rows = rows[rows["quantity"].isin(OF_TOPICS) & (rows["outcome"] == "knowledge")]
    hidden = rows[rows["variant"].isin(("scams", ""))]
    assert set(hidden["quantity"]) == {"topic_mean", "topic_change", "topic_difference"}
    assert (hidden["suppressed"] != "").all()
    assert hidden[["estimate", "conf_low", "conf_high", "p_value", "n"]].isna().all(axis=None)
    shown = rows[~rows["variant"].isin(("scams", ""))]
    assert set(shown["suppressed"]) == {""}
    others = nearly_all_right.where(quantity="topic_mean", outcome="confidence").frame
    assert set(others["suppressed"]) == {""}  # ratings give no share back
    ids = set(re.findall(r'data-finding="(\w+)"', html_of(nearly_all_right)))
    assert not ids & set(hidden["finding_id"])


def test_a_small_group_has_no_topics(tmp_path):
    study = topics_study.open_study(tmp_path, n_schools=2)
    tables = topics_study.draw_tables(1, study, n_schools=2, students=4)
    found = release(compute_findings(study, tables, quantities=WANTED), study.facts())
    rows = found.frame[found.frame["quantity"].isin(OF_TOPICS)]
    assert len(rows)
    assert (rows["suppressed"] == "small").all()


def test_without_topics_it_is_said(tmp_path, one_group):
    items = {item: (of, "", weight) for item, (of, _, weight) in topics_study.ITEMS.items()}
    (piece,) = pieces(released_of(tmp_path, items=items))
    assert "does not say what its questions are about" in piece.html
    (piece,) = pieces(one_group.where(quantity="mean"))
    assert "No topics were compared" in piece.html
