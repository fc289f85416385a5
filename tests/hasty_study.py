"""The study of `impact-eval new` in which every sixth form was filled in too fast, and left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from impact_eval.study import Study
from impact_eval.study.new import create_study

ROOT = Path(__file__).parents[1]
TIMES = 'workshop = "workshop"\nstarted_at = "start"\nended_at = "end"\n'


def hasty_study(root: Path, *, hasty: int = 6, exclude: str = '"speeding"') -> Study:
    """Make the project; without anything to exclude the plan excludes nothing."""
    (root / "studies").mkdir()
    create_study("small", root=root)
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    path = root / "studies" / "small" / "study.toml"
    text = path.read_text("utf-8").replace('workshop = "workshop"\n', TIMES, 1)
    excluding = f"[plan]\nexclude = [{exclude}]\n" if exclude else "[plan]\n"
    path.write_text(text.replace("[plan]\n", excluding, 1), "utf-8")
    file = root / "data" / "raw" / "small" / "simulated_students.csv"
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    fast = pd.Series(range(len(rows))) % (2 * hasty) < 2
    rows["start"] = "2024-03-04T10:00:00"
    rows["end"] = fast.map({True: "2024-03-04T10:00:04", False: "2024-03-04T10:12:00"})
    rows.to_csv(file, index=False)
    return Study.open("small", start=root)
