"""A project of one small study, as `impact-eval new` makes it."""

import shutil
from pathlib import Path

import pytest

from impact_eval.study import Study
from impact_eval.study.new import create_study

ROOT = Path(__file__).parents[2]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "studies").mkdir()
    create_study("small", root=tmp_path)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    return Study.open("small", start=tmp_path)
