"""Released findings to figures: axes-level functions, and objects that show themselves."""

from impact_eval.figures.axes import ROW, add_key
from impact_eval.figures.changes import change_intervals
from impact_eval.figures.counts import count_bars
from impact_eval.figures.event_study import event_study
from impact_eval.figures.funnel import school_funnel
from impact_eval.figures.items import item_shares
from impact_eval.figures.lost import lost_ways
from impact_eval.figures.means import wave_means
from impact_eval.figures.path import Box, PathFigure
from impact_eval.figures.phase_means import phase_means
from impact_eval.figures.planning import detectable_curves
from impact_eval.figures.report_figure import ReportFigure, finish, new_figure
from impact_eval.figures.schools import placement, school_changes
from impact_eval.figures.specifications import in_order, specification_curve
from impact_eval.figures.theme import WIDTH, theme
from impact_eval.figures.topics import topic_shares

__all__ = [
    "ROW",
    "WIDTH",
    "Box",
    "PathFigure",
    "ReportFigure",
    "add_key",
    "change_intervals",
    "count_bars",
    "detectable_curves",
    "event_study",
    "finish",
    "in_order",
    "item_shares",
    "lost_ways",
    "new_figure",
    "phase_means",
    "placement",
    "school_changes",
    "school_funnel",
    "specification_curve",
    "theme",
    "topic_shares",
    "wave_means",
]
