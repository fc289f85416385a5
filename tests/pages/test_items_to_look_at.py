"""Questions to look at first, the list of all of them, and what of long tables is printed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from survey_project import Project, form
from typer.testing import CliRunner

import impact_eval as ie
from impact_eval.cli import app
from impact_eval.disclosure import Released
from impact_eval.errors import UnknownNameError
from impact_eval.figures import ReportFigure
from impact_eval.pages import Html, Pieces
from impact_eval.pages.display import Folded
from impact_eval.tables import ReportTable, item_list, items_to_look_at_table
from impact_eval.tables.item_list import LISTED, OF_ITEMS
from impact_eval.wording import text

LONG = (ie.item_quality, ie.item_answers, ie.measurement)


def without_cautions(released: Released) -> Released:
    frame = released.frame.assign(cautions="")
    return Released(frame, released.facts)


def test_a_question_that_a_rule_names_is_in_the_table(released: Released) -> None:
    table = items_to_look_at_table(released)
    assert table is not None
    said = text("cautions.dif_moderate")
    named = released.where(quantity="dif_wave").frame["cautions"].str.contains("dif_moderate")
    assert len(table.rows) == int(named.sum())
    assert all(said in row.cells["seen"] for row in table.rows)


def test_what_may_not_be_shown_names_no_question(released: Released) -> None:
    hidden = released.frame.assign(suppressed="small", estimate=np.nan)
    assert items_to_look_at_table(Released(hidden, released.facts)) is None


def test_where_there_is_none_a_sentence_says_so_and_how_to_list_all(released: Released) -> None:
    first, last = ie.items_to_look_at(without_cautions(released)).pieces
    assert isinstance(first, Html)
    assert text("pages.empty.items_to_look_at") in first.html
    assert isinstance(last, Html)
    assert "<code>impact-eval items</code>" in last.html


def test_without_items_no_list_is_promised(nothing: Released) -> None:
    (said,) = ie.items_to_look_at(nothing).pieces
    assert isinstance(said, Html)
    assert "impact-eval items" not in said.html


def test_the_list_holds_every_number_of_the_tables_and_hides_what_they_hide(
    released: Released,
) -> None:
    frame = released.where(quantity=OF_ITEMS, level="programme", subgroup="").frame.copy()
    frame.loc[frame.index[0], ["suppressed", "estimate"]] = ["small", np.nan]
    frame.loc[frame.index[1], ["suppressed", "estimate"]] = ["coded_low", np.nan]
    frame.loc[frame.index[1], "conf_high"] = 3.0
    listed = item_list(Released(frame, released.facts))
    assert list(listed.columns) == list(LISTED)
    assert len(listed) == len(frame)
    hidden = frame["suppressed"].isin(["small", "complementary"])
    assert int(listed["shown"].eq("no").sum()) == int(hidden.sum()) >= 1
    assert 3.0 in listed["at_most"].tolist()
    assert int(listed["estimate"].notna().sum()) == int(frame["suppressed"].eq("").sum())
    assert (
        listed.loc[listed["shown"] == "no", ["estimate", "at_least", "at_most"]]
        .isna()
        .all(axis=None)
    )
    percents = listed.loc[listed["unit"] == "percent", "estimate"].dropna()
    assert (percents == percents.round(0)).all(), "rounded as on the page"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("call", LONG, ids=lambda call: call.__name__)
def test_short_on_paper_prints_names_and_shows_the_same_on_a_screen(
    released: Released, call: object
) -> None:
    whole, short = call(released), call(released, on_paper="short")  # type: ignore[operator]
    assert isinstance(short, Pieces)
    folded = [piece for piece in short.pieces if isinstance(piece, Folded)]
    assert any(not piece.on_paper for piece in folded)
    assert [piece.inner for piece in folded] == [
        piece.inner for piece in whole.pieces if isinstance(piece, Folded)
    ]
    for piece in folded:
        printed_name = text("pages.not_printed") in piece.html
        assert printed_name is not piece.on_paper
        assert ("ie-screen" in piece.html) is not piece.on_paper


def test_alphas_and_ends_are_printed(released: Released) -> None:
    for call, printed in ((ie.measurement, "how well"), (ie.item_quality, "stand at the ends")):
        pieces = call(released, on_paper="short").pieces
        on_paper = [p.label for p in pieces if isinstance(p, Folded) and p.on_paper]
        assert on_paper
        assert all(printed in label for label in on_paper)


def test_another_word_for_paper_is_refused(released: Released) -> None:
    with pytest.raises(UnknownNameError, match="all, short"):
        ie.item_answers(released, on_paper="none")  # type: ignore[arg-type]


def test_a_figure_in_a_notebook_is_followed_by_its_caption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[object] = []
    monkeypatch.setattr("impact_eval.pages.display.display", shown.append)
    figure = ReportFigure("one", b"", 10, 10, "alt", "Students: <b>12</b>")
    Pieces((figure, ReportTable("t", (), ())))._ipython_display_()
    assert shown[0] is figure
    assert isinstance(shown[1], Html)
    assert shown[1].html == '<p class="only-notebook">Students: <b>12</b></p>'
    assert len(shown) == 3


def test_the_command_writes_the_list(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    schools = ("north", "south", "east")
    project.write(
        [
            form(code_1=str(n), school=schools[n % 3], c1=str(1 + n % 5), c2=str(1 + n % 4))
            for n in range(60)
        ]
    )
    project.prepare()
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(app, ["items", "small"])
    assert done.exit_code == 0, done.output
    listed = pd.read_csv(project.study().processed_folder / "items.csv")
    assert list(listed.columns) == list(LISTED)
    assert set(listed["question"]) >= {"One", "Four"}
    assert f"{listed['item_id'].nunique()} questions" in done.output
    assert all(math.isfinite(value) for value in listed.loc[listed["shown"] == "yes", "estimate"]
               .fillna(listed["at_most"]).fillna(listed["at_least"]))  # fmt: skip
