"""Tables of what became of the rows that came in."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build, capital, with_commands
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.vocabulary import FATES
from impact_eval.wording import text
from impact_eval.wording.strings import has_text

_ALL = "all"


def fate_table(released: Released) -> ReportTable | None:
    """Rows by fate and audience.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each fate; None if no file was counted.
    """
    return _by_audience(
        released,
        "fate:",
        {f"fate:{fate}": text(f"tables.fates.{fate}") for fate in FATES},
        caption=text("tables.fate_caption"),
        row_heading=text("tables.fate"),
        notes=[escape(text("tables.fate_note"))],
    )


def reason_table(released: Released) -> ReportTable | None:
    """Rows that were not used, by reason and audience.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each reason; None if every row was used.
    """
    return _by_audience(
        released,
        "reason:",
        {},
        caption=text("tables.reason_caption"),
        row_heading=text("tables.why_not_used"),
        notes=[with_commands(text("tables.reason_note"))],
    )


def _reason(reason: str) -> str:
    """Words for the id of a reason; the id itself for one that has no words yet."""
    key = f"tables.reasons.{reason}"
    return text(key) if has_text(key) else capital(reason.replace("_", " "))


def _by_audience(
    released: Released,
    prefix: str,
    labels: dict[str, str],
    *,
    caption: str,
    row_heading: str,
    notes: list[str],
) -> ReportTable | None:
    counts: dict[str, dict[str, Finding]] = {}
    for finding in released.where(quantity="rows").findings():
        if finding.subgroup.startswith(prefix):
            counts.setdefault(finding.subgroup, {})[finding.audience or _ALL] = finding
    order = [name for name in labels if name in counts] + sorted(set(counts) - set(labels))
    rows = [
        Row(
            labels.get(name) or _reason(name.removeprefix(prefix)),
            {who: cells.estimate(released, finding) for who, finding in counts[name].items()},
        )
        for name in order
    ]
    columns = [Column(_ALL, text("tables.all_rows"))]
    columns += [Column(who, capital(label)) for who, label in released.facts.audiences.items()]
    return build(released, rows, columns, caption=caption, row_heading=row_heading, notes=notes)
