"""Studies of real data that stand beside the repository, as projects of their own."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from impact_eval.study import Study

STUDIES: Final = Path(__file__).parent / "studies"
DATA: Final = Path(__file__).parents[2] / "shared" / "data"


def open_real_study(study_id: str, root: Path) -> Study:
    """A project in `root` with one study (`sats36` or `tvsfp`) and a copy of its data.

    Skips the test where the data do not lie beside the repository.
    """
    data = DATA / study_id
    if not data.is_dir():
        pytest.skip(f"the real data of {study_id} do not lie beside this checkout")
    shutil.copytree(STUDIES / study_id, root / "studies" / study_id)
    raw = root / "data" / "raw" / study_id
    raw.mkdir(parents=True)
    for path in data.glob("*.csv"):
        (raw / path.name).write_bytes(path.read_bytes())
    return Study.open(study_id, start=root)
