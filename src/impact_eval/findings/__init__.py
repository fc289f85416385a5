"""Findings: one estimate at one address, from a study's tables and its plan."""

from impact_eval.findings.compute import compute_findings
from impact_eval.findings.explain import Explanation, explain, explain_row
from impact_eval.findings.store import (
    StoredFindings,
    findings_key,
    stored_findings,
    write_findings,
)

__all__ = [
    "Explanation",
    "StoredFindings",
    "compute_findings",
    "explain",
    "explain_row",
    "findings_key",
    "stored_findings",
    "write_findings",
]
