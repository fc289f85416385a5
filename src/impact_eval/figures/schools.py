"""Changes by school, ordered by place and name and never by result."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes

from impact_eval.disclosure import Finding, Released
from impact_eval.figures.axes import label_rows, own_axes, room_for, zero_line
from impact_eval.figures.theme import ACCENT, BAND, LINE, QUIET, SECOND, theme
from impact_eval.wording import numbers, text

NAMED = 15  # more rows than this carry the names of provinces instead of schools
OTHER = "comparison"
GREY = "#8a94a0"
_THIN = 0.085  # inches for a school without a name
_GAP = 3  # rows between provinces
_NAME = 26  # characters of a school's name on one line
_KEY = 48  # characters of a line of the key
_LINE = 0.27  # inches for one line of a name


def school_changes(
    released: Released,
    *,
    between: Released | None = None,
    highlight: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the change of every school whose number may be shown, a row each.

    Parameters
    ----------
    released
        Changes of one outcome, audience and pair of waves at the level of schools. Rows without a
        number are left out.
    between
        The matching `prediction_interval` and `schools_mean_change`, if they were estimated.
    highlight
        Id of a school to pick out; the others are then grey.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        Schools from the top down by province in the roster's order, then by name.
    """
    findings = in_order(released)
    known = released.facts.outcome(findings[0].audience, findings[0].outcome)
    few = len(findings) <= NAMED
    with theme():
        rows, height = _rows(released, findings, few=few)
        ax = own_axes(ax, height=height)
        if between is not None:
            _between(ax, between)
        zero_line(ax)
        drawn = list(zip(rows, findings, strict=True))
        one = [(row, finding) for row, finding in drawn if finding.unit_id == highlight]
        others = [(row, finding) for row, finding in drawn if finding.unit_id != highlight]
        for side, those in _by_side(released, others):
            _rows_of(
                ax,
                those,
                colour=GREY if highlight else SECOND if side == OTHER else ACCENT,
                large=few,
                side=side,
                label=released.facts.arms.get(side, ""),
            )
        _rows_of(ax, one, colour=ACCENT, large=True, chosen=True)
        _name_rows(ax, released, findings, rows, few=few)
        room_for(ax, [0.0, *(v for f in findings for v in (f.conf_low, f.conf_high, f.estimate))])
        ax.set_xlabel(fill(text("figures.change_axis", unit=known.unit), 40))
    return ax


def _rows_of(
    ax: Axes,
    drawn: Sequence[tuple[float, Finding]],
    *,
    colour: str,
    large: bool,
    chosen: bool = False,
    side: str = "",
    label: str = "",
) -> None:
    """Draw estimates with their intervals in one go, which is much faster than each alone."""
    if not drawn:
        return
    places, found = zip(*drawn, strict=True)
    ax.hlines(places, [f.conf_low for f in found], [f.conf_high for f in found], color=colour,
              lw=2.2 if large else 1.1, zorder=4 if chosen else 3)  # fmt: skip
    shape = "D" if chosen else "s" if side == OTHER else "o"
    named = text("figures.this_school_key") if chosen else label
    ax.plot([f.estimate for f in found], places, shape, color=colour,
            ms=7 if large else 4.6 if side else 3.4, mec="white", mew=0.7,
            zorder=5 if chosen else 4, label=named or "_")  # fmt: skip


def _by_side(
    released: Released, drawn: Sequence[tuple[float, Finding]]
) -> list[tuple[str, list[tuple[float, Finding]]]]:
    """Split the rows by side where two are compared; else give them all without one."""
    facts = released.facts
    sides: dict[str, list[tuple[float, Finding]]] = {}
    for row, finding in drawn:
        arm = facts.schools.get(finding.unit_id, {}).get("arm", "")
        side = "" if facts.cohorts else facts.side_of_arm.get(arm, "")
        sides.setdefault(side, []).append((row, finding))
    return sorted(sides.items(), reverse=True)


def in_order(released: Released) -> tuple[Finding, ...]:
    """Sort findings of schools that have a number by province as in the roster, then by name."""
    schools = released.facts.schools
    provinces = list(dict.fromkeys(row.get("province", "") for row in schools.values()))

    def place(finding: Finding) -> tuple[int, str, str]:
        row = schools.get(finding.unit_id, {})
        province = row.get("province", "")
        index = provinces.index(province) if province in provinces else len(provinces)
        return index, row.get("name", ""), finding.unit_id

    return tuple(sorted((f for f in released.findings() if f.known), key=place))


