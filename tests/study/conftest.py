import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from impact_eval.errors import Fault, StudyError
from impact_eval.study import Study

GOOD = Path(__file__).parent / "good"

Edit = tuple[str, str, str]


@pytest.fixture
def write_study(tmp_path: Path) -> Callable[..., Path]:
    """Write the good study, with edits (file, old text, new text) that must each apply once."""

    def write(*edits: Edit) -> Path:
        folder, raw = tmp_path / "studies" / "good", tmp_path / "data" / "raw" / "good"
        for place in (folder, raw):
            place.mkdir(parents=True)
        for file in GOOD.iterdir():
            shutil.copy(file, raw if file.name == "attendance.csv" else folder)
        for name, old, new in edits:
            path = (raw if name == "attendance.csv" else folder) / name
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            path.write_text(text.replace(old, new), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def faults_after(write_study: Callable[..., Path]) -> Callable[..., tuple[Fault, ...]]:
    """Faults that opening the edited study reports."""

    def faults(*edits: Edit) -> tuple[Fault, ...]:
        root = write_study(*edits)
        with pytest.raises(StudyError) as caught:
            Study.open("good", start=root)
        return caught.value.faults

    return faults
