"""Differences from schools still waiting, by surveys before and after the workshop."""

from __future__ import annotations

from math import isfinite
from textwrap import fill

from matplotlib.axes import Axes

from impact_eval.disclosure import Released
from impact_eval.figures.axes import own_axes
from impact_eval.figures.theme import ACCENT, LINE, QUIET, theme
from impact_eval.wording import short_time, since_of, text

_BASE = -1
_ROOM = 0.12


def event_study(released: Released, *, ax: Axes | None = None) -> Axes:
    """Draw one outcome's differences in the order of time, with the survey they are counted from.

    Parameters
    ----------
    released
        Findings of the quantity `effect_since` of one outcome of one audience.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        A dot with an interval for each survey before and after the workshop; an open dot at zero
        for the last survey before it; a thin upright line where the workshop was; dashed lines at
        the smallest change that matters. A survey whose number is not shown says so.
    """
    found = sorted(released.findings(), key=since_of)
    known = released.facts.outcome(found[0].audience, found[0].outcome)
    times = sorted({*(since_of(one) for one in found), _BASE})
    colour = QUIET if known.direction == "neutral" else ACCENT
    with theme():
        ax = own_axes(ax, height=3.0)
        ax.axhline(0, color=QUIET, lw=1.0, zorder=1.5)
        ax.axvline(times.index(_BASE) + 0.5, color=QUIET, lw=0.8, ls=(0, (1, 2)), zorder=1)
        ax.plot(times.index(_BASE), 0, "o", color=colour, mfc="white", ms=7, mew=1.6, zorder=4)
        size = known.smallest_effect
        for value in () if size is None else (-size, size):
            label = text("figures.smallest_key") if value == size else "_"
            ax.axhline(value, color=QUIET, lw=1.0, ls=(0, (4, 3)), zorder=1.4, label=label)
        drawn = [0.0, size or 0.0, -(size or 0.0)]
        for one in found:
            x = times.index(since_of(one))
            if not one.known:
                words = text("figures.hidden" if one.suppressed else "figures.not_estimated")
                ax.text(x, 0, words, rotation=90, ha="center", va="center", fontsize=9.5,
                        color=QUIET, style="italic", zorder=4)  # fmt: skip
                continue
            ax.vlines(x, one.conf_low, one.conf_high, color=colour, lw=2.6, zorder=3)
            ax.plot(x, one.estimate, "o", color=colour, ms=7, mec="white", mew=1.2, zorder=4)
            drawn += [one.estimate, one.conf_low, one.conf_high]
        finite = [value for value in drawn if isfinite(value)]
        room = _ROOM * ((max(finite) - min(finite)) or 1.0)
        ax.set_ylim(min(finite) - room, max(finite) + room)
        ax.set_xlim(-0.5, len(times) - 0.5)
        ax.set_xticks(range(len(times)), [short_time(time) for time in times])
        ax.set_xlabel(text("figures.since_axis"))
        ax.set_ylabel(fill(text("figures.effect_axis", unit=known.unit), 28))
        ax.grid(axis="y", color=LINE, lw=0.6)
        ax.spines["left"].set_visible(False)
    return ax
