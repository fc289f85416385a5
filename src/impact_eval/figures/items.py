"""Shares of right answers before and after, item by item."""

from __future__ import annotations

from matplotlib.axes import Axes

from impact_eval.disclosure import Finding, Released
from impact_eval.figures.axes import label_rows, own_axes
from impact_eval.figures.theme import ACCENT, LINE, QUIET, theme
from impact_eval.wording import text


def item_shares(before: Released, after: Released, *, ax: Axes | None = None) -> Axes:
    """Draw two shares of each item, joined, in the order of the codebook.

    Parameters
    ----------
    before, after
        Findings of the quantity `item_share` of one audience, in two waves.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        From 0 to 100 percent; an open dot is before and a filled one after.
    """
    facts = before.facts
    first, then = _by_item(before), _by_item(after)
    items = [(audience, item) for audience, item in facts.items if item in first and item in then]
    with theme():
        ax = own_axes(ax, height=0.9 + 0.46 * len(items))
        for row, (_, item) in enumerate(items):
            low, high = first[item].estimate, then[item].estimate
            ax.hlines(row, low, high, color=ACCENT, lw=1.8, alpha=0.55, zorder=2)
            ax.plot(low, row, "o", ms=7, mfc="white", mec=QUIET, mew=1.6, zorder=3,
                    label="_" if row else facts.waves[first[item].wave_from])  # fmt: skip
            ax.plot(high, row, "o", ms=7.5, color=ACCENT, mec="white", mew=0.8, zorder=4,
                    label="_" if row else facts.waves[then[item].wave_from])  # fmt: skip
        label_rows(ax, [facts.items[key] for key in items], width=34)
        ax.set_xlim(0, 100)
        ax.grid(axis="x", color=LINE, lw=0.6)
        ax.set_xlabel(text("figures.share_axis"))
    return ax


def _by_item(released: Released) -> dict[str, Finding]:
    return {finding.item_id: finding for finding in released.findings()}
