"""Table of what was left out, handed on or not consented to, to protect people."""

from __future__ import annotations

from html import escape
from typing import Final

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import build
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.vocabulary import Quantity
from impact_eval.wording import numbers, text

_QUANTITIES: tuple[Quantity, ...] = (
    "consents_missing",
    "consents_limited",
    "withdrawals_not_found",
    "identifying_columns",
    "disclosures",
)
# How many rows of a kind call for its note.
_NOTED: Final[dict[Quantity, int]] = {
    "consents_missing": 2,
    "consents_limited": 1,
    "withdrawals_not_found": 1,
    "identifying_columns": 1,
    "disclosures": 1,
}


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
            rows.append(Row(_label(finding), {"number": _number(released, finding)}))
    return build(
        released,
        rows,
        [Column("number", text("tables.protection_number"))],
        caption=text("tables.protection_caption"),
        row_heading=text("tables.protection_what"),
        notes=[
            escape(text(f"tables.{quantity}_note"))
            for quantity, least in _NOTED.items()
            if len(released.where(quantity=quantity)) >= least
        ],
    )


def _label(finding: Finding) -> str:
    """Say what was counted; of consents which one, unless the study has only the plain one."""
    detail = finding.subgroup.partition(":")[2].replace("_", " ")
    if finding.quantity == "consents_missing" and detail == "consent":
        return text("tables.consent_missing")
    return text(f"tables.{finding.quantity}", **({"detail": detail} if detail else {}))


def _number(released: Released, finding: Finding) -> str:
    """Say of a count under the threshold that it is one; others are hidden as everywhere."""
    if finding.suppressed == "small":
        threshold = numbers.declared("threshold", released.facts.threshold)
        return str(text("tables.fewer_than", threshold=threshold))
    return cells.estimate(released, finding)
