"""Executed notebooks to HTML pages, and their index."""

from impact_eval.reports.export import export_page
from impact_eval.reports.index import PageEntry, failure_page, index_html, write_index
from impact_eval.reports.provenance import Provenance, provenance_texts

__all__ = [
    "PageEntry",
    "Provenance",
    "export_page",
    "failure_page",
    "index_html",
    "provenance_texts",
    "write_index",
]
