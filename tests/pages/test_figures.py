"""Figures: what is drawn is what was found, and drawing leaves nothing behind."""

from __future__ import annotations

import io
from dataclasses import replace
from math import isfinite

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from PIL import Image

from impact_eval.disclosure import Released
from impact_eval.figures import (
    change_intervals,
    count_bars,
    finish,
    item_shares,
    new_figure,
    placement,
    school_changes,
    theme,
    wave_means,
)

STUDENT = {"audience": "student", "outcome": "knowledge"}


def programme_changes(released: Released) -> Released:
    return released.where(quantity="change", level="programme", estimator="stacked",
                          estimand="participants", **STUDENT)  # fmt: skip


def by_school(released: Released, phase: str) -> Released:
    return released.where(quantity="change", level="school", phase=phase, wave_to="post", **STUDENT)


def shares(released: Released, wave: str) -> Released:
    return released.where(quantity="item_share", phase="phase_2", wave_from=wave)


MAKERS = {
    "changes": lambda r, ax: change_intervals(programme_changes(r), list("abcd"), ax=ax),
    "means": lambda r, ax: wave_means(
        r.where(quantity="mean", level="programme", subgroup="", **STUDENT), ax=ax
    ),
    "schools": lambda r, ax: school_changes(by_school(r, "phase_2"), ax=ax),
    "placement": lambda r, ax: placement(
        by_school(r, "phase_1"), by_school(r, "phase_2"), between=r.where(**STUDENT), ax=ax
    ),
    "items": lambda r, ax: item_shares(shares(r, "pre"), shares(r, "post"), ax=ax),
    "counts": lambda r, ax: count_bars(
        r.where(quantity="surveyed", level="programme", audience="student", phase="phase_2"),
        list("abc"),
        ax=ax,
    ),
}


def horizontal_lines(ax) -> list[tuple[float, float]]:
    """Ends of the horizontal lines drawn in data coordinates."""
    lines = [c for c in ax.collections if isinstance(c, LineCollection)]
    own = [c for c in lines if c.get_transform().contains_branch(ax.transData) and c.zorder > 0]
    segments = [segment for c in own for segment in c.get_segments()]
    return [(s[0][0], s[1][0]) for s in segments if s[0][1] == s[1][1]]


@pytest.mark.parametrize("name", MAKERS)
def test_it_draws_in_the_axes_given_and_nowhere_else(released: Released, name: str) -> None:
    figure = new_figure(5, 3)
    axes = figure.subplots(1, 2)
    assert MAKERS[name](released, axes[1]) is axes[1]
    assert not axes[0].has_data()
    assert MAKERS[name](released, None).figure is not figure


@pytest.mark.parametrize("name", MAKERS)
def test_it_leaves_no_state_and_writes_nothing(released: Released, name: str, capfd) -> None:
    before = dict(mpl.rcParams)
    MAKERS[name](released, None)
    assert dict(mpl.rcParams) == before
    assert capfd.readouterr() == ("", "")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_findings_give_the_same_bytes(released: Released, name: str) -> None:
    first, second = (
        finish(MAKERS[name](released, None).figure, name=name, alt="alt", caption="").png
        for _ in range(2)
    )
    assert first == second
    assert set(Image.open(io.BytesIO(first)).info) <= {"dpi"}


def test_the_mark_is_inside_the_image() -> None:
    plain, marked = (
        np.asarray(
            Image.open(
                io.BytesIO(finish(new_figure(3, 1), name="n", alt="a", caption="", mark=mark).png)
            ).convert("L")
        )
        for mark in ("", "Simulated data")
    )
    assert plain.min() == 255
    assert marked.min() < 150


def test_a_figure_says_its_size_alt_and_caption() -> None:
    figure = finish(new_figure(5, 2), name="n", alt="what it shows", caption="c", data_html="<p>")
    data, metadata = figure._repr_mimebundle_()
    assert data["text/plain"] == "Figure: n"
    assert metadata["image/png"] == {
        "name": "N",
        "width": 480,
        "height": 192,
        "alt": "what it shows",
        "caption": "c",
        "table": "<p>",
    }
    assert Image.open(io.BytesIO(figure.png)).size == (960, 384)


def test_intervals_are_drawn_where_they_were_found(released: Released) -> None:
    changes = programme_changes(released)
    ax = change_intervals(changes, list("abcd"))
    found = [(row.conf_low, row.conf_high) for row in changes.findings()]
    wide = [(row.simultaneous_low, row.simultaneous_high) for row in changes.findings()]
    in_families = [pair for pair in wide if isfinite(pair[0])]
    assert in_families
    assert sorted(horizontal_lines(ax)) == sorted(found + in_families)
    assert [label.get_text() for label in ax.get_yticklabels()] == list("abcd")
    low, high = ax.get_xlim()
    assert low < min(0, *(a for a, _ in found)) < max(b for _, b in found) < high


