"""Tables that set phases side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    audience_outcome_unit,
    build,
    capital,
    estimand_label,
    interval_note,
    outcome_label,
    outcome_unit,
    reason_notes,
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group, outcome_changes
from impact_eval.wording import numbers, text

_IN_COLUMNS = 2
SAID = ("phases_alike", "phases_apart", "phases_open")


def phase_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Return changes of each phase in columns, and their difference where it could be tested.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None if the study has one phase. With more than two phases, a row
        for each phase of each outcome, and no differences.
    """
    facts = released.facts
    if len(facts.phases) < 2:
        return None
    if len(facts.phases) > _IN_COLUMNS:
        return _many_phases(released, wave_from=wave_from, wave_to=wave_to)
    changes = outcome_changes(released, wave_from=wave_from, wave_to=wave_to).findings()
    differences = {
        (row.audience, row.outcome): row
        for row in released.where(
            quantity="phase_difference",
            estimator="interaction",
            wave_from=wave_from,
            wave_to=wave_to,
        ).findings()
    }
    rows: dict[tuple[str, str], dict[str, str]] = {}
    firsts: dict[tuple[str, str], Finding] = {}
    for change in changes:
        key = (change.audience, change.outcome)
        firsts.setdefault(key, change)
        found = rows.setdefault(key, {})
        found[change.phase] = cells.with_interval(released, change)
    for key, row in differences.items():
        if key in rows:
            rows[key]["difference"] = cells.with_interval(released, row)
            rows[key]["why"] = escape(capital(row.reason))
            said = next((one for one in row.caution_ids if one in SAID), "")
            rows[key]["said"] = escape(text(f"tables.{said}")) if said else ""
            beside = _permuted(released, row)
            if beside is not None and beside.known:
                rows[key]["p"] = numbers.p_value(beside.finding_id, beside.p_value)
    columns = [Column(phase, label, _heading(released)) for phase, label in facts.phases.items()]
    columns.append(Column("difference", text("tables.phase_difference")))
    columns.append(Column("said", text("tables.gap_said"), align="left"))
    columns.append(Column("p", _exchanged(released, list(firsts.values()))))
    columns.append(Column("why", text("tables.why_no_difference"), align="left"))
    return build(
        released,
        [
            Row(
                outcome_label(released, firsts[key]),
                found,
                capital(facts.audiences[key[0]]),
                detail=outcome_unit(released, firsts[key], (wave_from, wave_to)),
            )
            for key, found in rows.items()
        ],
        columns,
        caption=text("tables.phase_caption", after=facts.waves[wave_to]),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            escape(text("tables.phase_note")),
            *_about_whom(released, changes),
            *unreliable_notes(released, changes),
        ],
    )


def _permuted(released: Released, difference: Finding) -> Finding | None:
    """Return the test that exchanges clusters between the phases, beside their difference."""
    rows = released.where(quantity="phase_difference", parent_id=difference.finding_id).findings()
    return next((row for row in rows if row.estimator == "permutation"), None)


def _exchanged(released: Released, rows: Sequence[Finding]) -> str:
    """Say what is exchanged between the phases, which may differ between audiences."""
    nouns = dict.fromkeys(released.facts.cluster_nouns[row.audience][1] for row in rows)
    return text("tables.phase_permutation", clusters=capital(" and ".join(nouns)))


def _many_phases(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Return a row for each phase, and for all of them together, under each outcome."""
    changes = outcome_changes(released, wave_from=wave_from, wave_to=wave_to).findings()
    order = list(released.facts.outcomes)
    changes = tuple(sorted(changes, key=lambda row: order.index((row.audience, row.outcome))))
    rows = [
        Row(
            released.facts.phases.get(change.phase) or capital(text("tables.all_phases")),
            {
                "change": cells.with_interval(released, change),
                "about": escape(estimand_label(released, change)),
                "n": cells.before_and_after(change),
                "clusters": cells.people(change, "n_clusters"),
            },
            audience_outcome_unit(released, change),
        )
        for change in changes
    ]
    columns = (
        Column("change", _heading(released)),
        Column("about", text("tables.about_whom"), align="left"),
        Column("n", text("tables.people_before_after")),
        Column("clusters", text("tables.clusters")),
    )
    return build(
        released,
        rows,
        columns,
        caption=text("tables.many_phases_caption", after=released.facts.waves[wave_to]),
        row_heading=text("tables.phase"),
        notes=[
            interval_note(released),
            escape(text("tables.phase_note")),
            escape(text("tables.pairs_note")),
            *unreliable_notes(released, changes),
            *reason_notes(released, _refused(released, wave_from=wave_from, wave_to=wave_to)),
        ],
    )


def _refused(released: Released, *, wave_from: str, wave_to: str) -> list[Finding]:
    """Return the changes that could not speak for other places, with their reasons."""
    asked = released.where(
        quantity="change",
        level="programme",
        subgroup="",
        estimator="stacked",
        variant="",
        estimand="schools_like_these",
        wave_from=wave_from,
        wave_to=wave_to,
    )
    return [row for row in asked.findings() if row.reason]


def _about_whom(released: Released, changes: Iterable[Finding]) -> list[str]:
    """Return one line for each phase: about whom its changes speak."""
    labels: dict[str, dict[str, None]] = {}
    for change in changes:
        if change.known:
            phase = released.facts.phases.get(change.phase, "")
            labels.setdefault(phase, {})[estimand_label(released, change)] = None
    return [
        escape(text("tables.phase_about", phase=phase, estimands="; ".join(known)))
        for phase, known in labels.items()
    ]


def placement_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Where the schools of a small phase would fall among those of a large one.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each school and outcome; None if no school was placed.
    """
    placed = by_group(
        released,
        released.where(quantity="placement", wave_from=wave_from, wave_to=wave_to).findings(),
    )
    schools = released.facts.schools
    rows = [
        Row(
            schools.get(row.unit_id, {}).get("name") or row.unit_id,
            {"placement": cells.with_interval(released, row)},
            text(
                "tables.group_outcome",
                group=capital(released.facts.audiences[row.audience]),
                outcome=released.facts.outcome(row.audience, row.outcome).label,
            ),
        )
        for row in placed
    ]
    return build(
        released,
        rows,
        (Column("placement", text("tables.placement")),),
        caption=text("tables.placement_caption", after=released.facts.waves[wave_to]),
        row_heading=text("tables.school"),
        notes=[escape(text("tables.placement_note"))],
    )


def _heading(released: Released) -> str:
    """Return what the numbers of a phase are: changes, or differences between two sides."""
    return text("tables.effect" if released.facts.arms else "tables.change")
