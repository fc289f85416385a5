"""Raw survey files to processed tables: read, give every row one fate, link, score."""

from impact_eval.surveys.prepare import is_stale, prepare
from impact_eval.surveys.tables import SurveyTables, load_tables

__all__ = ["SurveyTables", "is_stale", "load_tables", "prepare"]
