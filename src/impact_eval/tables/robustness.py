"""Tables of what would undo each planned result, and of every way of computing it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_outcome_unit,
    interval_note,
    reason_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import measured_beside, numbers, text, way_words

IN_UNIT, IN_SD, IN_STEPS = "in_unit", "in_sd", "in_steps_before"
LOSSES = ("loss", "loss_one_side")


def robustness_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Tipping points, the range without one school and the agreement of ways, by planned result.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each planned result that has a number; None if there is none.
    """
    found = released.where(
        quantity="effect" if released.facts.arms else "change",
        level="programme",
        subgroup="",
        variant="",
        wave_from=wave_from,
        wave_to=wave_to,
    ).findings()
    planned = [one for one in by_group(released, found) if one.family and one.known]
    beside = {one.finding_id: released.where(parent_id=one.finding_id) for one in planned}
    points = [
        row
        for own in beside.values()
        for row in own.findings(quantity="tipping_point")
        if row.estimator == IN_UNIT
    ]
    measured = any(measured_beside(own) for own in beside.values())
    sites = _sites(released)
    names, about = _biases(released, sites)
    return build(
        released,
        [_row(released, one, beside[one.finding_id]) for one in planned],
        [Column(one, text(f"robustness.table_{one}")) for one in (*names, "one_school", "ways")],
        caption=text("robustness.table_caption", after=released.facts.waves[wave_to]),
        row_heading=text("robustness.table_outcome"),
        notes=[
            escape(text("robustness.note")),
            escape(about),
            escape(text("robustness.rounded_note", sites=sites)),
            *([escape(text("looking_back.table_note"))] if measured else []),
            *_why_dashes(points),
        ],
    )


def _why_dashes(points: Sequence[Finding]) -> list[str]:
    """Return why there is no tipping point, each reason once: rows say of what by their dashes."""
    reasons = [one.reason for one in points if one.reason and not one.suppressed]
    return [escape(text("robustness.dash", reason=one)) for one in dict.fromkeys(reasons)]


def _biases(released: Released, sites: str) -> tuple[tuple[str, ...], str]:
    """Return the columns of the biases that a design can have, and the note on them."""
    if released.facts.cohorts:
        note = text("robustness.trend_note", sites=sites)
        return ("secular_apart", "trend", "times", "shift"), note
    if released.facts.arms:
        return ("secular_apart", "shift", "loss"), text("robustness.loss_note_one_side")
    return ("secular", "shift", "loss"), text("robustness.loss_note")


def ways_table(released: Released, ways: Sequence[Finding]) -> ReportTable | None:
    """Every way of computing one planned result, in the order given.

    Parameters
    ----------
    released
        For the labels.
    ways
        Findings `specification` of one planned result.

    Returns
    -------
    ReportTable or None
        A row for each way; None without any.
    """
    if not ways:
        return None
    first = ways[0]
    facts = released.facts
    words = {
        "outcome": facts.outcome(first.audience, first.outcome).label,
        "who": facts.audiences[first.audience],
    }
    columns = (
        Column("estimate", text("tables.effect" if facts.arms else "tables.change")),
        Column("reads", text("robustness.way_reads"), align="left"),
    )
    rows = [
        Row(
            capital(way_words(way.variant)),
            {
                "estimate": _with_interval(released, way),
                "reads": escape(text(f"robustness.reads.{way.verdict}")) if way.verdict else "",
            },
        )
        for way in ways
    ]
    return build(
        released,
        rows,
        columns,
        caption=text(f"robustness.ways_caption{'_effect' if facts.arms else ''}", **words),
        row_heading=text("robustness.way"),
        notes=[interval_note(released), *reason_notes(released, ways)],
    )


def _row(released: Released, planned: Finding, own: Released) -> Row:
    points = {(row.variant, row.estimator): row for row in own.findings(quantity="tipping_point")}
    ways = {row.variant: row for row in own.findings(quantity="specifications")}
    school = own.findings(quantity="without_one_school")
    loss = next((name for name in LOSSES if (name, IN_UNIT) in points), LOSSES[0])
    found = {
        "secular": _point(released, points, "secular"),
        "secular_apart": _point(released, points, "secular"),
        "trend": _point(released, points, "trend"),
        "times": _times(points.get(("trend", IN_STEPS))),
        "shift": _shift(released, points, own),
        "loss": _point(released, points, loss),
        "one_school": _range(released, school[0]) if school else cells.absent(),
        "ways": _agreement(ways),
    }
    return Row(group_outcome_unit(released, planned), found)


def _point(released: Released, points: dict[tuple[str, str], Finding], bias: str) -> str:
    """Write a tipping point in the unit, with the range if loss is a range, and in deviations."""
    point, in_sd = points.get((bias, IN_UNIT)), points.get((bias, IN_SD))
    if point is None or in_sd is None or not point.known or point.suppressed:
        return cells.symbol(point) or cells.absent()
    number = _fine(released, point, point.estimate)
    if isfinite(point.conf_low):
        far = max((point.conf_low, point.conf_high), key=abs)
        low = _fine(released, point, point.estimate)
        number = text("tables.low_to_high", low=low, high=_fine(released, point, far))
    sd = numbers.marked(in_sd.finding_id, in_sd.estimate, decimals=2, form="signed")
    return text("robustness.table_sd", number=number, sd=sd)


def _shift(released: Released, points: dict[tuple[str, str], Finding], own: Released) -> str:
    """Write the tipping point of the raters' standard, and what people said looking back."""
    point = _point(released, points, "response_shift")
    for shift in measured_beside(own):
        number = _fine(released, shift, shift.estimate)
        return text("looking_back.table_measured", point=point, number=number)
    return point


def _times(point: Finding | None) -> str:
    """Write how many times the largest trend before it would take, from the least to the most."""
    if point is None or not point.known or point.suppressed:
        return cells.symbol(point) or cells.absent()
    low, high = (
        numbers.marked(point.finding_id, value, decimals=1)
        for value in (point.conf_low, point.estimate)
    )
    return text("tables.low_to_high", low=low, high=high)


def _range(released: Released, row: Finding) -> str:
    if row.suppressed or not isfinite(row.conf_low):
        return cells.symbol(row) or cells.absent()
    low, high = (_fine(released, row, value) for value in (row.conf_low, row.conf_high))
    return text("tables.low_to_high", low=low, high=high)


def _agreement(ways: dict[str, Finding]) -> str:
    """Write how many of the ways that gave a number read as the plan's own does."""
    some = ways.get("same_verdict")
    every = ways.get("estimated")
    if some is None or every is None or not some.known or some.suppressed:
        return cells.symbol(some) or cells.absent()
    shown = (numbers.marked(one.finding_id, one.estimate) for one in (some, every))
    return text("robustness.table_of", **dict(zip(("some", "all"), shown, strict=True)))


def _with_interval(released: Released, way: Finding) -> str:
    if way.suppressed or not way.known:
        return cells.symbol(way) or cells.absent()
    low, high = (_fine(released, way, value) for value in (way.conf_low, way.conf_high))
    shown = text("tables.low_to_high", low=low, high=high)
    return f'{_fine(released, way, way.estimate)} <span class="ie-range">({shown})</span>'


def _fine(released: Released, row: Finding, value: float) -> str:
    """Write a number of a finding with at least two decimals."""
    decimals = max(2, released.facts.outcome(row.audience, row.outcome).decimals)
    return numbers.marked(row.finding_id, value, decimals=decimals, form="signed")


def _sites(released: Released) -> str:
    nouns = {plural for _, plural in released.facts.site_nouns.values()}
    return nouns.pop() if len(nouns) == 1 else text("tables.sites")
