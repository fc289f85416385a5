"""Shares as odds and the spread of places: the tables, the funnel, and what is not drawn."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.disclosure import Released
from impact_eval.figures import ReportFigure, school_funnel
from impact_eval.pages.second_looks import school_spread, share_odds
from impact_eval.tables import ReportTable


def test_funnels_hold_the_schools_that_are_shown_and_name_none(many: Released) -> None:
    figures = [piece for piece in school_spread(many).pieces if isinstance(piece, ReportFigure)]
    assert figures
    names = [school["name"] for school in many.facts.schools.values()]
    for figure in figures:
        assert "funnel" in figure.name
        assert not any(name in figure.alt or name in figure.caption for name in names)
    first = many.where(quantity="change", level="school").findings()[0]
    own = many.where(
        quantity="change", level="school", audience=first.audience, outcome=first.outcome,
        phase=first.phase, wave_to=first.wave_to,
    )  # fmt: skip
    ax = school_funnel(own, mean=0.5)
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    expected = [one.std_error for one in own.findings() if one.known]
    assert list(np.asarray(dots.get_ydata())) == pytest.approx(expected)
    assert ax.get_ylim()[1] == 0


def test_the_spread_stands_twice_below_each_other(released: Released) -> None:
    (table, *_) = [one for one in school_spread(released).pieces if isinstance(one, ReportTable)]
    labels = [row.label for row in table.rows]
    assert labels[:2] == ["Restricted likelihood", "Paule and Mandel"]
    assert len(labels) % 2 == 0


def test_shares_say_what_odds_are(released: Released) -> None:
    html = "".join(piece.html for piece in share_odds(released).pieces)
    assert "Mancl and DeRouen" in html
    assert "Cox index" not in html  # one group has none
