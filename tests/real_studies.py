"""Studies of real data that stand beside the repository, as projects of their own."""

import csv
import shutil
from pathlib import Path
from typing import Final

import pytest

from impact_eval.study import Study

STUDIES: Final = Path(__file__).parent / "studies"
DATA: Final = Path(__file__).parents[2] / "shared" / "data"


def open_trial(root: Path) -> Study:
    """The trial of 28 schools as one with two sides, its roster written from the data."""
    data = DATA / "tvsfp" / "tvsfp.csv"
    if not data.is_file():
        pytest.skip("the real data of tvsfp do not lie beside this checkout")
    folder, raw = root / "studies" / "tvsfp_trial", root / "data" / "raw" / "tvsfp_trial"
    shutil.copytree(STUDIES / "tvsfp_trial", folder)
    raw.mkdir(parents=True)
    (raw / data.name).write_bytes(data.read_bytes())
    with data.open(encoding="utf-8", newline="") as file:
        pupils = list(csv.DictReader(file))
    schools = {one["school"]: (one["cc"], one["tv"]) for one in pupils}
    rows = [
        f"{school},{'lessons' if cc == '1' else 'none'},{'television' if tv == '1' else 'no'}"
        for school, (cc, tv) in sorted(schools.items())
    ]
    text = "\n".join(["school_id,arm,stratum", *rows, ""])
    (folder / "roster.csv").write_text(text, encoding="utf-8")
    return Study.open("tvsfp_trial", start=root)


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
