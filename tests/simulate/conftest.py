"""Simulated exports in a project of their own, written once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from impact_eval.simulate import write_raw
from impact_eval.study import Study

PROJECT = Path(__file__).parents[2]


def new_project(folder: Path) -> Path:
    for study_id in ("zindagi_trust", "cyber_tumar"):
        shutil.copytree(PROJECT / "studies" / study_id, folder / "studies" / study_id)
    return folder


class Written:
    """What the simulator wrote, as a stranger would find it."""

    def __init__(self, root: Path, study_id: str) -> None:
        self.study_id = study_id
        self.root = root
        self.raw = root / "data" / "raw" / study_id
        truth = self.raw / "truth"
        self.truth = json.loads((truth / "simulated_truth.json").read_text(encoding="utf-8"))
        self.rows = pd.read_parquet(truth / "simulated_truth_rows.parquet")
        self.codebook = Study.open(study_id, start=root).items
        self.roster = pd.read_csv(root / "studies" / study_id / "roster.csv", dtype=str).fillna("")
        self.exports = {
            path.name: pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
            for path in sorted(self.raw.glob("simulated_*s.csv"))
            if path.name != "simulated_withdrawals.csv"
        }


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    return new_project(tmp_path_factory.mktemp("simulated"))


@pytest.fixture(scope="session")
def zindagi(project):
    write_raw(Study.open("zindagi_trust", start=project), seed=1)
    return Written(project, "zindagi_trust")


@pytest.fixture(scope="session")
def tumar(project):
    write_raw(Study.open("cyber_tumar", start=project), seed=1)
    return Written(project, "cyber_tumar")
