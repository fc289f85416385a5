"""One planned result by every way of estimating it: dots with intervals, open bars of bounds."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from textwrap import fill

from matplotlib.axes import Axes

from impact_eval.disclosure import Finding, Released
from impact_eval.figures.axes import (
    ROW,
    expected_band,
    label_rows,
    own_axes,
    room_for,
    smallest_effect_lines,
    zero_line,
)
from impact_eval.figures.changes import draw_interval
from impact_eval.figures.theme import ACCENT, QUIET, theme
from impact_eval.wording import text
from impact_eval.wording.lost import BOUNDS

HEIGHT = 0.3  # of an open bar, in rows


def lost_ways(
    released: Released,
    labels: Sequence[str],
    wide: Sequence[Finding | None],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw one result by each way of estimating it.

    Parameters
    ----------
    released
        Findings of one outcome, audience, phase and pair of waves, in the order of the rows.
    labels
        Names of the rows.
    wide
        For each row the interval of its bounds, if it has bounds.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        A dot and interval for an estimate, an open bar with a thin line for bounds, over the line
        of no change, the range that may change without any programme, and the smallest change
        that matters.
    """
    rows = released.findings()
    known = released.facts.outcome(rows[0].audience, rows[0].outcome)
    sides = bool(released.facts.arms)
    secular = None if sides else known.secular
    with theme():
        ax = own_axes(ax, height=0.9 + ROW * len(rows))
        expected_band(ax, secular)
        smallest_effect_lines(ax, known.smallest_effect)
        zero_line(ax)
        for place, (row, around) in enumerate(zip(rows, wide, strict=True)):
            if row.estimator in BOUNDS and not row.suppressed:
                _draw_bounds(ax, place, row, around)
            else:
                draw_interval(ax, place, row, colour=ACCENT if place == 0 else QUIET)
        label_rows(ax, labels, width=28)
        size = known.smallest_effect or 0.0
        room_for(ax, [*_ends(rows), *_ends(wide), 0.0, -size, size, *(secular or ())])
        axis = "figures.effect_axis" if sides else "figures.change_axis"
        ax.set_xlabel(fill(text(axis, unit=known.unit), 40))
    return ax


def _draw_bounds(ax: Axes, place: int, row: Finding, around: Finding | None) -> None:
    if around is not None and isfinite(around.conf_low):
        ax.hlines(place, around.conf_low, around.conf_high, color=QUIET, lw=0.9, zorder=3)
    ax.barh(place, row.conf_high - row.conf_low, left=row.conf_low, height=HEIGHT,
            facecolor="white", edgecolor=QUIET, lw=1.4, zorder=3.5)  # fmt: skip


def _ends(rows: Sequence[Finding | None]) -> list[float]:
    return [
        value
        for row in rows
        if row is not None
        for value in (
            *(row.estimate, row.conf_low, row.conf_high),
            *((row.simultaneous_low, row.simultaneous_high) if row.known else (nan, nan)),
        )
    ]
