"""What several figures share: an axes of one's own, wrapped labels, a range that includes zero."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from textwrap import fill

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from impact_eval.figures.report_figure import new_figure
from impact_eval.figures.theme import BAND, LINE, QUIET, WIDTH, theme
from impact_eval.wording import text

ROW: float = 0.47  # inches for one row of dots


def own_axes(ax: Axes | None, *, height: float) -> Axes:
    """Return the given axes, or the only axes of a new figure; never pyplot's current one."""
    return new_figure(WIDTH, height).subplots() if ax is None else ax


def label_rows(ax: Axes, labels: Sequence[str], *, width: int = 24) -> None:
    """Name the rows from the top down, with thin guides to the names."""
    ax.set_yticks(range(len(labels)), [fill(label, width) for label in labels])
    ax.set_ylim(len(labels) - 0.45, -0.55)
    ax.hlines(range(len(labels)), 0, 1, transform=ax.get_yaxis_transform(), color=LINE, lw=0.6,
              zorder=0)  # fmt: skip
    ax.spines["left"].set_visible(False)


def zero_line(ax: Axes) -> None:
    """Draw the line of no change."""
    ax.axvline(0, color=QUIET, lw=1.0, zorder=1.5)


def expected_band(ax: Axes, secular: tuple[float, float] | None) -> None:
    """Shade what may change without any programme, if the study declares it."""
    if secular is not None:
        low, high = secular
        ax.axvspan(low, high, color=BAND, lw=0, zorder=0.5, label=text("figures.secular_key"))


def smallest_effect_lines(ax: Axes, size: float | None) -> None:
    """Draw the smallest change that matters, in both directions."""
    if size is not None:
        for value, label in ((-size, "_"), (size, text("figures.smallest_key"))):
            ax.axvline(value, color=QUIET, lw=1.0, ls=(0, (4, 3)), zorder=1.4, label=label)


def room_for(ax: Axes, values: Iterable[float], *, share: float = 0.07) -> None:
    """Set the x limits to hold the finite values with a little room."""
    finite = [value for value in values if isfinite(value)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    room = share * ((high - low) or abs(high) or 1.0)
    ax.set_xlim(low - room, high + room)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 4, 5, 10]))


def add_key(figure: Figure) -> None:
    """Explain under the figure what its axes have labelled, each meaning once."""
    known: dict[str, Artist] = {}
    for ax in figure.axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            known.setdefault(label, handle)
    if known:
        with theme():
            figure.legend(list(known.values()), list(known), loc="outside lower left", ncols=1,
                          handlelength=1.6, borderpad=0.2, labelspacing=0.35)  # fmt: skip
