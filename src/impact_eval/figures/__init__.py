"""Released findings to figures: axes-level functions, and objects that show themselves."""

from impact_eval.figures.report_figure import ReportFigure
from impact_eval.figures.theme import theme

__all__ = ["ReportFigure", "theme"]
