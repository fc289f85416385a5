"""Changes of schools against how exactly they are known: a funnel, without names."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from impact_eval.disclosure import Released
from impact_eval.figures.axes import own_axes, room_for, zero_line
from impact_eval.figures.theme import ACCENT, QUIET, SECOND, theme
from impact_eval.wording import numbers, text

_NORMAL = 1.959964
_HEIGHT = 4.0


def school_funnel(released: Released, *, mean: float, ax: Axes | None = None) -> Axes:
    """Draw the change of every school whose number may be shown over its standard error.

    Parameters
    ----------
    released
        Changes of one outcome, audience and pair of waves at the level of schools. Rows without a
        number or standard error are left out.
    mean
        The schools' mean change, in the outcome's unit.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        A dot for each school, the most exact at the top; within the funnel would be 95 of 100
        schools if they differed by chance alone.
    """
    found = [one for one in released.findings() if one.known and one.std_error > 0]
    known = released.facts.outcome(found[0].audience, found[0].outcome)
    errors = np.array([one.std_error for one in found])
    lowest = 1.08 * float(errors.max())
    with theme():
        ax = own_axes(ax, height=_HEIGHT)
        zero_line(ax)
        ax.axvline(mean, color=SECOND, lw=1.4, ls=(0, (5, 2)), zorder=1.6,
                   label=text("figures.schools_mean_key"))  # fmt: skip
        label = text("figures.funnel_key", level=numbers.percent(released.facts.conf_level))
        for sign, words in ((-1, "_"), (1, label)):
            ax.plot([mean, mean + sign * _NORMAL * lowest], [0, lowest], color=QUIET, lw=1.0,
                    label=words, zorder=1.5)  # fmt: skip
        ax.plot([one.estimate for one in found], errors, "o", color=ACCENT, ms=4.5, mec="white",
                mew=0.6, alpha=0.85, zorder=3)  # fmt: skip
        half = _NORMAL * lowest
        room_for(ax, [0.0, mean - half, mean + half, *(one.estimate for one in found)])
        ax.set_ylim(lowest, 0)
        ax.set_xlabel(fill(text("figures.change_axis", unit=known.unit), 60))
        ax.set_ylabel(text("figures.funnel_axis"))
    return ax
