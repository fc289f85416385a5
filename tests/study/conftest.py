import shutil
from collections.abc import Callable, Sequence
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


@pytest.fixture
def assert_faults(faults_after: Callable[..., tuple[Fault, ...]]) -> Callable[..., None]:
    """Hold that an edit breeds the faults at these places only, the first with these words."""

    def hold(edit: Edit, place: str | Sequence[str] | None, words: Sequence[str]) -> None:
        faults = faults_after(edit)
        if place is not None:
            expected = [place] if isinstance(place, str) else place
            assert sorted(map(place_of, faults)) == sorted(expected), faults
        assert all(fault.file == edit[0] for fault in faults)
        assert all(fault.remedy for fault in faults)
        for word in words:
            assert word in str(faults[0])

    return hold


def place_of(fault: Fault) -> str:
    """The place without its line."""
    line, _, place = fault.place.partition(", ")
    return place if line.startswith("line ") else fault.place
