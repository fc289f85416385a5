"""Executed notebooks to HTML pages, and their index."""

from impact_eval.reports.export import export_page
from impact_eval.reports.index import PageEntry, failure_page, write_index
from impact_eval.reports.provenance import Provenance

__all__ = ["PageEntry", "Provenance", "export_page", "failure_page", "write_index"]
