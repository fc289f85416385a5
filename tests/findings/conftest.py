"""The small study, its tables and its findings, made once."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pandas as pd
import pytest
from small_study import Truth, draw_tables, open_study

from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables

SMALL = Truth(schools=(2, 12), students=12, teachers=4, effect=1.5)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return open_study(tmp_path_factory.mktemp("small"), schools=SMALL.schools)


@pytest.fixture(scope="session")
def tables() -> SurveyTables:
    return draw_tables(1, SMALL)


@pytest.fixture(scope="session")
def findings(study: Study, tables: SurveyTables) -> pd.DataFrame:
    return compute_findings(study, tables)
