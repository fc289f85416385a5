"""The section on what those who did not answer again could make of the planned results."""

from __future__ import annotations

import sys
from dataclasses import replace
from html import escape
from math import isnan
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "findings"))

import pytest
import small_study
import two_sides
from test_with_lost import drawn

from impact_eval import pages
from impact_eval.disclosure import Released, release
from impact_eval.figures import ReportFigure
from impact_eval.findings import compute_findings
from impact_eval.wording import lost_verdict_sentences
from impact_eval.wording.lint import lint_page


def shown(released: Released) -> str:
    """The section as HTML, figures by their words."""
    parts = []
    for piece in pages.not_seen_again(released).pieces:
        if isinstance(piece, ReportFigure):
            marked = f'data-alt="{escape(piece.marked_alt)}"'
            words = f'<img alt="{piece.alt}" {marked}><figcaption>{piece.caption}</figcaption>'
            parts.append(f"<figure>{words}{piece.data_html}</figure>")
        else:
            parts.append(piece.html)
    return "".join(parts)


def released_of(study, tables):
    return release(compute_findings(study, tables), study.facts())


@pytest.fixture(scope="module")
def roster(tmp_path_factory):
    root = tmp_path_factory.mktemp("roster")
    study = small_study.open_study(root, schools=(4, 16), link="roster_id")
    return released_of(study, drawn(3, schools=(4, 16), students=40))


@pytest.fixture(scope="module")
def codes(tmp_path_factory):
    root = tmp_path_factory.mktemp("codes")
    study = small_study.open_study(root, schools=(4, 16))
    truth = small_study.Truth(schools=(4, 16), students=24, teachers=8, effect=1.5)
    return released_of(study, small_study.draw_tables(1, truth))


@pytest.fixture(scope="module")
def lot(tmp_path_factory):
    root = tmp_path_factory.mktemp("lot")
    study = two_sides.open_study(root, design="randomised")
    return released_of(study, two_sides.draw_tables(3, two_sides.Truth(lost=(0.1, 0.3))))


@pytest.mark.parametrize("name", ["roster", "codes", "lot"])
def test_no_word_and_no_number_is_out_of_place(request, name):
    released = request.getfixturevalue(name)
    page = shown(released)
    assert lint_page(f"<main>{page}</main>", released) == []
    assert ">None<" not in page
    assert ">nan<" not in page


def test_every_way_stands_in_the_table_with_what_it_assumes(roster):
    page = shown(roster)
    for words in ("Weighted for who was lost", "Lost answers filled in many times",
                  "At worst to at best", "known alike before, same gain"):  # fmt: skip
        assert words in page
    assert "How well those seen again stand for all" in page
    assert "At worst, with all <data" in page


def test_codes_are_refused_in_one_sentence_and_bounded_twice(codes):
    page = shown(codes)
    assert "Weights and filled-in answers are not given for students: people are known by" in page
    assert "fewest lost" in page
    assert "most lost" in page
    assert "Weighted for who was lost" not in page


def test_a_lot_has_lee_s_bounds_and_the_class_of_its_losses(lot):
    page = shown(lot)
    assert "Bounds for who would answer anyway" in page
    assert "Among people who would answer on either side" in page
    assert "Who was lost on each side" in page or "attrition" in page.lower()


def test_the_alt_text_reads_every_row(roster):
    figures = [p for p in pages.not_seen_again(roster).pieces if isinstance(p, ReportFigure)]
    assert figures
    for figure in figures:
        assert figure.alt.count("Weighted for who was lost") == figure.alt.count("As reported")


def with_cautions(released, **by_estimator):
    frame = released.frame.copy()
    for estimator, caution in by_estimator.items():
        own = frame["quantity"].eq("change_with_lost") & frame["estimator"].eq(estimator)
        frame.loc[own, "cautions"] = caution
    return Released(frame, released.facts)


@pytest.mark.parametrize(
    ("ways", "bounds", "words"),
    [
        ("verdict_stands", "verdict_stands", "would be the same by every estimate"),
        ("verdict_stands", "verdict_would_differ", "as low, or as high, as can be"),
        ("verdict_would_differ", "verdict_stands", "By weights, or by lost answers filled in"),
        ("", "", "no planned result"),
    ],
    ids=["none", "bounds", "estimates", "no verdict"],
)
def test_it_is_said_whether_the_verdict_hangs_on_the_lost(roster, ways, bounds, words):
    changed = with_cautions(roster, retention_weights=ways, imputation=ways, worst_case=bounds)
    said = " ".join(lost_verdict_sentences(changed, "student"))
    assert words.lower() in said.lower()


def test_few_lost_hide_the_bounds_that_would_count_them(tmp_path):
    study = small_study.open_study(tmp_path, schools=(4, 16), link="roster_id")
    whole = drawn(3, schools=(4, 16), students=40, everybody=True)
    forms = whole.submissions.merge(whole.links, on="submission_id")
    later = forms[(forms["wave"] == "post") & (forms["phase"] == "phase_2")]
    gone = later[later["audience"] == "student"]["submission_id"].head(4)
    tables = replace(whole, scores=whole.scores[~whole.scores["submission_id"].isin(gone)])
    released = released_of(study, tables)
    at = {"audience": "student", "outcome": "knowledge", "phase": "phase_2", "wave_to": "post"}
    bounds = released.where(quantity="change_with_lost", estimator="worst_case", **at)
    lost = released.where(quantity="lost", **at)
    assert {row.suppressed for row in (*bounds.findings(), *lost.findings())} == {"small"}
    assert all(isnan(row.conf_low) for row in bounds.findings())
    weights = released.where(quantity="change_with_lost", estimator="retention_weights", **at)
    assert all(isnan(row.n_linked) for row in weights.findings())


def test_nothing_planned_is_a_sentence(codes):
    empty = Released(codes.frame.iloc[:0], codes.facts)
    assert "so there is none that the lost could change" in shown(empty)
