"""Table of what was left out, handed on or not consented to, to protect people."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.vocabulary import Quantity
from impact_eval.wording import numbers, text

_QUANTITIES: tuple[Quantity, ...] = (
    "consents_missing",
    "withdrawals_not_found",
    "identifying_columns",
    "disclosures",
)


def protection_table(released: Released) -> ReportTable | None:
    """Consents missing, withdrawals not found, columns that tell who people are, disclosures.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.

    Returns
    -------
    ReportTable or None
        A row for each count; None if there is none.
    """
    rows = []
    for quantity in _QUANTITIES:
        for finding in released.where(quantity=quantity).findings():
            detail = finding.subgroup.partition(":")[2].replace("_", " ")
            words = {"detail": detail} if detail else {}
            label = text(f"tables.{quantity}", **words)
            rows.append(Row(label, {"number": _number(released, finding)}))
    return build(
        released,
        rows,
        [Column("number", text("tables.protection_number"))],
        caption=text("tables.protection_caption"),
        row_heading=text("tables.protection_what"),
        notes=[escape(text("tables.protection_note"))],
    )


def _number(released: Released, finding: Finding) -> str:
    """Say of a count under the threshold that it is one; others are hidden as everywhere."""
    if finding.suppressed == "small":
        threshold = numbers.declared("threshold", released.facts.threshold)
        return str(text("tables.fewer_than", threshold=threshold))
    return cells.estimate(released, finding)
