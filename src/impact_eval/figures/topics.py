"""Shares of right answers before and after, topic by topic."""

from __future__ import annotations

from math import isfinite

from matplotlib.axes import Axes

from impact_eval.disclosure import Finding, Released
from impact_eval.figures.axes import label_rows, own_axes
from impact_eval.figures.theme import ACCENT, LINE, QUIET, theme
from impact_eval.wording import text

BAND = 9  # points: higher than the dots, so that an interval shows beside them


def topic_shares(before: Released, after: Released, *, ax: Axes | None = None) -> Axes:
    """Draw two shares of each topic with their intervals, joined, as the study declares topics.

    Parameters
    ----------
    before, after
        Findings of the quantity `topic_mean` of one quiz of one audience, in two waves.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        From 0 to 100 percent; an open dot is before and a filled one after, each on the band of its
        interval where it has one.
    """
    facts = before.facts
    first, then = _by_topic(before), _by_topic(after)
    topics = [topic for topic in facts.topics if topic in first and topic in then]
    with theme():
        ax = own_axes(ax, height=0.9 + 0.46 * len(topics))
        for row, topic in enumerate(topics):
            low, high = first[topic], then[topic]
            ax.hlines(row, low.estimate, high.estimate, color=ACCENT, lw=1.8, alpha=0.55, zorder=2)
            _interval(ax, low, row, QUIET)
            _interval(ax, high, row, ACCENT)
            ax.plot(low.estimate, row, "o", ms=6, mfc="white", mec=QUIET, mew=1.6, zorder=4,
                    label="_" if row else facts.waves[low.wave_from])  # fmt: skip
            ax.plot(high.estimate, row, "o", ms=6.5, color=ACCENT, mec="white", mew=0.8, zorder=5,
                    label="_" if row else facts.waves[high.wave_from])  # fmt: skip
        label_rows(ax, [_label(before, first[topic]) for topic in topics], width=40)
        ax.set_xlim(0, 100)
        ax.grid(axis="x", color=LINE, lw=0.6)
        ax.set_xlabel(text("figures.topics_axis"))
    return ax


def _interval(ax: Axes, finding: Finding, row: int, colour: str) -> None:
    """Draw a band that holds the interval, behind the dot."""
    if isfinite(finding.conf_low):
        low, high = finding.conf_low, finding.conf_high
        ax.hlines(row, low, high, color=colour, lw=BAND, alpha=0.3, zorder=3)


def _label(released: Released, finding: Finding) -> str:
    """Topic, and on how many questions it rests."""
    items = released.facts.topic_items[finding.audience, finding.outcome, finding.variant]
    topic = released.facts.topics[finding.variant]
    return text("figures.topic", topic=topic[:1].upper() + topic[1:], count=len(items))


def _by_topic(released: Released) -> dict[str, Finding]:
    return {finding.variant: finding for finding in released.findings() if finding.known}
