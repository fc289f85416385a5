"""Fixtures of the tests of doubtful forms."""

from pathlib import Path

import pytest
from survey_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    return Project(tmp_path)
