"""The smallest change that a plan finds, over the number of schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from textwrap import fill
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from impact_eval.figures.axes import own_axes
from impact_eval.figures.theme import ACCENT, INK, LINE, QUIET, SECOND, theme
from impact_eval.wording import text

Curve = tuple[Sequence[float], Sequence[float]]
_LINES = ((QUIET, "o", ":"), (SECOND, "s", "--"), (ACCENT, "^", "-."), (INK, "D", "-"))
_TICKS = (5, 10, 20, 40, 100, 200, 400, 1000)
_LABEL = {"detectable": 36, "addition": 30}  # letters in a line beside the axis
_APART = 1.35  # times the number before: nearer ones would overprint
_HIGHEST = 3.0  # times the smallest change that matters: more is of no use to a plan


def detectable_curves(
    curves: Mapping[str, Curve],
    *,
    unit: str,
    places: str,
    smallest: float | None = None,
    drawn: Literal["detectable", "addition"] = "detectable",
    ax: Axes | None = None,
) -> Axes:
    """Draw what a plan finds over the number of places, a line for each curve.

    Parameters
    ----------
    curves
        By the words for how many people are asked in each place, or for the design: numbers of
        places, and what is found with them.
    unit
        Of the change.
    places
        What the places are called.
    smallest
        The smallest change that matters, drawn as a dashed line.
    drawn
        What the curves are: the smallest change that is found, or what a programme must add.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        Both axes from small to large, that of the places logarithmic; lines differ in dash and
        marker as well as in colour.
    """
    with theme():
        ax = own_axes(ax, height=4.2)
        for (label, (x, y)), (colour, marker, dash) in zip(curves.items(), _LINES, strict=False):
            ax.plot(x, y, color=colour, marker=marker, linestyle=dash, ms=5, lw=1.6, label=label)
        if smallest is not None:
            ax.axhline(smallest, color=QUIET, lw=1.2, ls=(0, (4, 3)),
                       label=text("figures.smallest_key"))  # fmt: skip
        xs = [one for x, _ in curves.values() for one in x]
        ys = [one for _, y in curves.values() for one in y if isfinite(one)]
        top = max(ys, default=1.0)
        seen = max(_HIGHEST * (smallest or top), 1.5 * min(ys, default=top))
        ax.set_ylim(0, min(1.05 * top, seen))
        ax.set_xscale("log")
        round_ones = [tick for tick in _TICKS if min(xs) <= tick <= max(xs) / _APART]
        ticks = [*round_ones, max(xs)]
        ax.xaxis.set_major_locator(FixedLocator(ticks))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        ax.set_xlabel(text("planning.places_axis", places=places))
        ax.set_ylabel(fill(text(f"planning.{drawn}_axis", unit=unit), _LABEL[drawn]))
        ax.grid(axis="y", color=LINE, lw=0.6)
    return ax
