"""Tables of what those who were not seen again could make of each planned result."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    outcome_unit,
    reason_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import text
from impact_eval.wording.lost import BOUNDS, INTERVAL, WITH_LOST, interval_of

_WAYS = ("retention_weights", "imputation", "worst_case", "lee")
_OF_ALL = ("stacked", "difference_in_differences", "ancova", "cohorts_against_waiting")


def lost_table(released: Released, *, audience: str) -> ReportTable | None:
    """Each planned result of an audience by every way of estimating it.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience
        Its id.

    Returns
    -------
    ReportTable or None
        A row for each outcome, pair of waves and way that gives a number, with what it assumes;
        notes say why the others give none. None if no planned result has any.
    """
    rows = by_group(released, released.where(quantity=WITH_LOST, audience=audience).findings())
    mains = main_results_with_lost(released, audience=audience)
    shown = [one for main in mains for one in ways_of(released, main)]
    sides = bool(released.facts.arms)
    return build(
        released,
        [_row(released, one) for one in shown],
        (
            Column("change", text("tables.lost_effect" if sides else "tables.lost_change")),
            Column("n", text("tables.lost_n")),
            Column("assumes", text("tables.lost_assumes"), align="left"),
        ),
        caption=text("tables.lost_caption", audience=released.facts.audiences[audience]),
        row_heading=text("tables.lost_way"),
        notes=[
            interval_note(released),
            escape(text("tables.lost_bounds_note")),
            escape(text("tables.lost_order_note")),
            escape(text("tables.lost_way_note")),
            *reason_notes(released, rows),
        ],
    )


def weights_table(released: Released, *, audience: str) -> ReportTable | None:
    """How far those seen again were from all who were asked, before and after weighting.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience
        Its id.

    Returns
    -------
    ReportTable or None
        A row for each planned result with weights; None without any.
    """
    rows = by_group(
        released, released.where(quantity="effective_sample", audience=audience).findings()
    )
    return build(
        released,
        [_weights_row(released, row) for row in rows],
        tuple(
            Column(name, text(f"tables.weights_{name}"))
            for name in ("lost", "before", "after", "worth", "missing")
        ),
        caption=text("tables.weights_caption", audience=released.facts.audiences[audience]),
        row_heading=text("tables.outcome"),
        notes=[escape(text("tables.weights_note"))],
    )


def main_results_with_lost(released: Released, *, audience: str) -> list[Finding]:
    """List the planned results of an audience that the lost could change, in the study's order."""
    rows = by_group(released, released.where(quantity=WITH_LOST, audience=audience).findings())
    found = [_main(released, row) for row in rows]
    return list({row.finding_id: row for row in found if row is not None}.values())


def ways_of(released: Released, main: Finding) -> Iterator[Finding]:
    """Yield a planned result and every other way of estimating it that gives a number."""
    yield main
    beside = _at(released, main, "change").where(estimator="adjusted_gain", variant="")
    yield from (row for row in beside.findings() if row.known)
    gains = _at(released, main, "effect").where(estimator="adjusted_gain")
    yield from (row for row in gains.findings() if row.known)
    for quantity in WITH_LOST:
        rows = _at(released, main, quantity).findings()
        for way in _WAYS:
            yield from (row for row in rows if row.estimator == way and _has_numbers(row))


def way_label(row: Finding, *, kind: str = "lost_ways") -> str:
    """Name a way of estimating, or what it assumes."""
    variant = "" if row.variant == row.estimator else row.variant
    return text(f"tables.{kind}.{'_'.join(part for part in (row.estimator, variant) if part)}")


def _has_numbers(row: Finding) -> bool:
    """Whether a row has an estimate, or bounds; their intervals stand beside them."""
    if row.variant.endswith(INTERVAL):
        return False
    return bool(row.suppressed) or not row.reason


def _row(released: Released, row: Finding) -> Row:
    people = cells.before_and_after(row)
    if row.estimator not in _OF_ALL and not row.variant:
        people = cells.people(row, "n")
    if row.quantity == "effect_with_lost" and row.estimator in BOUNDS:
        people = cells.people(row, "n_pre")
    found = {
        "change": _number(released, row),
        "n": people,
        "assumes": escape(way_label(row, kind="lost_assumptions")),
    }
    return Row(way_label(row), found, _group(released, row))


def _number(released: Released, row: Finding) -> str:
    """Write an estimate with its interval, or bounds with theirs."""
    if row.estimator not in ("worst_case", "lee"):
        return cells.with_interval(released, row)
    bounds = cells.estimate_or_range(released, row)
    wide = interval_of(released, row)
    if row.suppressed or wide is None or wide.suppressed or wide.reason:
        return bounds
    return text(
        "tables.lost_bounds", bounds=bounds, interval=cells.estimate_or_range(released, wide)
    )


def _weights_row(released: Released, worth: Finding) -> Row:
    def number(quantity: str, variant: str = "", estimator: str = worth.estimator) -> str:
        rows = _at(released, worth, quantity).where(variant=variant, estimator=estimator)
        found = rows.findings()
        return cells.estimate(released, found[0] if found else None)

    found = {
        "lost": number("lost", estimator="count"),
        "before": number("weight_balance", "before"),
        "after": number("weight_balance", "after"),
        "worth": cells.estimate(released, worth),
        "missing": number("missing_information", estimator="imputation"),
    }
    label = text(
        "tables.outcome_waves",
        outcome=capital(released.facts.outcome(worth.audience, worth.outcome).label),
        wave=released.facts.waves[worth.wave_to],
    )
    return Row(label, found, group_label(released, worth))


def _group(released: Released, row: Finding) -> str:
    """Outcome with its unit, phase where there are several, and later wave."""
    facts = released.facts
    label = facts.outcome(row.audience, row.outcome).label
    unit = outcome_unit(released, row, (row.wave_from, row.wave_to))
    waves = text("tables.outcome_waves", outcome=label, wave=facts.waves[row.wave_to])
    return text(
        "tables.group_outcome", group=group_label(released, row), outcome=f"{waves} ({unit})"
    )


def _main(released: Released, row: Finding) -> Finding | None:
    """Find the planned result that a row belongs to."""
    quantity = "effect" if row.quantity == "effect_with_lost" else "change"
    rows = _at(released, row, quantity).where(variant="", subgroup="", level="programme")
    found = [one for one in rows.findings() if one.estimator in _OF_ALL]
    return found[0] if found else None


def _at(released: Released, row: Finding, quantity: str) -> Released:
    return released.where(
        quantity=quantity,  # type: ignore[arg-type]
        audience=row.audience,
        outcome=row.outcome,
        phase=row.phase,
        level="programme",
        subgroup="",
        wave_from=row.wave_from,
        wave_to=row.wave_to,
        estimand=row.estimand,
    )
