"""Findings: one estimate at one address, from a study's tables and its plan."""

from impact_eval.findings.compute import compute_findings
from impact_eval.findings.store import (
    StoredFindings,
    findings_key,
    stored_findings,
    write_findings,
)

__all__ = [
    "StoredFindings",
    "compute_findings",
    "findings_key",
    "stored_findings",
    "write_findings",
]
