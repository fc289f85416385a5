"""Released findings to tables that show themselves."""

from impact_eval.tables.report_table import Column, ReportTable, Row

__all__ = ["Column", "ReportTable", "Row"]
