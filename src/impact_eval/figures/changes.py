"""Changes of one outcome as dots with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
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
from impact_eval.figures.theme import ACCENT, QUIET, theme
from impact_eval.wording import text


def change_intervals(released: Released, labels: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw changes of one outcome, a row each, over the declared range of no consequence.

    Parameters
    ----------
    released
        Changes of one outcome of one audience, in the order of the rows.
    labels
        Names of the rows.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        With a dot and an interval for each row that has them, a thin line for the wider interval of
        the outcome's family, the line of no change, the shaded
        range that may change without any programme and dashed lines at the smallest change that
        matters. A row without a number says so.
    """
    findings = released.findings()
    known = released.facts.outcome(findings[0].audience, findings[0].outcome)
    sides = bool(released.facts.arms)
    secular = None if sides else known.secular
    colour = QUIET if known.direction == "neutral" else ACCENT
    with theme():
        ax = own_axes(ax, height=0.9 + ROW * len(findings))
        expected_band(ax, secular)
        smallest_effect_lines(ax, known.smallest_effect)
        zero_line(ax)
        for row, finding in enumerate(findings):
            draw_interval(ax, row, finding, colour=colour)
        label_rows(ax, labels)
        drawn = [
            value
            for f in findings
            for value in (
                *(f.conf_low, f.conf_high, f.estimate),
                *(f.simultaneous_low, f.simultaneous_high),
            )
        ]
        size = known.smallest_effect or 0.0
        room_for(ax, [*drawn, 0.0, -size, size, *(secular or ())])
        axis = "figures.effect_axis" if sides else "figures.change_axis"
        ax.set_xlabel(fill(text(axis, unit=known.unit), 40))
    return ax


def draw_interval(ax: Axes, row: float, finding: Finding, *, colour: str) -> None:
    """Draw one dot with its interval, or the words for none."""
    if not finding.known:
        words = text("figures.hidden" if finding.suppressed else "figures.not_estimated")
        ax.text(0.99, row, words, transform=ax.get_yaxis_transform(), ha="right", va="center",
                fontsize=9.5, color=QUIET, style="italic", zorder=4)  # fmt: skip
        return
    if isfinite(finding.simultaneous_low):
        wide = finding.simultaneous_low, finding.simultaneous_high
        ax.hlines(row, *wide, color=colour, lw=0.9, zorder=3)
    ax.hlines(row, finding.conf_low, finding.conf_high, color=colour, lw=2.6, zorder=3)
    ax.plot(finding.estimate, row, "o", color=colour, ms=7, mec="white", mew=1.2, zorder=4)
