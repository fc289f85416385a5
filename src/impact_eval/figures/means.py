"""Means of one outcome over the waves, one line for each phase."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from impact_eval.disclosure import Released
from impact_eval.figures.axes import own_axes
from impact_eval.figures.theme import ACCENT, LINE, QUIET, SECOND, theme
from impact_eval.wording import text

_LINES = ((ACCENT, "o", "-"), (SECOND, "s", "--"), (QUIET, "^", ":"))
_APART = 0.035  # of the distance between waves: lines that coincide stay visible
_BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # no line runs through words
_CLEAR = 0.05  # of the scale: what a dot takes up
_NEAR = 0.1  # of the axis's height: names closer than this would overprint


def wave_means(released: Released, *, ax: Axes | None = None) -> Axes:
    """Draw the mean of one outcome in each wave, on the whole range of its scale.

    Parameters
    ----------
    released
        Findings of the quantity `mean` of one outcome of one audience, for everybody.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        A line for each phase, named at its end; lines differ in marker and dash as well.
    """
    import seaborn as sns  # noqa: PLC0415  (slow, and no school's page needs it)

    facts = released.facts
    frame = released.frame
    first = released.findings()[0]
    known = facts.outcome(first.audience, first.outcome)
    waves = [wave for wave in facts.waves if wave in set(frame["wave_from"])]
    ends: dict[str, float] = {}
    with theme():
        ax = own_axes(ax, height=2.4)
        for (phase, label), (colour, marker, dash) in zip(
            _phases(released).items(), _LINES, strict=False
        ):
            rows = frame.loc[frame["phase"] == phase].set_index("wave_from")
            rows = rows.reindex([wave for wave in waves if wave in rows.index])
            at = [waves.index(wave) + _APART * len(ends) for wave in rows.index]
            shown = rows["estimate"].notna().to_numpy()
            sns.lineplot(x=at, y=rows["estimate"], ax=ax, color=colour, marker=marker, ms=7,
                         linestyle=dash, lw=1.8, legend=False, errorbar=None)  # fmt: skip
            ax.vlines(at, rows["conf_low"], rows["conf_high"], color=colour, lw=1.6)
            if shown.any():
                ends[label] = float(rows["estimate"].to_numpy()[shown][-1])
        _range(ax, known.minimum, known.maximum)
        _name_ends(ax, ends, x=len(waves) - 1 + 0.08)
        ax.set_xticks(range(len(waves)), [fill(facts.waves[wave], 15) for wave in waves])
        ax.set_xlim(-0.25, len(waves) - 1 + (0.7 if len(ends) > 1 else 0.25))
        ax.set_xlabel("")
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=known.maximum - known.minimum >= 3))
        ax.set_ylabel(fill(known.unit, 26))
        ax.grid(axis="y", color=LINE, lw=0.6)
        ax.spines["left"].set_visible(False)
        if known.mastery is not None:
            ax.axhline(known.mastery, color=QUIET, lw=1, ls=(0, (1, 2)))
            starts = frame.loc[frame["wave_from"] == waves[0], "estimate"]
            above = starts.max() >= known.mastery
            clear = starts.min() - _CLEAR * (known.maximum - known.minimum)
            beside = min(known.mastery, clear) if above else known.mastery
            ax.text(-0.22, beside, text("figures.mastery_mark"), fontsize=9.5, color=QUIET,
                    va="top" if above else "bottom", bbox=_BEHIND, zorder=1.9)  # fmt: skip
    return ax


def _phases(released: Released) -> Mapping[str, str]:
    """Return the phases that have rows, with their labels, in declared order."""
    present = set(released.frame["phase"])
    known = {phase: name for phase, name in released.facts.phases.items() if phase in present}
    return known or {"": ""}


def _range(ax: Axes, minimum: float, maximum: float) -> None:
    room = 0.04 * (maximum - minimum)
    ax.set_ylim(minimum - room, maximum + room)


def _name_ends(ax: Axes, ends: Mapping[str, float], *, x: float) -> None:
    """Write each line's name at its end, apart where they would overprint."""
    if len(ends) < 2:
        return
    low, high = ax.get_ylim()
    least = _NEAR * (high - low)
    places = dict(sorted(ends.items(), key=lambda pair: pair[1]))
    for (_, below), (name, above) in pairwise(list(places.items())):
        if above - below < least:
            places[name] = below + least
    for name, y in places.items():
        ax.text(x, y, name, va="center", fontsize=10, bbox=_BEHIND)
