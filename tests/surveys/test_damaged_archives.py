"""An archive that arrived damaged is refused in words, whatever the damage breaks."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from survey_project import Project

from impact_eval.errors import SurveyFileError
from impact_eval.surveys.readers.opened import open_file


def compressed(files: dict[str, bytes]) -> bytes:
    """A ZIP file as ODK Central packs it, so that damage can lie in the packing too."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def test_damage_anywhere_is_a_refusal(tmp_path: Path) -> None:
    whole = compressed({"a.csv": b"x,y\n" + b"1,2\n" * 300, "b.csv": b"k,v\n" + b"9,8\n" * 300})
    project = Project(tmp_path)
    project.write([])
    study = project.study()
    rng = random.Random(7)
    path = tmp_path / "export.zip"
    refusals: list[SurveyFileError] = []
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data[: rng.randrange(1, len(data))] if rng.random() < 0.2 else data)
        try:
            open_file(path, file="export.zip", source=study.sources[0], study=study)
        except SurveyFileError as error:
            refusals.append(error)
    assert len(refusals) > 200
    faults = [fault for refusal in refusals for fault in refusal.faults]
    assert all(fault.file.startswith("export.zip") for fault in faults)


def test_a_file_that_may_not_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write([])
    study = project.study()
    with pytest.raises(FileNotFoundError):
        open_file(tmp_path / "gone.zip", file="gone.zip", source=study.sources[0], study=study)
