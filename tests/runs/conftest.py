"""A project of one small study, as `impact-eval new` makes it."""

import shutil
from pathlib import Path

import pytest

from impact_eval.runs.ready import make_ready
from impact_eval.study import Study
from impact_eval.study.new import create_study

ROOT = Path(__file__).parents[2]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Give the study as it is when it is new."""
    return new_study(tmp_path)


@pytest.fixture(scope="session")
def ready_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project whose study is prepared and has its findings; not to be changed."""
    root = tmp_path_factory.mktemp("ready")
    make_ready(new_study(root), progress=lambda what, done, total: None)
    return root


@pytest.fixture
def ready(ready_project: Path, tmp_path: Path) -> Study:
    """Give a copy of the prepared study, to be changed at will."""
    root = tmp_path / "project"
    shutil.copytree(ready_project, root)
    return Study.open("small", start=root)


def new_study(root: Path) -> Study:
    (root / "studies").mkdir()
    create_study("small", root=root)
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    return Study.open("small", start=root)
