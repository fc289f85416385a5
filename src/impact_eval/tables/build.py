"""What every table has in common: its notes, its mark, the names of its rows and groups."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import escape
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.wording import numbers, text
from impact_eval.wording.rounding import rows_add_up

_BRACKET: Final = ">("
_COMMAND: Final = re.compile("`([^`]+)`")


def build(
    released: Released,
    rows: Sequence[Row],
    columns: Sequence[Column],
    *,
    caption: str,
    row_heading: str,
    notes: Sequence[str] = (),
) -> ReportTable | None:
    """Return a table with the notes that its cells call for; None without rows.

    Columns in which no row has anything are left out, and so is the line on what stands in
    brackets where nothing does. `notes` are HTML.
    """
    if not rows:
        return None
    used = [column for column in columns if any(row.cells.get(column.key) for row in rows)]
    cells = [cell for row in rows for cell in row.cells.values()]
    hidden, absent = escape(text("tables.hidden")), escape(text("tables.absent"))
    bracketed = any(_BRACKET in cell for cell in cells)
    lines = [line for line in notes if bracketed or line != interval_note(released)]
    if not rows_add_up(row.cells for row in rows):
        lines.append(escape(text("tables.rounding_note")))
    if any(f">{hidden}<" in cell for cell in cells):
        lines.append(f"{hidden} {escape(text('tables.hidden_means'))}")
    if absent in cells:
        lines.append(f"{absent} {escape(text('tables.absent_means'))}")
    return ReportTable(
        caption=caption,
        columns=tuple(used),
        rows=tuple(rows),
        row_heading=row_heading,
        notes=tuple(lines),
        mark=text("reports.simulated") if released.facts.simulated else "",
    )


def with_commands(words: str) -> str:
    """Return words as HTML, what stands between backquotes as a command."""
    return _COMMAND.sub(r"<code>\1</code>", escape(words))


def capital(label: str) -> str:
    """Return the label with a capital first letter, as a table's rows begin."""
    return label[:1].upper() + label[1:]


def outcome_label(released: Released, finding: Finding) -> str:
    """Return an outcome's label."""
    return capital(released.facts.outcome(finding.audience, finding.outcome).label)


def outcome_unit(released: Released, finding: Finding, waves: Collection[str]) -> str:
    """Return an outcome's unit, with the range of each of the waves that has its own scale."""
    known = released.facts.outcome(finding.audience, finding.outcome)
    own = [
        text("tables.own_range", low=f"{low:g}", high=f"{high:g}", wave=released.facts.waves[wave])
        for wave, (low, high) in known.ranges.items()
        if wave in waves
    ]
    return ", ".join([known.unit, *own])


def group_label(released: Released, finding: Finding) -> str:
    """Audience, and phase where the study has several."""
    facts = released.facts
    audience = capital(facts.audiences.get(finding.audience, finding.audience))
    if len(facts.phases) < 2:
        return audience
    phase = facts.phases.get(finding.phase) or text("tables.all_phases")
    return text("tables.group", audience=audience, phase=phase)


def group_outcome(released: Released, finding: Finding) -> str:
    """Audience, phase where the study has several, and outcome."""
    return text(
        "tables.group_outcome",
        group=group_label(released, finding),
        outcome=released.facts.outcome(finding.audience, finding.outcome).label,
    )


def group_outcome_unit(released: Released, finding: Finding) -> str:
    """Audience, phase where the study has several, outcome and its unit."""
    return text(
        "tables.group_outcome_unit",
        group=group_label(released, finding),
        outcome=released.facts.outcome(finding.audience, finding.outcome).label,
        unit=outcome_unit(released, finding, (finding.wave_from, finding.wave_to)),
    )


def audience_outcome_unit(released: Released, finding: Finding) -> str:
    """Audience, outcome and its unit."""
    facts = released.facts
    return text(
        "tables.group_outcome_unit",
        group=capital(facts.audiences.get(finding.audience, finding.audience)),
        outcome=facts.outcome(finding.audience, finding.outcome).label,
        unit=outcome_unit(released, finding, (finding.wave_from, finding.wave_to)),
    )


def estimand_label(released: Released, finding: Finding) -> str:
    """About whom a change speaks: these participants, or schools like these."""
    if finding.estimand != "schools_like_these":
        return text("tables.estimands.participants")
    sites = released.facts.site_nouns[finding.audience][1]
    return capital(text("tables.estimands.schools_like_these", sites=sites))


def group_estimand(released: Released, finding: Finding) -> str:
    """Audience, phase where the study has several, and about whom the change speaks."""
    estimand = estimand_label(released, finding)
    return text(
        "tables.group_estimand",
        group=group_label(released, finding),
        estimand=estimand[:1].lower() + estimand[1:],
    )


def site_noun(released: Released) -> str:
    """Return what the places are called: one word if all audiences share it, else "sites"."""
    nouns = {plural for _, plural in released.facts.site_nouns.values()}
    return nouns.pop() if len(nouns) == 1 else text("tables.sites")


def interval_note(released: Released) -> str:
    """Return the line that names the level of the intervals."""
    return escape(text("tables.interval_note", level=numbers.percent(released.facts.conf_level)))


def reason_notes(released: Released, findings: Sequence[Finding]) -> list[str]:
    """Return why numbers are missing, each reason once with the rows that it concerns."""
    concerned: dict[str, list[str]] = {}
    for finding in findings:
        if finding.reason and not finding.suppressed:
            concerned.setdefault(finding.reason, []).append(group_label(released, finding))
    return [
        escape(text("tables.reason", who="; ".join(dict.fromkeys(who)), reason=reason))
        for reason, who in concerned.items()
    ]


def several_rounds_notes(released: Released, findings: Sequence[Finding]) -> list[str]:
    """Return why more places are counted in a round than were drawn for it, where that is so."""
    found = any("places_in_several_rounds" in finding.caution_ids for finding in findings)
    sites = site_noun(released)
    return [escape(text("tables.several_rounds", sites=sites))] if found else []


def unreliable_notes(released: Released, findings: Sequence[Finding]) -> list[str]:
    """Return whose intervals rest on too few degrees of freedom to be relied on."""
    who = [
        group_label(released, finding)
        for finding in findings
        if finding.known and not finding.suppressed and "low_df" in finding.caution_ids
    ]
    joined = "; ".join(dict.fromkeys(who))
    return [escape(text("tables.unreliable", who=joined))] if who else []


def later_wave(released: Released, row: Finding, others: Sequence[Finding]) -> str:
    """Return the later wave of a finding, and the earlier one where that alone tells it apart."""
    waves = released.facts.waves
    alike = {
        one.wave_from
        for one in others
        if (one.audience, one.outcome, one.wave_to) == (row.audience, row.outcome, row.wave_to)
    }
    if len(alike) < 2:
        return capital(waves[row.wave_to])
    return text("pages.between", before=waves[row.wave_from], after=waves[row.wave_to])
