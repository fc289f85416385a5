"""Sections: each shows its pieces, or says in one sentence why there are none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

import pytest

import impact_eval as ie
from impact_eval.disclosure import Released
from impact_eval.errors import UnknownNameError
from impact_eval.figures import ReportFigure
from impact_eval.pages import Html, Pieces
from impact_eval.pages.display import Piece
from impact_eval.pages.title import page_title
from impact_eval.planning import planned_number, starting_points
from impact_eval.tables import ReportTable
from impact_eval.wording.lint import lint_page

WHOLE = [
    "attrition",
    "change_figures",
    "changes",
    "days",
    "delivery",
    "dose",
    "effect_sizes",
    "exposure",
    "fate_figure",
    "fates",
    "flow",
    "flow_figures",
    "further",
    "gaps",
    "how_sure",
    "item_answers",
    "item_quality",
    "items",
    "items_to_look_at",
    "linked_differences",
    "mastery",
    "mean_figures",
    "measurement",
    "not_seen_again",
    "not_shown",
    "pairs",
    "people",
    "phases",
    "placement_figures",
    "placements",
    "planned_changes",
    "planning_answers",
    "planning_claims",
    "planning_designs",
    "planning_figures",
    "planning_inputs",
    "provinces",
    "quality",
    "ratings",
    "robustness",
    "school_spread",
    "schools",
    "share_odds",
    "specification_curves",
    "subgroups",
    "summary",
    "technical",
    "what_would_change",
]
OF_PLAN = ["deviations"]
OF_DESIGN = ["checklist", "classed"]
OF_SCHOOL = ["school", "school_figures", "school_summary", "school_title"]
WORDS = {"further", "how_sure", "not_shown", "planning_answers", "planning_claims", "summary"}
WITH_WORDS = {"items_to_look_at", "not_seen_again"}  # beside figures and tables


def pieces_of(shown: Pieces | Piece) -> tuple[Piece, ...]:
    return shown.pieces if isinstance(shown, Pieces) else (shown,)


def html_of(piece: Piece) -> str:
    if isinstance(piece, ReportFigure):
        marked = f'data-alt="{escape(piece.marked_alt)}"' if piece.marked_alt else ""
        image = f'<img alt="{escape(piece.alt)}" {marked}><figcaption>{piece.caption}</figcaption>'
        return image + piece.data_html
    return piece.html


def test_every_name_that_notebooks_use_is_tried_here() -> None:
    others = {"Study", "explain", "page_title", "planning_basis", "released_findings"}
    others |= {"looking_back"}  # in test_looking_back, on a study that asks for it
    others |= {"follow_up"}  # in test_callbacks and test_run; never published
    others |= {"without_exclusions", "exclusions_list"}  # in test_left_out: of two sets of findings
    others |= {"topics"}  # in test_topics, on a study whose items have topics
    assert set(ie.__all__) == {*WHOLE, *OF_PLAN, *OF_DESIGN, *OF_SCHOOL, *others}
    assert sorted(dir(ie)) == sorted(ie.__all__)
    with pytest.raises(AttributeError, match="no attribute 'chnages'"):
        _ = ie.chnages


@pytest.fixture(scope="module")
def planned_numbers(released: Released, rounds: Released) -> dict[str, Callable[[str], float]]:
    kinds = {"released": released, "rounds": rounds}
    return {kind: partial(planned_number, starting_points(one)) for kind, one in kinds.items()}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("kind", ["released", "rounds"])
def test_a_section_says_nothing_that_no_finding_carries(
    kind: str, name: str, planned_numbers: dict[str, Callable[[str], float]], request
) -> None:
    released = request.getfixturevalue(kind)
    shown = pieces_of(getattr(ie, name)(released))
    assert shown
    page = "<main>" + "".join(html_of(piece) for piece in shown) + "</main>"
    assert lint_page(page, released, planned=planned_numbers[kind]) == []


@pytest.mark.parametrize("name", WHOLE)
def test_an_empty_section_is_one_sentence(nothing: Released, name: str) -> None:
    (piece,) = pieces_of(getattr(ie, name)(nothing))
    assert isinstance(piece, Html)
    if name not in WORDS:
        assert piece.html == f'<p class="ie-none">{escape(piece.name)}</p>'
        assert piece.name.endswith(".")


@pytest.mark.parametrize(
    "name", sorted({*WHOLE} - WORDS - WITH_WORDS - {"attrition", "linked_differences"})
)
def test_a_full_section_has_no_sentence_in_its_place(released: Released, name: str) -> None:
    assert not any("ie-none" in html_of(piece) for piece in pieces_of(getattr(ie, name)(released)))


@pytest.mark.parametrize("name", ["phases", "placements", "placement_figures", "days", "schools"])
def test_rounds_without_schools_say_what_they_do_not_have(rounds: Released, name: str) -> None:
    (piece,) = pieces_of(getattr(ie, name)(rounds))
    assert isinstance(piece, Html)


@pytest.mark.parametrize("name", OF_SCHOOL)
def test_an_unknown_school_is_an_error_that_lists_the_known(released: Released, name: str) -> None:
    with pytest.raises(UnknownNameError, match=r"s001, s002.*found 's999'"):
        getattr(ie, name)(released, school_id="s999")


@pytest.mark.parametrize("name", OF_SCHOOL)
def test_the_page_of_a_school_says_nothing_that_no_finding_carries(
    many: Released, name: str
) -> None:
    shown = pieces_of(getattr(ie, name)(many, school_id="s050"))
    page = "<main>" + "".join(html_of(piece) for piece in shown) + "</main>"
    assert lint_page(page, many) == []


def test_a_school_that_may_not_be_shown_says_so(many: Released) -> None:
    frame = many.frame.copy()
    own = (frame["unit_id"] == "s050") & (frame["level"] == "school")
    hidden = Released(frame.loc[~own], many.facts)
    for name in ("school", "school_figures", "school_summary"):
        (piece,) = pieces_of(getattr(ie, name)(hidden, school_id="s050"))
        assert "Too few people answered" in piece.html


def test_figures_of_simulated_data_have_their_own_alt_and_table(released: Released) -> None:
    for name in ("change_figures", "mean_figures", "schools", "items", "flow_figures"):
        for piece in pieces_of(getattr(ie, name)(released)):
            assert isinstance(piece, ReportFigure)
            assert len(piece.alt) > 30
            assert piece.data_html.count("<tr>") > 1
            assert "Simulated data" in piece.data_html


def test_a_caption_speaks_only_of_what_is_drawn(rounds: Released) -> None:
    frame = rounds.frame
    neutral = Released(frame.loc[frame["outcome"] == "exposure"], rounds.facts)
    (figure,) = pieces_of(ie.change_figures(neutral))
    assert "Grey" not in figure.caption
    (first, *_) = pieces_of(ie.change_figures(rounds))
    assert "Grey" in first.caption


def test_pieces_are_shown_one_after_another(released: Released, monkeypatch) -> None:
    seen: list[Piece] = []
    monkeypatch.setattr("impact_eval.pages.display.display", seen.append)
    both = ie.changes(released)
    both._ipython_display_()
    assert tuple(seen) == both.pieces
    assert all(isinstance(piece, ReportTable) for piece in seen)
    assert repr(both).startswith("Table: What was measured before the workshop and")


class OneStudy:
    """A study that knows its facts and nothing else."""

    def __init__(self, facts) -> None:
        self._facts = facts

    def facts(self):
        return self._facts


def test_the_title_is_one_first_heading(released: Released) -> None:
    html = page_title(OneStudy(released.facts), "Findings").html
    assert html.startswith("<h1>Findings: Invented workshops</h1>")
    assert html.count("<h1") == 1


def test_only_a_notebook_repeats_that_data_are_simulated(released, rounds) -> None:
    assert 'class="only-notebook"' in page_title(OneStudy(released.facts), "x").html
    assert "only-notebook" not in page_title(OneStudy(rounds.facts), "x").html


def test_the_section_of_the_plan_says_that_nothing_was_locked(released: Released) -> None:
    (piece,) = pieces_of(ie.deviations(released))
    assert "was not locked" in piece.html
    assert lint_page(f"<main>{piece.html}</main>", released) == []
