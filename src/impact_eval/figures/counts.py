"""Counts of people and of rows as labelled bars."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes

from impact_eval.disclosure import Released
from impact_eval.figures.axes import own_axes
from impact_eval.figures.theme import ACCENT, INK, theme
from impact_eval.wording import text


def count_bars(released: Released, labels: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw counts as bars from zero, in the order given, with the count written at each end.

    Parameters
    ----------
    released
        Findings that are counts.
    labels
        Names of the bars.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        A hidden count has no bar and says so.
    """
    findings = released.findings()
    values = [finding.estimate if finding.known else 0.0 for finding in findings]
    names = [fill(label, 34) for label in labels]
    import seaborn as sns  # noqa: PLC0415  (slow, and no school's page needs it)

    with theme():
        ax = own_axes(ax, height=0.5 + 0.34 * len(findings))
        sns.barplot(x=values, y=list(range(len(values))), orient="h", ax=ax, color=ACCENT,
                    alpha=0.82, width=0.62, saturation=1, errorbar=None)  # fmt: skip
        for row, finding in enumerate(findings):
            shown = f"{finding.estimate:,.0f}" if finding.known else text("figures.hidden")
            ax.annotate(shown, (values[row], row), xytext=(5, 0), textcoords="offset points",
                        va="center", fontsize=10, color=INK)  # fmt: skip
        ax.set_yticks(range(len(names)), names)
        ax.set_xlim(0, 1.16 * (max(values, default=0) or 1))
        ax.set_xlabel("")
        ax.set_ylabel("")
        ax.xaxis.set_visible(False)
        for side in ("bottom", "left"):
            ax.spines[side].set_visible(False)
    return ax
