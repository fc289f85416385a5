"""Forms written for one test."""

from collections.abc import Callable
from pathlib import Path

import pytest
from form_sheets import Sheets, write_sheets


@pytest.fixture
def write_form(tmp_path: Path) -> Callable[..., Path]:
    """Write sheets to an XLSX file in the test's folder."""

    def write(content: Sheets, name: str = "form.xlsx") -> Path:
        return write_sheets(content, tmp_path / name)

    return write
