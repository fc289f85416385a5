"""Findings: one estimate at one address, from a study's tables and its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_eval.findings.given_once import NOT_REPEATED, REPEATED
from impact_eval.findings.store import (
    StoredFindings,
    findings_key,
    stored_findings,
    stored_without_exclusions,
    write_findings,
)

if TYPE_CHECKING:
    from impact_eval.findings.compute import compute_findings
    from impact_eval.findings.explained.explanation import Explanation, explain, explain_row

__all__ = [
    "NOT_REPEATED",
    "REPEATED",
    "Explanation",
    "StoredFindings",
    "compute_findings",
    "explain",
    "explain_row",
    "findings_key",
    "stored_findings",
    "stored_without_exclusions",
    "write_findings",
]


def __getattr__(name: str) -> object:
    """Import what estimates when it is first asked for: a page only reads what was stored."""
    from importlib import import_module  # noqa: PLC0415

    places = {"compute_findings": "compute"}
    places |= dict.fromkeys(("Explanation", "explain", "explain_row"), "explained.explanation")
    if name not in places:
        raise AttributeError(f"module 'impact_eval.findings' has no attribute {name!r}")
    return getattr(import_module(f"impact_eval.findings.{places[name]}"), name)
