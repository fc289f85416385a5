"""Means of one outcome in each of many phases, where lines would hide each other."""

from __future__ import annotations

from itertools import cycle
from textwrap import fill

from matplotlib.axes import Axes

from impact_eval.disclosure import Released
from impact_eval.figures.axes import label_rows, own_axes
from impact_eval.figures.theme import ACCENT, LINE, QUIET, SECOND, theme

_MARKS = (("o", "white", QUIET), ("o", ACCENT, ACCENT), ("s", SECOND, SECOND), ("^", QUIET, QUIET))


def phase_means(released: Released, *, ax: Axes | None = None) -> Axes:
    """Draw the mean of one outcome in each wave, a row for each phase, on the scale's whole range.

    Parameters
    ----------
    released
        Findings of the quantity `mean` of one outcome of one audience, for everybody.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        A row for each phase, in declared order; the first wave is an open dot, later ones are
        filled, and each has its interval.
    """
    facts = released.facts
    first = released.findings()[0]
    known = facts.outcome(first.audience, first.outcome)
    present = {row.phase for row in released.findings()}
    phases = [phase for phase in facts.phases if phase in present]
    with theme():
        ax = own_axes(ax, height=1.0 + 0.32 * len(phases))
        for wave, (marker, face, edge) in zip(facts.waves, cycle(_MARKS), strict=False):
            rows = [row for row in released.findings() if row.wave_from == wave and row.known]
            at = [phases.index(row.phase) for row in rows]
            ax.hlines(at, [row.conf_low for row in rows], [row.conf_high for row in rows],
                      color=edge, lw=1.4, alpha=0.7, zorder=2)  # fmt: skip
            ax.plot([row.estimate for row in rows], at, marker, ms=6.5, mfc=face, mec=edge, mew=1.5,
                    zorder=3, label=facts.waves[wave])  # fmt: skip
        label_rows(ax, [facts.phases[phase] for phase in phases])
        room = 0.04 * (known.maximum - known.minimum)
        ax.set_xlim(known.minimum - room, known.maximum + room)
        ax.grid(axis="x", color=LINE, lw=0.6)
        ax.set_xlabel(fill(known.unit, 40))
    return ax
