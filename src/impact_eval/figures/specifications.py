"""Every way of computing one result, sorted, over a matrix of what each way does."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from impact_eval.disclosure import Finding, Released
from impact_eval.figures.axes import add_key
from impact_eval.figures.report_figure import new_figure
from impact_eval.figures.theme import ACCENT, BAND, INK, LINE, QUIET, SECOND, WIDTH, theme
from impact_eval.wording import FACTORS, choice_words, choices_of, numbers, text

PLANNED = "planned"
CURVE = 2.5  # inches
CHOICE = 0.215  # inches for one row of the matrix
_AXIS = 26  # characters beside the curve on one line


def specification_curve(released: Released, ways: Sequence[Finding]) -> Figure:
    """Draw the ways of computing one planned result from the smallest to the largest.

    Parameters
    ----------
    released
        For the outcome's unit, its range of change to be expected, and the level.
    ways
        Findings `specification` of one planned result, each with a number, sorted by `in_order`.

    Returns
    -------
    Figure
        Above, a dot with its interval for each way, the plan's own in another colour and shape, the
        line of no change and the range that may change without any programme; below, a dot for each
        choice that a way makes.
    """
    rows = _choices(ways)
    with theme():
        height = CURVE + CHOICE * len(rows)
        figure = new_figure(WIDTH, height + 0.75)
        top, below = figure.subplots(2, 1, sharex=True, height_ratios=[CURVE, CHOICE * len(rows)])
        _draw_curve(released, top, ways)
        _draw_matrix(below, ways, rows)
        top.set_xlim(-1.0, len(ways))
        add_key(figure)
    return figure


def in_order(ways: Sequence[Finding]) -> list[Finding]:
    """Sort the ways that have a number by it; ways with the same number by what they do."""
    known = [way for way in ways if way.known and isfinite(way.conf_low)]
    return sorted(known, key=lambda way: (way.estimate, way.conf_low, way.variant))


def _draw_curve(released: Released, ax: Axes, ways: Sequence[Finding]) -> None:
    facts = released.facts
    known = facts.outcome(ways[0].audience, ways[0].outcome)
    main = [place for place, way in enumerate(ways) if way.variant == PLANNED]
    if known.secular is not None and not facts.arms:
        ax.axhspan(*known.secular, color=BAND, lw=0, zorder=0.5, label=text("figures.secular_key"))
    ax.axhline(0, color=QUIET, lw=1.0, zorder=1.5)
    level = numbers.percent(facts.conf_level)
    for place, way in enumerate(ways):
        own = place in main
        colour, width, alpha = (SECOND, 2.4, 1.0) if own else (ACCENT, 1.0, 0.55)
        limits = way.conf_low, way.conf_high
        ax.vlines(place, *limits, color=colour, lw=width, alpha=alpha, zorder=4 if own else 2)
    others = [place for place in range(len(ways)) if place not in main]
    size = 4.0 if len(ways) < 50 else 3.0
    label = text("robustness.curve_other", level=level)
    estimates = [ways[place].estimate for place in others]
    ax.plot(others, estimates, "o", color=ACCENT, ms=size, zorder=3, label=label)
    ax.plot(main, [ways[place].estimate for place in main], "D", color=SECOND, ms=7, mec="white",
            mew=1.0, zorder=5, label=text("robustness.curve_main"))  # fmt: skip
    axis = "robustness.curve_axis_effect" if facts.arms else "robustness.curve_axis"
    ax.set_ylabel(fill(text(axis, unit=known.unit.partition(",")[0]), _AXIS))
    ax.tick_params(axis="x", length=0, labelbottom=False)
    ax.tick_params(axis="y", labelsize=10)
    ax.yaxis.grid(visible=True)


def _draw_matrix(ax: Axes, ways: Sequence[Finding], rows: Sequence[tuple[str, str]]) -> None:
    """Mark the choice that each way makes; a line keeps factors apart."""
    made = [choices_of(way.variant) for way in ways]
    for row, (factor, choice) in enumerate(rows):
        own = [place for place, way in enumerate(made) if way[factor] == choice]
        planned = choice == PLANNED
        ax.plot(own, [row] * len(own), "|", color=INK if planned else ACCENT, ms=7, mew=1.6)
        if row and rows[row - 1][0] != factor:
            ax.axhline(row - 0.5, color=LINE, lw=0.8)
    for place, way in enumerate(ways):
        if way.variant == PLANNED:
            ax.axvline(place, color=SECOND, lw=1.0, alpha=0.6, zorder=0)
    ax.set_yticks(range(len(rows)), [choice_words(*row) for row in rows], fontsize=9)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.tick_params(axis="x", length=0, labelbottom=False)
    ax.spines["bottom"].set_visible(False)
    ax.spines["left"].set_visible(False)


def _choices(ways: Sequence[Finding]) -> list[tuple[str, str]]:
    """List the choices of every factor in which the ways differ, the plan's own first."""
    made = [choices_of(way.variant) for way in ways]
    rows = []
    for factor in FACTORS:
        chosen = dict.fromkeys(one[factor] for one in made)
        ordered = sorted(chosen, key=lambda choice: (choice != PLANNED, choice))
        if len(ordered) > 1:
            rows += [(factor, choice) for choice in ordered]
    return rows
