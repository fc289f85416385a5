"""Which checklist a design calls for."""

from __future__ import annotations

from impact_eval.classing.checklist import Checklist, ReportFacts, fill
from impact_eval.classing.consort_cluster import CONSORT_CLUSTER
from impact_eval.classing.design import DesignFacts
from impact_eval.classing.trend import TREND


def checklist_of(design: DesignFacts, report: ReportFacts) -> Checklist | None:
    """Fill the checklist that belongs to a design.

    Parameters
    ----------
    design
        From `design_facts`.
    report
        From `report_facts`.

    Returns
    -------
    Checklist or None
        CONSORT for cluster trials if groups were randomised, else TREND; None where no programme
        took place, since both are about programmes.

    Examples
    --------
    >>> report = ReportFacts(pages=frozenset(), parts=frozenset())
    >>> checklist_of(DesignFacts(design="one_group", asked_before=True), report).name
    'trend'
    """
    if design.design == "no_programme":
        return None
    if design.assignment == "randomised":
        return Checklist("consort_cluster", tuple(fill(item, report) for item in CONSORT_CLUSTER))
    return Checklist("trend", tuple(fill(item, report) for item in TREND))