def test_the_band_is_the_declared_secular_change(released: Released) -> None:
    ax = change_intervals(programme_changes(released), list("abcd"))
    (band,) = [patch for patch in ax.patches if patch.get_label().startswith("change to be")]
    assert (band.get_x(), band.get_x() + band.get_width()) == (0.25, 0.65)
    dashed = sorted(line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--")
    assert dashed == [-0.5, 0.5]


def test_a_row_without_a_number_says_why_there_is_no_dot(released: Released) -> None:
    refused = released.where(quantity="change", level="programme", estimator="stacked",
                             phase="phase_1", estimand="schools_like_these", **STUDENT)  # fmt: skip
    ax = change_intervals(refused, ["a", "b"])
    assert horizontal_lines(ax) == []
    assert [words.get_text() for words in ax.texts] == ["not estimated"] * 2


def test_neutral_outcomes_have_a_neutral_colour(released: Released) -> None:
    def colour(outcome: str) -> str:
        rows = released.where(
            quantity="change",
            level="programme",
            estimator="stacked",
            estimand="participants",
            audience="student",
            outcome=outcome,
        )
        ax = change_intervals(rows, list("abcd"))
        return next(line.get_color() for line in ax.lines if line.get_marker() == "o")

    assert colour("exposure") != colour("knowledge") == colour("confidence")


def test_means_stand_on_the_whole_range_of_the_scale(released: Released) -> None:
    low, high = MAKERS["means"](released, None).get_ylim()
    assert low <= 0
    assert high >= 12


def test_schools_are_ordered_by_place_and_name_and_not_by_result(many: Released) -> None:
    of = by_school(many, "phase_2")
    turned = Released(of.frame.iloc[::-1].reset_index(drop=True), of.facts)
    assert horizontal_lines(school_changes(of)) == horizontal_lines(school_changes(turned))
    ends = horizontal_lines(school_changes(of))
    assert len(ends) == 100 - int(of.frame["estimate"].isna().sum())
    assert ends != sorted(ends)
    names = [label.get_text() for label in school_changes(of).get_yticklabels()]
    assert names == ["Punjab", "Sindh", "Balochistan"]


def test_a_school_that_is_hidden_is_not_drawn(many: Released) -> None:
    of = by_school(many, "phase_2")
    shown = of.frame.dropna(subset="estimate")
    hidden = shown["unit_id"].iloc[0]
    frame = of.frame.copy()
    numbers = ["estimate", "conf_low", "conf_high"]
    frame.loc[frame["unit_id"] == hidden, numbers] = float("nan")
    drawn = horizontal_lines(school_changes(Released(frame, of.facts)))
    assert len(drawn) == len(shown) - 1


def test_the_chosen_school_is_told_by_shape_as_well_as_colour(many: Released) -> None:
    of = by_school(many, "phase_2")
    chosen = of.frame.dropna(subset="estimate")["unit_id"].iloc[3]
    ax = school_changes(of, highlight=chosen)
    (dot,) = [line for line in ax.lines if line.get_marker() == "D"]
    assert dot.get_xdata()[0] == of.where(unit_id=chosen).findings()[0].estimate


def test_bars_start_at_zero_and_name_their_counts(released: Released) -> None:
    ax = MAKERS["counts"](released, None)
    assert [bar.get_x() for bar in ax.patches] == [0, 0, 0]
    assert [bar.get_width() for bar in ax.patches] == [600, 560, 520]
    assert [words.get_text() for words in ax.texts] == ["600", "560", "520"]


def test_items_stand_in_the_order_of_the_codebook(released: Released) -> None:
    ax = MAKERS["items"](released, None)
    labels = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    of_student = [name for (who, _), name in released.facts.items.items() if who == "student"]
    assert labels == of_student
    assert ax.get_xlim() == (0, 100)


def fail_within_the_theme(before: float) -> None:
    with theme():
        assert mpl.rcParams["font.size"] != before
        raise ValueError("stop")


def test_the_theme_ends_with_its_block() -> None:
    before = mpl.rcParams["font.size"]
    with pytest.raises(ValueError, match="stop"):
        fail_within_the_theme(before)
    assert mpl.rcParams["font.size"] == before


@pytest.mark.parametrize(("name", "lines"), [("Short", 1), ("A very long name " * 4, 3)])
def test_names_of_schools_on_several_lines_have_room(
    released: Released, name: str, lines: int
) -> None:
    of = by_school(released, "phase_1")
    schools = {key: {**row, "name": name} for key, row in of.facts.schools.items()}
    ax = school_changes(Released(of.frame, replace(of.facts, schools=schools)))
    labels = [label for label in ax.get_yticklabels() if label.get_text()]
    assert all(label.get_text().count("\n") + 1 == lines for label in labels)
    assert len(labels) == 2
    figure = ax.figure
    figure.canvas.draw()
    upper, lower = sorted((one.get_window_extent() for one in labels), key=lambda box: -box.y0)
    assert upper.y0 > lower.y1
