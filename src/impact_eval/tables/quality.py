"""Table of the forms that somebody should look at."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, with_commands
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.vocabulary import END_FLAGS, FORM_FLAGS
from impact_eval.wording import text


def quality_table(released: Released, *, audience: str, phase: str) -> ReportTable | None:
    """Share of an audience's used forms with each flag, by wave.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    audience, phase
        Ids; the phase is empty for all of them together.

    Returns
    -------
    ReportTable or None
        A row for each flag that occurs in the study; None if no form was looked at.
    """
    of = released.where(quantity="flagged", level="programme", audience=audience, phase=phase)
    found: dict[str, dict[str, Finding]] = {}
    for row in by_group(released, of.findings()):
        found.setdefault(row.variant, {})[row.wave_to] = row
    order = [flag for flag in (*FORM_FLAGS, *END_FLAGS) if flag in found]
    rows = [
        Row(
            text(f"tables.flags.{flag}"),
            {wave: cells.estimate(released, row) for wave, row in found[flag].items()},
        )
        for flag in order
    ]
    waves = [wave for wave in released.facts.waves if any(wave in row for row in found.values())]
    who = capital(released.facts.audiences[audience])
    named = released.facts.phases.get(phase, "") if len(released.facts.phases) > 1 else ""
    return build(
        released,
        rows,
        [Column(wave, capital(released.facts.waves[wave])) for wave in waves],
        caption=text("tables.flag_caption", who=f"{who}, {named}" if named else who),
        row_heading=text("tables.flag"),
        notes=[escape(text("tables.flag_note")), with_commands(text("tables.flag_next"))],
    )