def _rows(
    released: Released, findings: tuple[Finding, ...], *, few: bool
) -> tuple[list[float], float]:
    """Return the place of each school and the height of the figure in inches."""
    if few:
        lines = max(fill(name, _NAME).count("\n") + 1 for name in _names(released, findings))
        return [float(i) for i in range(len(findings))], 0.9 + max(0.42, _LINE * lines) * len(
            findings
        )
    rows, row, before = [], 0.0, None
    for finding in findings:
        province = _province(released, finding)
        row += 1 + (_GAP if before not in {None, province} else 0)
        rows.append(row)
        before = province
    return rows, 1.0 + _THIN * row


def _between(ax: Axes, between: Released) -> None:
    for finding in between.where(quantity="prediction_interval").findings():
        if not finding.suppressed and finding.conf_low == finding.conf_low:
            level, side = numbers.percent(finding.conf_level), finding.subgroup.partition(":")[2]
            label = text("figures.prediction_key", level=level)
            if side:
                own = between.facts.arms.get(side, side)
                label = fill(text("figures.prediction_of_side_key", level=level, side=own), _KEY)
            ax.axvspan(finding.conf_low, finding.conf_high, color=BAND, lw=0, zorder=0.5,
                       label=label)  # fmt: skip
    for finding in between.where(quantity="schools_mean_change").findings():
        side = finding.subgroup.partition(":")[2]
        if finding.known and side:
            label = text("figures.side_mean_key", side=between.facts.arms.get(side, side))
            ax.axvline(finding.estimate, color=SECOND if side == OTHER else ACCENT, lw=1.4,
                       ls=(0, (2, 2)) if side == OTHER else (0, (5, 2)), zorder=1.6,
                       label=label)  # fmt: skip
        elif finding.known and not finding.parent_id:
            ax.axvline(finding.estimate, color=SECOND, lw=1.4, ls=(0, (5, 2)), zorder=1.6,
                       label=text("figures.schools_mean_key"))  # fmt: skip


def _name_rows(
    ax: Axes, released: Released, findings: tuple[Finding, ...], rows: list[float], *, few: bool
) -> None:
    if few:
        label_rows(ax, _names(released, findings), width=_NAME)
        return
    groups: dict[str, list[float]] = {}
    for row, finding in zip(rows, findings, strict=True):
        groups.setdefault(_province(released, finding), []).append(row)
    centres = [(members[0] + members[-1]) / 2 for members in groups.values()]
    ax.set_yticks(centres, [fill(name, 16) for name in groups])
    for members in groups.values():
        edge = members[-1] + (1 + _GAP) / 2
        if members[-1] != rows[-1]:
            ax.axhline(edge, color=LINE, lw=0.7, zorder=0.6)
    ax.set_ylim(rows[-1] + 2, rows[0] - 2)
    ax.spines["left"].set_visible(False)


def _names(released: Released, findings: tuple[Finding, ...]) -> list[str]:
    schools = released.facts.schools
    return [schools.get(f.unit_id, {}).get("name", f.unit_id) for f in findings]


def _province(released: Released, finding: Finding) -> str:
    return released.facts.schools.get(finding.unit_id, {}).get("province", "")


def placement(few: Released, many: Released, *, between: Released, ax: Axes | None = None) -> Axes:
    """Draw the schools of a small phase, with their own error, in the distribution of a large one.

    Parameters
    ----------
    few
        Changes of the schools to be placed, of one outcome, audience and pair of waves.
    many
        The same of the large phase.
    between
        `prediction_interval` and `schools_mean_change` of the large phase.
    ax
        Axes to draw in; by default those of a new figure.

    Returns
    -------
    Axes
        The large phase's schools as dots in the first row, each placed school in a row below.
    """
    placed, others = in_order(few), in_order(many)
    facts = few.facts
    known = facts.outcome(others[0].audience, others[0].outcome)
    with theme():
        ax = own_axes(ax, height=1.5 + 0.62 * len(placed))
        _between(ax, between)
        zero_line(ax)
        for index, finding in enumerate(others):
            ax.plot(finding.estimate, 0.26 * ((index * 7) % 11 / 10 - 0.5) * 2, "o", ms=4,
                    color=QUIET, alpha=0.55, mew=0, zorder=3)  # fmt: skip
        for row, finding in enumerate(placed, start=1):
            ax.hlines(row, finding.conf_low, finding.conf_high, color=ACCENT, lw=2.2, zorder=3)
            ax.plot(finding.estimate, row, "D", color=ACCENT, ms=7, mec="white", zorder=4)
        first = facts.phases.get(others[0].phase, "")
        label_rows(ax, [first, *_names(few, placed)], width=30)
        limits = [v for f in placed for v in (f.conf_low, f.conf_high)]
        room_for(ax, [0.0, *limits, *(f.estimate for f in others)])
        ax.set_xlabel(fill(text("figures.change_axis", unit=known.unit), 40))
    return ax


__all__ = ["NAMED", "in_order", "placement", "school_changes"]
