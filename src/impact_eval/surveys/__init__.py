"""Raw survey files to processed tables: read, give every row one fate, link, score."""

from impact_eval.surveys.linking.flags import flag_counts
from impact_eval.surveys.linking.summary import links_summary
from impact_eval.surveys.prepare import prepare
from impact_eval.surveys.staleness import is_stale
from impact_eval.surveys.tables import SurveyTables, load_tables

__all__ = [
    "SurveyTables",
    "flag_counts",
    "is_stale",
    "links_summary",
    "load_tables",
    "prepare",
]
